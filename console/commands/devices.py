"""`relais devices`: what to type into a phone."""

from __future__ import annotations

import click


@click.command("devices")
@click.option("--company", default="", help="Only this company.")
def command(company: str) -> None:
    """List every device with its user name, domain and password."""
    from schemas.secrets import read_secret
    from schemas.settings import from_environ
    from store.secrets import device_password
    from store.snapshot import SnapshotReader

    settings = from_environ()
    reader = SnapshotReader(settings.snapshots)
    reader.poll()
    if company not in ("", *reader.companies()) or not reader.companies():
        known = ", ".join(reader.companies()) or "none yet, `make run` brings one"
        raise click.ClickException(f"no such company is published; there are: {known}")
    key = read_secret(settings.var, "device_key")
    for ident in reader.companies():
        snapshot = reader.current(ident)
        if snapshot is None or (company and ident != company):
            continue
        for extension, user in snapshot.document.users.items():
            for name, device in user.devices.items():
                password = device_password(key, ident, name, device.secret_generation)
                click.echo(
                    f"{extension:6} {user.name:24} {name:10} {snapshot.document.account.domain:20} {password}"
                )
