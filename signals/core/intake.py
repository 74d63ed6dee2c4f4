"""Decide whether one signal, as it was sent, may be kept: either a candidate or a refusal with code, place and remedy.

Whether the account exists and whether the signal is known already is the database's to say.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Any, NamedTuple

from signals.core.kinds import Catalogue, KindSpec
from signals.core.sentiment import Lexicon, tone_of
from signals.core.verdicts import Refusal

FIELDS = (
    "account",
    "kind",
    "occurred_at",
    "value",
    "external_id",
    "subject",
    "text",
    "attributes",
    "expires_at",
    "author",
)
KNOWN_FIELDS = frozenset(FIELDS)
LIMITS = {"account": 200, "kind": 64, "external_id": 200, "subject": 200, "text": 10_000, "author": 150}
IDS = ("account", "external_id", "subject")
TEXTS = ("external_id", "subject", "text", "author")
REQUIRED = ("account", "kind", "occurred_at")
ATTRIBUTES_LIMIT = 50
ATTRIBUTE_TEXT_LIMIT = 1_000
# Written by the product itself: under which name a signal was sent, how its tone was read, for which one it stands.
RESERVED = ("known_as", "tone_confidence", "tone_version", "tone_of")
FUTURE = timedelta(minutes=10)
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2101, 1, 1, tzinfo=UTC)
# Line breaks and tabs are allowed in the text of a message and nowhere else; lone surrogates cannot be stored.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
UNSEEN_IN_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Candidate(NamedTuple):
    """A signal that passed every check that needs no database. A tuple: a load makes millions."""

    position: int
    account: str
    kind: str
    occurred_at: datetime
    value: float | None
    external_id: str
    subject: str = ""
    text: str = ""
    attributes: Mapping[str, Any] | None = None
    expires_at: datetime | None = None
    author: str = ""


class SignalRefused(Exception):
    """Carries code, field, fact and remedy out of a check."""


def check_items(
    items: list[Any], *, catalogue: Catalogue, lexicon: Lexicon, now: datetime, start: int = 0
) -> tuple[list[Candidate], list[Refusal]]:
    """Return what may be kept and what may not, each in the order sent. Positions count from `start`."""
    kept: list[Candidate] = []
    refused: list[Refusal] = []
    latest = min(now + FUTURE, LATEST)
    for position, item in enumerate(items, start):
        try:
            kept.append(_candidate(position, item, catalogue, lexicon, latest))
        except SignalRefused as refusal:
            code, where, what, remedy = refusal.args
            refused.append(Refusal(position=position, code=code, where=where, what=what, remedy=remedy))
    return kept, refused


def _candidate(position: int, item: Any, catalogue: Catalogue, lexicon: Lexicon, latest: datetime) -> Candidate:
    _check_shape(item)
    spec = _spec(item, catalogue)
    texts = {name: _text(item, name) if name in item else "" for name in TEXTS}
    if spec.needs_subject and not texts["subject"]:
        raise SignalRefused("E-REQ-01", "subject", f"{item['kind']} needs a subject.", f"Give it: {spec.meaning}.")
    attributes = _attributes(item.get("attributes"))
    value = _value(item.get("value"), spec)
    if value is None and spec.has_tone and texts["text"]:
        tone = tone_of(texts["text"], lexicon=lexicon)
        value = tone.score if tone.hits else None
        attributes = {**(attributes or {}), "tone_confidence": tone.confidence, "tone_version": tone.version}
    occurred_at = _moment(item["occurred_at"], "occurred_at")
    if not OLDEST <= occurred_at <= latest:
        _refuse_moment(occurred_at)
    expires = item.get("expires_at")
    return Candidate(
        position=position,
        account=_text(item, "account"),
        kind=item["kind"],
        occurred_at=occurred_at,
        value=value,
        external_id=texts["external_id"],
        subject=texts["subject"],
        text=texts["text"],
        attributes=attributes,
        expires_at=None if expires is None else _moment(expires, "expires_at"),
        author=texts["author"],
    )


def _check_shape(item: Any) -> None:
    if not isinstance(item, dict):
        raise SignalRefused("E-SIG-03", "", "A signal is an object with named fields.", 'Send {"account": …}.')
    for name in () if KNOWN_FIELDS.issuperset(item) else item:
        if name not in KNOWN_FIELDS:
            raise SignalRefused("E-FIELD-01", str(name)[:60], f"'{str(name)[:60]}' cannot be set.", _allowed(str(name)))
    for name in REQUIRED:
        given = item.get(name)
        if given is None or (isinstance(given, str) and not given.strip()):
            raise SignalRefused("E-REQ-01", name, f"{name} is required.", "Give it a value.")


def _allowed(name: str) -> str:
    near = get_close_matches(name, FIELDS, n=1)
    return f"Did you mean '{near[0]}'?" if near else f"Leave it out. Known fields: {', '.join(FIELDS)}."


def _spec(item: Mapping[str, Any], catalogue: Catalogue) -> KindSpec:
    kind = item["kind"]
    spec = catalogue.kinds.get(kind) if isinstance(kind, str) else None
    if spec is None and isinstance(kind, str) and len(kind) <= LIMITS["kind"]:
        spec = catalogue.spec(kind)
    if spec is not None:
        return spec
    near = get_close_matches(kind[:64], catalogue.kinds, n=1) if isinstance(kind, str) else []
    hint = f"Did you mean '{near[0]}'? " if near else ""
    families = ", ".join(catalogue.families)
    raise SignalRefused(
        "E-ENUM-01", "kind", f"{_shown(kind)} is not a kind.", f"{hint}Write family.name; families: {families}."
    )


def _text(item: Mapping[str, Any], name: str) -> str:
    """Return the text without blanks around it, or "" when there is none."""
    given = item.get(name)
    if given is None:
        return ""
    if type(given) is int and name in IDS and abs(given) < 10**18:
        return str(given)
    if not isinstance(given, str):
        raise SignalRefused("E-TXT-05", name, f"{name} must be text.", "Put it in quotes.")
    if len(given) > LIMITS[name]:
        raise SignalRefused(
            "E-TXT-03", name, f"{LIMITS[name]:,} characters at most ({len(given):,} given).", "Shorten it."
        )
    if given.isprintable():
        return given.strip()
    unseen = (UNSEEN_IN_TEXT if name == "text" else UNSEEN).search(given)
    if unseen:
        place = unseen.start() + 1
        raise SignalRefused(
            "E-TXT-01", name, f"{name} contains an invisible control character at position {place}.", "Remove it."
        )
    return given.strip()


def _shown(given: Any) -> str:
    """Return something short to print; containers are named only, however deep they are."""
    if isinstance(given, dict | list):
        return "an object" if isinstance(given, dict) else "a list"
    return repr(str(given)[:64])


def _value(given: Any, spec: KindSpec) -> float | None:
    """Return the number; None when there is none, which is never read as 0."""
    if given is None:
        if spec.needs_value:
            raise SignalRefused("E-REQ-01", "value", f"{spec.key} needs a value.", f"Give it: {spec.meaning}.")
        return None
    if isinstance(given, bool) or not isinstance(given, int | float):
        what = f"{spec.key} must be a number, got {_shown(given)}."
        raise SignalRefused("E-SIG-01", "value", what, f"Send a number: {spec.meaning}.")
    if not -1e15 <= given <= 1e15:
        shown = str(given)[:40] if isinstance(given, float) else "a very large number"
        raise SignalRefused("E-SIG-01", "value", f"{shown} is not a usable number.", "Send a number below 10^15.")
    if not spec.low <= given <= spec.high:
        percent = " Is it a percentage?" if spec.high == 1.0 and 1.0 < given <= 100.0 else ""
        raise SignalRefused(
            "E-SIG-01",
            "value",
            f"{spec.key} must be {spec.low:g} to {spec.high:g}, got {given:g}.{percent}",
            f"It means: {spec.meaning}.",
        )
    return float(given)


def _moment(given: Any, where: str) -> datetime:
    if isinstance(given, str):
        try:
            moment = datetime.fromisoformat(given)
        except ValueError:
            raise SignalRefused(
                "E-DATE-01", where, f"'{given[:40]}' is not a date and time.", "Write 2026-03-01T09:00:00+01:00."
            ) from None
    elif isinstance(given, datetime):
        moment = given
    else:
        raise SignalRefused("E-DATE-01", where, f"{where} must be text.", "Write 2026-03-01T09:00:00+01:00.")
    if moment.tzinfo is None:
        raise SignalRefused(
            "E-DATE-07", where, f"'{str(given)[:40]}' has no time zone.", "Give one, e.g. 2026-03-01T09:00:00+01:00."
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise SignalRefused("E-DATE-03", where, "Outside 1990-2100.", "Check the year.") from None


def _refuse_moment(moment: datetime) -> None:
    if moment < OLDEST or moment >= LATEST:
        raise SignalRefused("E-DATE-03", "occurred_at", f"{moment:%Y-%m-%d} is outside 1990-2100.", "Check the year.")
    raise SignalRefused(
        "E-SIG-02",
        "occurred_at",
        f"{moment:%Y-%m-%dT%H:%M:%SZ} is more than 10 minutes in the future.",
        "Send what has happened; check the sender's clock and time zone.",
    )


def _attributes(given: Any) -> Mapping[str, Any] | None:
    """Return the attributes; only a flat object of short texts, finite numbers, yes/no and null is kept."""
    if given is None or given == {}:
        return None
    if not isinstance(given, dict) or len(given) > ATTRIBUTES_LIMIT:
        raise SignalRefused(
            "E-SIG-04", "attributes", f"attributes is an object of at most {ATTRIBUTES_LIMIT} fields.", "Send fewer."
        )
    for name, value in given.items():
        if name in RESERVED:
            raise SignalRefused("E-SIG-04", f"attributes.{name}", f"{name} is written by us.", "Choose another name.")
        if not _is_plain(name) or not (value is None or _is_plain(value)):
            raise SignalRefused(
                "E-SIG-04",
                f"attributes.{str(name)[:40]!a}",
                "An attribute is a short text, a number, true, false or null.",
                f"Send a flat object; texts up to {ATTRIBUTE_TEXT_LIMIT:,} characters.",
            )
    return given


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= ATTRIBUTE_TEXT_LIMIT and not UNSEEN_IN_TEXT.search(value)
    return isinstance(value, bool) or (isinstance(value, int | float) and abs(value) <= 1e15 and math.isfinite(value))
