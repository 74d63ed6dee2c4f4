"""How renewals ended, as a model may learn it: fixed once, at the end of the term plus grace; unknown stays unknown.

Renewals of one account that end together are decided together: a contract merged into another one is not lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from signals.core.snapshots.rules import SnapshotRules


class LabelKind(StrEnum):
    """How it ended; censored is not known, which is never read as renewed."""

    CHURNED = "churned"
    CONTRACTED = "contracted"
    FLAT = "flat"
    EXPANDED = "expanded"
    CENSORED = "censored"


class Manner(StrEnum):
    """How the label came about. Only what was signed is a decision to stay."""

    SIGNED = "signed"
    AUTO_RENEWED = "auto_renewed"
    LOST = "lost"
    STATED = "stated"
    OPEN = "open"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedTerm:
    """A renewal as recorded. `outcome` is "" while open; amounts a year; `is_stated`: its end came with its account.

    `next_on` is the start of the contract's next term, `cancelled_on` the first day without the contract.
    """

    renewal_id: int
    account_id: int
    contract_id: int
    segment: str
    currency: str
    due_on: date
    target: Decimal
    outcome: str = ""
    final: Decimal | None = None
    decided_on: date | None = None
    is_auto_renewing: bool = False
    is_stated: bool = False
    next_on: date | None = None
    cancelled_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContract:
    """The first term of a contract: it may replace one that ended. `arr` a year."""

    account_id: int
    contract_id: int
    currency: str
    starts_on: date
    arr: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What became of a renewal. `ratio` is final over target of its group, None when censored or free of charge.

    It may be used from `labelled_on`; `matures_on` is when every renewal of that date is known alike, lost or kept.
    """

    renewal_id: int
    account_id: int
    group_key: str
    is_lead: bool
    kind: LabelKind
    manner: Manner
    ratio: float | None
    due_on: date
    decided_on: date | None
    labelled_on: date | None
    matures_on: date


def label_renewals(
    terms: Iterable[EndedTerm], new_contracts: Iterable[NewContract], rules: SnapshotRules
) -> tuple[Label, ...]:
    """Return a label for each renewal of whole accounts, by account and due date."""
    fresh: dict[int, list[NewContract]] = {}
    for each in new_contracts:
        fresh.setdefault(each.account_id, []).append(each)
    ordered = sorted(terms, key=lambda each: (each.account_id, each.currency, each.due_on, each.renewal_id))
    labels: list[Label] = []
    for (account_id, currency), found in groupby(ordered, key=lambda each: (each.account_id, each.currency)):
        contracts = [each for each in fresh.get(account_id, ()) if each.currency == currency]
        for group in renewal_groups(tuple(found), rules):
            labels += _labels(group, contracts, rules)
    return tuple(labels)


def look_again_on(label: Label, *, today: date) -> date | None:
    """Return the day on which a label that does not hold yet is looked at again; None when only an outcome can help.

    What is disputed is looked at every day, for new records may settle it.
    """
    if label.manner is Manner.OPEN:
        return None
    tomorrow = today + timedelta(days=1)
    return tomorrow if label.labelled_on is None else max(label.labelled_on, tomorrow)


def renewal_groups(terms: tuple[EndedTerm, ...], rules: SnapshotRules) -> tuple[tuple[EndedTerm, ...], ...]:
    """Return the terms of one account and currency, in order of due date, as groups that are decided together.

    A group spans `together_days` and holds a contract once. What a table states about an account stands alone.
    """
    groups: list[list[EndedTerm]] = []
    for term in terms:
        if groups and _belongs(term, groups[-1], rules):
            groups[-1].append(term)
        else:
            groups.append([term])
    return tuple(tuple(group) for group in groups)


def _belongs(term: EndedTerm, group: list[EndedTerm], rules: SnapshotRules) -> bool:
    is_near = term.due_on - group[0].due_on <= timedelta(days=rules.together_days)
    return is_near and not term.is_stated and all(term.contract_id != each.contract_id for each in group)


