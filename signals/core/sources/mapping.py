"""Turn one message of a system into signals as the intake takes them, and say of each event what became of it.

Whether a signal may be kept is the intake's to say, whose account it is the database's.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from signals.core.intake import LIMITS
from signals.core.sources.paths import at_path, text_at
from signals.core.sources.readings import read_moment, read_text, read_value
from signals.core.sources.shapes import AS_SENT, Rule, Shape

Fate = Literal["signal", "ignored", "unknown", "broken"]
MOST_EVENTS = 1_000
LONGEST_TYPE = 120
MOST_DIGITS = 4_000  # of a whole number; beyond them reading takes the longer the more there are
HALF = re.compile("[\ud800-\udfff]")
HALF_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFate:
    """What one event of a message came to. `items` are signals; `why` says why there is none."""

    position: int
    event_type: str
    fate: Fate
    items: tuple[Mapping[str, Any], ...] = ()
    why: str = ""


def read_body(body: str) -> Any:
    """Return the JSON document; raise ValueError for a text that is none, or holds NaN or a number without end.

    Half of a character pair, as a sender leaves it who cuts a text in the middle of an emoji, reads as "\ufffd".
    """
    document = json.loads(body, parse_constant=_no_constant, parse_int=_whole_number)
    return _with_whole_characters(document) if HALF_ESCAPED.search(body) else document


def _whole_number(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"A number has more than {MOST_DIGITS} digits.")
    return int(digits)


def _with_whole_characters(found: Any) -> Any:
    if isinstance(found, str):
        return HALF.sub("\ufffd", found)
    if isinstance(found, list):
        return [_with_whole_characters(each) for each in found]
    if isinstance(found, dict):
        return {_with_whole_characters(name): _with_whole_characters(each) for name, each in found.items()}
    return found


def map_document(document: Any, *, shape: Shape, message_id: str, received_at: str) -> tuple[EventFate, ...]:
    """Return the fate of every event in the document, in their order; a thousand at most are looked at.

    An event without a time of its own occurred when it was received; one without an id is known by the message's.
    """
    events = _events(document, shape.paths.get("events", ""))
    kept = events[:MOST_EVENTS]
    fates = [_fate(place, event, shape, message_id, received_at) for place, event in enumerate(kept)]
    if len(events) > MOST_EVENTS:
        why = f"One message holds {MOST_EVENTS:,} events at most; {len(events):,} were sent."
        fates.append(EventFate(position=MOST_EVENTS, event_type="", fate="broken", why=why))
    return tuple(fates)


def _events(document: Any, path: str) -> list[Any]:
    found = at_path(document, path) if path else document
    if found is None:
        found = document
    return found if isinstance(found, list) else [found]


def _fate(place: int, event: Any, shape: Shape, message_id: str, received_at: str) -> EventFate:
    if not isinstance(event, dict):
        return EventFate(position=place, event_type="", fate="broken", why="An event is an object with named fields.")
    event_type = text_at(event, shape.paths.get("type", ""))[:LONGEST_TYPE]
    rules = _fitting(shape, event_type, event)
    is_left_out = any(not rule.kind for rule in rules)
    if rules and not is_left_out:
        event_id = text_at(event, shape.paths.get("id", "")) or f"{message_id}:{place}"
        items = tuple(_item(rule, event, shape, event_id, received_at, len(rules) > 1) for rule in rules)
        return EventFate(position=place, event_type=event_type, fate="signal", items=items)
    why = "This source leaves it out." if is_left_out else shape.reason_to_ignore(event_type)
    if why:
        return EventFate(position=place, event_type=event_type, fate="ignored", why=why)
    return EventFate(position=place, event_type=event_type, fate="unknown", why="No rule knows this type of event.")


def _fitting(shape: Shape, event_type: str, event: Any) -> tuple[Rule, ...]:
    found: list[Rule] = []
    for rule in shape.rules:
        if rule.fits(event_type, event):
            found.append(rule)
            if not rule.also:
                break
    return tuple(found)


def _item(
    rule: Rule, event: Any, shape: Shape, event_id: str, received_at: str, is_one_of_several: bool
) -> Mapping[str, Any]:
    paths = shape.paths
    moment = at_path(event, rule.occurred_at) if rule.occurred_at else None
    if moment is None:
        moment = at_path(event, paths["occurred_at"]) if paths.get("occurred_at") else None
    suffix = f":{rule.kind.partition('.')[2]}" if is_one_of_several else ""
    item: dict[str, Any] = {
        "account": text_at(event, paths.get("account", "")),
        "kind": text_at(event, paths["type"]) if rule.kind == AS_SENT else rule.kind,
        "occurred_at": received_at if moment is None else read_moment(moment),
        "external_id": event_id[: LIMITS["external_id"] - len(suffix)] + suffix,
        "value": read_value(event, rule.value),
        "subject": read_text(event, rule.subject)[: LIMITS["subject"]],
        "text": read_text(event, rule.text),
    }
    return {name: value for name, value in item.items() if value is not None and value != ""}


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number in JSON.")
