"""Score accounts under other rules than those in force, for a look; nothing of it is written."""

from collections.abc import Iterable
from dataclasses import dataclass

from signals.core.editing.preview import Kind
from signals.core.risk import parse_risk_model
from signals.core.scorecard import parse_scorecard
from signals.core.scoring import AccountScores, RuleBook, score_chunk
from signals.models import ScorecardPreview, ScorecardVersion
from signals.models.scores import ScoreKind
from signals.queries.facts import load_chunk, renewals_of
from signals.queries.scorecards import version_in_force
from signals.queries.tallies import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One account under the rules in force and under the draft, from the same facts."""

    account_id: int
    segment: str
    complexity: str
    before: AccountScores
    after: AccountScores


def compare_accounts(account_ids: Iterable[int], version: ScorecardVersion, *, moment: Moment) -> list[Compared]:
    """Return both scores of each account, all at once."""
    chunk = load_chunk(version.workspace_id, sorted(account_ids), moment)
    if not chunk.size:
        return []
    renewals = renewals_of(chunk)
    before, after = (score_chunk(chunk, renewals, book) for book in (book_with(None), book_with(version)))
    return [
        Compared(
            account_id=facts.account_id,
            segment=facts.segment,
            complexity=facts.complexity,
            before=before.account(row),
            after=after.account(row),
        )
        for row, facts in enumerate(chunk.accounts)
    ]


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