def _labels(group: tuple[EndedTerm, ...], contracts: list[NewContract], rules: SnapshotRules) -> list[Label]:
    kind, manner, ratio = _decision(group, contracts, rules)
    lead = max(group, key=lambda each: (each.target, -each.renewal_id))
    grace = timedelta(days=rules.grace_of(lead.segment))
    decided = [each.decided_on for each in group if each.decided_on is not None]
    decided_on = max(decided) if len(decided) == len(group) else None
    stated = all(each.is_stated for each in group)
    matures_on = decided_on if stated and decided_on else max(each.due_on for each in group) + grace
    return [
        Label(
            renewal_id=each.renewal_id,
            account_id=each.account_id,
            group_key=f"{lead.renewal_id}",
            is_lead=each is lead,
            kind=kind,
            manner=manner,
            ratio=ratio,
            due_on=each.due_on,
            decided_on=decided_on,
            labelled_on=_labelled_on(kind, decided_on, group, matures_on),
            matures_on=matures_on,
        )
        for each in group
    ]


def _decision(
    group: tuple[EndedTerm, ...], contracts: list[NewContract], rules: SnapshotRules
) -> tuple[LabelKind, Manner, float | None]:
    if any(not each.outcome for each in group):
        return LabelKind.CENSORED, Manner.OPEN, None
    if any(_is_disputed(each, rules) for each in group):
        return LabelKind.CENSORED, Manner.DISPUTED, None
    target = sum((each.target for each in group), Decimal(0))
    final = sum((each.final or Decimal(0) for each in group), Decimal(0))
    all_lost = all(each.outcome == LabelKind.CHURNED for each in group)
    if all_lost or final < target * rules.contracted_below:
        final += sum((each.arr for each in _replacing(group, contracts, rules)), Decimal(0))
    if all_lost and final == 0:
        return LabelKind.CHURNED, _stated(group) or Manner.LOST, 0.0
    ratio = float(final / target) if target else None
    return _kind(group, target, final, rules), _stated(group) or _manner(group), ratio


def _kind(group: tuple[EndedTerm, ...], target: Decimal, final: Decimal, rules: SnapshotRules) -> LabelKind:
    if target == 0:
        return LabelKind.EXPANDED if final > 0 else LabelKind.FLAT
    if final < target * rules.contracted_below:
        return LabelKind.CONTRACTED
    return LabelKind.EXPANDED if final > target * rules.expanded_above else LabelKind.FLAT


def _stated(group: tuple[EndedTerm, ...]) -> Manner | None:
    return Manner.STATED if all(each.is_stated for each in group) else None


def _manner(group: tuple[EndedTerm, ...]) -> Manner:
    """A term that renews by itself and was decided on no earlier day than its end: nobody decided to stay."""
    rolled = all(each.is_auto_renewing and each.decided_on and each.decided_on >= each.due_on for each in group)
    return Manner.AUTO_RENEWED if rolled else Manner.SIGNED


def _is_disputed(term: EndedTerm, rules: SnapshotRules) -> bool:
    """Answer whether the records contradict each other: lost, yet the contract runs on; kept, yet it is cancelled."""
    until = term.due_on + timedelta(days=rules.grace_of(term.segment))
    if term.outcome == LabelKind.CHURNED:
        return term.next_on is not None and term.next_on <= until
    return term.cancelled_on is not None and term.cancelled_on <= term.due_on and term.next_on is None


def _replacing(group: tuple[EndedTerm, ...], contracts: list[NewContract], rules: SnapshotRules) -> list[NewContract]:
    """Return the contracts that began around the end of the group and are none of its own."""
    own = {each.contract_id for each in group}
    first = min(each.due_on for each in group) - timedelta(days=rules.replaced_days)
    last = max(each.due_on + timedelta(days=rules.grace_of(each.segment)) for each in group)
    return [each for each in contracts if each.contract_id not in own and first <= each.starts_on <= last]


def _labelled_on(
    kind: LabelKind, decided_on: date | None, group: tuple[EndedTerm, ...], matures_on: date
) -> date | None:
    """Return the day from which the label holds: an early signature at once, everything else after the grace."""
    if kind is LabelKind.CENSORED or decided_on is None:
        return None
    is_early = decided_on <= min(each.due_on for each in group)
    if kind is not LabelKind.CHURNED and is_early:
        return decided_on
    return max(decided_on, matures_on)
