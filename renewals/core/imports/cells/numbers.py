"""Numbers, money and percentages as files write them, with the decimal mark and percent scale given for the file."""

import re
from decimal import Decimal, InvalidOperation
from typing import Literal

from renewals.core.imports.cells.cell import EMPTY, Cell, refused
from renewals.core.imports.cells.text import tidy
from renewals.core.money import LARGEST_AMOUNT

DecimalMark = Literal["", "point", "comma"]
PercentScale = Literal["", "fraction", "percent"]

_PLAIN = re.compile(r"-?\d+(\.\d+)?")
_GROUPED_POINT = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_GROUPED_COMMA = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?")
_EITHER = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_SHORTHAND = re.compile(r"[+-]?[\d.,]+\s?([kKmMbB]|[eE][+-]?\d+|Mio\.?|Tsd\.?)")
_SYMBOLS = re.compile(r"[€$£¥₹₩₽₺]|\b[A-Z]{3}\b")
_GAPS = re.compile(r"(?<=\d)['’\s](?=\d{3}(?!\d))")
_NOISE = Decimal("0.000001")
_NO_NUMBER = frozenset(("nan", "inf", "infinity", "-inf", "-infinity", "+inf"))


def number_reading(text: str) -> DecimalMark | Literal["either"]:
    """Return which decimal mark the text proves: 'point', 'comma', 'either' (1,234), or '' when it proves nothing."""
    bare = _bare(text)
    if _EITHER.fullmatch(bare):
        return "either"
    last_point, last_comma = bare.rfind("."), bare.rfind(",")
    if last_point < 0 and last_comma < 0:
        return ""
    if last_point >= 0 and last_comma >= 0:
        return "point" if last_point > last_comma else "comma"
    mark = "," if last_comma >= 0 else "."
    if bare.count(mark) > 1:
        return "point" if mark == "," else "comma"
    return "comma" if mark == "," else "point"


def parse_decimal(text: str, *, mark: DecimalMark = "", may_be_negative: bool = True) -> Cell:
    """Return a Decimal: E-NUM-01 not a number, E-NUM-02 negative, E-MONEY-04 not finite or beyond 10^12."""
    cell = _number(tidy(text), mark=mark)
    if isinstance(cell.value, Decimal) and cell.value < 0 and not may_be_negative:
        return refused("E-NUM-02", f"{cell.value} is below zero.")
    return cell


def parse_money(text: str, *, mark: DecimalMark = "", may_be_negative: bool = False) -> Cell:
    """Return an amount; symbols and grouping are dropped. E-MONEY-01 shorthand, -02 negative, -04 out of range."""
    tidied = tidy(text)
    if _SHORTHAND.fullmatch(_bare(tidied)):
        return refused("E-MONEY-01", f"'{tidied}': write the amount in full, such as 1200.")
    cell = _number(tidied, mark=mark)
    if cell.code == "E-NUM-01":
        return refused("E-MONEY-01", f"'{tidied[:40]}' is not an amount.")
    if isinstance(cell.value, Decimal) and cell.value < 0 and not may_be_negative:
        return refused("E-MONEY-02", f"{tidied} is negative; amounts are zero or more.")
    return cell


def parse_integer(text: str, *, mark: DecimalMark, lowest: int | None, highest: int | None) -> Cell:
    """Return a whole number; 12.0 counts as 12. E-NUM-03 not whole, E-NUM-04 out of its range."""
    cell = _number(tidy(text), mark=mark or "point")
    if not isinstance(cell.value, Decimal):
        return cell
    if cell.value != cell.value.to_integral_value():
        return refused("E-NUM-03", f"{cell.value} is not a whole number.")
    number = int(cell.value)
    if (lowest is not None and number < lowest) or (highest is not None and number > highest):
        return refused("E-NUM-04", f"{number} is outside {_range(lowest, highest)}.")
    return Cell(value=number)


def parse_percent(text: str, *, mark: DecimalMark, scale: PercentScale) -> Cell:
    """Return a percentage as a fraction from 0 to 1; E-PCT-01 unclear scale, below 0 or over 100 %."""
    tidied = tidy(text)
    is_marked = tidied.endswith("%")
    cell = _number(tidied.rstrip("% "), mark=mark)
    if not isinstance(cell.value, Decimal):
        return cell
    if not is_marked and not scale and 0 < cell.value <= 1:
        shown = (cell.value * 100).normalize()
        return refused("E-PCT-01", f"Is {tidied} = {shown:f} %? Choose for the file.")
    value = cell.value if scale == "fraction" and not is_marked else cell.value / 100
    if not 0 <= value <= 1:
        return refused("E-PCT-01", f"{tidied} is not between 0 and 100 %.")
    return Cell(value=value.quantize(_NOISE).normalize() if value != value.quantize(_NOISE) else value)


def _bare(text: str) -> str:
    return _GAPS.sub("", _SYMBOLS.sub("", text).strip().rstrip("%").strip())


def _number(text: str, *, mark: DecimalMark) -> Cell:
    if _PLAIN.fullmatch(text) and (mark != "comma" or "." not in text) and (mark or not _EITHER.fullmatch(text)):
        return _in_range(Decimal(text), text)
    if not text:
        return EMPTY
    if text.casefold() in _NO_NUMBER:
        return refused("E-MONEY-04", f"'{text}' is not a number that can be kept.")
    bare = _bare(text)
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    if not mark and _EITHER.fullmatch(bare):
        return refused("E-ASK-01", f"'{text}' can mean a thousand or a decimal; answer once for the file.")
    return _by_mark(bare, text, mark)


def _by_mark(bare: str, text: str, mark: DecimalMark) -> Cell:
    proven = mark or number_reading(bare)
    grouped = _GROUPED_COMMA if proven == "comma" else _GROUPED_POINT
    if grouped.fullmatch(bare):
        bare = bare.replace("." if proven == "comma" else ",", "")
    plain = bare.replace(",", ".") if proven == "comma" else bare
    try:
        if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", plain):
            raise InvalidOperation
        return _in_range(Decimal(plain), text)
    except InvalidOperation:
        return refused("E-NUM-01", f"'{text[:40]}' is not a number.")


def _in_range(value: Decimal, text: str) -> Cell:
    if abs(value) > LARGEST_AMOUNT:
        return refused("E-MONEY-04", f"'{text[:40]}' is beyond 10^12.")
    exponent = value.as_tuple().exponent
    tidied = value.quantize(_NOISE) if isinstance(exponent, int) and exponent < -10 else value
    return Cell(value=tidied.normalize() if tidied is not value and abs(tidied - value) < _NOISE else value)


def _range(lowest: int | None, highest: int | None) -> str:
    if highest is None:
        return f"the range from {lowest}"
    return f"{lowest}–{highest}" if lowest is not None else f"the range up to {highest}"
