"""Draw what happens to an account week by week: latent health, sponsor changes, use, support, money, answers.

Health is a monthly AR(1) around the account's own mean. A week without a row is a gap, never a zero.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from playbooks.core.world.laws import Laws, SegmentLaw
from playbooks.core.world.people import WorldAccount

FEATURES = 12
WEEKS_A_MONTH = 52 / 12


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
class Behaviour:
    """The sealed side (health a week, sponsor weeks, late weeks) and what could be seen of it."""

    weeks: tuple[date, ...]
    health: tuple[float, ...]
    sponsor_left: tuple[int, ...]
    late: tuple[int, ...]
    signals: tuple[WorldSignal, ...]


def draw_behaviour(
    account: WorldAccount, laws: Laws, *, first: date, last: date, rng: np.random.Generator
) -> Behaviour:
    """Return the behaviour from the later of `first` and the account's start up to `last` (Mondays)."""
    start = max(first, account.started_on)
    monday = start - timedelta(days=start.weekday())
    weeks = tuple(monday + timedelta(weeks=k) for k in range(1, max(2, (last - monday).days // 7 + 1)))
    law = next(each for each in laws.segments if each.key == account.segment)
    health = _health(account, laws, len(weeks), rng)
    sponsor = tuple(np.flatnonzero(rng.random(len(weeks)) < laws.sponsor_change_rate / WEEKS_A_MONTH).tolist())
    late = tuple(
        k for k in range(0, len(weeks), 4) if rng.random() < law.late_invoice_rate * math.exp(-0.4 * health[k])
    )
    seen = [
        *(_usage(account, laws, weeks, health, rng) if account.has_telemetry else ()),
        *_support(account, laws, law, weeks, health, rng),
        *_money(account, weeks, late, rng),
        *_people(account, weeks, health, sponsor, rng),
    ]
    return Behaviour(weeks=weeks, health=tuple(health), sponsor_left=sponsor, late=late, signals=tuple(seen))


def _health(account: WorldAccount, laws: Laws, weeks: int, rng: np.random.Generator) -> list[float]:
    months = weeks // 4 + 2
    deviation, values = 0.0, []
    for _ in range(months):
        shock = laws.shock_size * rng.choice([-1, 1]) if rng.random() < laws.shock_rate else 0.0
        deviation = laws.health_persistence * deviation + rng.normal(0, 0.2) + shock
        values.append(account.health_mean + deviation)
    points = np.interp(np.arange(weeks) / WEEKS_A_MONTH, np.arange(months), values)
    return [float(point) for point in points]


def _season(week: date) -> float:
    return 0.82 if week.month == 12 else 0.92 if week.month == 8 else 1.0


def _usage(
    account: WorldAccount, laws: Laws, weeks: tuple[date, ...], health: list[float], rng: np.random.Generator
) -> list[WorldSignal]:
    seen: list[WorldSignal] = []
    for k, week in enumerate(weeks):
        if rng.random() < laws.gap_share:
            continue
        ramp = min(1.0, max(0.1, (week - account.started_on).days / 60))
        share = ramp * _season(week) / (1 + math.exp(-(0.75 + 0.7 * health[k])))
        users = int(rng.binomial(account.seats, min(0.97, share)))
        mean = max(0.1, users * 12 * math.exp(0.55 * health[k]) * 0.5)
        events = int(rng.negative_binomial(4, 4 / (4 + mean)))
        delay = int(rng.integers(1, 15)) if rng.random() < laws.late_arrival_share else 0
        for kind, value in (("usage.active_users", users), ("usage.events", events), ("usage.seats", account.seats)):
            seen.append(_signal(account, "product", kind, week, k, value=float(value), delay_days=delay))
        if k % 4 == 0:
            seen += _features(account, week, k, health[k], rng)
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
    for k, week in enumerate(weeks):
        for n in range(int(rng.poisson(law.ticket_rate / WEEKS_A_MONTH))):
            tone = 0.3 * health[k] + float(rng.normal(0, 0.35))
            words = laws.names["praise" if tone > 0.25 else "complaint" if tone < -0.25 else "neutral"]
            ticket = f"T-{account.external_id}-{k}-{n}"
            opened = week + timedelta(days=int(rng.integers(0, 5)))
            hours = float(rng.gamma(2, 18) * math.exp(-0.25 * health[k]))
            closed = opened + timedelta(hours=hours)
            seen.append(
                _signal(
                    account,
                    "helpdesk",
                    "support.ticket_opened",
                    opened,
                    k,
                    subject=ticket,
                    value=float(rng.integers(1, 5)),
                )
            )
            seen.append(
                _signal(account, "helpdesk", "support.message", opened, k, subject=ticket, text=str(rng.choice(words)))
            )
            if closed < weeks[-1] and rng.random() < 0.93:
                seen.append(
                    _signal(
                        account, "helpdesk", "support.ticket_resolved", closed, k, subject=ticket, value=round(hours, 1)
                    )
                )
    return seen


def _money(
    account: WorldAccount, weeks: tuple[date, ...], late: tuple[int, ...], rng: np.random.Generator
) -> list[WorldSignal]:
    seen: list[WorldSignal] = []
    for k in range(0, len(weeks), 4):
        due = weeks[k] + timedelta(days=30)
        days = int(rng.integers(6, 45)) if k in late else int(rng.integers(-12, 2))
        facts = [("billing.invoice_issued", weeks[k], round(account.arr / 13, 2))]
        if k in late:
            facts.append(("billing.invoice_overdue", due + timedelta(days=5), float(min(days, (weeks[-1] - due).days))))
        facts.append(("billing.invoice_paid", due + timedelta(days=days), float(days)))
        invoice = f"I-{account.external_id}-{k}"
        seen += [
            _signal(account, "billing", kind, on, k, subject=invoice, value=value)
            for kind, on, value in facts
            if on <= weeks[-1]
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
    for k, week in enumerate(weeks):
        if rng.random() < 0.06 * math.exp(0.4 * health[k]):
            seen.append(_signal(account, "crm", "relationship.reply", week, k))
        if rng.random() < 0.03 * math.exp(0.3 * health[k]):
            seen.append(_signal(account, "crm", "relationship.meeting", week, k))
        if rng.random() < 0.05 * math.exp(0.3 * health[k]):
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
