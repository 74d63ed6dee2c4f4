"""What the scores of accounts will be while nobody says anything more: inputs age, notes and overrides run out.

The same measures and rules as scoring itself, as of moments ahead. Nothing of it is written.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from renewals.core.dates import start_of_day
from renewals.queries.any_of import any_of
from signals.core.scorecard import Band, band_of
from signals.core.scoring import ChunkScores, score_chunk
from signals.models import AccountChange, CurrentRisk, CurrentScore, NotedFact, ScoreOverride
from signals.queries.facts import load_chunk, renewals_of
from signals.queries.learned.versions import model_in_force
from signals.queries.noted import computed_value
from signals.queries.scorecards import RulesInForce, rules_in_force
from signals.queries.tallies import Moment

ONE_DAY = timedelta(days=1)
Key = tuple[int, int | None]
"""An account, and the renewal whose risk it is; None for the account's health."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A score, 0 to 100, as it will be shown, None while not scored; `before` is what the rules said the day before."""

    value: float | None
    before: float | None
    coverage: float
    bands: tuple[Band, ...]

    @property
    def band(self) -> str:
        """The band of the value; empty while not scored."""
        return "" if self.value is None else band_of(self.value, self.bands)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoresAhead:
    """The scores of one account as they are written at `at`; `risks` are by open renewal."""

    at: datetime
    health: Standing
    risks: Mapping[int, Standing]
    scores: ChunkScores
    row: int

    def measures(self) -> Mapping[str, float]:
        """Return the known measures behind the health, by key."""
        return {each.key: each.value for each in self.scores.health.at(self.row).contributions}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What the rules said of a score last and on which day, and what they had said as the day before ended."""

    day: date
    value: float | None
    before: float | None


def scores_ahead(
    workspace_id: int, account_ids: Iterable[int], *, now: datetime, until: datetime
) -> Mapping[int, tuple[ScoresAhead, ...]]:
    """Return the scores of these accounts at each scoring up to `until` if no signal comes, in the order of time.

    Accounts are scored as each day of UTC begins, when a note or a score set by hand runs out, and at once where they
    wait for it. Empty as long as the workspace has no scorecards. What a learned model says of a renewal is not
    foreseen: there are no `risks` then.
    """
    rules, ids = rules_in_force(), sorted(set(account_ids))
    if rules is None or not ids:
        return {}
    words = list(ScoreOverride.objects.filter(any_of("account_id", ids), ended_at__isnull=True).order_by("id"))
    has_risks, said = model_in_force() is None, _said_last(ids)
    found: dict[int, list[ScoresAhead]] = defaultdict(list)
    for at, looked_at in sorted(_looks(ids, words, now=now, until=until).items()):
        scores = _scored(workspace_id, sorted(looked_at), rules, at)
        if scores is None:
            continue
        by_people = {(word.account_id, word.renewal_id): word.value for word in words if word.expires_at > at}
        standing = {
            key: _standing(key, value, by_people, said, at) for key, value in _computed(scores, has_risks=has_risks)
        }
        risks: dict[int, dict[int, Standing]] = defaultdict(dict)
        for (account_id, renewal_id), each in standing.items():
            if renewal_id is not None:
                risks[account_id][renewal_id] = each
        for row, facts in enumerate(scores.chunk.accounts):
            own = facts.account_id
            ahead = ScoresAhead(at=at, health=standing[own, None], risks=risks[own], scores=scores, row=row)
            found[own].append(ahead)
    return {account_id: tuple(each) for account_id, each in found.items()}


def _looks(
    ids: Sequence[int], words: Sequence[ScoreOverride], *, now: datetime, until: datetime
) -> Mapping[datetime, set[int]]:
    """Return which accounts are scored when: `words` are what people have set by hand."""
    looks: dict[datetime, set[int]] = defaultdict(set)
    for word in words:
        if now < word.expires_at <= until:
            looks[word.expires_at].add(word.account_id)
    notes = NotedFact.objects.filter(any_of("account_id", ids), ended_at__isnull=True, expires_at__gt=now)
    for account_id, at in notes.filter(expires_at__lte=until).values_list("account_id", "expires_at"):
        looks[at].add(account_id)
    if waiting := _waiting(ids, now):
        looks[now] |= waiting
    day = now.astimezone(UTC).date() + ONE_DAY
    while (at := start_of_day(day, "UTC")) <= until:
        looks[at] |= set(ids)
        day += ONE_DAY
    return looks


def _waiting(ids: Sequence[int], now: datetime) -> set[int]:
    """Return the accounts that are scored next: marked, never scored, or last scored on an earlier day."""
    mine, today = any_of("account_id", ids), start_of_day(now.astimezone(UTC).date(), "UTC")
    scored = CurrentScore.objects.filter(mine, as_of__gte=today).values_list("account_id", flat=True)
    marked = AccountChange.objects.filter(mine, retry_at__lte=now).values_list("account_id", flat=True)
    return {*marked, *(set(ids) - set(scored))}


def _said_last(ids: Sequence[int]) -> dict[Key, _Said]:
    mine = any_of("account_id", ids)
    rows: list[tuple[Key, CurrentScore | CurrentRisk]] = []
    rows += [((row.account_id, None), row) for row in CurrentScore.objects.filter(mine)]
    rows += [((row.account_id, row.renewal_id), row) for row in CurrentRisk.objects.filter(mine)]
    return {
        key: _Said(day=row.as_of.astimezone(UTC).date(), value=computed_value(row), before=row.previous_value)
        for key, row in rows
    }


def _scored(workspace_id: int, ids: Sequence[int], rules: RulesInForce, at: datetime) -> ChunkScores | None:
    chunk = load_chunk(workspace_id, ids, Moment(as_of=at, known_at=at))
    return score_chunk(chunk, renewals_of(chunk), rules.book) if chunk.size else None


def _computed(scores: ChunkScores, *, has_risks: bool) -> Iterator[tuple[Key, Standing]]:
    """Yield every score of the chunk as the rules say it."""
    accounts, health, risks = scores.chunk.accounts, scores.health, scores.risks
    columns = zip(health.is_scored.tolist(), health.total.tolist(), health.coverage.tolist(), strict=True)
    for facts, (is_scored, total, coverage) in zip(accounts, columns, strict=True):
        value = total if is_scored else None
        yield (facts.account_id, None), Standing(value=value, before=None, coverage=coverage, bands=health.bands)
    columns = zip(risks.is_scored.tolist(), risks.loss.tolist(), risks.coverage.tolist(), strict=True)
    for renewal, (is_scored, loss, coverage) in zip(scores.renewals, columns, strict=True) if has_risks else ():
        key, value = (accounts[renewal.row].account_id, renewal.id), 100.0 * loss if is_scored else None
        yield key, Standing(value=value, before=None, coverage=coverage, bands=risks.bands)


def _standing(
    key: Key, computed: Standing, by_people: Mapping[Key, float], said: dict[Key, _Said], at: datetime
) -> Standing:
    """Return a score as it will stand, a person's word in its place; note what the rules said."""
    day, earlier = at.astimezone(UTC).date(), said.get(key)
    before = None if earlier is None else earlier.value if day > earlier.day else earlier.before
    said[key] = _Said(day=day, value=computed.value, before=before)
    return replace(computed, value=by_people.get(key, computed.value), before=before)
