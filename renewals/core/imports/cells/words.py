"""Yes and no in the languages files come in, closed lists with "did you mean", currencies, countries and zones."""

from collections.abc import Sequence
from difflib import get_close_matches

from renewals.core.currencies import MINOR_UNITS
from renewals.core.dates.instants import check_zone
from renewals.core.errors import UnknownTimeZone
from renewals.core.imports.cells.cell import EMPTY, Cell, refused
from renewals.core.imports.cells.text import tidy
from renewals.core.imports.countries import COUNTRY_OF_NAME

_YES_WORDS = "true t yes y 1 on x ja j oui o vrai si sí s verdadero vero sim verdadeiro wahr tak ano igen da"
_NO_WORDS = "false f no n 0 off nein non faux falso nee nej nie ne nem não nao falsch"
_YES, _NO = frozenset(_YES_WORDS.split()), frozenset(_NO_WORDS.split())
_SYMBOL_CURRENCY = {"€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY"}


def parse_boolean(text: str) -> Cell:
    """Return True or False from yes/no, ja/nein, oui/non, 1/0 and the like; E-BOOL-01 otherwise."""
    word = tidy(text).casefold()
    if not word:
        return EMPTY
    if word in _YES or word in _NO:
        return Cell(value=word in _YES)
    if word in ("1.0", "0.0"):
        return Cell(value=word == "1.0")
    return refused("E-BOOL-01", f"'{word[:40]}' is neither yes nor no.")


def parse_choice(text: str, *, choices: Sequence[str]) -> Cell:
    """Return the choice the text names, case and separators aside; E-ENUM-01 with the nearest one otherwise."""
    tidied = tidy(text)
    if not tidied:
        return EMPTY
    wanted = _folded(tidied)
    for choice in choices:
        if _folded(choice) == wanted:
            return Cell(value=choice)
    near = get_close_matches(wanted, [_folded(choice) for choice in choices], n=1, cutoff=0.6)
    meant = next((choice for choice in choices if near and _folded(choice) == near[0]), "")
    hint = f"Did you mean '{meant}'? " if meant else ""
    return refused("E-ENUM-01", f"'{tidied[:40]}' is unknown. {hint}Allowed: {', '.join(choices)}.")


def parse_currency(text: str) -> Cell:
    """Return an ISO 4217 code; a symbol that means one currency is accepted. E-CUR-01 with the nearest otherwise."""
    tidied = tidy(text)
    code = _SYMBOL_CURRENCY.get(tidied, tidied.upper())
    if not code:
        return EMPTY
    if code in MINOR_UNITS:
        return Cell(value=code)
    near = get_close_matches(code, MINOR_UNITS, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]}?" if near else ". Use three letters such as EUR."
    return refused("E-CUR-01", f"Currency '{tidied[:20]}' is unknown{hint}")


def parse_country(text: str) -> Cell:
    """Return an ISO 3166 code from a code or an English name; E-CTRY-01 with the nearest name otherwise."""
    tidied = tidy(text)
    if not tidied:
        return EMPTY
    code = COUNTRY_OF_NAME.get(_folded(tidied))
    if code:
        return Cell(value=code)
    near = get_close_matches(_folded(tidied), [name for name in COUNTRY_OF_NAME if len(name) > 2], n=1, cutoff=0.75)
    hint = (
        f"; did you mean '{near[0].title()}' ({COUNTRY_OF_NAME[near[0]]})?" if near else ". Use two letters such as DE."
    )
    return refused("E-CTRY-01", f"Country '{tidied[:40]}' is unknown{hint}")


def parse_zone(text: str) -> Cell:
    """Return the name of a region of the IANA list; E-TZ-01 for abbreviations, offsets and typos."""
    tidied = tidy(text)
    if not tidied:
        return EMPTY
    try:
        return Cell(value=check_zone(tidied).key)
    except UnknownTimeZone:
        return refused("E-TZ-01", f"'{tidied[:40]}' is not a region. Use one such as America/New_York.")


def _folded(text: str) -> str:
    return text.casefold().replace("_", " ").replace("-", " ").strip(" .")
