"""Addresses in a cell: one per row, a name beside it split off, the domain in the form that mail needs."""

import re

from renewals.core.imports.cells.cell import EMPTY, Cell, refused
from renewals.core.imports.cells.text import hidden_position, tidy

_NAMED = re.compile(r'(?:"(?P<quoted>[^"]*)"|(?P<plain>[^<>]*?))\s*<(?P<address>[^<>]+)>')
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*|\"[^\"\\\r\n]+\"")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})")
_ROLE_WORDS = (
    "info sales support admin office billing contact hello help team accounts noreply no-reply donotreply do-not-reply"
    " postmaster webmaster abuse marketing hr jobs"
)
_ROLES = frozenset(_ROLE_WORDS.split())
LONGEST = 254


def parse_email(text: str) -> Cell:
    """Return one address in the form mail uses; E-MAIL-01 not an address, E-MAIL-02 several, W-MAIL-03 a role's."""
    tidied = tidy(text)
    if not tidied:
        return EMPTY
    found = _NAMED.fullmatch(tidied)
    address = found["address"].strip() if found else tidied
    if len(re.split(r"[;,]\s*(?=[^\s@]+@)", address)) > 1 or tidied.count("<") > 1:
        return refused("E-MAIL-02", "One address per row.")
    cleaned = _address(address)
    if not cleaned:
        return refused("E-MAIL-01", f"'{tidied[:60]}' is not an address.")
    if cleaned.split("@")[0].casefold() in _ROLES:
        return Cell(value=cleaned, code="W-MAIL-03", text=f"'{cleaned}' belongs to a role, not to a person.")
    return Cell(value=cleaned)


def display_name(text: str) -> str:
    """Return the name that stands beside an address as in `"Bob, X" <b@x.com>`, or ''."""
    found = _NAMED.fullmatch(tidy(text))
    return (found["quoted"] or found["plain"] or "").strip() if found else ""


def _address(text: str) -> str:
    """Return the address with its domain in punycode, or '' when it is none."""
    local, at, domain = text.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local) > 64 or hidden_position(domain):
        return ""
    try:
        host = domain.lower() if domain.isascii() else domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    address = f"{local}@{host}"
    return address if _DOMAIN.fullmatch(host) and len(address) <= LONGEST else ""
