"""Looks inside a workspace with the product's own queries and learner: cold start, explanations, survival, leaks."""

import json
import random
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from benchmarks.acceptance.product import manage
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.models import Account
from renewals.queries.clock import database_now
from renewals.queries.workspaces import workspace_id_of
from signals.actions.intake import ensure_source, record_signals
from signals.actions.scores.versions import ensure_scorecards
from signals.core.learning.explaining.explain import explain
from signals.core.learning.frame import NUMBER, Array, Frame
from signals.core.learning.metrics.ranking import area_under_curve
from signals.core.learning.prior import Prior
from signals.core.learning.protocols import folds_of
from signals.core.learning.reporting.identity import frame_hash
from signals.core.learning.scorecard.model import learn_scorecard, prior_scorecard
from signals.core.learning.screening import screen
from signals.core.learning.settings import Settings
from signals.core.learning.survival.curves import kaplan_meier
from signals.core.learning.survival.hazard import LOGISTIC, learn_hazard, period_edges, person_periods, total_risk
from signals.core.learning.survival.judging import concordance, integrated_brier
from signals.core.learning.training.model import STACK
from signals.core.learning.training.run import readable
from signals.models import Snapshot
from signals.queries.learned.models import ready_model
from signals.queries.learned.tables import shipped_prior, training_table
from signals.queries.learned.versions import report_of, versions
from signals.queries.snapshots.rebuild import rebuilt

CAUSAL = re.compile(r"\b(because|causes?|caused|due to|leads? to)\b", re.IGNORECASE)
SIZES = (50, 200, 1000)
DURATION = "tenure_months"
SOURCE = "acceptance"
TWIN = 0.8
"""A column that goes with the duration this closely is the duration in another unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Rows with outcomes to be split into those known and those to be foretold."""

    frame: Frame
    prior: Prior


class Inside:
    """One workspace, read and tried in this process."""

    def __init__(self, slug: str) -> None:
        """Enter by the slug."""
        self.workspace_id = workspace_id_of(slug)
        self.by: Actor = system_actor(self.workspace_id, "acceptance")

    def frame(self, *, as_of: datetime | None = None) -> Frame:
        """Return the table that training reads."""
        with in_workspace(self.workspace_id, by=self.by, why="acceptance"):
            now = database_now()
            rules = ensure_scorecards(workspace_id=self.workspace_id, by=self.by, now=now)
            return training_table(self.workspace_id, as_of=as_of or now, protocol="", rules=rules).rows.frame

    def cold_start(self, *, repeats: int) -> dict[str, float]:
        """Return the mean AUC on rows not used with 0, 50, 200 and 1,000 outcomes, and with inverted beliefs at 200."""
        prior, settings = shipped_prior(), Settings(booster_rows=10**9)
        whole = screen(self.frame(), prior, settings).frame
        sample = Sample(frame=whole.take(whole.is_decided), prior=prior)
        found = {"auc_0": area_under_curve(sample.frame.outcome, prior_scorecard(sample.frame, prior).log_odds(whole))}
        for size in SIZES:
            found[f"auc_{size}"] = _mean_auc(sample, size, repeats, settings)
        upside_down = Sample(frame=sample.frame, prior=_inverted(prior))
        return found | {"auc_200_inverted": _mean_auc(upside_down, 200, repeats, settings)}

    def explanations(self) -> dict[str, float]:
        """Return the largest gap between base + contributions and log-odds, and causal words found.

        2,000 rows are explained, or 200 of a stack: each of those is asked for all coalitions of families.
        """
        frame = self.frame()
        with in_workspace(self.workspace_id, by=self.by, why="acceptance"):
            made = versions()
            report = report_of(made[0]) if made else {"findings": []}
            ready = ready_model(made[0]) if made else None
        gap = 0.0
        if ready is not None and len(frame):
            most = 200 if ready.model.in_force == STACK else 2_000
            told = explain(ready.model, readable(ready.model, frame.take(np.arange(min(most, len(frame))))))
            sums = told.base + np.sum([np.zeros(len(told.base)), *told.columns.values()], axis=0)
            gap = float(np.abs(sums - told.log_odds).max())
        return {"largest_gap": gap, "causal_words": len(CAUSAL.findall(json.dumps(report["findings"])))}

    def survival(self, *, dataset: str) -> dict[str, float]:
        """Return concordance and integrated Brier score of the hazard out of fold, and Kaplan-Meier by definition."""
        prior, settings = shipped_prior(), Settings()
        frame = self.frame()
        frame = frame.take(frame.is_decided)
        duration = _duration(frame)
        known = np.isfinite(duration) & (duration > 0)
        frame, duration = frame.take(known), duration[known]
        read = screen(_without_twins(frame, duration), prior, settings).frame
        return _survival(read, duration, dataset=dataset, prior=prior, settings=settings)

    def later_facts(self, *, count: int = 200) -> dict[str, bool]:
        """Add facts after the snapshots were taken; say whether stored snapshots and an older table stay the same."""
        with in_workspace(self.workspace_id, by=self.by, why="acceptance"):
            now = database_now()
            ids = list(Snapshot.objects.order_by("id").values_list("id", flat=True))
            accounts = list(Account.objects.order_by("id").values_list("external_id", flat=True)[:50])
            last = Snapshot.objects.order_by("-as_of").values_list("as_of", flat=True).first() or now
        chance = random.Random(1)
        chosen = sorted(chance.sample(ids, min(60, len(ids))))
        before = frame_hash(self.frame(as_of=now))
        items = [_late_item(chance, accounts, last) for _ in range(count)] if accounts else []
        with in_workspace(self.workspace_id, by=self.by, why="acceptance"):
            if items:
                now_at = {"by": self.by, "now": database_now()}
                ensure_source(workspace_id=self.workspace_id, key=SOURCE, kind="api", **now_at)
                record_signals(workspace_id=self.workspace_id, source_key=SOURCE, items=items, **now_at)
            same = all(each.is_same for each in rebuilt(chosen))
        return {"snapshots": same, "table": frame_hash(self.frame(as_of=now)) == before}


