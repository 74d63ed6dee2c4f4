"""Bring a drawn world into a workspace through the product's own actions, step by step of a moved clock.

Nothing of it can leave: messages go to the console channel, whatever the installation is set up for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain

from playbooks.actions.ownership import review_tier
from playbooks.actions.publish import publish_library, publish_playbook
from playbooks.actions.pump import Pump
from playbooks.actions.sweeps import sweep_all
from playbooks.actions.tasks import complete_task
from playbooks.actions.world_contracts import amend_contracts
from playbooks.actions.world_forecast import Callers, call_renewals, draw_forecast
from playbooks.channels import ConsoleChannel
from playbooks.core.world.draw import Life, World
from playbooks.core.world.rows import (
    DAILY_DAYS,
    Closing,
    Span,
    account_row,
    closings,
    contact_rows,
    contract_row,
    known_terms_of,
    milestone_row,
    reached_value,
    signals_received,
    spans,
    stage_of,
    starting,
)
from playbooks.core.world.sent import WorldSignal
from playbooks.queries.library import shipped_playbooks
from playbooks.queries.world import account_ids, contract_ids, longest_there, renewals_by_term, tier_gaps, waiting_tasks
from renewals.actions.accounts import StageChange, record_accounts, set_stages
from renewals.actions.contacts import record_contacts
from renewals.actions.contracts import record_contracts
from renewals.actions.milestones import record_milestones
from renewals.actions.outcomes import record_outcomes
from renewals.actions.renewals import open_renewal_cycles, open_renewals_of_terms
from renewals.actions.scope import in_workspace
from renewals.actions.settings import record_fx_rates
from renewals.core.actors import Actor, person_actor
from renewals.core.records import AccountRow, OutcomeRow
from signals.actions.honesty import report_honesty
from signals.actions.intake import ensure_source, load_signals
from signals.actions.learned.orders import order_training
from signals.actions.scores import refresh_scores
from signals.actions.snapshots import fix_all_labels

MORNING = time(8)
EVENING = time(15)
SOURCES = {
    "product": "Product",
    "helpdesk": "Help desk",
    "billing": "Billing",
    "crm": "CRM",
    "mailings": "Mailings",
    "surveys": "Surveys",
}
RATES = {"EUR": Decimal("1.09"), "GBP": Decimal("1.27")}
HELD_OUT_PERCENT = 20
TASK_RHYTHM = 10
TIER_RHYTHM = 8
PATIENT_DAYS, LONGEST_DAYS = 2, 9
"""Of ten tasks eight are done on their day, one two days later and one when it has waited longest, as in life."""
SCORED_DAYS = 480
"""Earlier scores than that are shown nowhere; a long history is there to be learnt from."""
WATCHED_DAYS = 70
"""As far back as the volume of sources is looked at."""
REPORTED_DAYS = 182
"""As many weeks of honesty reports as make a line; before, too few renewals had ended to say anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeding:
    """Where the world goes and who does it; `owners` are the CSMs who share the book.

    A history is there to be learnt from: it has no scores, and no playbook runs in it.
    """

    world: World
    by: Actor
    owners: tuple[int, ...]
    first: date
    received: Mapping[date, list[WorldSignal]]
    is_history: bool = False

    @property
    def workspace_id(self) -> int:
        """The workspace that is filled."""
        return self.by.workspace_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """What has been written."""

    accounts: int
    signals: int
    renewals_closed: int
    steps_run: int
    messages: int


def seed_world(seeding: Seeding, *, on_step: Callable[[int, int], None] = lambda done, total: None) -> Seeded:
    """Live through the world from its first day to its last and return what was written.

    `on_step` is told how many steps are done of how many. Each step is its own transaction, at its own time.
    """
    steps = spans(first=seeding.first, today=seeding.world.today, is_history=seeding.is_history)
    _prepare(seeding, now=_at(steps[0].since, MORNING))
    written = [0, 0, 0, 0, 0]
    for position, span in enumerate(steps):
        done = _live(seeding, span, is_first=position == 0)
        written = [total + part for total, part in zip(written, done, strict=True)]
        on_step(position + 1, len(steps))
    accounts, signals, closed, run, messages = written
    return Seeded(accounts=accounts, signals=signals, renewals_closed=closed, steps_run=run, messages=messages)


def _prepare(seeding: Seeding, *, now: datetime) -> None:
    with in_workspace(seeding.workspace_id, by=seeding.by, why="The demo world begins", now=now):
        for key, name in SOURCES.items():
            ensure_source(workspace_id=seeding.workspace_id, key=key, kind="api", name=name, by=seeding.by, now=now)
        rates = {(currency, seeding.first - timedelta(days=800)): rate for currency, rate in RATES.items()}
        record_fx_rates(rates=rates, origin="demo", by=seeding.by, now=now)
        publish_library(by=seeding.by, now=now)
        _hold_out_some(seeding, now=now)


