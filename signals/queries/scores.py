"""Read scores: current rows, history, and the chain from a score down to the signals behind each contribution."""

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from renewals.queries.any_of import any_of
from signals.core.explain import Difference, Part, differences
from signals.core.features import Chunk, chunk_of, tallies_behind
from signals.core.health import HealthResult
from signals.core.records import HEALTH_INPUT, RISK_INPUT, facts_from, inputs_from
from signals.core.risk import BASE, parse_risk_model, probability
from signals.core.scorecard import MeasureRule, parse_scorecard, rules_for
from signals.core.scoring import AccountScores, OpenRenewal, RuleBook, expansion_columns, score_chunk
from signals.core.scoring.learned import points_of
from signals.models import CurrentRisk, CurrentScore, RiskModelVersion, Score, ScorecardVersion, Signal
from signals.models.scores import ScoreKind, ScoreState
from signals.queries.learned.models import told_again
from signals.queries.library import shipped
from signals.queries.scorecards import version_in_force
from signals.queries.tallies import Moment, read_tallies, signals_in

MEASURE_PREFIX = "measure."


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One contribution of a stored score with its rule. `amount` is points of health or log-odds of loss.

    `numbers` holds everything stored with it (weight, confidence, ages, ...); `rule` is None for what is no measure.
    """

    key: str
    label: str
    amount: float
    value: float | None
    numbers: dict[str, Any]
    rule: MeasureRule | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A stored score with its contributions, the largest first; their amounts add up to `total`.

    `total` is the health, or the logit of loss. `missing` names what was not known,
    `unfed` what the workspace has no source for.
    """

    score: Score
    version: ScorecardVersion
    segment: str
    complexity: str
    links: tuple[Link, ...]
    missing: tuple[str, ...]
    unfed: tuple[str, ...]
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Why a score is not what it was. `before` is None when there was none at that time."""

    before: Score | None
    after: Score
    differences: tuple[Difference, ...]


def current_scores(account_ids: Iterable[int]) -> dict[int, CurrentScore]:
    """Return the current health row by account; accounts never scored are left out."""
    return {row.account_id: row for row in CurrentScore.objects.filter(account_id__in=list(account_ids))}


def current_risks(renewal_ids: Iterable[int]) -> dict[int, CurrentRisk]:
    """Return the current risk row by renewal; renewals never scored or closed are left out."""
    return {row.renewal_id: row for row in CurrentRisk.objects.filter(renewal_id__in=list(renewal_ids))}


def risks_of_account(account_id: int) -> list[CurrentRisk]:
    """Return the current risks of the account's open renewals, by renewal."""
    return list(CurrentRisk.objects.filter(account_id=account_id).order_by("renewal_id"))


def changed_since(moment: datetime) -> list[int]:
    """Return the accounts whose current health or risk has been written after `moment`."""
    scores = CurrentScore.objects.filter(scored_at__gt=moment).values_list("account_id", flat=True)
    risks = CurrentRisk.objects.filter(scored_at__gt=moment).values_list("account_id", flat=True)
    return sorted({*scores, *risks})


def history(
    account_id: int, *, kind: str = ScoreKind.HEALTH, renewal_id: int | None = None, limit: int = 400
) -> list[Score]:
    """Return the recorded scores, the newest first, without their details."""
    found = _history(account_id, kind, renewal_id).defer("details")
    return list(found[:limit])


def score_at(account_id: int, *, kind: str, at: datetime, renewal_id: int | None = None) -> Score | None:
    """Return the score that held at a moment; None when there was none."""
    return _history(account_id, kind, renewal_id).filter(as_of__lte=at).first()


def scores_at(account_id: int, *, at: datetime) -> list[Score]:
    """Return the scores that held at a moment: health first, then the risk of each renewal that had one."""
    found = Score.objects.filter(account_id=account_id, as_of__lte=at).exclude(kind=ScoreKind.EXPANSION)
    found = found.order_by("renewal_id", "-as_of", "-id")
    return sorted(found.distinct("renewal_id"), key=lambda score: score.renewal_id or 0)


