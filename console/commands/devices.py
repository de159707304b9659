"""`relais devices`: what to type into a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from console.commands.terminal import refused

if TYPE_CHECKING:
    from routing.company import CompanyDocument, Device

_COLUMNS = "{:6} {:24} {:10} {:20} {}"


@click.command("devices")
@click.option("--company", default="", help="Only this company.")
def command(company: str) -> None:
    """List every device with its user name, domain and password, and where phones register."""
    from schemas.secrets import read_secret
    from schemas.settings import from_environ
    from store.secrets import device_password
    from store.snapshot import SnapshotReader

    settings = from_environ()
    reader = SnapshotReader(settings.snapshots)
    reader.poll()
    if company not in ("", *reader.companies()) or not reader.companies():
        known = ", ".join(reader.companies()) or "– (`make run`)"
        raise refused(
            f"cette entreprise n'est pas en vigueur ; il y a : {known}",
            f"no such company is published; there are: {known}",
        )
    key = read_secret(settings.var, "device_key")
    click.echo(f"registrar and proxy: {settings.sip_phones} (UDP or TCP)", err=True)
    click.echo(_COLUMNS.format("ext.", "name", "user name", "domain", "password"), err=True)
    for ident in [company] if company else reader.companies():
        snapshot = reader.current(ident)
        if snapshot is None:
            continue
        domain = snapshot.document.account.domain
        for extension, owner, name, device in _devices(snapshot.document):
            password = device_password(key, ident, name, device.secret_generation)
            click.echo(_COLUMNS.format(extension, owner, name, domain, password))


def _devices(document: CompanyDocument) -> Iterator[tuple[str, str, str, Device]]:
    """Extension, name of whose it is, user name and device; a site device registers with its extension."""
    for extension, user in document.users.items():
        for name, device in user.devices.items():
            yield extension, user.name, name, device
    for extension, site_device in document.site_devices.items():
        yield extension, site_device.name, extension, site_device.device
