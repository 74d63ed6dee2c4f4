"""The contributions of a stored score as lines: bar, arithmetic, curve with the account's point, origin of weights.

The figures are the stored ones; nothing is computed anew here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.core.account_point import PointDrawing, draw_point
from dashboards.core.money import count_words, percent_words
from dashboards.core.rule_words import number_words, place_words
from dashboards.core.score_links import score_href
from dashboards.core.scores import Contribution, contribution_bars
from dashboards.core.wording import measure_sentence, points_words, sentence
from signals.core.editing.inheritance import Place, Setting, setting_of
from signals.core.risk import BASE
from signals.models.scores import ScoreKind
from signals.queries.scores import Explanation, Link

MIDDLE = 0.5
SCORES: Mapping[str, str] = {"health": "what health is made of"}
"""Inputs that are scores of the account, with the words that lead to their own explanation."""
Addresser = Callable[..., str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedLine:
    """One contribution; `facts` are its numbers with their names, `href` leads to its signals.

    One that `is_score` is a score itself, and `href` leads to its own explanation.
    """

    key: str
    label: str
    meaning: str
    points: str
    left: str
    width: str
    colour: str
    says: str
    arithmetic: str
    curve: PointDrawing | None
    facts: tuple[tuple[str, str], ...]
    is_stale: bool
    is_open: bool
    is_score: bool
    signals: str
    href: str


def explained_lines(whole: Explanation, address: Addresser, *, open_key: str) -> tuple[ExplainedLine, ...]:
    """Return the contributions, the largest first; the one with `open_key` is unfolded."""
    links = [link for link in whole.links if link.key != BASE]
    parts = tuple(
        Contribution(label=link.label, points=link.amount, is_good=_is_good(link, whole.score.kind)) for link in links
    )
    bars = contribution_bars(parts, start=0.0, total=0.0).rows
    return tuple(
        ExplainedLine(
            key=link.key,
            label=link.label,
            meaning=link.rule.meaning if link.rule else "",
            points=f"{link.amount:+.2f}".replace("-", "−"),
            left=bar.left,
            width=bar.width,
            colour=bar.colour,
            says=sentence(measure_sentence(link.key, link.numbers.get("word", link.value))),
            arithmetic=_arithmetic(link, whole.score.kind),
            curve=_curve(link),
            facts=_facts(link, whole),
            is_stale=bool(link.numbers.get("is_stale")),
            is_open=link.key == open_key,
            is_score=link.key in SCORES,
            signals=SCORES.get(link.key) or _signals(link),
            href=_href(link, whole, address),
        )
        for link, bar in zip(links, bars, strict=True)
    )


def _href(link: Link, whole: Explanation, address: Addresser) -> str:
    if link.key in SCORES:
        return score_href(whole.score.account_id, link.key)
    return address(measure=link.key) + "#signals" if _signals(link) else ""


def _signals(link: Link) -> str:
    """Return how many signals are behind a contribution; a learned model does not count them."""
    if link.numbers.get("is_learned"):
        return "signals" if link.rule and link.rule.kinds and link.value is not None else ""
    return count_words(link.numbers["signals_count"], "signal") if link.numbers.get("signals_count") else ""


def _is_good(link: Link, kind: str) -> bool:
    return link.amount <= 0 if kind == ScoreKind.RISK else link.numbers.get("score", 1.0) >= MIDDLE


def _arithmetic(link: Link, kind: str) -> str:
    n = link.numbers
    if n.get("is_learned"):
        return f"{_figure(link.amount)} in log-odds from similar accounts: {points_words(n['points'])}"
    if kind == ScoreKind.RISK:
        return (
            f"coefficient {_figure(n['coefficient'])} × input {_figure(n['x'])} × confidence "
            f"{_figure(n['confidence'])} = {_figure(link.amount)}"
        )
    return (
        f"100 × share {_figure(n['share'])} × curve {_figure(n['score'])} = {_figure(link.amount)}; share = weight "
        f"{_figure(n['weight'])} × confidence {_figure(n['confidence'])} ÷ their sum over what is known"
    )


def _curve(link: Link) -> PointDrawing | None:
    if link.rule is None or link.value is None or "score" not in link.numbers:
        return None
    curve = link.rule.curve
    return draw_point((curve.floor, curve.target, curve.ceiling), link.value, link.numbers["score"], name=link.label)


def _facts(link: Link, whole: Explanation) -> tuple[tuple[str, str], ...]:
    n = link.numbers
    if n.get("is_learned"):
        return (("Value", str(n["word"]) if link.value is None else number_words(link.value)),)
    found = [
        ("Value", "not known" if link.value is None else number_words(link.value)),
        ("Confidence", percent_words(n["confidence"])),
        ("Newest input", _age(n.get("age_days"))),
    ]
    if n.get("silent_days"):
        found.append(("Its source", f"silent for {count_words(n['silent_days'], 'day')}"))
    if link.rule is not None and whole.score.kind != ScoreKind.RISK:
        place = Place(whole.segment, whole.complexity)
        for field, name in (("weight", "Weight"), ("curve", "Curve")):
            found.append((name, _setting(setting_of(whole.version.definition, link.key, field, place), place)))
        found.append(("Looks back", count_words(link.rule.window_days, "day")))
    return tuple(found)


def _setting(setting: Setting, place: Place) -> str:
    value = setting.value
    shown = " · ".join(number_words(each) for each in value) if isinstance(value, list) else number_words(value)
    origin = "set for all accounts" if setting.origin == Place() else f"set for {place_words(setting.origin).lower()}"
    return f"{shown}, {origin}"


def _age(days: Any) -> str:
    if days is None:
        return "not from signals"
    return "today" if days == 0 else f"{count_words(days, 'day')} old"


def _figure(value: float) -> str:
    return f"{value:.4g}".replace("-", "−")
