"""What people know: notes that count until they expire, and overrides that are judged by what happened."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from renewals.core.actors import Actor, system_actor
from renewals.core.errors import InvalidInput, NotPermitted, RequiredValueMissing, UnknownChoice, UnknownReference
from renewals.models import Account, Outcome, Renewal, Workspace
from signals.actions.intake import record_signals
from signals.actions.intake.matching import fold_account
from signals.actions.people import (
    NewFact,
    NewOverride,
    note_fact,
    replace_fact,
    set_override,
    tend_people,
    withdraw_fact,
    withdraw_override,
)
from signals.actions.scores import refresh_scores
from signals.core.errors import AlreadyEnded, SpanNotAllowed
from signals.models import AccountChange, CurrentRisk, CurrentScore, NotedFact, Score, ScoreOverride, Signal
from signals.queries.noted import budget_dates
from signals.queries.scores import explain, replay
from tests.signals.editing.people import make_person
from tests.signals.factories import NOW, item, make_account, make_renewal, make_source, rich_items

DAY = timedelta(days=1)


@pytest.fixture
def account(inside: Workspace) -> Account:
    made = make_account(inside.id, started_on=(NOW - timedelta(days=400)).date())
    make_source(inside.id)
    actor = system_actor(inside.id, "t")
    record_signals(workspace_id=inside.id, source_key="product", items=rich_items(), by=actor, now=NOW)
    make_renewal(made, days=60)
    refresh(inside)
    return made


@pytest.fixture
def ana(inside: Workspace) -> Actor:
    return make_person(inside, "Ana", role="csm")


def refresh(workspace: Workspace, *, days: float = 0) -> None:
    now = NOW + days * DAY
    refresh_scores(workspace_id=workspace.id, by=system_actor(workspace.id, "t"), now=now)


def fact(account: Account, **fields: Any) -> NewFact:
    values = {"kind": "relationship.politics", "value": -1.0, "text": "The new CIO brings her own tools."}
    span = {"observed_on": NOW.date() - DAY, "expires_at": NOW + 30 * DAY}
    return NewFact(account_id=account.id, **{**values, **span, **fields})


def note(inside: Workspace, new: NewFact, by: Actor) -> NotedFact:
    return note_fact(workspace_id=inside.id, fact=new, by=by, now=NOW)


def risk_now() -> float:
    return float(CurrentRisk.objects.get().value)


@pytest.mark.requirement(42)
def test_soft_signal_raises_the_risk_until_it_expires(inside: Workspace, account: Account, ana: Actor) -> None:
    before = risk_now()
    note(inside, fact(account, expires_at=NOW + 2 * DAY), ana)
    refresh(inside)
    noted = risk_now()
    assert noted > before + 5
    assert tend_people(workspace_id=inside.id, by=ana, now=NOW + 1 * DAY) == 0
    assert tend_people(workspace_id=inside.id, by=ana, now=NOW + 2 * DAY) == 1
    assert AccountChange.objects.count() == 1
    refresh(inside, days=2)
    latest = Score.objects.filter(kind="risk").latest("id").details
    assert "soft_concern" in latest["missing"]
    assert NotedFact.objects.get().ended_how == "expired"


@pytest.mark.requirement(42)
def test_soft_signal_is_a_signal_with_author_words_and_expiry(inside: Workspace, account: Account, ana: Actor) -> None:
    kept = note(inside, fact(account), ana)
    signal = Signal.objects.get(kind="relationship.politics")
    assert (signal.author, signal.text, signal.value) == ("Ana", kept.text, -1.0)
    assert (signal.expires_at, signal.source.key, signal.source.kind) == (kept.expires_at, "people", "person")


def test_edit_is_a_new_fact_and_only_the_new_one_counts(inside: Workspace, account: Account, ana: Actor) -> None:
    old = note(inside, fact(account), ana)
    new = replace_fact(fact_id=old.id, fact=fact(account, value=0.5), by=ana, now=NOW + DAY)
    refresh(inside, days=1.01)
    links = explain(Score.objects.filter(kind="risk").latest("id")).links
    value = {link.key: link.value for link in links}["soft_concern"]
    assert value is not None
    assert 0.45 < value <= 0.5
    old.refresh_from_db()
    assert (old.ended_how, new.replaces_id, NotedFact.objects.count()) == ("replaced", old.id, 2)
    with pytest.raises(AlreadyEnded):
        replace_fact(fact_id=old.id, fact=fact(account), by=ana, now=NOW + DAY)


def test_fact_of_another_account_cannot_be_replaced(inside: Workspace, account: Account, ana: Actor) -> None:
    old = note(inside, fact(account), ana)
    with pytest.raises(UnknownReference):
        replace_fact(fact_id=old.id, fact=fact(make_account(inside.id, "A-2")), by=ana, now=NOW + DAY)
    old.refresh_from_db()
    assert (old.ended_at, NotedFact.objects.count()) == (None, 1)


def test_withdrawn_fact_needs_a_reason_and_leaves_earlier_scores_as_they_were(
    inside: Workspace, account: Account, ana: Actor
) -> None:
    kept = note(inside, fact(account), ana)
    refresh(inside)
    stored = Score.objects.filter(kind="risk").latest("id")
    with pytest.raises(RequiredValueMissing):
        withdraw_fact(fact_id=kept.id, reason=" ", by=ana, now=NOW + DAY)
    withdraw_fact(fact_id=kept.id, reason="It was a rumour", by=ana, now=NOW + DAY)
    refresh(inside, days=1.01)
    assert "soft_concern" in Score.objects.filter(kind="risk").latest("id").details["missing"]
    (risk,) = replay(stored).risks.values()
    assert risk.value == stored.value


def test_withdrawn_fact_ends_everywhere_its_account_was_folded_to_and_no_namesake(
    inside: Workspace, account: Account, ana: Actor
) -> None:
    kept = note(inside, fact(account), ana)
    into = make_account(inside.id, "A-2")
    fold_account(folded_id=account.id, into_id=into.id, by=ana, now=NOW)
    namesake = item(external_id=f"noted-{kept.id}", kind="relationship.politics", value=0.5)
    record_signals(workspace_id=inside.id, source_key="product", items=[namesake], by=ana, now=NOW)
    AccountChange.objects.all().delete()
    withdraw_fact(fact_id=kept.id, reason="It was a rumour", by=ana, now=NOW + DAY)
    found = Signal.objects.filter(external_id=f"noted-{kept.id}")
    assert {(row.account_id, row.source.key, row.expires_at) for row in found} == {
        (account.id, "people", NOW + DAY),
        (into.id, "people", NOW + DAY),
        (into.id, "product", None),
    }
    assert set(AccountChange.objects.values_list("account_id", flat=True)) == {account.id, into.id}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"kind": "usage.events"}, UnknownChoice),
        ({"value": 1.5}, InvalidInput),
        ({"value": float("nan")}, InvalidInput),
        ({"value": None}, RequiredValueMissing),
        ({"text": "  "}, RequiredValueMissing),
        ({"expires_at": NOW}, SpanNotAllowed),
        ({"expires_at": NOW + 400 * DAY}, SpanNotAllowed),
        ({"observed_on": date(2099, 1, 1)}, InvalidInput),
    ],
)
def test_fact_that_cannot_be_kept_is_refused(
    inside: Workspace, account: Account, ana: Actor, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        note(inside, fact(account, **changes), ana)
    assert (NotedFact.objects.count(), Signal.objects.filter(source__key="people").count()) == (0, 0)


def test_only_a_person_notes_or_overrides(inside: Workspace, account: Account) -> None:
    machine = system_actor(inside.id, "t")
    with pytest.raises(NotPermitted):
        note(inside, fact(account), machine)
    with pytest.raises(NotPermitted):
        set_override(workspace_id=inside.id, override=override(account), by=machine, now=NOW)


@pytest.mark.requirement(42)
def test_budget_date_counts_until_its_note_ends(inside: Workspace, account: Account, ana: Actor) -> None:
    on = NOW.date() + 20 * DAY
    note(inside, fact(account, kind="relationship.budget", value=None, budget_on=on), ana)
    assert budget_dates([account.id], today=NOW.date(), now=NOW) == {account.id: on}
    assert budget_dates([account.id], today=NOW.date(), now=NOW + 31 * DAY) == {}
    assert budget_dates([account.id], today=on + DAY, now=NOW) == {}


def override(account: Account, **fields: Any) -> NewOverride:
    values = {"renewal_id": None, "value": 20.0, "reason": "They told me they leave.", "expires_at": NOW + 10 * DAY}
    return NewOverride(account_id=account.id, **{**values, **fields})


def put(inside: Workspace, new: NewOverride, by: Actor, *, days: float = 0) -> ScoreOverride:
    return set_override(workspace_id=inside.id, override=new, by=by, now=NOW + days * DAY)


def test_override_stands_in_the_place_of_the_score_and_the_computed_one_is_kept(
    inside: Workspace, account: Account, ana: Actor
) -> None:
    computed = CurrentScore.objects.get()
    made = put(inside, override(account), ana)
    row = CurrentScore.objects.get()
    assert (row.value, row.band, row.override_id) == (20.0, "red", made.id)
    assert row.computed == {"state": "scored", "band": computed.band, "value": computed.value}
    assert (made.machine_value, Score.objects.filter(kind="health").count()) == (computed.value, 1)


def test_override_survives_a_rescoring_and_expires_by_itself(inside: Workspace, account: Account, ana: Actor) -> None:
    put(inside, override(account), ana)
    AccountChange.objects.create(workspace=inside, account=account, changed_at=NOW, retry_at=NOW)
    refresh(inside, days=1)
    row = CurrentScore.objects.get()
    assert (row.value, row.computed["value"]) == (20.0, Score.objects.filter(kind="health").latest("id").value)
    assert row.previous_value != 20.0
    assert tend_people(workspace_id=inside.id, by=ana, now=NOW + 10 * DAY) == 1
    after = CurrentScore.objects.get()
    assert (after.value, after.band, after.override_id, after.computed) == (
        row.computed["value"],
        row.computed["band"],
        None,
        None,
    )
    assert ScoreOverride.objects.get().ended_how == "expired"


@pytest.mark.requirement("X20")
def test_expired_override_is_gone_after_a_rescoring_even_before_the_sweep(
    inside: Workspace, account: Account, ana: Actor
) -> None:
    put(inside, override(account), ana)
    AccountChange.objects.create(workspace=inside, account=account, changed_at=NOW, retry_at=NOW)
    refresh(inside, days=11)
    assert CurrentScore.objects.get().override_id is None


def test_second_override_replaces_the_first_and_keeps_the_computed_value(
    inside: Workspace, account: Account, ana: Actor
) -> None:
    computed = CurrentScore.objects.get().value
    put(inside, override(account), ana)
    second = put(inside, override(account, value=80.0), ana, days=1)
    row = CurrentScore.objects.get()
    assert (row.value, row.computed["value"], second.machine_value) == (80.0, computed, computed)
    assert list(ScoreOverride.objects.order_by("id").values_list("ended_how", flat=True)) == ["replaced", ""]


def test_override_of_a_risk_changes_its_probability_and_withdrawing_gives_it_back(
    inside: Workspace, account: Account, ana: Actor
) -> None:
    before = CurrentRisk.objects.get()
    made = put(inside, override(account, renewal_id=before.renewal_id, value=90.0), ana)
    row = CurrentRisk.objects.get()
    assert (row.value, row.band, row.renew_probability) == (90.0, "high", pytest.approx(0.1))
    withdraw_override(override_id=made.id, reason="They signed", by=ana, now=NOW + DAY)
    after = CurrentRisk.objects.get()
    assert (after.value, after.renew_probability, after.band) == (before.value, before.renew_probability, before.band)
    with pytest.raises(AlreadyEnded):
        withdraw_override(override_id=made.id, reason="again", by=ana, now=NOW + DAY)


def test_override_gives_a_number_to_an_account_that_is_not_scored(inside: Workspace, ana: Actor) -> None:
    silent = make_account(inside.id, "silent")
    refresh(inside)
    refresh_scores(workspace_id=inside.id, account_ids=[silent.id], by=ana, now=NOW)
    put(inside, override(silent), ana)
    row = CurrentScore.objects.get(account=silent)
    assert (row.state, row.value, row.computed["state"], row.computed["value"]) == ("scored", 20.0, "not_scored", None)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reason": ""}, RequiredValueMissing),
        ({"value": 101.0}, InvalidInput),
        ({"value": float("nan")}, InvalidInput),
        ({"expires_at": NOW}, SpanNotAllowed),
        ({"expires_at": NOW + 200 * DAY}, SpanNotAllowed),
    ],
)
def test_override_without_reason_scale_or_end_is_refused(
    inside: Workspace, account: Account, ana: Actor, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        put(inside, override(account, **changes), ana)
    assert ScoreOverride.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("override_expires_after_start", {"expires_at": NOW}),
        ("override_reason_and_author", {"reason": ""}),
        ("override_value_in_scale", {"value": 120}),
        ("override_of_an_account_or_a_renewal", {"kind": "risk"}),
        ("override_ended_somehow", {"ended_at": NOW}),
        ("override_judged_as_a_whole", {"judged_at": NOW}),
    ],
)
def test_database_refuses_an_override_that_breaks_its_invariants(
    inside: Workspace, account: Account, ana: Actor, name: str, values: dict[str, Any]
) -> None:
    made = put(inside, override(account), ana)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ScoreOverride.objects.filter(id=made.id).update(**values)


@pytest.mark.requirement("X20")
@pytest.mark.parametrize(("kind", "lost"), [("churned", True), ("flat", False)])
def test_override_is_judged_when_the_renewal_has_closed(
    inside: Workspace, account: Account, ana: Actor, kind: str, lost: bool
) -> None:
    renewal = Renewal.objects.get()
    made = put(inside, override(account, renewal_id=renewal.id, value=90.0), ana)
    health = put(inside, override(account, value=20.0), ana)
    assert tend_people(workspace_id=inside.id, by=ana, now=NOW + DAY) == 0
    close(renewal, kind)
    assert tend_people(workspace_id=inside.id, by=ana, now=NOW + 6 * DAY) == 2
    made.refresh_from_db()
    health.refresh_from_db()
    assert (made.was_lost, made.judged_by_renewal_id, made.ended_how) == (lost, renewal.id, "closed")
    assert made.person_error == (10.0 if lost else 90.0)
    assert made.machine_error == pytest.approx(abs(made.machine_value - 100.0 * lost))
    assert health.person_error == (20.0 if lost else 80.0)
    assert tend_people(workspace_id=inside.id, by=ana, now=NOW + 7 * DAY) == 0


def close(renewal: Renewal, kind: str) -> None:
    on = NOW.date() + 5 * DAY
    Renewal.objects.filter(id=renewal.id).update(stage="closed", closed_on=on, final_amount=0)
    Outcome.objects.create(
        workspace_id=renewal.workspace_id,
        renewal=renewal,
        kind=kind,
        primary_reason="budget",
        decided_on=on,
        recorded_at=NOW + 5 * DAY,
        recorded_by="t",
    )
