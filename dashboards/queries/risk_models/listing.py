"""The versions of the risk model, which one is in force, what was ordered, and what the watch has found."""

from dataclasses import dataclass

from dashboards.core.dates import date_cell, day_words
from dashboards.core.model_words import (
    CAUSES,
    STATES,
    VERDICTS,
    alarm_words,
    form_words,
    number_words,
    share_words,
)
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Reason, Tab, Table
from dashboards.queries.asker import Asker
from dashboards.queries.scorecards.tabs import score_tabs
from renewals.core.roles import can
from signals.core.model_life import LEARNED
from signals.models import RiskModelVersion, RiskTraining
from signals.queries.learned.versions import model_in_force, trainings, versions
from signals.queries.learned.watch import open_alarms

PATH = "/scores/models/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsPage:
    """The finding, the versions, the trainings that were ordered, and the alarms of the model in force."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    crumbs: tuple[()]
    term: str
    table: Table
    trainings: tuple[Reason, ...]
    alarms: tuple[Reason, ...]
    is_empty: bool
    is_training: bool
    has_model: bool
    may_change: bool


def models_page(asker: Asker) -> ModelsPage:
    """Return the list of versions with what needs a person."""
    found, present = versions(), model_in_force()
    ordered = trainings()
    return ModelsPage(
        title=_title(found, present),
        unit=f"Risk of losing a renewal, learned from outcomes · {day_words(asker.today)}",
        tabs=score_tabs("models"),
        crumbs=(),
        term="risk_model",
        table=_table(found, asker),
        trainings=tuple(_training(each, asker) for each in ordered),
        alarms=tuple(alarm_words(each) for each in open_alarms()),
        is_empty=not found,
        is_training=any(each.state in ("waiting", "running") for each in ordered),
        has_model=present is not None,
        may_change=can(asker.member, "risk_models.change"),
    )


def _title(found: list[RiskModelVersion], present: RiskModelVersion | None) -> str:
    waiting = [each for each in found if each.state == "proposed" and each.verdict == LEARNED]
    better = [each for each in waiting if present is None or each.number > present.number]
    if better:
        return f"Risk model {better[0].number} waits for a decision"
    if present is not None:
        return f"Risk model {present.number} is in force"
    return "The scorecard alone says the risk"


def _table(found: list[RiskModelVersion], asker: Asker) -> Table:
    return Table(
        caption="Versions of the risk model",
        as_cards=True,
        columns=(
            Column(title="Model"),
            Column(title="State"),
            Column(title="Backtest"),
            Column(title="AUC", is_amount=True, term="auc"),
            Column(title="Learned", is_amount=True, term="learned_share"),
            Column(title="Outcomes", is_amount=True),
            Column(title="Trained"),
            Column(title="By"),
        ),
        rows=tuple(_row(each, asker) for each in found),
    )


def _row(version: RiskModelVersion, asker: Asker) -> tuple[Cell, ...]:
    state, colour = STATES[version.state]
    verdict, judged = VERDICTS[version.verdict]
    return (
        Cell(text=f"{version.number}", href=f"{PATH}{version.number}/", note=form_words(version.form)),
        Cell(text=state, state=colour or "none"),
        Cell(text=verdict, state=judged),
        Cell(text=number_words(version.auc), is_amount=True),
        Cell(text=share_words(version.learned_share), is_amount=True),
        Cell(text=f"{version.rows_count:,}", note=f"{version.lost_count:,} lost", is_amount=True),
        Cell(date=date_cell(version.trained_at.date(), today=asker.today)),
        Cell(text=version.author),
    )


def _training(order: RiskTraining, asker: Asker) -> Reason:
    when = date_cell(order.ordered_at.date(), today=asker.today).when
    words = {
        "waiting": "Waits for a worker" if not order.attempts else "Will be tried again",
        "running": "Is being trained",
        "done": f"Made model {order.version.number}" if order.version else "Found nothing to learn from",
        "failed": "Was given up",
    }[order.state]
    return Reason(
        text=f"{words}, ordered by {CAUSES[order.cause]} {when}",
        state={"done": "good", "failed": "bad"}.get(order.state, "watch"),
        href=f"{PATH}{order.version.number}/" if order.version else "",
        note=order.last_error or (f"attempt {order.attempts}" if order.attempts > 1 else order.ordered_by),
    )


def outcome_words(version: RiskModelVersion) -> str:
    """Return on how much a version was trained."""
    rows = count_words(version.rows_count, "outcome")
    return f"{rows} of {count_words(version.groups_count, 'account')}, {version.lost_count:,} lost"
