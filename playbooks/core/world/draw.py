"""Draw a whole world: accounts, behaviour, terms and the dirt that real sources bring."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from playbooks.core.world.behaviour import Behaviour, draw_behaviour
from playbooks.core.world.decisions import WorldTerm, draw_market, draw_terms
from playbooks.core.world.laws import Laws
from playbooks.core.world.people import WorldAccount, draw_accounts
from playbooks.core.world.sent import WorldSignal, draw_signals, shown_behaviour


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """An account with its behaviour and its terms; `ended_on` when it churned."""

    account: WorldAccount
    behaviour: Behaviour
    terms: tuple[WorldTerm, ...]

    @property
    def ended_on(self) -> date | None:
        """The day after which it is over, or None."""
        last = self.terms[-1]
        return last.ends_on if last.ratio == 0.0 else None

    def is_alive(self, day: date) -> bool:
        """Answer whether the account has a contract on that day."""
        return self.account.started_on <= day and (self.ended_on is None or day <= self.ended_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Every life, and the signals as sources send them: gaps, duplicates and late arrivals included."""

    today: date
    lives: tuple[Life, ...]
    signals: tuple[WorldSignal, ...]


def draw_world(laws: Laws, *, accounts: int, months: int, today: date, rng: np.random.Generator) -> World:
    """Return the world of `accounts` over the `months` before `today`; equal inputs give an equal world."""
    first = today - timedelta(days=months * 30)
    known = draw_accounts(laws, count=accounts, today=today, months=months, rng=rng)
    eldest = min((account.started_on for account in known), default=first)
    market = draw_market(laws, first=eldest, last=today + timedelta(days=3 * 366), rng=rng)
    lives, signals = [], []
    for account in known:
        behaviour = draw_behaviour(account, laws, first=first, last=today, rng=rng)
        terms = draw_terms(account, behaviour, laws, today=today, market=market, rng=rng)
        life = Life(account=account, behaviour=behaviour, terms=terms)
        lives.append(life)
        end = min(today, life.ended_on or today)
        shown = shown_behaviour(account, behaviour, laws, first=first)
        signals += [each for each in draw_signals(account, shown, terms, laws, rng) if each.occurred_on <= end]
    return World(today=today, lives=tuple(lives), signals=tuple(_with_duplicates(signals, laws, rng)))


def _with_duplicates(signals: list[WorldSignal], laws: Laws, rng: np.random.Generator) -> list[WorldSignal]:
    again = np.flatnonzero(rng.random(len(signals)) < laws.duplicate_share)
    return signals + [replace(signals[k]) for k in again]
