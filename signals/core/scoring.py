"""Both scores of one account together, from its facts and the rules in force."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from signals.core.features import AccountFacts, Measure, measure_all
from signals.core.health import HealthResult, health_of
from signals.core.risk import RiskFacts, RiskModel, RiskResult, risk_of
from signals.core.scorecard import MeasureRule, Scorecard, rules_for


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """The scorecard and risk model in force. The rules per kind of account are worked out once."""

    scorecard: Scorecard
    model: RiskModel
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


def score_account(facts: AccountFacts, renewals: Mapping[int, date], book: RuleBook) -> AccountScores:
    """Return the scores of an account. `renewals` gives the due date of each open renewal by its id."""
    rules = book.rules(facts.segment, facts.complexity)
    measures = measure_all(facts, rules)
    health = health_of(measures, rules, book.scorecard)
    risks = {
        renewal_id: risk_of(
            RiskFacts(
                segment=facts.segment,
                days_to_renewal=(due_on - facts.as_of_on).days,
                health=health,
                measures=measures,
            ),
            book.model,
        )
        for renewal_id, due_on in renewals.items()
    }
    return AccountScores(health=health, measures=measures, risks=risks)