def not_scored(account_ids: Iterable[int]) -> list[int]:
    """Return those of the accounts whose health has no number now."""
    rows = CurrentScore.objects.filter(any_of("account_id", account_ids), value__isnull=True)
    return list(rows.order_by("account_id").values_list("account_id", flat=True))


def last_scored(account_id: int, *, kind: str, renewal_id: int | None = None) -> Score | None:
    """Return the newest score of an account (or of one renewal) that has a number; None if there never was one."""
    return _history(account_id, kind, renewal_id).filter(value__isnull=False).order_by("-as_of", "-id").first()


def explain(score: Score) -> Explanation:
    """Return the contributions of a stored score with their rules, as the version of that time had them."""
    version = score.scorecard
    facts = score.details["facts"]
    rules = _rules(score, version)
    model = score.details.get("model")
    if model:
        links = list(model_links(model, rules))
    else:
        links = [_link(key, numbers, score.kind, rules) for key, numbers in _inputs(score).items()]
    return Explanation(
        score=score,
        version=version,
        segment=facts["segment"],
        complexity=facts["complexity"],
        links=tuple(sorted(links, key=lambda link: (-abs(link.amount), link.key))),
        missing=tuple(_label(key, rules) for key in score.details["missing"]),
        unfed=tuple(_label(key, rules) for key in score.details.get("unfed", ())),
        total=_total(score),
    )


def scorecard_alone(score: Score) -> Score:
    """Return the risk as the scorecard alone says it, unsaved, for a page that shows both; itself without a model."""
    model = score.details.get("model")
    if not model:
        return score
    alone = copy(score)
    alone.value = model["card_value"]
    alone.renew_probability = None if alone.value is None else 1.0 - alone.value / 100.0
    alone.state = ScoreState.NOT_SCORED if alone.value is None else ScoreState.SCORED
    alone.details = {name: part for name, part in score.details.items() if name != "model"}
    return alone


def signals_behind(score: Score, key: str, *, limit: int = 100) -> list[Signal]:
    """Return the signals that the measure `key` of this score was read from, the newest first; [] for no measure."""
    version = ScorecardVersion.objects.get(id=_measures_version_id(score))
    facts = score.details["facts"]
    rules = rules_for(parse_scorecard(version.definition), segment=facts["segment"], complexity=facts["complexity"])
    rule = next((each for each in rules if each.key == key), None)
    if rule is None:
        return []
    chunk = _chunk_again(score)
    moment = Moment(as_of=score.as_of, known_at=score.recorded_at)
    places = tallies_behind(chunk, rule)
    return signals_in(chunk.tallies, places, account_id=score.account_id, moment=moment)[:limit]


def replay(score: Score) -> AccountScores:
    """Compute a stored score again from its signals, stored facts and rules of that time; equal to the last digit.

    For a risk, `risks` has one entry under the renewal's id. A signal that was received before but stored after the
    score (two transactions at once) is the one thing that can make a difference; the account is then scored again.
    """
    risk_version = score.scorecard_id if score.kind == ScoreKind.RISK else None
    renewals = []
    if score.renewal_id is not None:
        due_on = date.fromisoformat(score.details["facts"]["due_on"])
        renewals = [OpenRenewal(id=score.renewal_id, row=0, due_on=due_on)]
    book = _book_again(_health_version_id(score), risk_version)
    return score_chunk(_chunk_again(score), renewals, book).account(0)


def movement(
    account_id: int, *, since: datetime, until: datetime, kind: str = ScoreKind.HEALTH, renewal_id: int | None = None
) -> Movement | None:
    """Return what changed between two moments; None when there is no score at the later one.

    A score kept in a form whose parts cannot be told any more counts as none.
    """
    after = score_at(account_id, kind=kind, at=until, renewal_id=renewal_id)
    if after is None or not _can_tell(after):
        return None
    before = score_at(account_id, kind=kind, at=since, renewal_id=renewal_id)
    before = before if before is not None and _can_tell(before) else None
    return Movement(before=before, after=after, differences=differences(_parts(before), _parts(after)))


