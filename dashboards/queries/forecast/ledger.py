"""The ledger: error and bias of frozen calls per caller, checkpoint, segment and person. Bias, not blame."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString

from dashboards.chart_drawing import draw
from dashboards.core.filters import address
from dashboards.core.forecast_charts import bias_chart
from dashboards.core.forecast_words import CALLERS, bias_words, quarter_words, share_words, short
from dashboards.core.money import count_words, percent_words
from dashboards.core.parts import Cell, Chip, Column, Filter, Tab, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.forecast.reach import forecast_tabs, sum_scope
from renewals.core.roles import Scope
from renewals.models import Membership
from signals.core.forecast.ledger import Accuracy, Tally, accuracy_of, total
from signals.models import ForecastRun, ForecastTally
from signals.queries.library import forecast_rules

PATH = "/forecast/ledger/"
NAMES = ("Calls", "Not made", "Bias", "Error", "Accuracy", "Brier")
Row = tuple[ForecastTally, Tally]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """The figures of frozen calls; each refuses where there are too few."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    filters: tuple[Filter, ...]
    chart: SafeString | str
    callers: Table
    segments: Table
    people: Table
    bands: Table
    backtest: str
    blend: str
    is_empty: bool
    minimum: int


def ledger_page(asker: Asker, choice: Mapping[str, str]) -> LedgerPage:
    """Return the ledger: of everybody, of the team, or of one's own calls, by what the person may see sums of."""
    rules = forecast_rules()
    rows = _rows(asker)
    checkpoints = sorted({row.checkpoint_days for row, _ in rows}, reverse=True)
    chosen = choice.get("checkpoint", "")
    at = int(chosen) if chosen.isdecimal() and int(chosen) in checkpoints else 0
    near = [each for each in rows if not at or each[0].checkpoint_days == at]
    run = ForecastRun.objects.values_list("summary", "made_at").first()
    summary: Mapping[str, Any] = run[0] if run else {}
    is_whole = sum_scope(asker) is Scope.ALL
    return LedgerPage(
        title=_title(rows, rules.minimum_calls),
        unit=f"Frozen calls of the last {rules.quarters_back} quarters with an outcome · weighted by amount",
        tabs=forecast_tabs("ledger"),
        filters=(_filter(checkpoints, at),),
        chart=_chart(rows, rules.minimum_calls),
        callers=_grouped(rows, ("Caller", "Checkpoint"), _by_caller, rules.minimum_calls),
        segments=_grouped(near, ("Segment", "Caller"), _by_segment, rules.minimum_calls),
        people=_grouped(near, ("Person", "As"), _by_person(), rules.minimum_calls),
        bands=_bands(summary.get("bands", ()) if is_whole else (), asker.workspace.currency),
        backtest=_backtest(summary.get("backtest")) if is_whole else "",
        blend=_blend(summary.get("blend")),
        is_empty=not rows,
        minimum=rules.minimum_calls,
    )


def _rows(asker: Asker) -> list[Row]:
    """Return the tallies the person may see; the model's speak of the whole book, like everybody's sums."""
    scope, found = sum_scope(asker), ForecastTally.objects.order_by("quarter_on", "caller", "checkpoint_days", "id")
    if scope is Scope.TEAM and asker.member.team_id is not None:
        found = found.filter(person__in=Membership.objects.filter(team_id=asker.member.team_id).values("user_id"))
    elif scope is not Scope.ALL:
        found = found.filter(person_id=asker.membership.user_id)
    return [(row, _tally(row)) for row in found]


def _tally(row: ForecastTally) -> Tally:
    return Tally(
        calls=row.calls,
        missing=row.missing,
        called=row.called,
        actual=row.actual,
        missed=row.missed,
        chances=row.chances,
        squares=row.squares,
    )


Keys = tuple[tuple[Any, ...], tuple[str, ...]]


def _by_caller(row: ForecastTally) -> Keys:
    return (list(CALLERS).index(row.caller), -row.checkpoint_days), (
        CALLERS[row.caller],
        f"{row.checkpoint_days} days before",
    )


def _by_segment(row: ForecastTally) -> Keys:
    return (row.segment, list(CALLERS).index(row.caller)), (title(row.segment) or "No segment", CALLERS[row.caller])


def _by_person() -> Callable[[ForecastTally], Keys]:
    names = {row.user_id: str(row.user) for row in Membership.objects.select_related("user")}

    def keys(row: ForecastTally) -> Keys:
        name = names.get(row.person_id or 0, "Model" if row.caller == "model" else "Somebody who left")
        return (list(CALLERS).index(row.caller), name), (name, CALLERS[row.caller])

    return keys


