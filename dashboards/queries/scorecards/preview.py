"""Who is affected by a draft: on the whole book as a matrix from band to band with a list, and on chosen accounts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.money import MoneyCell, count_words, money_cell
from dashboards.core.parts import Cell, Column, Progress, Table
from dashboards.core.rule_words import number_words
from dashboards.core.scores import ScoreBadge, ScoreFacts, score_badge
from dashboards.core.wording import band_words, title
from dashboards.queries.asker import Asker
from dashboards.queries.prices import PriceSight, price_sight
from dashboards.queries.scorecards.words import labels_of
from renewals.core.money import Money
from renewals.models import Account
from renewals.queries.accounts import accounts, arr_in_workspace_currency
from renewals.queries.people import visible_to
from signals.core.editing.preview import contribution_changes
from signals.core.health import HealthResult
from signals.core.risk import RiskResult
from signals.models import ScorecardPreview, ScorecardPreviewRow, ScorecardVersion
from signals.queries.facts import Moment
from signals.queries.previews import Compared, compare_accounts, preview_of

SHOWN = 50
MOST_SUMMED = 20_000
CHOSEN_AT_MOST = 5
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenAccount:
    """One account before and after, with the contributions that differ."""

    name: str
    href: str
    before: ScoreBadge
    after: ScoreBadge
    table: Table


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


def chosen_accounts(asker: Asker, version: ScorecardVersion, names: Iterable[str]) -> tuple[ChosenAccount, ...]:
    """Return the accounts of these names (or parts of them) before and after; without names, three that move."""
    found = _chosen(asker, version, [name.strip() for name in names if name.strip()])
    compared = compare_accounts([row.id for row in found], version, moment=Moment(as_of=asker.now, known_at=asker.now))
    by_id = {row.id: row for row in found}
    labels = labels_of(version.definition, shipped_health(version))
    return tuple(_chosen_account(asker, version.kind, by_id[each.account_id], each, labels) for each in compared)


def shipped_health(version: ScorecardVersion) -> Mapping[str, object]:
    """Return the definition the draft was started from, whose measures may be missing in it."""
    return version.based_on.definition if version.based_on else version.definition


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
    rows = ScorecardPreviewRow.objects.filter(preview=found)
    visible = rows.filter(account__in=visible_to(Account.objects.all(), asker.member, "accounts.view"))
    moved = list(visible.select_related("account", "account__owner")[:MOST_SUMMED])
    amounts = arr_in_workspace_currency({row.account_id for row in moved}, on=asker.today)
    moved.sort(key=lambda row: (-_amount(amounts, row.account_id), row.account.name))
    unit = "renewal" if version.kind == "risk" else "account"
    changed = sum(n for start, row in found.counts.items() for end, n in row.items() if start != end)
    total = sum(n for row in found.counts.values() for n in row.values())
    sight = price_sight(asker.member, account_ids=[row.account_id for row in moved])
    return BookPreview(
        state="done",
        is_stale=found.revision != version.revision,
        progress=None,
        finding=f"{count_words(changed, unit)} of {total:,} would change band" if changed else "Nobody changes band",
        at=instant_cell(found.finished_at, now=asker.now, zone=asker.workspace.timezone),
        arr=_sum(asker, moved, amounts, is_hidden=not all(sight.sees_account(row.account) for row in moved)),
        matrix=_matrix(version, found.counts),
        moved=_moved(version.kind, moved[:SHOWN], amounts, sight) if moved else None,
        more=f"The {SHOWN} with the highest ARR of {len(moved):,} are shown." if len(moved) > SHOWN else "",
        error="",
    )


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
    keys = [band["key"] for band in version.definition["bands"]] + [""]
    words = [_band(version.kind, key) for key in keys]
    rows = tuple(
        (
            Cell(text=f"{words[at]} now"),
            *(_count(counts.get(start, {}).get(end, 0), is_same=start == end) for end in keys),
        )
        for at, start in enumerate(keys)
    )
    columns = (Column(title="From"), *(Column(title=f"→ {word}", is_amount=True) for word in words))
    return Table(caption="From band to band", columns=columns, rows=rows)


def _count(number: int, *, is_same: bool) -> Cell:
    if not number:
        return Cell(text="–", is_amount=True)
    return Cell(text=f"{number:,}", note="stay" if is_same else "", is_amount=True)


def _band(kind: str, band: str) -> str:
    return band_words(kind, band)[0] if band else NOT_SCORED


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
            Cell(text=_number(row.before), note=_band(kind, row.from_band)),
            Cell(text=_number(row.after), note=_band(kind, row.to_band)),
            Cell(money=money_cell(amounts.get(row.account_id), is_hidden=not sight.sees_account(row.account))),
            Cell(text=str(row.account.owner) if row.account.owner else "Nobody"),
        )
        for row in rows
    )
    return Table(caption="Who changes band", columns=columns, rows=made)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _chosen(asker: Asker, version: ScorecardVersion, names: list[str]) -> list[Account]:
    mine = visible_to(accounts(), asker.member, "accounts.view")
    if names:
        found = [mine.filter(Q(name__icontains=name) | Q(external_id=name)).order_by("name").first() for name in names]
        unique = {row.id: row for row in found if row is not None}
        return list(unique.values())[:CHOSEN_AT_MOST]
    preview = preview_of(version)
    moving = ScorecardPreviewRow.objects.filter(preview=preview).order_by("id").values_list("account_id", flat=True)
    ids = list(dict.fromkeys(moving[:3])) if preview else []
    return list(mine.filter(id__in=ids)) if ids else list(mine.order_by("id")[:3])


def _chosen_account(asker: Asker, kind: str, row: Account, each: Compared, labels: Mapping[str, str]) -> ChosenAccount:
    before, after = _results(kind, each)
    return ChosenAccount(
        name=row.name,
        href=f"/accounts/{row.id}/",
        before=_badge(kind, before, asker),
        after=_badge(kind, after, asker),
        table=_changes(row.name, before, after, labels),
    )


def _results(kind: str, each: Compared) -> tuple[HealthResult | RiskResult | None, HealthResult | RiskResult | None]:
    if kind != "risk":
        return each.before.health, each.after.health
    renewal_id = next(iter(each.before.risks), None)
    return each.before.risks.get(renewal_id), each.after.risks.get(renewal_id)


def _badge(kind: str, result: HealthResult | RiskResult | None, asker: Asker) -> ScoreBadge:
    shown = "risk" if kind == "risk" else "health"
    if result is None:
        return score_badge(ScoreFacts(kind=shown, score=None, word="", state="none"), now=asker.now)
    word, state = band_words(shown, result.band)
    facts = ScoreFacts(kind=shown, score=result.value, word=word, state=state, coverage=result.coverage)
    return score_badge(facts, now=asker.now)


def _changes(
    name: str,
    before: HealthResult | RiskResult | None,
    after: HealthResult | RiskResult | None,
    labels: Mapping[str, str],
) -> Table:
    columns = (Column(title="What differs"), Column(title="Part of the score", is_amount=True))
    if before is None or after is None:
        return Table(caption=f"{name} has no open renewal", columns=columns, rows=())
    rows = tuple(
        (
            Cell(text=labels.get(each.key, title(each.key)), note="weight or curve" if each.change == "rule" else ""),
            Cell(text=f"{'+' if each.amount > 0 else ''}{number_words(round(each.amount, 2))}", is_amount=True),
        )
        for each in contribution_changes(before, after)[:8]
        if abs(each.amount) >= 0.005
    )
    return Table(caption=f"Contributions of {name} that differ", columns=columns, rows=rows)
