"""Scores for the pages: badges, the three reasons, and contributions that add up, with their evidence in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from dashboards.core.dates import day_words
from dashboards.core.money import count_words, percent_words
from dashboards.core.parts import Reason
from dashboards.core.score_links import score_href
from dashboards.core.scores import (
    Bars,
    BarWords,
    Contribution,
    ScoreBadge,
    ScoreFacts,
    ScoreKind,
    contribution_bars,
    score_badge,
)
from dashboards.core.wording import band_words, measure_sentence, points_words, sentence, title
from dashboards.queries.queue_lines import LineScore
from renewals.queries.written import Written, given_ids
from signals.core.risk import BASE, probability
from signals.models import CurrentExpansion, CurrentRisk, CurrentScore, Score
from signals.queries.earlier import EarlierScore
from signals.queries.library import shipped
from signals.queries.scores import Explanation, explain, last_scored, movement
from signals.queries.scores import Link as ScoreLink

Row = CurrentScore | CurrentRisk | CurrentExpansion
STORED = Written(lambda: Score.objects.filter(given_ids("id", "ids")).select_related("scorecard"))
CHANGE_DAYS = 1
WEEK = 7
MIDDLE = 0.5
SMALLEST = 0.5
EARLIER_SHOWN = 3
CHANGES = {"appeared": "newly known", "vanished": "not known any more", "confidence": "its source has changed pace"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """A score as a page shows it in full; `bars` is None when there is nothing to add up.

    `earlier` says what the bars show when there is no number now: the last one there was, and its day.
    """

    badge: ScoreBadge
    reasons: tuple[Reason, ...]
    bars: Bars | None
    version: str
    gaps: str
    earlier: str


@cache
def labels() -> Mapping[str, str]:
    """Return the names of measures and risk inputs by key."""
    rows = [*shipped("expansion")["measures"], *shipped("risk")["inputs"], *shipped("scorecard")["measures"]]
    return {row["key"]: row["label"] for row in rows}


@cache
def measure_labels() -> Mapping[str, str]:
    """Return the names of the measures of health by key; a risk input that reads one may be called otherwise."""
    return {row["key"]: row["label"] for row in shipped("scorecard")["measures"]}


@cache
def measures() -> frozenset[str]:
    """Return the keys of the measures that are read from signals."""
    cards = (shipped("scorecard"), shipped("expansion"))
    return frozenset(row["key"] for card in cards for row in card["measures"] if row["kinds"])


def badge_of(
    row: Row | LineScore | None, kind: ScoreKind, *, now: datetime, earlier: EarlierScore | None = None
) -> ScoreBadge:
    """Return the badge of a current row; of None "Not scored", with the last number there ever was."""
    last = None if earlier is None else (earlier.value, earlier.as_of.date())
    if row is None:
        return score_badge(ScoreFacts(kind=kind, score=None, word="", state="none", last=last), now=now)
    word, state = band_words(kind, row.band)
    if getattr(row, "override_id", None) is not None:
        word = f"{word}, set by hand"
    facts = ScoreFacts(
        kind=kind,
        score=row.value,
        word=word,
        state=state,
        change=_change(row),
        change_days=CHANGE_DAYS,
        coverage=row.coverage,
        computed_at=row.scored_at,
        last=last,
        href=explained_href(row, kind),
    )
    return score_badge(facts, now=now)


def explained_href(row: Row | LineScore, kind: ScoreKind) -> str:
    """Return where the score of a current row is explained down to its signals."""
    return score_href(row.account_id, kind, renewal_id=getattr(row, "renewal_id", None))


def badge_of_stored(score: Score | None, kind: ScoreKind, *, now: datetime) -> ScoreBadge:
    """Return the badge of a score as it was stored, without a trend; of None "Not scored"."""
    if score is None:
        return badge_of(None, kind, now=now)
    word, state = band_words(kind, (score.details.get("model") or score.details)["band"])
    facts = ScoreFacts(
        kind=kind, score=score.value, word=word, state=state, coverage=score.coverage, computed_at=score.recorded_at
    )
    return score_badge(facts, now=now)


def reasons_of(row: Row | None, kind: ScoreKind) -> tuple[Reason, ...]:
    """Return what moved the score most, in words, each leading to its signals; risk effects count against us."""
    if row is None:
        return ()
    return tuple(_reason(item, kind, explained_href(row, kind)) for item in row.reasons)


def worst_reason(row: Row | LineScore | None, kind: ScoreKind) -> str:
    """Return the words of the first of `reasons_of` that counts against us, "" when none does."""
    against = () if row is None else (item for item in row.reasons if not _is_good(item, kind))
    return next((_words_of(item) for item in against), "")


def earlier_reasons(account_id: int, kind: ScoreKind) -> tuple[Reason, ...]:
    """Return what moved the last number of an account that has none now; () when it never had one."""
    last = Score.objects.filter(account_id=account_id, kind=kind, value__isnull=False).order_by("-as_of", "-id").first()
    if last is None:
        return ()
    href = score_href(account_id, kind, renewal_id=last.renewal_id, score=last.id)
    moving = [link for link in explain(last).links if link.key != BASE and link.value is not None][:EARLIER_SHOWN]
    return tuple(
        replace(
            _reason({"key": link.key, "value": link.value, "effect": _effect(link, kind)}, kind, href),
            note=f"as of {day_words(last.as_of.date())}",
        )
        for link in moving
    )


def _effect(link: ScoreLink, kind: ScoreKind) -> float:
    """Return a number whose sign says which way it moved the score."""
    return link.amount if kind == "risk" else float(link.numbers.get("score", 1.0)) - MIDDLE


def stored_scores(*rows: Row | None) -> dict[int, Score]:
    """Return the stored scores behind current rows by id, with their rules, in one query."""
    ids = [row.score_id for row in rows if row is not None]
    return {score.id: score for score in STORED.read(ids=ids)} if ids else {}


def score_part(
    row: Row | None, kind: ScoreKind, *, now: datetime, stored: Mapping[int, Score] | None = None
) -> ScorePart:
    """Return the whole score with its contributions from the stored score; nothing is asked for None.

    Without a number now, the last one there was is explained instead, with its day. `stored` is what `stored_scores`
    has read for this row among others.
    """
    found = stored_scores(row) if stored is None else stored
    return _score_part(row, kind, None if row is None else found.get(row.score_id), now=now)


def _score_part(row: Row | None, kind: ScoreKind, stored: Score | None, *, now: datetime) -> ScorePart:
    last = _last(row, kind) if row is not None and row.value is None else None
    whole = None if stored is None else explain(stored)
    shown = whole if last is None else explain(last)
    return ScorePart(
        badge=badge_of(row, kind, now=now),
        reasons=reasons_of(row, kind),
        bars=None if shown is None or row is None else _bars(shown, kind, explained_href(row, kind)),
        version="" if stored is None else _version(stored, kind),
        gaps="" if whole is None else _gaps(whole, is_scored=row is not None and row.value is not None),
        earlier=_before_the_bars(row, last),
    )


def _version(stored: Score, kind: ScoreKind) -> str:
    """Return what made the score; beside a learned model what the scorecard alone says."""
    model = stored.details.get("model")
    if not model:
        return f"{title(kind)} scorecard {stored.scorecard.number}"
    alone = "too little for a number" if model["card_value"] is None else f"{model['card_value']:.0f}"
    return f"Risk model {model['number']}; the scorecard alone says {alone}"


def _before_the_bars(row: Row | None, last: Score | None) -> str:
    """Say what the bars add up to when it is not the number in the badge: a person's word, or silence."""
    if isinstance(row, CurrentScore | CurrentRisk) and row.override is not None and row.computed is not None:
        override, said = row.override, row.computed["value"]
        rules = "the rules have no number" if said is None else f"the rules say {said:.0f}"
        until = day_words(override.expires_at.date())
        words = f"{override.author} set it to {override.value:.0f} until {until}: “{override.reason}”"
        return f"{words} Without that, {rules}."
    if last is None:
        return ""
    return f"When signals last came in, {day_words(last.as_of.date())}, it was {last.value:.0f}:"


