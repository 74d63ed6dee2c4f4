"""The life of a risk model: training proposes, a person promotes, anybody can see why; no verdict, no promotion."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, transaction

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.core.errors import NamedError, RequiredValueMissing, UnknownReference
from renewals.models import Workspace
from signals.actions.learned.life import promote_model, reject_model, retire_model, roll_back_model
from signals.core.errors import ModelDamaged, ModelNotUsable, ModelStepNotAllowed, PersonNeeded
from signals.models import AccountChange, RiskModelBody, RiskModelVersion
from signals.queries.learned.versions import model_in_force, stored_model, versions
from tests.signals.factories import NOW, make_account
from tests.signals.learned.factories import person, proposed

LATER = NOW + timedelta(days=1)


def states() -> dict[int, str]:
    return {each.number: each.state for each in versions()}


@pytest.mark.requirement(16)
def test_training_again_on_the_same_table_is_the_same_version(inside: Workspace) -> None:
    first, again, other = proposed(inside), proposed(inside), proposed(inside, "b" * 64)
    assert (first.id, first.number, other.number) == (again.id, 1, 2)
    assert states() == {1: "proposed", 2: "proposed"}
    assert RiskModelBody.objects.count() == 2


@pytest.mark.requirement(16)
def test_promotion_by_a_person_puts_in_force_and_marks_every_account(inside: Workspace) -> None:
    account = make_account(inside.id)
    proposed(inside)
    made = promote_model(number=1, reason="It is better", by=person(inside), now=LATER)
    assert (made.state, made.promoted_by, made.promotion_reason, made.promoted_at) == (
        "in_force",
        "Ann",
        "It is better",
        LATER,
    )
    assert list(AccountChange.objects.values_list("account_id", flat=True)) == [account.id]
    assert promote_model(number=1, reason="Again", by=person(inside), now=LATER).promotion_reason == "It is better"


@pytest.mark.requirement(16)
@pytest.mark.parametrize("verdict", ["no_usable_signal", "prior_holds", "too_few_outcomes", "one_class", "no_outcomes"])
def test_promotion_without_usable_verdict_is_refused(inside: Workspace, verdict: str) -> None:
    proposed(inside, verdict=verdict)
    with pytest.raises(ModelNotUsable):
        promote_model(number=1, reason="I want it", by=person(inside), now=LATER)
    assert states() == {1: "proposed"}
    with pytest.raises(IntegrityError, match="risk_model_in_force_is_usable"), transaction.atomic():
        RiskModelVersion.objects.update(state="in_force", promoted_at=NOW, promoted_by="x", promotion_reason="x")


@pytest.mark.parametrize(
    ("doer", "reason", "error"),
    [(person, " ", RequiredValueMissing), (lambda inside: system_actor(inside.id, "beat"), "auto", PersonNeeded)],
)
def test_promotion_needs_a_person_and_a_reason(
    inside: Workspace, doer: Callable[[Workspace], Actor], reason: str, error: type[NamedError]
) -> None:
    proposed(inside)
    with pytest.raises(error):
        promote_model(number=1, reason=reason, by=doer(inside), now=LATER)
    assert states() == {1: "proposed"}


@pytest.mark.requirement(16)
def test_promotion_of_a_challenger_retires_the_champion_and_roll_back_returns_it(inside: Workspace) -> None:
    by = person(inside)
    proposed(inside)
    proposed(inside, "b" * 64)
    promote_model(number=1, reason="First", by=by, now=NOW)
    promote_model(number=2, reason="Better", by=by, now=LATER)
    assert states() == {1: "retired", 2: "in_force"}
    assert roll_back_model(reason="Worse after all", by=by, now=LATER).number == 1
    assert states() == {1: "in_force", 2: "retired"}
    assert roll_back_model(reason="Neither", by=by, now=LATER) is None
    assert (states(), model_in_force()) == ({1: "retired", 2: "retired"}, None)
    with pytest.raises(UnknownReference):
        roll_back_model(reason="Once more", by=by, now=LATER)


def test_roll_back_returns_to_what_was_in_force_even_of_a_later_number(inside: Workspace) -> None:
    by = person(inside)
    for hashed in ("a" * 64, "b" * 64, "c" * 64):
        proposed(inside, hashed)
    for number in (3, 1, 2):
        promote_model(number=number, reason="Better", by=by, now=NOW + number * timedelta(hours=1))
    assert roll_back_model(reason="Worse", by=by, now=LATER).number == 1
    assert roll_back_model(reason="Worse", by=by, now=LATER).number == 3
    assert roll_back_model(reason="Worse", by=by, now=LATER) is None


def test_retired_model_comes_back_and_a_rejected_one_does_not(inside: Workspace) -> None:
    by = person(inside)
    proposed(inside)
    proposed(inside, "b" * 64)
    promote_model(number=1, reason="First", by=by, now=NOW)
    assert retire_model(reason="Enough", by=by, now=LATER).number == 1
    assert retire_model(reason="Enough", by=by, now=LATER) is None
    reject_model(number=2, reason="Too odd", by=by, now=LATER)
    reject_model(number=2, reason="Too odd", by=by, now=LATER)
    promote_model(number=1, reason="Back", by=by, now=LATER)
    assert states() == {1: "in_force", 2: "rejected"}
    with pytest.raises(ModelStepNotAllowed):
        promote_model(number=2, reason="After all", by=by, now=LATER)
    with pytest.raises(ModelStepNotAllowed):
        reject_model(number=1, reason="No", by=by, now=LATER)


def test_body_cannot_be_rewritten(inside: Workspace) -> None:
    made = proposed(inside, document='{"a":1e-05}')
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        RiskModelBody.objects.update(document="x")
    assert stored_model(made).document == {"a": 1e-05}


def test_versions_of_another_workspace_are_not_seen(workspace: Workspace, other_workspace: Workspace) -> None:
    with in_workspace(workspace.id, by=person(workspace), why="test"):
        proposed(workspace)
    with in_workspace(other_workspace.id, by=person(other_workspace), why="test"):
        assert versions() == []
        with pytest.raises(UnknownReference):
            promote_model(number=1, reason="Theirs", by=person(other_workspace), now=NOW)
        assert proposed(other_workspace).number == 1


def test_one_in_force_is_held_by_the_database(inside: Workspace) -> None:
    proposed(inside)
    proposed(inside, "b" * 64)
    with pytest.raises(IntegrityError, match="risk_model_one_in_force"), transaction.atomic():
        RiskModelVersion.objects.update(state="in_force", promoted_at=NOW, promoted_by="x", promotion_reason="x")


def test_history_names_who_promoted(inside: Workspace) -> None:
    proposed(inside)
    promote_model(number=1, reason="Better", by=person(inside), now=LATER)
    rows = apps.get_model("signals", "RiskModelVersionEvent").objects.order_by("pgh_id")
    assert [(row.state, row.promoted_by) for row in rows] == [("proposed", ""), ("in_force", "Ann")]


def test_damaged_model_is_refused(inside: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    made = proposed(inside)
    monkeypatch.setattr("signals.queries.learned.versions.fingerprint", lambda document: "other")
    with pytest.raises(ModelDamaged):
        stored_model(made)
    with pytest.raises(ModelDamaged):
        promote_model(number=1, reason="Better", by=person(inside), now=LATER)
