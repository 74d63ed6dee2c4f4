"""Write movements where they differ from what is kept, and restatements of periods that were over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from renewals.core.metrics import Movement
from renewals.core.money import stored
from renewals.models import ArrMovement, Restatement, TermVersion

BATCH = 1000
AMOUNTS = ("opening", "closing", "escalated", "multi_year")
PLAIN = ("closing_contracts", "is_resting", "is_renewing", "is_anniversary", "is_bridged", "first_on")
COLUMNS = ("kind", *(f"{name}_amount" for name in AMOUNTS), *PLAIN, "unrated")
OTHER_CAUSE = "A contract was recorded, changed or taken back."
Key = tuple[int, str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How rows are written: `over` are the periods that were told as final; `because` where contracts do not say it."""

    workspace_id: int
    over: frozenset[str]
    because: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What a refresh did: accounts looked at, movements written anew, and restatements of periods that were over."""

    accounts: int = 0
    written: int = 0
    restated: int = 0

    def __or__(self, other: "Refreshed") -> "Refreshed":
        """Return both together."""
        return Refreshed(
            accounts=self.accounts + other.accounts,
            written=self.written + other.written,
            restated=self.restated + other.restated,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How many rows differ, how many of them restate a period, and what has to be added up anew."""

    written: int
    restated: int
    periods: frozenset[str]
    account_ids: frozenset[int]

    def __or__(self, other: "Written") -> "Written":
        """Return both together."""
        return Written(
            written=self.written + other.written,
            restated=self.restated + other.restated,
            periods=self.periods | other.periods,
            account_ids=self.account_ids | other.account_ids,
        )


def write_movements(
    rows: Iterable[Movement], account_ids: Sequence[int], periods: Sequence[str], writing: Writing
) -> Written:
    """Bring the movements of these accounts in these periods to `rows`; what is as it was stays untouched."""
    wanted, kept = _wanted(rows), _kept(account_ids, periods)
    changed = _changed(wanted, kept)
    ArrMovement.objects.filter(id__in=[kept[key][0] for key in changed if key in kept]).delete()
    fresh = [_row(key, wanted[key], writing) for key in sorted(changed, key=str) if key in wanted]
    ArrMovement.objects.bulk_create(fresh, batch_size=BATCH)
    restated = [key for key in changed if key[2] is None and key[1] in writing.over]
    _restate(restated, {key: values for key, (_, values) in kept.items()}, wanted, writing)
    return Written(
        written=len(changed),
        restated=len(restated),
        periods=frozenset(key[1] for key in changed),
        account_ids=frozenset(key[0] for key in changed),
    )


def differing_accounts(rows: Iterable[Movement], account_ids: Sequence[int], periods: Sequence[str]) -> list[int]:
    """Return which of these accounts are kept otherwise than `rows` have them; writes nothing."""
    return sorted({key[0] for key in _changed(_wanted(rows), _kept(account_ids, periods))})


def _wanted(rows: Iterable[Movement]) -> dict[Key, tuple[Any, ...]]:
    return {(row.account_id, row.period, row.product_id): _values(row) for row in rows}


def _kept(account_ids: Sequence[int], periods: Sequence[str]) -> dict[Key, tuple[int, tuple[Any, ...]]]:
    found = ArrMovement.objects.filter(account_id__in=account_ids, period__in=periods)
    rows = found.values_list("id", "account_id", "period", "product_id", *COLUMNS)
    return {(account_id, period, product): (key, tuple(values)) for key, account_id, period, product, *values in rows}


def _changed(wanted: Mapping[Key, tuple[Any, ...]], kept: Mapping[Key, tuple[int, tuple[Any, ...]]]) -> list[Key]:
    return [key for key in wanted.keys() | kept.keys() if _differs(wanted.get(key), kept.get(key))]


def _differs(wanted: tuple[Any, ...] | None, kept: tuple[int, tuple[Any, ...]] | None) -> bool:
    return wanted is None or kept is None or wanted != kept[1]


def _values(row: Movement) -> tuple[Any, ...]:
    amounts = (stored(getattr(row, name)) for name in AMOUNTS)
    return (row.kind.value, *amounts, *(getattr(row, name) for name in PLAIN), list(row.unrated))


def _row(key: Key, values: tuple[Any, ...], writing: Writing) -> ArrMovement:
    account_id, period, product_id = key
    return ArrMovement(
        workspace_id=writing.workspace_id,
        account_id=account_id,
        period=period,
        product_id=product_id,
        **dict(zip(COLUMNS, values, strict=True)),
    )


def _restate(
    keys: Sequence[Key], before: Mapping[Key, tuple[Any, ...]], after: Mapping[Key, tuple[Any, ...]], writing: Writing
) -> None:
    causes = {} if writing.because else _causes({key[0] for key in keys})
    rows = []
    for key in sorted(keys, key=str):
        old, new = _told(before.get(key)), _told(after.get(key))
        if old == new:
            continue
        because, recorded_by = causes.get(key[0], (writing.because or OTHER_CAUSE, ""))
        rows.append(
            Restatement(
                workspace_id=writing.workspace_id,
                account_id=key[0],
                period=key[1],
                kind_before=old[0],
                kind_after=new[0],
                opening_before=old[1],
                opening_after=new[1],
                closing_before=old[2],
                closing_after=new[2],
                because=because[:300],
                recorded_by=recorded_by[:150],
                noticed_at=writing.now,
            )
        )
    Restatement.objects.bulk_create(rows, batch_size=BATCH)


def _told(values: tuple[Any, ...] | None) -> tuple[str, Decimal, Decimal]:
    """Return kind, opening and closing, which a person was told; of an account that did not count: nothing."""
    return ("", Decimal(0), Decimal(0)) if values is None else (values[0], values[1], values[2])


def _causes(account_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Return why the last recorded version of an account's terms was written, and by whom."""
    versions = TermVersion.objects.filter(contract__account_id__in=list(account_ids), superseded_at__isnull=True)
    found = versions.order_by("recorded_at", "id").values_list(
        "contract__account_id", "contract__name", "change_reason", "recorded_by"
    )
    return {
        account_id: (f"{name}: {reason}" if reason else f"{name} was recorded or changed.", who)
        for account_id, name, reason, who in found
    }
