"""A whole report of a training, as the command writes it, for tests of the pages."""

from typing import Any

FIGURES: dict[str, Any] = {
    "rows": 1204,
    "losses": 240,
    "rate": 0.2,
    "auc": 0.81,
    "auc_low": 0.79,
    "auc_high": 0.83,
    "brier": 0.13,
    "log_loss": 0.42,
    "calibration_error": 0.012,
    "slope": 0.98,
    "intercept": 0.01,
    "top_lift": 2.6,
    "average_precision": 0.5,
    "observed_over_expected": 1.02,
    "amount_auc": None,
    "amount_captured": None,
    "amount_observed_over_expected": None,
}


WHAT: dict[str, Any] = {
    "protocol": "rolling",
    "dataset": "",
    "as_of": "2026-03-02T09:00:00+00:00",
    "code_version": "1",
    "rows": 1500,
    "outcomes": 1204,
    "open": 296,
    "lost": 240,
    "accounts": 300,
    "first_decided_on": "2024-01-04",
    "last_decided_on": "2026-02-28",
}
PRIOR = {**FIGURES, "auc": 0.744, "auc_low": 0.72, "auc_high": 0.77}
SERIES = (("Stack", 0.78), ("Expert judgement", 0.72))
SAID = "On outcomes it had not seen it orders accounts with AUC 0.810; expert judgement alone has 0.744."


def full_report(verdict: str = "learned") -> dict[str, Any]:
    """Return a report of a stack that was tested on quarters."""
    return {
        "what": WHAT,
        "verdict": verdict,
        "verdict_words": "It foretells losses better than the expert weights.",
        "is_promotable": verdict == "learned",
        "form": "stack",
        "best": "stack",
        "learned_share": 0.6,
        "members": {"prior": PRIOR, "scorecard": FIGURES, "booster": FIGURES, "stack": FIGURES},
        "comparisons": [],
        "tests": {"random_folds": {**FIGURES, "auc": 0.86}, "frozen_future": PRIOR, "rolling": FIGURES},
        "curve": [_point(series, n) for series, _ in SERIES for n in range(1, 9)],
        "periods": [_quarter(series, auc, q) for series, auc in SERIES for q in range(1, 5)],
        "segments": [{"name": "small", **FIGURES}, {"name": "mid_market", **FIGURES}],
        "horizons": [{"name": "60 to 90 days before", **FIGURES}],
        "columns": [_column("measure.usage_velocity", "usage", 0.4), _column("attribute.Plan", "attribute", 0.2)],
        "exclusions": [{"column": "attribute.gender", "code": "protected", "detail": ""}],
        "audit": [_group(level) for level in ("Female", "Male")],
        "findings": [SAID],
        "baseline": [],
    }


def _point(series: str, n: int) -> dict[str, Any]:
    return {"series": series, "foretold": n / 10, "observed": n / 11, "low": n / 14, "high": n / 9.5, "rows": 120}


def _quarter(series: str, auc: float, q: int) -> dict[str, Any]:
    return {
        "period": f"2025 Q{q}",
        "series": series,
        "auc": auc + q / 100,
        "rows": 200,
        "observed": 0.2,
        "expected": 0.2,
    }


def _column(name: str, family: str, strength: float) -> dict[str, Any]:
    return {
        "name": name,
        "family": family,
        "meaning": "",
        "is_actionable": family == "usage",
        "known_share": 0.9,
        "strength": strength,
    }


def _group(level: str) -> dict[str, Any]:
    return {
        "attribute": "attribute.gender",
        "level": level,
        "rows": 600,
        "losses": 120,
        "observed": 0.2,
        "expected": 0.21,
        "called_high": 0.1,
        "auc": 0.8,
    }
