"""Who is affected by a draft on the whole book: a matrix from band to band, or tier to tier, and a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, QuerySet

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.money import MoneyCell, count_words, money_cell
from dashboards.core.parts import Cell, Column, Progress, Table
from dashboards.core.wording import band_words
from dashboards.queries.asker import Asker
from dashboards.queries.prices import PriceSight, price_sight
from renewals.core.money import Money
from renewals.core.roles import Scope, granted_scope
from renewals.models import Account
from renewals.queries.accounts import arr_in_workspace_currency
from renewals.queries.people import visible_to
from signals.models import ScorecardPreview, ScorecardPreviewRow, ScorecardVersion
from signals.queries.learned.versions import model_in_force
from signals.queries.previews import preview_of

SHOWN = 50
MOST_SUMMED = 20_000
NOT_SCORED = "Not scored"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookPreview:
    """What a draft would change on the whole book; `state` is none, running, done or failed."""

    state: str
    is_stale: bool
    progress: Progress | None
    finding: str
    at: DateCell | None
    arr: MoneyCell | None
    matrix: Table | None
    moved: Table | None
    more: str
    error: str
    notes: tuple[str, ...] = ()


def book_preview(asker: Asker, version: ScorecardVersion) -> BookPreview:
    """Return the preview of a draft on the whole book, as far as it has come."""
    found = preview_of(version)
    if found is None:
        return _empty("none")
    if found.state == ScorecardPreview.State.RUNNING:
        return _empty("running", progress=_progress(found))
    if found.state == ScorecardPreview.State.FAILED:
        return _empty("failed", error=found.error)
    return _done(asker, version, found)


def visible_rows(asker: Asker, found: ScorecardPreview) -> QuerySet[ScorecardPreviewRow]:
    """Return the rows of a preview whose accounts the person may see."""
    mine = visible_to(Account.objects.all(), asker.member, "accounts.view")
    return ScorecardPreviewRow.objects.filter(preview=found, account__in=mine)


def _empty(state: str, *, progress: Progress | None = None, error: str = "") -> BookPreview:
    return BookPreview(
        state=state,
        is_stale=False,
        progress=progress,
        finding="",
        at=None,
        arr=None,
        matrix=None,
        moved=None,
        more="",
        error=error,
    )


def _progress(found: ScorecardPreview) -> Progress:
    percent = 100 * found.done // found.total if found.total else 100
    return Progress(
        title="Scoring the book under the draft", percent=percent, words=f"{found.done:,} of {found.total:,} accounts"
    )


def _done(asker: Asker, version: ScorecardVersion, found: ScorecardPreview) -> BookPreview:
    visible = visible_rows(asker, found)
    moving = visible.exclude(from_band=F("to_band")).order_by("id")
    moved = list(moving.select_related("account", "account__owner")[:MOST_SUMMED])
    amounts = arr_in_workspace_currency({row.account_id for row in moved}, on=asker.today)
    moved.sort(key=lambda row: (-_amount(amounts, row.account_id), row.account.name))
    sees_all = granted_scope(asker.member, "accounts.view") is Scope.ALL
    counts = found.counts if sees_all else _counts(visible)
    sight = price_sight(asker.member, account_ids=[row.account_id for row in moved])
    return BookPreview(
        state="done",
        is_stale=found.revision != version.revision,
        progress=None,
        finding=_finding(version.kind, counts),
        at=instant_cell(found.finished_at, now=asker.now, zone=asker.workspace.timezone),
        arr=_sum(asker, moved, amounts, is_hidden=not all(sight.sees_account(row.account) for row in moved)),
        matrix=_matrix(version, counts),
        moved=_moved(version.kind, moved[:SHOWN], amounts, sight) if moved else None,
        more=f"The {SHOWN} with the highest ARR of {len(moved):,} are shown." if len(moved) > SHOWN else "",
        error="",
        notes=_notes(version.kind, sees_all=sees_all),
    )


def _counts(rows: QuerySet[ScorecardPreviewRow]) -> dict[str, dict[str, int]]:
    """Return the moves from band to band among these rows, for who does not see the whole book."""
    made: dict[str, dict[str, int]] = {}
    for start, end, number in rows.values_list("from_band", "to_band").annotate(n=Count("id")).order_by():
        made.setdefault(start, {})[end] = number
    return made


def _finding(kind: str, counts: Mapping[str, Mapping[str, int]]) -> str:
    unit, what = "renewal" if kind == "risk" else "account", "tier" if kind == "tiers" else "band"
    changed = sum(n for start, row in counts.items() for end, n in row.items() if start != end)
    total = sum(n for row in counts.values() for n in row.values())
    return f"{count_words(changed, unit)} of {total:,} would change {what}" if changed else f"Nobody changes {what}"


def _notes(kind: str, *, sees_all: bool) -> tuple[str, ...]:
    """Return what has to be known to read the numbers."""
    said = [] if sees_all else ["Only the accounts you may see are counted and listed; the book may hold more."]
    model = model_in_force() if kind == "risk" else None
    if model is not None:
        said.append(
            f"Risk model {model.number} says the risk: of this draft the bands and the share that must be known count. "
            "Inputs and usual loss change the scorecard beside it alone."
        )
    if kind == "tiers":
        said.append("Counted is the tier each account comes to; less care is given only after the holding time.")
    return tuple(said)


def _amount(amounts: Mapping[int, Money], account_id: int) -> Decimal:
    found = amounts.get(account_id)
    return found.amount if found else Decimal(0)


def _sum(
    asker: Asker, moved: list[ScorecardPreviewRow], amounts: Mapping[int, Money], *, is_hidden: bool
) -> MoneyCell | None:
    if not moved:
        return None
    total = sum((_amount(amounts, account_id) for account_id in {row.account_id for row in moved}), Decimal(0))
    return money_cell(Money(total, asker.workspace.currency), is_hidden=is_hidden)


def _matrix(version: ScorecardVersion, counts: Mapping[str, Mapping[str, int]]) -> Table:
    tiers, bands = version.definition.get("tiers"), version.definition.get("bands", ())
    keys = [*(tiers or (band["key"] for band in bands)), ""]
    words = [_band(version.kind, key) for key in keys]
    rows = tuple(
        (
            Cell(text=f"{words[at]} now"),
            *(_count(counts.get(start, {}).get(end, 0), is_same=start == end) for end in keys),
        )
        for at, start in enumerate(keys)
    )
    columns = (Column(title="From"), *(Column(title=f"→ {word}", is_amount=True) for word in words))
    return Table(caption="From tier to tier" if tiers else "From band to band", columns=columns, rows=rows)


def _count(number: int, *, is_same: bool) -> Cell:
    if not number:
        return Cell(text="–", is_amount=True)
    return Cell(text=f"{number:,}", note="stay" if is_same else "", is_amount=True)


def _band(kind: str, band: str) -> str:
    if not band:
        return "No tier" if kind == "tiers" else NOT_SCORED
    return band_words(kind, band)[0]


def _side(kind: str, value: float | None, band: str) -> Cell:
    word = _band(kind, band)
    return Cell(text=word) if kind == "tiers" else Cell(text=_number(value), note=word)


def _moved(kind: str, rows: list[ScorecardPreviewRow], amounts: Mapping[int, Money], sight: PriceSight) -> Table:
    columns = (
        Column(title="Account"),
        Column(title="Now"),
        Column(title="Under the draft"),
        Column(title="ARR", is_amount=True),
        Column(title="Owner"),
    )
    made = tuple(
        (
            Cell(text=row.account.name, href=f"/accounts/{row.account_id}/"),
            _side(kind, row.before, row.from_band),
            _side(kind, row.after, row.to_band),
            Cell(money=money_cell(amounts.get(row.account_id), is_hidden=not sight.sees_account(row.account))),
            Cell(text=str(row.account.owner) if row.account.owner else "Nobody"),
        )
        for row in rows
    )
    what = "tier" if kind == "tiers" else "band"
    return Table(caption=f"Who changes {what}", columns=columns, rows=made, as_cards=True)


def _number(value: float | None) -> str:
    """Return a score with a decimal: 64.7 just below a limit of 65 is not to read as 65."""
    return "–" if value is None else f"{value:.1f}"
