"""Notice rules as data: who owes the notice, from which date its days are counted, by which channel, proven how.

A rule comes from the contract or from a jurisdiction pack. Units are kept as the clause writes them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from renewals.core.dates import NoticeUnit
from renewals.core.errors import InvalidInput

LONGEST_COUNT = 400


class NoticeKind(StrEnum):
    """What the notice says: we remind them, we end the contract, or they end it."""

    REMINDER = "reminder"
    NON_RENEWAL = "non_renewal"
    OPT_OUT = "opt_out"


class NoticeSide(StrEnum):
    """Whose notice it is."""

    OURS = "ours"
    THEIRS = "theirs"


class NoticeAnchor(StrEnum):
    """The date the window is counted back from."""

    OPT_OUT_DEADLINE = "opt_out_deadline"
    TERM_END = "term_end"


class NoticeChannel(StrEnum):
    """How a notice may be served."""

    EMAIL = "email"
    LETTER = "letter"
    REGISTERED_LETTER = "registered_letter"
    PERSONAL_SERVICE = "personal_service"
    PORTAL = "portal"


class NoticeCounts(StrEnum):
    """Which day must lie in the window: the day it is sent, or the day it is received."""

    SENT = "sent"
    RECEIVED = "received"


SIDES: Mapping[NoticeKind, NoticeSide] = {
    NoticeKind.REMINDER: NoticeSide.OURS,
    NoticeKind.NON_RENEWAL: NoticeSide.OURS,
    NoticeKind.OPT_OUT: NoticeSide.THEIRS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """So many days, business days, weeks or months before the anchor, in the unit of the clause."""

    count: int
    unit: NoticeUnit = NoticeUnit.DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRule:
    """One rule. `opens` None: from the first day of the term. `is_inclusive`: the anchor counts as day one.

    `delivery_days` are business days that a served notice travels; they count only where receipt decides.
    """

    key: str
    version: int
    kind: NoticeKind
    anchor: NoticeAnchor
    closes: Offset
    opens: Offset | None = None
    is_inclusive: bool = False
    counts: NoticeCounts = NoticeCounts.SENT
    channels: tuple[NoticeChannel, ...] = tuple(NoticeChannel)
    delivery_days: int = 0
    source: str = ""

    @property
    def side(self) -> NoticeSide:
        """Return whose notice this is."""
        return SIDES[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class JurisdictionPack:
    """A rule of a jurisdiction with where it was read and when. Off until an admin switches it on; no legal advice.

    It concerns contracts that renew by themselves at accounts of `country` (and `regions`, by code, unless empty),
    whose term has at least `least_term_months` and whose next term more than `over_renewal_months`.
    """

    key: str
    version: int
    name: str
    country: str
    regions: tuple[str, ...]
    buyers: str
    summary: str
    limits: str
    source: str
    source_url: str
    read_on: date
    least_term_months: int
    over_renewal_months: int
    rule: NoticeRule


@dataclass(frozen=True, slots=True, kw_only=True)
class PackQuestion:
    """What decides whether a pack concerns a term. `renewal_months` None: not on record, so it may be long.

    `region` is an ISO 3166-2 code, empty when the account's region is not known.
    """

    country: str
    region: str
    renews_by_itself: bool
    term_months: int
    renewal_months: int | None


def does_pack_apply(pack: JurisdictionPack, asked: PackQuestion) -> bool:
    """Answer whether the pack's duty exists for a term. Where an unknown region decides it does not: that is told."""
    return _could_apply(pack, asked) and (not pack.regions or asked.region in pack.regions)


def is_pack_undecided(pack: JurisdictionPack, asked: PackQuestion) -> bool:
    """Answer whether the pack concerns the term if the account lies in its region, and nobody knows where it lies."""
    return bool(pack.regions) and not asked.region and _could_apply(pack, asked)


