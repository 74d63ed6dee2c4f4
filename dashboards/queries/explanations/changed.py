"""What changed since a day or a version: the difference of each contribution, and the signals that arrived between."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboards.core.dates import day_words, instant_cell
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Chip, Column, Table
from dashboards.core.rule_words import number_words
from dashboards.core.scores import KIND_WORDS
from dashboards.core.wording import signal_title
from dashboards.queries.asker import Asker
from dashboards.queries.explanations.page import ScoreAsked
from dashboards.queries.scoring import labels
from renewals.core.dates import start_of_day
from renewals.core.roles import can
from signals.core.explain import Difference
from signals.models import Signal
from signals.models.scores import ScoreKind
from signals.queries.scorecards import versions
from signals.queries.scores import Movement, movement, signals_between

SPANS = ((1, "Yesterday"), (7, "A week ago"), (30, "30 days ago"), (90, "90 days ago"))
SIGNALS_SHOWN = 30
VERSIONS_SHOWN = 3
WHY = {
    "appeared": "newly known",
    "vanished": "not known any more",
    "value": "its value changed",
    "rule": "its weight changed",
    "confidence": "its inputs are fresher, older, more or fewer",
    "same": "the others weigh more or less beside it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPart:
    """What moved a score between a day and now (or the day of the score looked at)."""

    since: str
    chips: tuple[Chip, ...]
    hidden: tuple[tuple[str, str], ...]
    finding: str
    table: Table | None
    signals: Table | None
    signals_note: str


def changed_part(asker: Asker, asked: ScoreAsked) -> ChangedPart:
    """Return the choice of a day, and the difference once one is chosen."""
    since = _since(asker, asked)
    moved = None if since is None else _moved(asker, asked, since)
    return ChangedPart(
        since=asked.query.get("since", "") if since else "",
        chips=_chips(asker, asked),
        hidden=tuple((name, asked.query[name]) for name in ("renewal", "score") if asked.query.get(name)),
        finding="" if since is None else _finding(asked, moved, since),
        table=_table(moved) if moved and moved.before else None,
        signals=_signals(asker, moved) if moved and moved.before else None,
        signals_note=_note(asker, moved) if moved and moved.before else "",
    )


def _since(asker: Asker, asked: ScoreAsked) -> datetime | None:
    """Return the end of the day that the address names; None for none, or what is no day."""
    try:
        day = date.fromisoformat(asked.query.get("since", ""))
        return start_of_day(day + timedelta(days=1), asker.workspace.timezone) - timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None


def _moved(asker: Asker, asked: ScoreAsked, since: datetime) -> Movement | None:
    until = asker.now if asked.is_current or asked.score is None else asked.score.as_of
    renewal_id = asked.renewal.id if asked.renewal else None
    return movement(asked.account.id, since=since, until=until, kind=asked.kind, renewal_id=renewal_id)


def _chips(asker: Asker, asked: ScoreAsked) -> tuple[Chip, ...]:
    days = [(asker.today - timedelta(days=back), words) for back, words in SPANS]
    zone = ZoneInfo(asker.workspace.timezone)
    for version in versions(asked.kind)[:VERSIONS_SHOWN]:
        if version.published_at is not None:
            before = version.published_at.astimezone(zone).date() - timedelta(days=1)
            days.append((before, f"Before scorecard {version.number}"))
    chosen = asked.query.get("since", "")
    return tuple(
        Chip(
            text=words,
            href=asked.with_query(since=day.isoformat()) + "#changed",
            is_on=chosen == day.isoformat(),
        )
        for day, words in days
    )


def _finding(asked: ScoreAsked, moved: Movement | None, since: datetime) -> str:
    name = KIND_WORDS[asked.kind]
    if moved is None or moved.before is None:
        return f"{name} had not been computed by {day_words(since.date())}."
    before, after = moved.before.value, moved.after.value
    if before is None or after is None:
        was, now = (f"{each:.0f}" if each is not None else "not scored" for each in (before, after))
        return f"{name} went from {was} to {now} since {day_words(since.date())}."
    if not moved.differences:
        return f"Nothing has changed since {day_words(since.date())}: {name.lower()} is {after:.0f}."
    way = "rose" if after > before else "fell" if after < before else "stayed"
    return f"{name} {way} from {before:.1f} to {after:.1f} since {day_words(since.date())}."


def _table(moved: Movement) -> Table:
    is_risk = moved.after.kind == ScoreKind.RISK
    return Table(
        caption="What moved it",
        columns=(
            Column(title="What"),
            Column(title="Change, log-odds" if is_risk else "Change, points", is_amount=True),
            Column(title="Was", is_amount=True),
            Column(title="Is", is_amount=True),
            Column(title="How"),
        ),
        rows=tuple(_row(each, is_risk=is_risk) for each in moved.differences),
        totals=(
            Cell(text="Together"),
            Cell(text=_signed(sum(each.amount for each in moved.differences)), is_amount=True),
            Cell(),
            Cell(),
            Cell(),
        ),
    )


def _row(each: Difference, *, is_risk: bool) -> tuple[Cell, ...]:
    is_good = each.amount <= 0 if is_risk else each.amount >= 0
    return (
        Cell(text=labels().get(each.key, each.key.replace("_", " ").capitalize())),
        Cell(text=_signed(each.amount), is_amount=True, note="better" if is_good else "worse"),
        Cell(text="–" if each.before is None else number_words(each.before), is_amount=True),
        Cell(text="–" if each.after is None else number_words(each.after), is_amount=True),
        Cell(text=WHY[each.change]),
    )


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _between(asker: Asker, moved: Movement) -> list[Signal]:
    if moved.before is None or not can(asker.member, "signals.view"):
        return []
    return signals_between(moved.before, moved.after, limit=SIGNALS_SHOWN + 1)


def _note(asker: Asker, moved: Movement) -> str:
    found = len(_between(asker, moved))
    if not found:
        return "No signal arrived in between: time alone has passed, or the rules have changed."
    if found > SIGNALS_SHOWN:
        return f"The newest {SIGNALS_SHOWN} signals that arrived in between:"
    return f"{count_words(found, 'signal')} arrived in between:"


def _signals(asker: Asker, moved: Movement) -> Table | None:
    rows = _between(asker, moved)[:SIGNALS_SHOWN]
    zone = asker.workspace.timezone
    if not rows:
        return None
    return Table(
        caption="Signals that arrived in between",
        columns=tuple(Column(title=name) for name in ("What", "When", "From", "Received")),
        rows=tuple(
            (
                Cell(text=signal_title(each.kind, each.value, each.subject), note=each.text[:120]),
                Cell(date=instant_cell(each.occurred_at, now=asker.now, zone=zone)),
                Cell(text=str(each.source), note=each.author),
                Cell(date=instant_cell(each.received_at, now=asker.now, zone=zone)),
            )
            for each in rows
        ),
    )