def _summed(rows: Iterable[Row], keys: Callable[[ForecastTally], Keys]) -> list[tuple[tuple[str, ...], Tally]]:
    found: dict[Keys, list[Tally]] = defaultdict(list)
    for row, tally in rows:
        found[keys(row)].append(tally)
    return [(words, total(tallies)) for (_, words), tallies in sorted(found.items(), key=lambda each: each[0][0])]


def _grouped(rows: Sequence[Row], heads: tuple[str, str], keys: Callable[[ForecastTally], Keys], minimum: int) -> Table:
    return Table(
        caption=f"Bias and error by {heads[0].lower()}",
        columns=(
            *(Column(title=head) for head in heads),
            *(Column(title=name, is_amount=True, term="call_bias" if name == "Bias" else "") for name in NAMES),
        ),
        rows=tuple(
            (*(Cell(text=each) for each in words), *_figures(accuracy_of(tally, minimum=minimum)))
            for words, tally in _summed(rows, keys)
        ),
    )


def _figures(found: Accuracy) -> tuple[Cell, ...]:
    brier = "–" if found.brier is None else f"{found.brier:.3f}"
    texts = (
        f"{found.tally.calls:,}",
        f"{found.tally.missing:,}",
        bias_words(found.bias),
        share_words(found.error),
        share_words(found.accuracy),
        brier,
    )
    return tuple(Cell(text=text, is_amount=True) for text in texts)


def _title(rows: Sequence[Row], minimum: int) -> str:
    found = {
        words[0]: accuracy_of(tally, minimum=minimum)
        for words, tally in _summed(rows, lambda row: ((list(CALLERS).index(row.caller),), (CALLERS[row.caller],)))
    }
    known = {name: each.bias for name, each in found.items() if each.bias is not None}
    if not known:
        return "Too few calls have an outcome to judge anybody"
    words = [
        f"{name.lower() if place else name}s’ calls {_lie(bias)}" for place, (name, bias) in enumerate(known.items())
    ]
    return ", ".join(words).replace("models’ calls", "the model’s calls").replace("Models’ calls", "The model’s calls")


def _lie(bias: float) -> str:
    said = bias_words(bias)
    return (
        "have no bias"
        if said == "none"
        else f"lie {said.lstrip('+−').replace(' high', ' too high').replace(' low', ' too low')}"
    )


def _filter(checkpoints: Sequence[int], at: int) -> Filter:
    choices = ((0, "All checkpoints"), *((each, f"{each} days before") for each in checkpoints))
    return Filter(
        title="Checkpoint",
        chips=tuple(
            Chip(text=text, href=address(PATH, {"checkpoint": str(each or "")}), is_on=each == at)
            for each, text in choices
        ),
    )


def _chart(rows: Sequence[Row], minimum: int) -> SafeString | str:
    drawn = [
        {"series": words[0], "checkpoint": words[1], "value": round(bias, 4)}
        for words, tally in _summed(rows, _by_caller)
        if (bias := accuracy_of(tally, minimum=minimum).bias) is not None
    ]
    callers = [name for name in CALLERS.values() if any(row["series"] == name for row in drawn)]
    return draw(bias_chart(drawn, callers=callers, name="Bias by caller and checkpoint")) if drawn else ""


def _bands(found: Sequence[Sequence[Any]], currency: str) -> Table:
    names = ("Quarter", "P10", "P50", "P90", "Came", "Inside")
    return Table(
        caption="Bands of past quarters as they were frozen, and what came",
        columns=tuple(Column(title=name, is_amount=name != "Quarter") for name in names),
        rows=tuple(
            _band_row(date.fromisoformat(day), band, came, currency) for day, band, came in reversed(list(found))
        ),
    )


def _band_row(day: date, band: Sequence[float], came: float, currency: str) -> tuple[Cell, ...]:
    inside = band[0] <= came <= band[2]
    return (
        Cell(text=quarter_words(day)),
        *(Cell(text=short(each, currency), is_amount=True) for each in (*band[:3], came)),
        Cell(text="yes" if inside else "no", is_amount=True),
    )


def _backtest(found: Mapping[str, Any] | None) -> str:
    if not found:
        return "No quarter has ended yet whose band had been frozen when it began."
    return (
        f"{count_words(found['quarters'], 'quarter')}: off by {share_words(found['error'])} in the median, "
        f"bias {bias_words(found['bias'])}, pinball loss {share_words(found['pinball'])} of what came, "
        f"the band held {percent_words(found['coverage'])} (80% is meant)."
    )


def _blend(found: Mapping[str, Any] | None) -> str:
    rules = forecast_rules().blend
    if not found:
        return f"Model and owners are blended once {rules.minimum} calls and {rules.minimum_lost} losses are known."
    return (
        f"Of {count_words(found['rows'], 'call')}: log-odds of renewal = {found['base']:+.2f} {found['model']:+.2f} x "
        f"those of the model {found['category']:+.2f} for each category above the middle."
    )