def refreshed(slug: str) -> dict[str, Any]:
    """Score everything in the workspace and return the counts."""
    return dict(manage("refresh_scores", "--workspace", slug))


def _mean_auc(sample: Sample, size: int, repeats: int, settings: Settings) -> float:
    areas = []
    for seed in range(repeats):
        order = np.random.default_rng(seed).permutation(len(sample.frame))
        some, rest = sample.frame.take(order[:size]), sample.frame.take(order[size:])
        if len(set(some.outcome.tolist())) == 2:
            card = learn_scorecard(some, sample.prior, settings=settings, seed=seed)
            areas.append(area_under_curve(rest.outcome, card.log_odds(rest)))
    return float(np.mean(areas)) if areas else float("nan")


def _inverted(prior: Prior) -> Prior:
    meanings = {key: replace(each, coefficient=-each.coefficient) for key, each in prior.meanings.items()}
    return replace(prior, meanings=meanings)


def _duration(frame: Frame) -> Array:
    named = [column for column in frame.columns if column.meaning == DURATION or column.name.endswith(DURATION)]
    return named[0].values if named else np.full(len(frame), np.nan)


def _without_twins(frame: Frame, duration: Array) -> Frame:
    kept = []
    for column in frame.columns:
        if column.kind == NUMBER:
            known = column.is_known
            alike = spearmanr(column.values[known], duration[known]).statistic if known.sum() > 2 else 0.0
            if np.isfinite(alike) and abs(alike) > TWIN:
                continue
        kept.append(column)
    return frame.with_columns(kept)


def _survival(frame: Frame, duration: Array, *, dataset: str, prior: Prior, settings: Settings) -> dict[str, float]:
    lost = frame.outcome
    edges = period_edges(duration, lost)
    fold = folds_of(dataset, frame.keys)
    staying = np.empty((len(frame), len(edges)))
    for k in np.unique(fold):
        held, rows = fold == k, np.flatnonzero(fold != k)
        periods = person_periods(frame.take(rows), duration[rows], lost[rows], edges)
        hazard = learn_hazard(periods, edges, prior=prior, settings=settings, learner=LOGISTIC, seed=1)
        staying[held] = hazard.staying(frame.take(held))
    curve = kaplan_meier(duration, lost)
    return {
        "concordance": concordance(duration, lost, total_risk(staying)),
        "integrated_brier": integrated_brier(duration, lost, staying, edges),
        "curve_gap": float(np.abs(curve.share - _by_definition(duration, lost, curve.times)).max()),
    }


def _by_definition(duration: Array, lost: Array, times: Array) -> Array:
    """The product over times of 1 - lost at it / still there before it, counted the slow way."""
    steps = [1 - ((duration == t) & (lost == 1)).sum() / (duration >= t).sum() for t in times]
    return np.cumprod(steps)


def _late_item(chance: random.Random, accounts: list[str], last: datetime) -> dict[str, Any]:
    moment = last - timedelta(days=chance.randrange(400))
    kind = chance.choice(("usage.events", "support.ticket_opened", "relationship.sponsor_left"))
    return {
        "account": chance.choice(accounts),
        "kind": kind,
        "occurred_at": moment.isoformat(),
        "external_id": f"late-{chance.random()}",
        "value": 999.0 if kind == "usage.events" else None,
        "subject": "late",
    }
