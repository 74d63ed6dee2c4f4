"""Score accounts under other rules than those in force, for a look; nothing of it is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from signals.core.editing.preview import Scored, Scores, Shift, shifts_of, tier_shift
from signals.core.learning.telling import Told
from signals.core.scoring import ChunkScores, expansion_columns, score_chunk
from signals.core.scoring.learned import Speaker, spoken
from signals.core.tiers import TierDecision, TierFacts, parse_tier_rule, tier_of
from signals.models import ScorecardPreview, ScorecardVersion
from signals.models.scores import RuleKind
from signals.queries.facts import load_chunk, renewals_of
from signals.queries.learned.models import ReadyModel
from signals.queries.learned.scoring import foretold, speaker_of
from signals.queries.scorecards import RulesInForce, rules_of, version_in_force
from signals.queries.tallies import Moment
from signals.queries.tiers import tier_cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One account under the rules in force and under the draft, from the same facts.

    `model_number` is that of the learned model that says the risks on both sides; None: the scorecard says them.
    """

    account_id: int
    before: Scores
    after: Scores
    model_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedTier:
    """One account under the tier rule in force and under the draft, from the same scores."""

    account_id: int
    facts: TierFacts
    before: TierDecision
    after: TierDecision


def shifts_under(account_ids: Iterable[int], version: ScorecardVersion, *, moment: Moment) -> list[Shift]:
    """Return how each score or tier of these accounts would move under a version that is not in force."""
    if version.kind == RuleKind.TIERS:
        in_force = parse_tier_rule(_in_force(version).definition)
        draft, cases = parse_tier_rule(version.definition), tier_cases(account_ids, now=moment.as_of)
        return [tier_shift(case.account_id, case.facts, in_force, draft) for case in cases]
    compared = compare_accounts(account_ids, version, moment=moment)
    return [shift for each in compared for shift in shifts_of(each.account_id, each.before, each.after)]


def compare_accounts(account_ids: Iterable[int], version: ScorecardVersion, *, moment: Moment) -> list[Compared]:
    """Return both scores of each account, all at once, as they would really be scored; `version` is not of tiers."""
    chunk = load_chunk(version.workspace_id, sorted(account_ids), moment)
    if not chunk.size:
        return []
    rules, draft = rules_with(None), rules_with(version)
    renewals = renewals_of(chunk)
    before, after = (score_chunk(chunk, renewals, each.book) for each in (rules, draft))
    if version.kind == RuleKind.EXPANSION:
        sides = _grown(before, rules), _grown(before, draft)
    elif version.kind == RuleKind.HEALTH:
        sides = _healths(before), _healths(after)
    else:
        return _compared_risks(version, before, after, moment)
    return [
        Compared(account_id=facts.account_id, before=sides[0][row], after=sides[1][row])
        for row, facts in enumerate(chunk.accounts)
    ]


def compare_tiers(account_ids: Iterable[int], version: ScorecardVersion, *, now: datetime) -> list[ComparedTier]:
    """Return what each of two rules of tiers decides of these accounts now, by id; `version` is of tiers."""
    in_force, draft = parse_tier_rule(_in_force(version).definition), parse_tier_rule(version.definition)
    return [
        ComparedTier(
            account_id=case.account_id,
            facts=case.facts,
            before=tier_of(case.facts, in_force),
            after=tier_of(case.facts, draft),
        )
        for case in tier_cases(account_ids, now=now)
    ]


def rules_with(version: ScorecardVersion | None) -> RulesInForce:
    """Return the rules in force, with those of `version` in the place of its kind; None for the rules in force."""
    chosen = {kind: version_in_force(kind) for kind in (RuleKind.HEALTH, RuleKind.RISK, RuleKind.EXPANSION)}
    if version is not None:
        chosen[RuleKind(version.kind)] = version
    return rules_of(chosen[RuleKind.HEALTH], chosen[RuleKind.RISK], chosen[RuleKind.EXPANSION])


def preview_of(version: ScorecardVersion) -> ScorecardPreview | None:
    """Return the latest preview of a version on the whole book; None when none was asked for."""
    return ScorecardPreview.objects.filter(version=version).order_by("-revision").first()


def _in_force(version: ScorecardVersion) -> ScorecardVersion:
    return version_in_force(version.kind) or version


def _healths(scores: ChunkScores) -> list[Scores]:
    return [{None: scores.health.at(row)} for row in range(scores.chunk.size)]


def _grown(scores: ChunkScores, rules: RulesInForce) -> list[Scores]:
    columns = expansion_columns(scores, rules.expansion.rules, rules.expansion.scorecard)
    return [{None: columns.at(row)} for row in range(scores.chunk.size)]


def _compared_risks(
    version: ScorecardVersion, before: ChunkScores, after: ChunkScores, moment: Moment
) -> list[Compared]:
    """Return the risks as the model in force says them: its word is the same, floor and bands are the scorecard's."""
    rules, draft = rules_with(None), rules_with(version)
    ids = [each.id for each in before.renewals]
    found = foretold(version.workspace_id, ids, rules=rules, now=moment.as_of)
    ready, told = found if found else (None, {})
    sides = (_risks(before, ready, told, rules), _risks(after, ready, told, draft))
    return [
        Compared(
            account_id=facts.account_id,
            before=sides[0][row],
            after=sides[1][row],
            model_number=ready.number if ready and any(each in told for each in sides[0][row]) else None,
        )
        for row, facts in enumerate(before.chunk.accounts)
    ]


def _risks(
    scores: ChunkScores, ready: ReadyModel | None, told: Mapping[int, Told], rules: RulesInForce
) -> Sequence[Scores]:
    speaker: Speaker | None = speaker_of(ready, rules) if ready else None
    made: list[dict[int | None, Scored]] = [{} for _ in range(scores.chunk.size)]
    for place, each in enumerate(scores.renewals):
        card = scores.risks.at(place)
        made[each.row][each.id] = spoken(card, told[each.id], speaker) if speaker and each.id in told else card
    return made
