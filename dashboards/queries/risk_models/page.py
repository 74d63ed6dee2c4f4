"""One version of the risk model with its evidence: honest figures first, then what drives it, then its life."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from dashboards.chart_drawing import draw
from dashboards.core.dates import day_words
from dashboards.core.model_charts import auc_over_time_chart, calibration_chart, drivers_chart
from dashboards.core.model_words import STATES, VERDICTS, alarm_words, form_words
from dashboards.core.parts import Link, Reason, Tab, Table
from dashboards.queries.asker import Asker
from dashboards.queries.risk_models import evidence
from dashboards.queries.risk_models.listing import PATH, outcome_words
from dashboards.queries.scorecards.tabs import score_tabs
from renewals.core.roles import can
from signals.core.model_life import LEARNED, STEPS, warnings_of
from signals.models import RiskModelVersion
from signals.queries.learned.duels import duel_of
from signals.queries.learned.versions import predecessor_of, report_of, version_of
from signals.queries.learned.watch import alarms


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartCard:
    """A chart with the finding above it and the same figures as a table below."""

    title: str
    unit: str
    svg: SafeString | str
    table: Table
    term: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPage:
    """A version, the evidence for and against it, and what may be decided about it."""

    number: int
    title: str
    unit: str
    tabs: tuple[Tab, ...]
    crumbs: tuple[Link, ...]
    term: str
    state: str
    state_colour: str
    verdict: str
    verdict_colour: str
    findings: tuple[str, ...]
    warnings: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    members: Table
    tests: Table
    segments: Table
    exclusions: Table
    audit: Table
    charts: tuple[ChartCard, ...]
    alarms: tuple[Reason, ...]
    life: tuple[Reason, ...]
    may_promote: bool
    may_reject: bool
    may_roll_back: bool
    promote_words: str
    roll_back_words: str


def model_page(number: int, asker: Asker) -> ModelPage:
    """Return the page of a version; raises UnknownReference."""
    version = version_of(number)
    report = report_of(version)
    may_change = can(asker.member, "risk_models.change")
    state, state_colour = STATES[version.state]
    verdict, verdict_colour = VERDICTS[version.verdict]
    before = predecessor_of(version)
    return ModelPage(
        number=number,
        title=f"Risk model {number}: {report['verdict_words'].rstrip('.')}",
        unit=f"{form_words(version.form)} · {outcome_words(version)} · as of {day_words(version.as_of.date())}",
        tabs=score_tabs("models"),
        crumbs=(Link(text="Models", href=PATH), Link(text=f"Model {number}")),
        term="risk_model",
        state=state,
        state_colour=state_colour,
        verdict=verdict,
        verdict_colour=verdict_colour,
        findings=tuple(report["findings"]),
        warnings=tuple(each.words for each in warnings_of(duel_of(version, today=asker.today))),
        facts=evidence.facts(version, report),
        members=evidence.members_table(report),
        tests=evidence.tests_table(report),
        segments=evidence.parts_table(report),
        exclusions=evidence.exclusions_table(report),
        audit=evidence.audit_table(report),
        charts=tuple(_charts(report)),
        alarms=tuple(alarm_words(each) for each in alarms(version)),
        life=evidence.life(version, asker),
        may_promote=may_change and version.verdict == LEARNED and "in_force" in STEPS[version.state],
        may_reject=may_change and "rejected" in STEPS[version.state],
        may_roll_back=may_change and version.state == "in_force",
        promote_words=_promote_words(version),
        roll_back_words=f"Roll back to model {before.number}" if before else "Take out, leave the scorecard alone",
    )


def _promote_words(version: RiskModelVersion) -> str:
    return f"{'Put back' if version.state == 'retired' else 'Put'} model {version.number} in force"


def _charts(report: Mapping[str, Any]) -> list[ChartCard]:
    curve, periods, drivers = report["curve"], report["periods"], evidence.drivers(report)
    return [
        ChartCard(
            title="What was foretold, and what happened",
            unit="each point a tenth of the renewals, with its 95 % interval; the dashes are an honest model",
            svg=draw(calibration_chart(curve, name="Foretold against observed losses")) if curve else "",
            table=evidence.curve_table(report),
            term="calibration",
        ),
        ChartCard(
            title="How well it orders, quarter by quarter",
            unit="AUC on quarters it had not seen; 0.50 is chance",
            svg=draw(auc_over_time_chart(periods, name="AUC by quarter")) if periods else "",
            table=evidence.periods_table(report),
            term="auc",
        ),
        ChartCard(
            title="What moves the risk most",
            unit="mean distance from the average account, in log-odds: an association, not an effect",
            svg=draw(drivers_chart(drivers, name="Strength of each input")) if drivers else "",
            table=evidence.columns_table(report),
            term="driver",
        ),
    ]
