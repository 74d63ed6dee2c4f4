"""A workspace whose outcomes can be learned from: a flat table whose words foretell losses, and open renewals."""

import io
import tempfile
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from renewals.actions.imports.load import ImportOrder
from renewals.actions.workspaces import NewMember, add_member
from renewals.core.actors import Actor, person_actor
from renewals.core.imports.mapping_file import read_mapping
from renewals.core.roles import Role
from renewals.models import Account, TermVersion, Workspace
from renewals.queries.imports.limits import COMMAND_LINE
from signals.actions.imports import all_kinds, import_file
from signals.actions.learned.train import Training, TrainingPlan, train_model
from signals.core.learning.settings import Settings
from tests.signals.factories import NOW, make_renewal

MAPPING = """
kind = "accounts"
dataset = "tiny"
source = "tiny"
[columns]
external_id = "id"
tenure_months = "tenure"
[attributes]
include = "*"
exclude = ["left"]
[outcome]
column = "left"
churned = ["yes"]
renewed = ["no"]
"""
QUICK = Settings(taus=(0.2, 0.8), segment_taus=(0.0,), tuning_folds=3, resamples=100, booster_rows=10**9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnable:
    """The workspace's person, and what training made of its outcomes."""

    by: Actor
    training: Training


def table(rows: int, *, signal: float, seed: int = 1, more: str = "") -> str:
    """Return a table as CSV: plan and tenure go with losses by `signal`; `more` is leak, constant, wide or one."""
    rng = np.random.default_rng(seed)
    lines = ["id,plan,tenure,gender,noise,more,left"]
    for n in range(rows):
        monthly, tenure = rng.random() < 0.5, int(rng.integers(1, 60))
        odds = -1.0 + signal * (2.0 * monthly - 1.0) - signal * (tenure - 30) / 30
        lost = rng.random() < 1 / (1 + np.exp(-odds)) and more != "one"
        extra = {"leak": f"{lost + rng.random() / 4:.3f}", "wide": f"word {n}x{n % 7}", "constant": "same"}.get(
            more, ""
        )
        plan, gender = "monthly" if monthly else "yearly", "f" if rng.random() < 0.5 else "m"
        left = "yes" if lost else "no"
        lines.append(f"T-{n:04},{plan},{tenure},{gender},{rng.normal():.3f},{extra},{left}")
    return "\n".join(lines) + "\n"


def bring_in(workspace: Workspace, text: str) -> Actor:
    """Import the table through the product and return somebody who may decide."""
    person = person_actor(workspace.id, 1, "t")
    member = NewMember(email=f"ann@{workspace.slug}.example", role=Role.RENEWAL_MANAGER, password="long enough for us")
    user = add_member(member=member, by=person, now=NOW).user
    by = person_actor(workspace.id, user.id, "Ann")
    with tempfile.TemporaryFile() as stream:
        stream.write(text.encode())
        stream.seek(0, io.SEEK_SET)
        mapping = read_mapping(MAPPING, kinds=all_kinds())
        order = ImportOrder(stream=stream, file_name="tiny.csv", mapping=mapping, limits=COMMAND_LINE, is_dry_run=False)
        assert import_file(order=order, by=by, now=NOW, tell=lambda progress: None).counts.rejected == 0
    return by


def learn(workspace: Workspace, text: str) -> Learnable:
    """Import and train, quickly."""
    by = bring_in(workspace, text)
    return Learnable(by=by, training=train(by))


def train(by: Actor) -> Training:
    """Train with few knobs."""
    plan = TrainingPlan(as_of=NOW, settings=QUICK)
    return train_model(plan=plan, by=by, now=NOW, tell=lambda words: None)


def open_renewals(count: int) -> list[int]:
    """Give the first accounts a running term each, with its open renewal, and return the renewals' ids."""
    made = [make_renewal(account, days=60) for account in Account.objects.order_by("id")[:count]]
    for renewal in made:
        TermVersion.objects.create(
            workspace_id=renewal.workspace_id,
            contract_id=renewal.contract_id,
            number=1,
            starts_on=renewal.due_on - timedelta(days=365),
            ends_on=renewal.due_on - timedelta(days=1),
            recorded_at=NOW - timedelta(days=300),
        )
    return [renewal.id for renewal in made]
