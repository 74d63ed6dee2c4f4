"""Read a mail provider's log, CSV or JSON lines, and judge what each line of it says about our messages.

It decides nothing about lines it cannot read: one such line, and the whole log is refused.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr, parsedate_to_datetime
from enum import StrEnum

from playbooks.core.states import MessageState

# What providers call their columns, the surest name first; compared in small letters with "_" between words.
NAMES: Mapping[str, tuple[str, ...]] = {
    "key": ("idem_key", "idempotency_key", "key"),
    "message_id": ("message_id", "messageid", "smtp_message_id", "header_message_id"),
    "address": ("to_address", "to", "address", "recipient", "email", "to_email"),
    "sent": ("sent_at", "sent", "accepted_at", "submitted_at", "created_at", "received_at", "timestamp", "date", "at"),
    "ref": ("provider_ref", "ref", "id", "email_id"),
    "status": ("status", "event", "last_event", "state"),
}
LEFT = frozenset(
    {
        "sent",
        "accepted",
        "delivered",
        "delivery_delayed",
        "deferred",
        "opened",
        "clicked",
        "bounced",
        "complained",
        "unsubscribed",
        "processed",
    }
)
STAYED = frozenset(
    {"queued", "scheduled", "canceled", "cancelled", "rejected", "refused", "failed", "dropped", "suppressed"}
)
OUR_KEY = re.compile(r"pn-(\d+)-[0-9a-f]{40}(-m\d+)?")
OUR_ID = re.compile(r"<([0-9a-f]{40}(?:-m\d+)?)@[^<>\s]+>")
SLACK = timedelta(minutes=10)
"""How far a provider's clock may be ahead of ours before its times are nonsense."""
MOST_PROBLEMS = 20
MILLISECONDS = 10**11


class LogVerdict(StrEnum):
    """What becomes of one line of a provider's log."""

    MARKED = "marked"  # in the outbox and not sent yet: it is now
    KNOWN = "known"  # sent here as well
    EXPECTED = "expected"  # its step is still ahead: it will be marked when it is written, and never handed over
    HELD = "held"  # ours, but nothing here would write it: the next message to this address waits for a person
    CONTRARY = "contrary"  # ended here without being sent; nothing leaves, a person should know
    OTHER_ADDRESS = "other_address"  # here the message goes to somebody else: the next one to either waits
    ELSEWHERE = "elsewhere"  # another workspace's, by its key


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One message that left, as the provider tells it; `key` or `message_id` is ours, the other may be empty."""

    number: int
    key: str
    message_id: str
    address: str
    sent_at: datetime
    ref: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Return by what one of our messages is recognised: the key, and the Message-ID without its domain."""
        local = OUR_ID.fullmatch(self.message_id)
        return frozenset({self.key, local[1] if local else ""} - {""})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderLog:
    """A log that was read: our lines, each message once; how many others did not leave, or were never ours."""

    lines: tuple[LogLine, ...]
    stayed: int = 0
    strangers: int = 0
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMessage:
    """A message of the outbox, as far as a line of the log is compared with it."""

    id: int
    state: str
    address: str


def read_provider_log(text: str, *, now: datetime) -> ProviderLog:
    """Return the log, or `problems`: sentences with line numbers, twenty at most, and no line counts then."""
    lines: dict[frozenset[str], LogLine] = {}
    problems: list[str] = []
    stayed = strangers = 0
    try:
        rows = list(_rows(text.lstrip("\ufeff")))
    except ValueError as error:
        return ProviderLog(lines=(), problems=(str(error),))
    for number, row in rows:
        try:
            line = _line(number, row, now=now)
        except ValueError as error:
            problems.append(f"Line {number}: {error}")
            continue
        stayed += line is None
        if line is None:
            continue
        strangers += not line.names
        first = lines.setdefault(line.names, line) if line.names else line
        if first.address != line.address:
            problems.append(f"Line {number}: the same message as line {first.number}, but to another address.")
    problems += [] if rows else ["The log has no line."]
    if rows and not lines and not problems and strangers:
        problems.append("No line carries one of our keys or Message-IDs: is it the log of another system?")
    kept = () if problems else tuple(lines.values())
    return ProviderLog(lines=kept, stayed=stayed, strangers=strangers, problems=tuple(problems[:MOST_PROBLEMS]))


