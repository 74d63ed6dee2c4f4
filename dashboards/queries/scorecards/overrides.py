"""Scores set by hand: which stand, and whether people beat the machine once the renewals had closed."""

from dataclasses import dataclass

from dashboards.core.dates import instant_cell
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Tab, Table
from dashboards.queries.asker import Asker
from dashboards.queries.knowledge import verdict_words
from dashboards.queries.scorecards.otherwise import otherwise_table
from dashboards.queries.scorecards.tabs import score_tabs
from renewals.models import Account
from renewals.queries.people import visible_to
from signals.core.overriding import FEWEST, JudgedOverride, override_record
from signals.models import ScoreOverride

SHOWN = 100
ENDED = "Ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class OverridesPage:
    """The finding in words, the figures, and the rows."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    crumbs: tuple[()]
    term: str
    figures: tuple[tuple[str, str], ...]
    too_few: str
    standing: Table
    ended: Table
    otherwise: Table


def overrides_page(asker: Asker) -> OverridesPage:
    """Return the overrides of the accounts this person may see."""
    seen = visible_to(Account.objects.all(), asker.member, "accounts.view")
    rows = list(
        ScoreOverride.objects.filter(account__in=seen).select_related("account").order_by("-starts_at", "-id")[:1000]
    )
    judged = [
        JudgedOverride(person_error=row.person_error, machine_error=row.machine_error)
        for row in rows
        if row.person_error is not None
    ]
    record = override_record(judged)
    standing = [row for row in rows if row.ended_at is None]
    gain = record.gain
    words = "–" if gain is None else f"{abs(gain):.0f} points {'nearer' if gain > 0 else 'further off'}"
    return OverridesPage(
        title=f"{count_words(len(standing), 'score')} set by hand now" if standing else "No score is set by hand now",
        unit="A score set by hand is judged by how the renewal ends",
        tabs=score_tabs("overrides"),
        crumbs=(),
        term="score_override",
        figures=(
            ("Judged", str(record.count)),
            ("The person was nearer", str(record.person_nearer)),
            ("The machine was nearer", str(record.machine_nearer)),
            ("People, on average", words),
        ),
        too_few=f"Below {FEWEST} judged ones no conclusion is drawn." if gain is None else "",
        standing=_table("Standing now", standing[:SHOWN], asker),
        ended=_table(ENDED, [row for row in rows if row.ended_at is not None][:SHOWN], asker),
        otherwise=otherwise_table(asker),
    )


def _table(caption: str, rows: list[ScoreOverride], asker: Asker) -> Table:
    columns = (
        Column(title="Account"),
        Column(title="Set to", is_amount=True),
        Column(title="The rules said", is_amount=True),
        Column(title="By"),
        Column(title="Ended" if caption == ENDED else "Until"),
        Column(title="Why"),
        Column(title="What happened"),
    )
    return Table(caption=caption, columns=columns, rows=tuple(_row(row, asker) for row in rows), as_cards=True)


def _row(row: ScoreOverride, asker: Asker) -> tuple[Cell, ...]:
    query = f"?renewal={row.renewal_id}" if row.renewal_id else ""
    return (
        Cell(text=row.account.name, href=f"/accounts/{row.account_id}/knowledge/{query}", note=row.kind),
        Cell(text=f"{row.value:.0f}", is_amount=True),
        Cell(text="–" if row.machine_value is None else f"{row.machine_value:.0f}", is_amount=True),
        Cell(text=row.author),
        Cell(
            date=instant_cell(row.ended_at or row.expires_at, now=asker.now, zone=asker.workspace.timezone),
            note=row.ended_how,
        ),
        Cell(text=row.reason, is_long=True),
        Cell(text=verdict_words(row) or "open"),
    )
