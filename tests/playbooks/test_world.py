"""The demo world is written through the product's own actions, and what is written is what was drawn."""

import json
from datetime import date, timedelta
from io import StringIO

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from playbooks.core.world.draw import World, draw_world
from playbooks.models import Enrolment
from playbooks.queries.world import world_laws
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.models import Account, Outcome, Renewal, TermVersion, Workspace
from renewals.queries.workspaces import workspace_id_of
from signals.models import CurrentScore, HonestyReport, RiskTraining, Signal

SIZE = {"accounts": 12, "months": 8, "seed": 3}


@pytest.fixture
def seeded(db: None) -> dict[str, object]:
    said = StringIO()
    call_command("seed_demo", workspace="demo", json=True, stdout=said, **SIZE)
    return json.loads(said.getvalue())


def drawn(today: date) -> World:
    rng = np.random.default_rng(SIZE["seed"])
    return draw_world(world_laws(), accounts=SIZE["accounts"], months=SIZE["months"], today=today, rng=rng)


def test_demo_world_is_what_was_drawn(seeded: dict[str, object]) -> None:
    workspace_id = workspace_id_of("demo")
    with in_workspace(workspace_id, by=system_actor(workspace_id, "test")):
        world = drawn(date.fromisoformat(str(seeded["until"])))
        decided = [t for life in world.lives for t in life.terms if t.ratio is not None and t.closed_on <= world.today]
        unique = {
            (s.source, s.external_id) for s in world.signals if s.occurred_on + timedelta(s.delay_days) <= world.today
        }
        assert Account.objects.count() == SIZE["accounts"] == seeded["accounts"]
        lived = Outcome.objects.filter(decided_on__lte=world.today)
        assert lived.count() == len(decided) == seeded["renewals_closed"]
        assert Signal.objects.count() == seeded["signals"]
        assert seeded["signals"] == len(unique)
        living = set(Account.objects.filter(ended_on__isnull=True).values_list("id", flat=True))
        assert set(CurrentScore.objects.values_list("account_id", flat=True)) >= living
        open_ones = set(Renewal.objects.filter(closed_on__isnull=True).values_list("account_id", flat=True))
        left = set(Outcome.objects.exclude(id__in=lived).values_list("renewal__account_id", flat=True))
        runs_on = set(TermVersion.objects.filter(end_action="evergreen").values_list("contract__account_id", flat=True))
        assert open_ones | left | runs_on >= living
        assert HonestyReport.objects.values("week_on").distinct().count() >= 10
        assert list(RiskTraining.objects.values_list("state", flat=True)) == ["waiting"]


def test_demo_world_into_a_taken_workspace_is_refused(workspace: Workspace) -> None:
    with pytest.raises(CommandError, match="is taken") as refusal:
        call_command("seed_demo", workspace=workspace.slug, **SIZE)
    assert refusal.value.returncode == 2


def test_history_has_every_decision_and_signal_but_no_scores_and_no_playbooks(db: None) -> None:
    said = StringIO()
    call_command("seed_demo", workspace="demo", history=True, json=True, stdout=said, **SIZE)
    facts = json.loads(said.getvalue())
    workspace_id = workspace_id_of("demo")
    with in_workspace(workspace_id, by=system_actor(workspace_id, "test")):
        world = drawn(date.fromisoformat(str(facts["until"])))
        decided = [t for life in world.lives for t in life.terms if t.ratio is not None and t.closed_on <= world.today]
        assert Outcome.objects.count() == len(decided) == facts["renewals_closed"]
        assert Signal.objects.count() == facts["signals"] > 0
        assert CurrentScore.objects.count() == 0
        assert Enrolment.objects.count() == 0