def _last(row: Row, kind: ScoreKind) -> Score | None:
    return last_scored(row.account_id, kind=kind, renewal_id=getattr(row, "renewal_id", None))


def _evidence_href(href: str, key: str) -> str:
    """Only a measure was read from signals; the health within a risk, or the days, were not."""
    measure = key.removeprefix("measure.")
    if measure not in measures():
        return ""
    return f"{href}{'&' if '?' in href else '?'}measure={measure}#signals"


def _change(row: Row | LineScore) -> float | None:
    """The trend is that of the rules, also while a person's word stands in their place."""
    computed = getattr(row, "computed", None)
    value = computed["value"] if computed is not None else row.value
    if value is None or row.previous_value is None:
        return None
    return float(value - row.previous_value)


def _reason(item: Mapping[str, Any], kind: ScoreKind, href: str) -> Reason:
    return Reason(
        text=_words_of(item),
        state="good" if _is_good(item, kind) else "bad",
        href=_evidence_href(href, str(item["key"])),
        note=_note(item),
    )


def _is_good(item: Mapping[str, Any], kind: ScoreKind) -> bool:
    effect = float(item.get("effect") or 0.0)
    return effect <= 0 if kind == "risk" else effect >= 0


def _words_of(item: Mapping[str, Any]) -> str:
    return sentence(measure_sentence(str(item["key"]), item.get("value")))


