"""Score accounts under other rules than those in force, for a look; nothing of it is written."""

from collections.abc import Iterable
from dataclasses import dataclass

from signals.core.editing.preview import Kind
from signals.core.risk import parse_risk_model
from signals.core.scorecard import parse_scorecard
from signals.core.scoring import AccountScores, RuleBook, score_account
from signals.models import ScorecardPreview, ScorecardVersion
from signals.models.scores import ScoreKind
from signals.queries.facts import Moment, account_facts, open_renewals
from signals.queries.scorecards import version_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One account under the rules in force and under the draft, from the same facts."""

    account_id: int
    segment: str
    complexity: str
    before: AccountScores
    after: AccountScores


def compare_accounts(account_ids: Iterable[int], version: ScorecardVersion, *, moment: Moment) -> list[Compared]:
    """Return both scores of each account that can be scored; one whose scoring fails is left out."""
    ids = list(account_ids)
    before, after = book_with(None), book_with(version)
    renewals = open_renewals(ids)
    found = []
    for facts in account_facts(version.workspace_id, ids, moment):
        dates = renewals.get(facts.account_id, {})
        found.append(
            Compared(
                account_id=facts.account_id,
                segment=facts.segment,
                complexity=facts.complexity,
                before=score_account(facts, dates, before),
                after=score_account(facts, dates, after),
            )
        )
    return found


def book_with(version: ScorecardVersion | None) -> RuleBook:
    """Return the rules in force, with those of `version` in the place of its kind; None for the rules in force."""
    chosen = {kind: version_in_force(kind) for kind in (ScoreKind.HEALTH, ScoreKind.RISK)}
    if version is not None:
        chosen[ScoreKind(version.kind)] = version
    return RuleBook(
        scorecard=parse_scorecard(chosen[ScoreKind.HEALTH].definition),
        model=parse_risk_model(chosen[ScoreKind.RISK].definition),
    )


def preview_of(version: ScorecardVersion) -> ScorecardPreview | None:
    """Return the latest preview of a version on the whole book; None when none was asked for."""
    return ScorecardPreview.objects.filter(version=version).order_by("-revision").first()


def kind_of(version: ScorecardVersion) -> Kind:
    """Return the kind of a version as the core takes it."""
    return "risk" if version.kind == ScoreKind.RISK else "health"
