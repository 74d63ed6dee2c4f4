"""What a report says in sentences: the verdict first, then what speaks for and against it. No cause is ever named."""

from collections.abc import Iterator, Mapping
from typing import Any

Report = Mapping[str, Any]
MOST_NAMED = 6
REASONS = {
    "leak": "know the outcome",
    "protected": "are protected attributes",
    "constant": "are the same in every row or never known",
    "identifier": "name the row",
}
FLATTERY = 0.02


def findings(report: Report) -> list[str]:
    """Return the sentences in the order in which they matter."""
    return [
        report["verdict_words"],
        *_figures(report),
        *_time(report),
        *_share(report),
        *_older(report),
        *_left_out(report),
    ]


def _figures(report: Report) -> Iterator[str]:
    what, members = report["what"], report["members"]
    yield (
        f"{what['outcomes']:,} outcomes of {what['accounts']:,} accounts were learned from, {what['lost']:,} of them"
        f" lost; {what['open']:,} rows are not decided yet."
    )
    best, prior = members.get(report["best"]), members.get("prior")
    if best is None or best["auc"] is None:
        return
    text = f"On outcomes it had not seen it orders accounts with AUC {best['auc']:.3f}"
    if best["auc_low"] is not None:
        text += f" ({best['auc_low']:.3f} to {best['auc_high']:.3f})"
    if prior is not None and prior["auc"] is not None and report["best"] != "prior":
        text += f"; expert judgement alone has {prior['auc']:.3f}"
    yield f"{text}."


def _time(report: Report) -> Iterator[str]:
    tests = report["tests"]
    frozen, rolling, random = (_auc(tests, name) for name in ("frozen_future", "rolling", "random_folds"))
    if frozen is not None and rolling is not None:
        yield f"Frozen it would have had AUC {frozen:.3f} on later outcomes; retrained as time passes, {rolling:.3f}."
    if random is not None and frozen is not None and random - frozen > FLATTERY:
        yield f"Folds that mix past and future would have promised {random:.3f}: that figure is not used."


def _share(report: Report) -> Iterator[str]:
    if report["form"] != "prior":
        yield f"{report['learned_share']:.0%} of its weights are learned from outcomes, the rest is expert judgement."


def _older(report: Report) -> Iterator[str]:
    older = report["what"]["older_rows"]
    if older:
        yield f"{older:,} looks at renewals were left out: their features were made by older rules."


def _left_out(report: Report) -> Iterator[str]:
    for code, words in REASONS.items():
        names = [each["column"] for each in report["exclusions"] if each["code"] == code]
        if names:
            more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            yield f"Left out, for they {words}: {', '.join(names[:MOST_NAMED])}{more}."


def _auc(tests: Mapping[str, Any], name: str) -> float | None:
    return tests[name]["auc"] if name in tests else None