def _hold_out_some(seeding: Seeding, *, now: datetime) -> None:
    """Let the small playbook measure itself. Nothing sent moves an outcome of this world: its true lift is 0."""
    shipped = next(item for item in shipped_playbooks() if item.key == "small")
    table = dict(shipped.table) | {"holdout_percent": HELD_OUT_PERCENT}
    publish_playbook(definition=table, templates=shipped.templates, by=seeding.by, now=now)


def _live(seeding: Seeding, span: Span, *, is_first: bool) -> tuple[int, int, int, int, int]:
    """Return accounts, signals, renewals closed, steps run and messages of one span of the clock.

    On days on which playbooks run, the morning's work comes before what the evening records.
    """
    now = _at(span.until, EVENING)
    is_daily = not seeding.is_history and (seeding.world.today - span.until).days < DAILY_DAYS
    morning = _work_in_the_morning(seeding, span.until) if is_daily else (0, 0)
    is_last = span.until == seeding.world.today
    with in_workspace(seeding.workspace_id, by=seeding.by, why="The demo world goes on", now=now):
        accounts = _record_lives(seeding, span, is_first=is_first, now=now)
        signals = _load_signals(seeding, span)
        closed = _close_renewals(seeding, closings(seeding.world, span, is_first=is_first), now=now)
        if not seeding.is_history:
            amend_contracts(world=seeding.world, span=span, by=seeding.by, now=now)
        if is_last or (span.is_weekly and not seeding.is_history):
            open_renewal_cycles(by=seeding.by, now=now)
            _move_stages(seeding, now=now)
    if seeding.is_history:
        return accounts, signals, closed, 0, 0
    if (span.is_weekly or is_last) and (seeding.world.today - span.until).days < SCORED_DAYS:
        _score(seeding, now=now)
        _forecast(seeding, span, now=now)
    if (span.is_weekly or is_last) and (seeding.world.today - span.until).days < REPORTED_DAYS:
        _report(seeding, now=now)
    if is_last:
        _order_training(seeding, now=now)
    evening = _sweep(seeding, now) if is_daily else (0, 0)
    return accounts, signals, closed, morning[0] + evening[0], morning[1] + evening[1]


def _forecast(seeding: Seeding, span: Span, *, now: datetime) -> None:
    """Let people call their renewals, and the workers draw the forecast where a quarter begins."""
    callers = Callers(seeding.world, seeding.owners)
    with in_workspace(seeding.workspace_id, by=seeding.by, why="Calls of the demo world", now=now):
        call_renewals(callers=callers, span=span, by=seeding.by, now=now)
    draw_forecast(callers=callers, span=span, by=seeding.by, now=now)


def _work_in_the_morning(seeding: Seeding, day: date) -> tuple[int, int]:
    """Sweep, then let people do their tasks; returns steps run and messages."""
    now = _at(day, MORNING)
    done = _sweep(seeding, now)
    _complete_tasks(seeding, now=now)
    _review_tiers(seeding, now=now)
    return done


def _sweep(seeding: Seeding, now: datetime) -> tuple[int, int]:
    """Return steps run and messages of one sweep."""
    swept = sweep_all(Pump(channel=ConsoleChannel(), clock=now), now=now, only=seeding.workspace_id)
    return swept.steps, swept.messages


def _record_lives(seeding: Seeding, span: Span, *, is_first: bool, now: datetime) -> int:
    lives, by = starting(seeding.world, span, is_first=is_first), seeding.by
    if lives:
        accounts = [account_row(life.account, owner_id=_owner(seeding, life)) for life in lives]
        record_accounts(rows=accounts, by=by, now=now)
        record_contacts(rows=[row for life in lives for row in contact_rows(life.account)], by=by, now=now)
    signed = [(life, known_terms_of(life, span, is_first=is_first)) for life in seeding.world.lives]
    if contracts := [contract_row(life, terms) for life, terms in signed if terms]:
        record_contracts(rows=contracts, by=by, now=now)
    reached = [life for life in seeding.world.lives if reached_value(life, span, is_first=is_first)]
    record_milestones(rows=[milestone_row(life) for life in reached], by=by, now=now)
    return len(lives)


def _load_signals(seeding: Seeding, span: Span) -> int:
    """Load what was received in the span. A history keeps the day of each: what a model could know hangs on it.

    It comes from one source, for six loads a day through four years would take most of the time. The last weeks keep
    their days, too: how late a source delivers is read from them.
    """
    is_watched = (seeding.world.today - span.until).days < WATCHED_DAYS
    parts = span.days() if seeding.is_history or is_watched else (span,)
    workspace, by, accepted = seeding.workspace_id, seeding.by, 0
    for part in parts:
        now = _at(part.until, EVENING)
        by_source = signals_received(seeding.received, part)
        if seeding.is_history and by_source:
            by_source = {next(iter(SOURCES)): list(chain.from_iterable(by_source.values()))}
        for key, items in by_source.items():
            accepted += load_signals(workspace_id=workspace, source_key=key, items=items, by=by, now=now).accepted
    return accepted


