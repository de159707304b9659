"""The names that others see of somebody of the company. Pure."""

from __future__ import annotations

import re

from routing.compiled import Company

# Letters, digits, blanks and what names are written with; nothing that a dial string, a header or `${` needs, nor the word for
# which the switch drops a line of XML (switch_xml.c).
_NOT_IN_NAMES = re.compile(r"[^\w .'’-]|_|x-pre-process", re.IGNORECASE)


def shown_name(company: Company, extension: str) -> str:
    """The name others see, of harmless signs; the extension when nothing is left of it."""
    user = company.document.users.get(extension)
    device = company.document.site_devices.get(extension)
    name = user.name if user else device.name if device else ""
    return " ".join(_NOT_IN_NAMES.sub(" ", name).split())[:60] or extension