def judge_line(line: LogLine, known: KnownMessage | None, *, expected: frozenset[str], workspace_id: int) -> LogVerdict:
    """Return what a line means for this workspace; `expected` names the messages of steps that are still ahead."""
    key = OUR_KEY.fullmatch(line.key)
    if key is not None and int(key[1]) != workspace_id:
        return LogVerdict.ELSEWHERE
    if known is None:
        return LogVerdict.EXPECTED if line.names & expected else LogVerdict.HELD
    if known.state == MessageState.SENT:
        return LogVerdict.KNOWN
    if known.state in (MessageState.CANCELLED, MessageState.FAILED):
        return LogVerdict.CONTRARY
    return LogVerdict.MARKED if known.address.lower() == line.address else LogVerdict.OTHER_ADDRESS


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yield (line number, columns under our names). Raises ValueError for what is neither CSV nor JSON lines."""
    if "\0" in text:
        raise ValueError("The log is not text.")
    if text.lstrip().startswith(("{", "[")):
        yield from _json_rows(text)
        return
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        _check_columns(reader.fieldnames or ())
        for row in reader:
            yield reader.line_num, _named(row)
    except csv.Error as error:
        raise ValueError(f"Line {reader.line_num} cannot be read as CSV: {error}.") from error


def _json_rows(text: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError as error:
            raise ValueError(f"Line {number} is no JSON object: one object on each line, please.") from error
        if not isinstance(found, dict):
            raise ValueError(f"Line {number} is no JSON object: one object on each line, please.")
        yield number, _named(found)


def _check_columns(names: Iterable[str]) -> None:
    there = set(_named(dict.fromkeys(names, "x")))
    if not there & {"key", "message_id"}:
        raise ValueError(
            f"No column names our key or Message-ID ({', '.join(NAMES['key'] + NAMES['message_id'][:1])})."
        )
    for name in ("address", "sent"):
        if name not in there:
            raise ValueError(f"No column tells the {name} ({', '.join(NAMES[name])}).")


def _named(row: Mapping[str, object]) -> dict[str, object]:
    """Return the columns we know under our names; the surest name wins where several are there."""
    plain = {re.sub(r"[^a-z0-9]+", "_", str(name).lower()).strip("_"): value for name, value in row.items() if name}
    found = {ours: next((plain[name] for name in names if name in plain), None) for ours, names in NAMES.items()}
    return {name: value for name, value in found.items() if value is not None}


def _line(number: int, row: Mapping[str, object], *, now: datetime) -> LogLine | None:
    """Return the line, None if it did not leave. Raises ValueError with what is wrong with it."""
    status = str(row.get("status", "")).strip().lower().rpartition(".")[2].replace(" ", "_")
    if status in STAYED:
        return None
    if status and status not in LEFT:
        raise ValueError(f"nobody knows whether '{status[:40]}' means that it left.")
    key, named = (str(row.get(name, "")).strip() for name in ("key", "message_id"))
    if not key and not named:
        raise ValueError("it names neither our key nor our Message-ID.")
    message_id = f"<{named.strip('<>')}>" if named else ""
    return LogLine(
        number=number,
        key=key if OUR_KEY.fullmatch(key) else "",
        message_id=message_id if OUR_ID.fullmatch(message_id) else "",
        address=_address(row.get("address")),
        sent_at=_instant(row.get("sent"), now=now),
        ref=str(row.get("ref", ""))[:200],
    )


def _address(value: object) -> str:
    several = value if isinstance(value, list) else [value]
    if len(several) != 1:
        raise ValueError(f"it has {len(several)} addresses; ours have one.")
    address = parseaddr(str(several[0] or ""))[1].strip().lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        raise ValueError(f"'{str(several[0])[:60]}' is no address.")
    return address


def _instant(value: object, *, now: datetime) -> datetime:
    """Return the time it was sent. Raises ValueError without a zone, in the future, or unreadable."""
    text = str("" if value is None else value).strip()
    try:
        at = _epoch(float(text)) if re.fullmatch(r"\d{9,14}(\.\d+)?", text) else datetime.fromisoformat(text)
    except ValueError:
        at = _mail_date(text)
    if at.tzinfo is None:
        raise ValueError(f"'{text[:40]}' has no time zone.")
    if at > now + SLACK:
        raise ValueError(f"'{text[:40]}' is in the future.")
    return at


def _epoch(number: float) -> datetime:
    return datetime.fromtimestamp(number / 1000 if number > MILLISECONDS else number, tz=UTC)


def _mail_date(text: str) -> datetime:
    try:
        return parsedate_to_datetime(text)
    except ValueError as error:
        raise ValueError(f"'{text[:40]}' is no time.") from error