def _could_apply(pack: JurisdictionPack, asked: PackQuestion) -> bool:
    if asked.country.upper() != pack.country or not asked.renews_by_itself:
        return False
    renewal_months = asked.renewal_months if asked.renewal_months is not None else asked.term_months
    return asked.term_months >= pack.least_term_months and renewal_months > pack.over_renewal_months


def read_pack(document: Mapping[str, Any]) -> JurisdictionPack:
    """Return the pack written in a document; raises InvalidInput for one that misses a part."""
    try:
        rule = read_rule(document["rule"], key=document["key"], version=document["version"], source=document["source"])
        applies = document["applies"]
        return JurisdictionPack(
            key=document["key"],
            version=document["version"],
            name=document["name"],
            country=applies["country"],
            regions=tuple(applies["regions"]),
            buyers=applies["buyers"],
            summary=document["summary"],
            limits=document["limits"],
            source=document["source"],
            source_url=document["source_url"],
            read_on=document["read_on"],
            least_term_months=applies["least_term_months"],
            over_renewal_months=applies["over_renewal_months"],
            rule=rule,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(f"A jurisdiction pack is incomplete: {error}.") from None


def read_rule(written: Mapping[str, Any], *, key: str, version: int, source: str) -> NoticeRule:
    """Return the rule written as a table; raises InvalidInput for a window that opens after it closes."""
    opens = written.get("opens")
    return check_rule(
        NoticeRule(
            key=key,
            version=version,
            kind=NoticeKind(written["kind"]),
            anchor=NoticeAnchor(written["anchor"]),
            opens=_offset(opens) if opens else None,
            closes=_offset(written["closes"]),
            is_inclusive=bool(written.get("is_inclusive", False)),
            counts=NoticeCounts(written["counts"]),
            channels=tuple(NoticeChannel(item) for item in written["channels"]),
            delivery_days=int(written.get("delivery_days", 0)),
            source=source,
        )
    )


def write_rule(rule: NoticeRule) -> dict[str, Any]:
    """Return the rule as a table, as it is kept beside a planned notice; `read_rule` reads it back."""
    return {
        "kind": rule.kind.value,
        "anchor": rule.anchor.value,
        "opens": None if rule.opens is None else {"count": rule.opens.count, "unit": rule.opens.unit.value},
        "closes": {"count": rule.closes.count, "unit": rule.closes.unit.value},
        "is_inclusive": rule.is_inclusive,
        "counts": rule.counts.value,
        "channels": [item.value for item in rule.channels],
        "delivery_days": rule.delivery_days,
    }


def check_rule(rule: NoticeRule) -> NoticeRule:
    """Return the rule, or refuse one without a channel, with a count out of range, or that opens after it closes."""
    offsets = [item for item in (rule.opens, rule.closes) if item is not None]
    if not rule.channels:
        raise InvalidInput("A notice rule names at least one channel.", remedy="Choose how it may be served.")
    if any(not 0 <= item.count <= LONGEST_COUNT for item in offsets) or not 0 <= rule.delivery_days <= 30:
        raise InvalidInput(f"Counts of a notice rule lie between 0 and {LONGEST_COUNT}, delivery between 0 and 30.")
    same_unit = rule.opens is not None and rule.opens.unit is rule.closes.unit
    if same_unit and rule.opens is not None and rule.opens.count < rule.closes.count:
        raise InvalidInput("The window opens after it closes.", remedy="The larger count is the first day.")
    return rule


def packs_by_key(packs: Iterable[JurisdictionPack]) -> Mapping[str, JurisdictionPack]:
    """Return packs by key; raises InvalidInput when two share one."""
    found: dict[str, JurisdictionPack] = {}
    for pack in packs:
        if pack.key in found:
            raise InvalidInput(f"Two jurisdiction packs are called '{pack.key}'.")
        found[pack.key] = pack
    return found


def _offset(written: Mapping[str, Any]) -> Offset:
    return Offset(count=int(written["count"]), unit=NoticeUnit(written.get("unit", "days")))
