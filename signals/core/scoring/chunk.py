"""All scores of a chunk of accounts, from its facts and the rules in force; one account is a chunk of one.

What else is to be scored for a whole chunk (another kind of score, a learned risk) is computed here, beside health and
risk, from the same measures. What a person sets over a computed score is put in after this, before it is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from signals.core.features import (
    AccountFacts,
    Chunk,
    Measure,
    MeasureColumn,
    chunk_from,
    measure_chunk,
    rule_columns,
)
from signals.core.health import HealthResult
from signals.core.risk import RiskModel, RiskResult
from signals.core.scorecard import MeasureRule, Scorecard, rules_for
from signals.core.scoring.health import HealthColumns, health_columns
from signals.core.scoring.risk import RiskChunk, RiskColumns, RiskJudge, risk_columns


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """The scorecard and risk model in force. The rules per kind of account are worked out once.

    `judge` takes the place of the expert weights of `model` when a learned model is in force.
    """

    scorecard: Scorecard
    model: RiskModel
    judge: RiskJudge | None = None
    known: dict[tuple[str, str], tuple[MeasureRule, ...]] = field(default_factory=dict, compare=False)

    def rules(self, segment: str, complexity: str) -> tuple[MeasureRule, ...]:
        """Return the measures for such an account."""
        key = (segment, complexity)
        if key not in self.known:
            self.known[key] = rules_for(self.scorecard, segment=segment, complexity=complexity)
        return self.known[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountScores:
    """Health, the measures it was made of, and the risk of each open renewal by its id."""

    health: HealthResult
    measures: tuple[Measure, ...]
    risks: Mapping[int, RiskResult]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRenewal:
    """A renewal that is to be scored: its id, the place of its account in the chunk, and when it is due."""

    id: int
    row: int
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkScores:
    """Everything about a chunk: its facts, measures, health per account, and risk per renewal in the order given."""

    chunk: Chunk
    measures: tuple[MeasureColumn, ...]
    health: HealthColumns
    renewals: tuple[OpenRenewal, ...]
    risks: RiskColumns

    def account(self, row: int) -> AccountScores:
        """Return the scores of one account as plain results."""
        return AccountScores(
            health=self.health.at(row),
            measures=tuple(measure.at(row) for measure in self.measures),
            risks={each.id: self.risks.at(n) for n, each in enumerate(self.renewals) if each.row == row},
        )


def score_chunk(chunk: Chunk, renewals: Sequence[OpenRenewal], book: RuleBook) -> ChunkScores:
    """Return the scores of every account (at least one) and open renewal."""
    rules = rule_columns([book.rules(each.segment, each.complexity) for each in chunk.accounts])
    measures = measure_chunk(chunk, rules)
    health = health_columns(measures, rules, book.scorecard)
    asked = RiskChunk(
        row=np.array([each.row for each in renewals], dtype=np.int64),
        days_to_renewal=np.array(
            [(each.due_on - chunk.accounts[each.row].as_of_on).days for each in renewals], dtype=np.int64
        ),
        segments=tuple(chunk.accounts[each.row].segment for each in renewals),
        measures=measures,
        health=health,
    )
    risks = book.judge(asked) if book.judge else risk_columns(asked, book.model)
    return ChunkScores(chunk=chunk, measures=measures, health=health, renewals=tuple(renewals), risks=risks)


def score_account(facts: AccountFacts, renewals: Mapping[int, date], book: RuleBook) -> AccountScores:
    """Return the scores of an account. `renewals` gives the due date of each open renewal by its id."""
    asked = [OpenRenewal(id=renewal_id, row=0, due_on=due_on) for renewal_id, due_on in renewals.items()]
    return score_chunk(chunk_from([facts]), asked, book).account(0)