def stored_amounts(score: Score) -> dict[str, float]:
    """Return the contributions as they are stored, by key, and their sum as "sum"."""
    amounts = {part.key: part.amount for part in _parts(score)}
    return amounts | {"sum": _total(score)}


def replay_amounts(score: Score) -> dict[str, float]:
    """Return the contributions computed again, by key, and their sum as "sum"; to be held against the stored ones.

    Where a model spoke, the version of that time is asked again about the row that it read.
    """
    model = score.details.get("model")
    if model:
        told = told_again(RiskModelVersion.objects.get(id=model["version_id"]), model)
        return {BASE: told.base, **told.parts, "sum": told.log_odds}
    again = replay(score)
    if score.kind == ScoreKind.RISK:
        risk = again.risks[score.renewal_id or 0]
        return {each.key: each.log_odds for each in risk.contributions} | {"sum": risk.logit}
    made = again.health if score.kind == ScoreKind.HEALTH else _expansion_again(score)
    return {each.key: each.points for each in made.contributions} | {"sum": made.value or 0.0}


def _expansion_again(score: Score) -> HealthResult:
    book = _book_again(score.scorecard_id, None)
    scores = score_chunk(_chunk_again(score), [], _book_again(_health_version_id(score), None))
    return expansion_columns(scores, book.rules, book.scorecard).at(0)


def signals_between(before: Score, after: Score, *, limit: int) -> list[Signal]:
    """Return the signals of the account that arrived after one score and count in a later one, the newest first."""
    found = Signal.objects.filter(account_id=after.account_id, received_at__lte=after.recorded_at)
    arrived = Q(received_at__gt=before.recorded_at) | Q(occurred_at__gt=before.as_of)
    found = found.filter(arrived, occurred_at__lte=after.as_of).select_related("source")
    return list(found.order_by("-received_at", "-occurred_at", "-id")[:limit])


def base_renew_probability(segment: str) -> float:
    """Return the probability to renew of an average account of the segment, by the risk model in force."""
    version = version_in_force(ScoreKind.RISK)
    model = parse_risk_model(version.definition if version else shipped("risk"))
    return 1.0 - probability(model.base_log_odds(segment))


def _history(account_id: int, kind: str, renewal_id: int | None) -> Any:
    return Score.objects.filter(account_id=account_id, kind=kind, renewal_id=renewal_id).order_by("-as_of", "-id")


def _can_tell(score: Score) -> bool:
    """Answer whether the parts of a score can be told: of some that were kept in an older form they cannot."""
    return bool(score.details.get("model")) or ("inputs" if score.inputs is None else "keys") in score.details


def _inputs(score: Score) -> dict[str, dict[str, Any]]:
    names = RISK_INPUT if score.kind == ScoreKind.RISK else HEALTH_INPUT
    if score.inputs is None:  # kept before inputs had a column of their own
        return {key: dict(zip(names, numbers, strict=True)) for key, numbers in score.details["inputs"].items()}
    return inputs_from(score.details["keys"], score.inputs, names)


def _parts(score: Score | None) -> list[Part]:
    if score is None:
        return []
    if score.details.get("model"):
        return list(model_parts(score.details["model"]))
    amount, weight = ("log_odds", "coefficient") if score.kind == ScoreKind.RISK else ("points", "weight")
    return [
        Part(key=key, amount=n[amount], value=n["value"], confidence=n["confidence"], weight=n[weight])
        for key, n in _inputs(score).items()
    ]


def _total(score: Score) -> float:
    if score.kind != ScoreKind.RISK:
        return score.value or 0.0
    model = score.details.get("model")
    return float(model["log_odds"] if model else score.details["logit"])


