"""Draw what sources send about an account: use, support, money, people, answers. Nothing of it is sealed.

A week without a row is a gap, never a zero.
"""

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from playbooks.core.world.behaviour import WEEKS_A_MONTH, Behaviour
from playbooks.core.world.decisions import WorldTerm
from playbooks.core.world.laws import Laws, SegmentLaw
from playbooks.core.world.people import WorldAccount

FEATURES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSignal:
    """One signal as a source would send it; `delay_days` is how late it was received."""

    source: str
    kind: str
    external_id: str
    account: str
    occurred_on: date
    minute: int
    value: float | None = None
    subject: str = ""
    text: str = ""
    delay_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What signals hang on: the sealed behaviour, and the seats and ARR under contract in each of its weeks."""

    behaviour: Behaviour
    seats: tuple[int, ...]
    arr: tuple[int, ...]


def draw_signals(
    account: WorldAccount, behaviour: Behaviour, terms: tuple[WorldTerm, ...], laws: Laws, rng: np.random.Generator
) -> tuple[WorldSignal, ...]:
    """Return every signal of the account, as its sources would send it."""
    law = laws.of_segment(account.segment)
    running = [_running(terms, week) for week in behaviour.weeks]
    seats, arr = tuple(term.seats for term in running), tuple(term.arr for term in running)
    life = Seen(behaviour=behaviour, seats=seats, arr=arr)
    weeks, health = behaviour.weeks, list(behaviour.health)
    return (
        *(_usage(account, laws, life, rng) if account.has_telemetry else ()),
        *_support(account, laws, law, weeks, health, rng),
        *_money(account, weeks, behaviour.late, arr, rng),
        *_people(account, weeks, health, behaviour.sponsor_left, rng),
    )


def shown_behaviour(account: WorldAccount, behaviour: Behaviour, laws: Laws, *, first: date) -> Behaviour:
    """Return the behaviour with the health that the use of the product shows: after the turn the opposite of the true.

    `first` is the first day of the world. Only use is turned; what people say, pay and decide follows the true health.
    """
    if not laws.turn_month or account.complexity != laws.turned_complexity:
        return behaviour
    turned_on = first + timedelta(days=30 * laws.turn_month)
    pairs = zip(behaviour.weeks, behaviour.health, strict=True)
    return replace(behaviour, shown=tuple(-health if week >= turned_on else health for week, health in pairs))


def _running(terms: tuple[WorldTerm, ...], day: date) -> WorldTerm:
    """The term that runs on the day; after the last one the last."""
    return next((term for term in terms if day <= term.ends_on), terms[-1])


def _over(weeks: tuple[date, ...]) -> date:
    """The first day after the last week: until then something may still be heard."""
    return weeks[-1] + timedelta(days=7)


def _season(week: date) -> float:
    return 0.82 if week.month == 12 else 0.92 if week.month == 8 else 1.0


def _usage(account: WorldAccount, laws: Laws, life: Seen, rng: np.random.Generator) -> list[WorldSignal]:
    weeks, health, seats = life.behaviour.weeks, np.array(life.behaviour.health_in_use), np.array(life.seats)
    ramp = np.clip([(week - account.started_on).days / 60 for week in weeks], 0.1, 1.0)
    share = ramp * np.array([_season(week) for week in weeks]) / (1 + np.exp(-(0.75 + 0.7 * health)))
    users = rng.binomial(seats, np.minimum(0.97, share))
    mean = np.maximum(0.1, users * 12 * np.exp(0.55 * health) * 0.5)
    events = rng.negative_binomial(4, 4 / (4 + mean))
    is_late = rng.random(len(weeks)) < laws.late_arrival_share
    delays = np.where(is_late, rng.integers(1, 15, len(weeks)), 0).tolist()
    seen: list[WorldSignal] = []
    for k in np.flatnonzero(rng.random(len(weeks)) >= laws.gap_share).tolist():
        row = (("usage.active_users", users[k]), ("usage.events", events[k]), ("usage.seats", seats[k]))
        for kind, value in row:
            seen.append(_signal(account, "product", kind, weeks[k], k, value=float(value), delay_days=delays[k]))
        if k % 4 == 0:
            seen += _features(account, weeks[k], k, health[k], rng)
    reached = account.started_on + timedelta(days=account.time_to_value_days)
    if weeks and weeks[0] <= reached <= weeks[-1]:
        seen.append(_signal(account, "product", "usage.milestone", reached, 0, subject="first-value"))
    return seen


def _features(account: WorldAccount, week: date, k: int, health: float, rng: np.random.Generator) -> list[WorldSignal]:
    used = int(rng.binomial(FEATURES, 1 / (1 + math.exp(-(0.2 + 0.5 * health)))))
    return [
        _signal(
            account,
            "product",
            "usage.feature_used",
            week,
            k,
            value=float(rng.integers(1, 40)),
            subject=f"feature-{n + 1:02d}",
        )
        for n in range(used)
    ]


def _support(
    account: WorldAccount,
    laws: Laws,
    law: SegmentLaw,
    weeks: tuple[date, ...],
    health: list[float],
    rng: np.random.Generator,
) -> list[WorldSignal]:
    seen: list[WorldSignal] = []
    until = _over(weeks)
    tickets = rng.poisson(law.ticket_rate / WEEKS_A_MONTH, len(weeks)).tolist()
    for k, week in enumerate(weeks):
        for n in range(tickets[k]):
            tone = 0.3 * health[k] + float(rng.normal(0, 0.35))
            words = laws.names["praise" if tone > 0.25 else "complaint" if tone < -0.25 else "neutral"]
            ticket = f"T-{account.external_id}-{k}-{n}"
            opened = week + timedelta(days=int(rng.integers(0, 5)))
            hours = float(rng.gamma(2, 18) * math.exp(-0.25 * health[k]))
            closed = opened + timedelta(hours=hours)
            first = {"subject": ticket, "value": float(rng.integers(1, 5))}
            seen.append(_signal(account, "helpdesk", "support.ticket_opened", opened, k, **first))
            seen.append(
                _signal(account, "helpdesk", "support.message", opened, k, subject=ticket, text=str(rng.choice(words)))
            )
            # In the last week by no chance: what is drawn of other accounts stays as it was.
            if closed < until and (closed >= weeks[-1] or rng.random() < 0.93):
                seen.append(
                    _signal(
                        account, "helpdesk", "support.ticket_resolved", closed, k, subject=ticket, value=round(hours, 1)
                    )
                )
    return seen


def _money(
    account: WorldAccount,
    weeks: tuple[date, ...],
    late: tuple[int, ...],
    arr: tuple[int, ...],
    rng: np.random.Generator,
) -> list[WorldSignal]:
    seen: list[WorldSignal] = []
    for k in range(0, len(weeks), 4):
        due = weeks[k] + timedelta(days=30)
        days = int(rng.integers(6, 45)) if k in late else int(rng.integers(-12, 2))
        facts = [("billing.invoice_issued", weeks[k], round(arr[k] / 13, 2))]
        if k in late:
            facts.append(("billing.invoice_overdue", due + timedelta(days=5), float(min(days, (weeks[-1] - due).days))))
        facts.append(("billing.invoice_paid", due + timedelta(days=days), float(days)))
        invoice = f"I-{account.external_id}-{k}"
        seen += [
            _signal(account, "billing", kind, on, k, subject=invoice, value=value)
            for kind, on, value in facts
            if on < _over(weeks)
        ]
    return seen


def _people(
    account: WorldAccount,
    weeks: tuple[date, ...],
    health: list[float],
    sponsor: tuple[int, ...],
    rng: np.random.Generator,
) -> list[WorldSignal]:
    seen = [_signal(account, "crm", "relationship.sponsor_left", weeks[k], k) for k in sponsor]
    chance = rng.random((len(weeks), 3)).tolist()
    for k, week in enumerate(weeks):
        reply, meeting, click = chance[k]
        if reply < 0.06 * math.exp(0.4 * health[k]):
            seen.append(_signal(account, "crm", "relationship.reply", week, k))
        if meeting < 0.03 * math.exp(0.3 * health[k]):
            seen.append(_signal(account, "crm", "relationship.meeting", week, k))
        if click < 0.05 * math.exp(0.3 * health[k]):
            seen.append(_signal(account, "mailings", "marketing.email_clicked", week, k))
        if k % 13 == 6 and rng.random() < 0.2 * math.exp(0.35 * health[k]):
            answer = float(np.clip(round(7.2 + 1.6 * health[k] + rng.normal(0, 1.3)), 0, 10))
            seen.append(_signal(account, "surveys", "relationship.nps", week, k, value=answer))
    return seen


def _signal(account: WorldAccount, source: str, kind: str, day: date, number: int, **facts: Any) -> WorldSignal:
    subject = str(facts.get("subject", ""))
    key = f"{kind}:{account.external_id}:{number}:{subject}"
    minute = 360 + (number * 37) % 420  # in the morning, so that a day can be lived through by its evening
    return WorldSignal(
        source=source, kind=kind, external_id=key, account=account.external_id, occurred_on=day, minute=minute, **facts
    )
