"""The named refusals of Perennial: what is wrong, where, why and what to do about it.

Every app raises these or its own subclasses; edges turn `kind` into a status and print the four parts.
This module words no page and knows no HTTP.
"""

from typing import ClassVar, Literal

ErrorKind = Literal["invalid", "missing", "forbidden", "conflict", "unprocessable"]


class NamedError(Exception):
    """A refusal with a stable code; `str()` gives one line for a log or a terminal."""

    code: ClassVar[str] = "E-GEN-01"
    kind: ClassVar[ErrorKind] = "invalid"
    remedy_by_default: ClassVar[str] = ""

    def __init__(self, what: str, *, where: str = "", why: str = "", remedy: str = "") -> None:
        """Keep the four parts; `remedy` falls back to the sentence of the class."""
        self.what = what
        self.where = where
        self.why = why
        self.remedy = remedy or self.remedy_by_default
        super().__init__(what)

    def __str__(self) -> str:
        """Return code, place, fact, reason and remedy on one line, leaving out what is empty."""
        place = f"{self.where}: " if self.where else ""
        return " ".join(part for part in (f"{self.code}", f"{place}{self.what}", self.why, self.remedy) if part)


class InvalidInput(NamedError):
    """A value that no rule allows."""

    code = "E-GEN-02"


class RequiredValueMissing(InvalidInput):
    """A required field is empty or holds only blanks."""

    code = "E-REQ-01"


class TextNotAllowed(InvalidInput):
    """A text holds control characters or is too long."""

    code = "E-TXT-01"


class UnknownChoice(InvalidInput):
    """A word outside a closed list."""

    code = "E-ENUM-01"


class UnknownCurrency(InvalidInput):
    """A currency code that ISO 4217 does not hold."""

    code = "E-CUR-01"
    remedy_by_default = "Use the three letters of ISO 4217, e.g. EUR."


class MixedCurrencies(InvalidInput):
    """Arithmetic on two currencies without a rate."""

    code = "E-CUR-02"
    remedy_by_default = "Convert one of the amounts first, naming the date of the rate."


class RateMissing(InvalidInput):
    """No exchange rate on or before the asked date."""

    code = "E-CUR-03"
    remedy_by_default = "Add a rate dated on or before that day in the settings."


class NegativeAmount(InvalidInput):
    """An amount below zero where only zero or more makes sense."""

    code = "E-MONEY-02"


class TooManyDecimals(InvalidInput):
    """More decimals than the currency has."""

    code = "E-MONEY-03"


class AmountOutOfRange(InvalidInput):
    """NaN, infinity, or beyond 10^12."""

    code = "E-MONEY-04"


class NoSuchDate(InvalidInput):
    """A day the calendar does not have."""

    code = "E-DATE-01"


class DateOutOfRange(InvalidInput):
    """A date outside 1990-2100."""

    code = "E-DATE-03"
    remedy_by_default = "A contract that never ends has no end date: leave it empty."


class EndsBeforeStart(InvalidInput):
    """A period that ends on or before the day it starts."""

    code = "E-DATE-04"


class TermsOverlap(InvalidInput):
    """Two live terms of one contract share days."""

    code = "E-DATE-05"
    remedy_by_default = "Amend the existing term, or move the dates so that they do not meet."


class AmendmentOutsideTerm(InvalidInput):
    """An amendment takes effect before its contract, or outside the term it changes."""

    code = "E-AMEND-01"
    remedy_by_default = "Choose a day on which the term runs."


class RampGap(InvalidInput):
    """The phases of an item leave days that none of them covers."""

    code = "E-RAMP-01"
    remedy_by_default = "Let each phase begin the day after the one before it ends."


class RampOverlap(InvalidInput):
    """Two phases of an item share days."""

    code = "E-RAMP-02"
    remedy_by_default = "Let each phase begin the day after the one before it ends."


class LineOutsideTerm(InvalidInput):
    """A phase begins before its term or ends after it."""

    code = "E-RAMP-03"
    remedy_by_default = "Keep the phases inside the term, or move the end of the term first."


class PriceTermsImpossible(InvalidInput):
    """What a contract is said to agree about its next price cannot be."""

    code = "E-PRICE-01"
    remedy_by_default = "Percentages run from -100 to 1000, and an agreed price uplift stays below the agreed cap."


class FileEmpty(InvalidInput):
    """A file without a single byte."""

    code = "E-FILE-01"


class FileTooLarge(InvalidInput):
    """A file beyond the limit of what is kept."""

    code = "E-FILE-04"
    remedy_by_default = "Save it smaller, for example as a PDF without pictures."


class FileKindRefused(InvalidInput):
    """A file of a kind that is not kept, or that is not what its name says."""

    code = "E-FILE-11"
    remedy_by_default = "Kept are PDF, DOCX, XLSX, ODT, PNG, JPG and TIFF."


class ZoneMissing(InvalidInput):
    """A date-time without a time zone."""

    code = "E-DATE-07"
    remedy_by_default = "Give a time zone, e.g. 2026-03-01T09:00:00+01:00."


class UnknownTimeZone(InvalidInput):
    """A zone that is abbreviated, fixed, or not in the IANA list."""

    code = "E-TZ-01"
    remedy_by_default = "Use a region such as America/New_York."


class NoticeOutOfRange(InvalidInput):
    """A notice period below zero or longer than the term."""

    code = "E-NOTICE-01"


class NoticeOutsideWindow(InvalidInput):
    """A notice of ours said to be sent on a day outside its window, by a channel not admitted, or in the future."""

    code = "E-NOTICE-03"


class UnknownReference(NamedError):
    """Something referred to is not in this workspace; the same words whether it exists elsewhere or not."""

    code = "E-REF-01"
    kind = "missing"


class ParentCycle(InvalidInput):
    """An account would become its own ancestor."""

    code = "E-REF-02"


class NotPermitted(NamedError):
    """The role, or the record scope, does not allow it."""

    code = "E-PERM-01"
    kind = "forbidden"
    remedy_by_default = "Ask an admin of the workspace for the role, or the owner of the record to do it."


class Conflict(NamedError):
    """Somebody else was quicker, or the thing has moved on."""

    code = "E-CONF-01"
    kind = "conflict"
    remedy_by_default = "Load it again and repeat your change if it still applies."


class AlreadyClosed(Conflict):
    """A renewal is closed once; a second, different outcome is refused."""

    code = "E-CONF-02"


class DuplicateRecord(Conflict):
    """A record with this key exists already."""

    code = "E-DUP-01"


class KeyReused(NamedError):
    """An idempotency key came back with another request."""

    code = "E-IDEM-01"
    kind = "unprocessable"
    remedy_by_default = "Use a new Idempotency-Key for a new request."


class KeyInFlight(Conflict):
    """The first request with this idempotency key has not been answered yet."""

    code = "E-IDEM-02"
    remedy_by_default = "Wait for the first answer, then repeat with the same key to read it."


class StateNotAllowed(Conflict):
    """A step that the table of states does not have."""

    code = "E-STATE-01"


class EvidenceMissing(InvalidInput):
    """A decision that needs proof was asked for without any."""

    code = "E-EVID-01"
