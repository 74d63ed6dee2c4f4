"""What an API key may be allowed: a closed list of scopes, each for one noun and one direction."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from renewals.core.errors import InvalidInput, UnknownChoice

API_SCOPES: Mapping[str, str] = MappingProxyType(
    {
        "accounts:r": "Read accounts, health and signals",
        "accounts:w": "Create and change accounts",
        "contacts:r": "Read contacts with their addresses",
        "contacts:w": "Create and change contacts",
        "contracts:r": "Read contracts and their dates",
        "contracts:w": "Create and amend contracts",
        "terms:r": "Read prices and amounts",
        "renewals:r": "Read renewals",
        "renewals:w": "Record outcomes and forecasts",
        "signals:w": "Send signals",
        "touch:w": "Record touchpoints",
        "suppress:w": "Add to the list of people not to write to",
        "enrol:x": "Enrol, pause and stop accounts",
        "import:x": "Import files",
        "reports:r": "Read reports and figures",
    }
)


def check_scopes(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes without repeats in the order of the list; raises UnknownChoice, InvalidInput for none."""
    asked = set(scopes)
    if unknown := sorted(asked - set(API_SCOPES)):
        raise UnknownChoice(f"Scope '{unknown[0]}' is unknown.", remedy=f"Allowed: {', '.join(API_SCOPES)}.")
    if not asked:
        raise InvalidInput("An API key needs at least one scope.")
    return tuple(scope for scope in API_SCOPES if scope in asked)