def _note(item: Mapping[str, Any]) -> str:
    if item.get("is_learned"):
        return points_words(float(item.get("points") or 0.0))
    return "its source has fallen silent" if item.get("is_stale") else ""


def _gaps(whole: Explanation, *, is_scored: bool) -> str:
    missing, unfed = _named(whole.missing), _named(whole.unfed)
    found = [f"Not known: {missing}."] if missing else []
    found += [f"No source sends: {unfed}."] if unfed else []
    return " ".join(found if is_scored else ["Too little is known for a number.", *found])


def _named(keys: Sequence[str]) -> str:
    return ", ".join(labels().get(key, title(key)).lower() for key in keys)


def _bars(whole: Explanation, kind: ScoreKind, href: str) -> Bars | None:
    if whole.score.value is None:
        return None
    start = sum(link.amount for link in whole.links if link.key == BASE)
    shown = tuple(_contribution(link, kind, href) for link in whole.links if link.key != BASE)
    return contribution_bars(shown, start=start, total=whole.total, words=_bar_words(whole, kind, start))


def _bar_words(whole: Explanation, kind: ScoreKind, start: float) -> BarWords:
    if kind != "risk":
        return BarWords(note="Points. Green gives at least half of what it could, red less.")
    return BarWords(
        start=f" · {percent_words(probability(start))}",
        total=f" · {percent_words(probability(whole.total))}",
        note="Log-odds of losing the renewal, from the usual of the segment to this one; they add up.",
    )


def _which(link: ScoreLink) -> str:
    """A score that is an input brings the age of its own oldest input, a measure that of its newest signal."""
    return "oldest input" if link.key == "health" else "newest"


def _contribution(link: ScoreLink, kind: ScoreKind, href: str) -> Contribution:
    numbers = link.numbers
    said = numbers.get("word", link.value)
    evidence = [] if said is None else [sentence(measure_sentence(link.key, said))]
    evidence += [points_words(numbers["points"])] if numbers.get("is_learned") else []
    evidence += [count_words(numbers["signals_count"], "signal")] if numbers.get("signals_count") else []
    evidence += [f"{_which(link)} {count_words(numbers['age_days'], 'day')} ago"] if numbers.get("age_days") else []
    return Contribution(
        label=link.label,
        points=link.amount,
        is_good=link.amount <= 0 if kind == "risk" else numbers.get("score", 1.0) >= MIDDLE,
        evidence=" · ".join(evidence),
        href=_evidence_href(href, link.key),
    )


def movement_reasons(account_id: int, *, now: datetime, limit: int = 3) -> tuple[Reason, ...]:
    """Return what moved the health of an account most in the last week."""
    moved = movement(account_id, since=now - timedelta(days=WEEK), until=now)
    if moved is None or moved.before is None:
        return ()
    return tuple(
        Reason(
            text=f"{labels().get(each.key, title(each.key))} {'raised' if each.amount > 0 else 'lowered'} health by "
            f"{abs(each.amount):.1f} points this week",
            state="good" if each.amount > 0 else "bad",
            note=CHANGES.get(each.change, ""),
        )
        for each in moved.differences[:limit]
        if abs(each.amount) >= SMALLEST
    )