def _rules(score: Score, version: ScorecardVersion) -> dict[str, MeasureRule | str]:
    """Return the measure rules of that time by key, and the labels of inputs that are no measures."""
    card_id = _measures_version_id(score)
    card = version if version.id == card_id else ScorecardVersion.objects.get(id=card_id)
    facts = score.details["facts"]
    rules = rules_for(parse_scorecard(card.definition), segment=facts["segment"], complexity=facts["complexity"])
    found: dict[str, MeasureRule | str] = {}
    if score.kind == ScoreKind.RISK:
        found |= {each.key: each.label for each in parse_risk_model(version.definition).inputs}
    return found | {rule.key: rule for rule in rules}


def _measures_version_id(score: Score) -> int:
    """Return the version of the scorecard by which the measures of this score were read."""
    return _health_version_id(score) if score.kind == ScoreKind.RISK else score.scorecard_id


def _health_version_id(score: Score) -> int:
    """Return the version of the scorecard by which the health of that moment was made."""
    if score.kind == ScoreKind.HEALTH:
        return score.scorecard_id
    return int(score.details["facts"]["health_version_id"])


def _label(key: str, rules: dict[str, MeasureRule | str]) -> str:
    rule = rules.get(key, key)
    return rule if isinstance(rule, str) else rule.label


def model_links(record: Mapping[str, Any], rules: Mapping[str, MeasureRule | str]) -> Iterator[Link]:
    """Yield the base and the parts of a risk that a model told; they add up to its log-odds (to 1e-6)."""
    base = {"log_odds": record["base"], "value": None}
    yield Link(key=BASE, label="Similar accounts", amount=record["base"], value=None, numbers=base, rule=None)
    for name, amount in record["parts"].items():
        value, rule = record["values"].get(name), rules.get(name.removeprefix(MEASURE_PREFIX))
        points = round(points_of(record["log_odds"], amount), 6)
        yield Link(
            key=name,
            label=rule.label if isinstance(rule, MeasureRule) else name,
            amount=amount,
            value=value if isinstance(value, float) else None,
            numbers={"log_odds": amount, "points": points, "word": value, "confidence": 1.0, "is_learned": True},
            rule=rule if isinstance(rule, MeasureRule) else None,
        )


def model_parts(record: Mapping[str, Any]) -> Iterator[Part]:
    """Yield base and parts of a risk that a model told, for comparing two scores; the version counts as the rule."""
    version = float(record["version_id"])
    yield Part(key=BASE, amount=record["base"], value=None, confidence=1.0, weight=version)
    for name, amount in record["parts"].items():
        value = record["values"].get(name)
        known = value if isinstance(value, float) else None
        yield Part(key=name, amount=amount, value=known, confidence=1.0, weight=version)


def _link(key: str, numbers: dict[str, Any], kind: str, rules: dict[str, MeasureRule | str]) -> Link:
    rule = rules.get(key)
    return Link(
        key=key,
        label="Base of the segment" if key == BASE else _label(key, rules),
        amount=numbers["log_odds" if kind == ScoreKind.RISK else "points"],
        value=numbers["value"],
        numbers=numbers,
        rule=rule if isinstance(rule, MeasureRule) else None,
    )


def _chunk_again(score: Score) -> Chunk:
    """Return the chunk of one account that a score was computed from: its stored facts, its signals read again."""
    moment = Moment(as_of=score.as_of, known_at=score.recorded_at)
    facts = facts_from(score.details["facts"], account_id=score.account_id)
    tallies = read_tallies(score.workspace_id, [score.account_id], moment, facts.silence_days)
    return chunk_of([facts], tallies)


def _book_again(health_version_id: int, risk_version_id: int | None) -> RuleBook:
    card = ScorecardVersion.objects.get(id=health_version_id)
    risk = ScorecardVersion.objects.filter(id=risk_version_id).first()
    model = parse_risk_model(risk.definition if risk else shipped("risk"))
    return RuleBook(scorecard=parse_scorecard(card.definition), model=model)
