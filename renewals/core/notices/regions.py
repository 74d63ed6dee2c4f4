"""The ISO 3166-2 code of a region that somebody wrote down: by its code or a known name, never by a guess."""

from collections.abc import Mapping, Sequence

KnownRegions = Mapping[str, Mapping[str, Sequence[str]]]
"""Names by code, by country."""


def region_code(known: KnownRegions, *, country: str, written: str) -> str:
    """Return the code of a region as written at an account ("NY", "us-ny", "New York"); '' when it is not known."""
    wanted = " ".join(written.casefold().split())
    if not wanted:
        return ""
    for code, names in known.get(country.upper(), {}).items():
        if wanted in (code.casefold(), code.partition("-")[2].casefold(), *(name.casefold() for name in names)):
            return code
    return ""