def _close_renewals(seeding: Seeding, decided: list[Closing], *, now: datetime) -> int:
    if not decided:
        return 0
    contracts = contract_ids(each.contract for each in decided)
    terms = {(contracts[each.contract], each.term.number): each for each in decided}
    open_renewals_of_terms(terms=list(terms), by=seeding.by, now=now)
    found = renewals_by_term(terms)
    rows = [_outcome_row(found[term], each) for term, each in terms.items() if term in found]
    record_outcomes(rows=rows, by=seeding.by, now=now)
    lost = [each.life for each in decided if each.term.ratio == 0.0]
    ended = [AccountRow(external_id=life.account.external_id, ended_on=life.ended_on) for life in lost]
    record_accounts(rows=ended, by=seeding.by, now=now)
    return len(rows)


def _outcome_row(renewal_id: int, closing: Closing) -> OutcomeRow:
    return OutcomeRow(
        renewal_id=renewal_id,
        final_amount=closing.final_amount,
        primary_reason=closing.reason,
        decided_on=closing.decided_on,
        is_lost=closing.term.ratio == 0.0,
    )


def _move_stages(seeding: Seeding, *, now: datetime) -> None:
    today = now.date()
    ids = account_ids(life.account.external_id for life in seeding.world.lives)
    changes = [
        StageChange(account_id=ids[life.account.external_id], stage_key=stage_of(life, today), entered_on=today)
        for life in seeding.world.lives
        if life.account.external_id in ids and life.is_alive(today)
    ]
    set_stages(changes=changes, by=seeding.by, now=now)


def _score(seeding: Seeding, *, now: datetime) -> None:
    """Score whatever changed, in the chunks of the product, each in its own transaction."""
    while True:
        with in_workspace(seeding.workspace_id, by=seeding.by, why="Scores of the demo world", now=now):
            result = refresh_scores(workspace_id=seeding.workspace_id, by=seeding.by, now=now)
        if result.claimed == 0:
            return


def _report(seeding: Seeding, *, now: datetime) -> None:
    """Hold the scores that stood against what came of them, as each week; what came of them is settled first."""
    fix_all_labels(workspace_id=seeding.workspace_id, by=seeding.by, now=now)
    with in_workspace(seeding.workspace_id, by=seeding.by, why="Reports of the demo world", now=now):
        report_honesty(workspace_id=seeding.workspace_id, by=seeding.by, now=now)


def _order_training(seeding: Seeding, *, now: datetime) -> None:
    """Let the workers learn from the outcomes as soon as they run; nobody who waits for the demo waits for this."""
    with in_workspace(seeding.workspace_id, by=seeding.by, why="A model of the demo world", now=now):
        order_training(cause="schedule", by=seeding.by, now=now)


def _complete_tasks(seeding: Seeding, *, now: datetime) -> None:
    """The CSMs do most tasks on their day, some later, with the task's first outcome."""
    today = now.date()
    patience = {0: LONGEST_DAYS, 1: PATIENT_DAYS}
    with in_workspace(seeding.workspace_id, by=seeding.by, why="The CSMs work", now=now):
        for task in waiting_tasks(before=today + timedelta(days=1)):
            if task.due_on <= today - timedelta(days=patience.get(task.id % TASK_RHYTHM, 0)):
                person = person_actor(seeding.workspace_id, task.assignee_id, str(task.assignee))
                complete_task(task_id=task.id, outcome_code=task.outcomes[0]["key"], by=person, now=now)


def _review_tiers(seeding: Seeding, *, now: datetime) -> None:
    """A manager looks at most changes of tier after two days and leaves the owner; the others wait for their clock."""
    with in_workspace(seeding.workspace_id, by=seeding.by, why="The manager works", now=now):
        gaps = tier_gaps(before=now - timedelta(days=PATIENT_DAYS))
        person = longest_there("cs_manager") if gaps else None
        for gap in gaps if person else ():
            if gap.id % TIER_RHYTHM and person is not None:
                by = person_actor(seeding.workspace_id, person.id, str(person))
                review_tier(gap_id=gap.id, why="Looked at with the owner, who stays.", by=by, now=now)


def _owner(seeding: Seeding, life: Life) -> int:
    return seeding.owners[int(life.account.external_id.rpartition("-")[2]) % len(seeding.owners)]


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=UTC)
