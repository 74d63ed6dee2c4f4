"""Drafts of scorecards: four eyes, no lost update, publishing and coming back, previews that store no score."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction

from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing
from renewals.models import Workspace
from signals.actions.intake import record_signals
from signals.actions.scores import (
    approval,
    approve_version,
    bring_up_to_date,
    edit_draft,
    mark_next,
    order_preview,
    propose_earlier,
    publish_scorecard,
    refresh_scores,
    reject_version,
    start_draft,
    submit_draft,
    take_back,
    work_preview,
)
from signals.core.editing.changes import rule_changes
from signals.core.editing.inheritance import Place
from signals.core.editing.values import RulePath
from signals.core.errors import (
    DraftChanged,
    NothingChanged,
    ScorecardInForce,
    ScorecardInvalid,
    SecondPersonNeeded,
    VersionNotInState,
)
from signals.models import AccountChange, CurrentScore, Score, ScorecardPreview, ScorecardVersion
from signals.queries.library import shipped
from signals.queries.scorecards import version_in_force
from tests.signals.editing.people import make_person
from tests.signals.factories import NOW, make_account, make_source, rich_items

WEIGHT = RulePath(part="measure", key="usage_velocity", field="weight")
SMALL = RulePath(part="measure", key="usage_velocity", field="weight", place=Place("small"))


@pytest.fixture
def ana(inside: Workspace) -> Actor:
    return make_person(inside, "Ana")


@pytest.fixture
def mo(inside: Workspace) -> Actor:
    return make_person(inside, "Mo")


def draft(inside: Workspace, by: Actor) -> ScorecardVersion:
    made = start_draft(workspace_id=inside.id, kind="health", reason="Use says more", by=by, now=NOW)
    return edit_draft(version_id=made.id, revision=1, edits={SMALL: 0.25}, by=by, now=NOW)


def waiting(inside: Workspace, by: Actor) -> ScorecardVersion:
    made = draft(inside, by)
    return submit_draft(version_id=made.id, revision=made.revision, by=by, now=NOW)


def test_draft_changes_no_rule_in_force(inside: Workspace, ana: Actor) -> None:
    made = draft(inside, ana)
    assert (made.state, made.number, made.revision, made.editor_ids) == ("draft", None, 2, [ana.id])
    assert version_in_force("health").number == 1
    assert [change.after for change in rule_changes(version_in_force("health").definition, made.definition)] == [0.25]


def test_draft_needs_a_reason(inside: Workspace, ana: Actor) -> None:
    with pytest.raises(RequiredValueMissing):
        start_draft(workspace_id=inside.id, kind="health", reason="  ", by=ana, now=NOW)


def test_edit_of_a_draft_seen_before_another_edit_is_refused_and_nothing_is_lost(
    inside: Workspace, ana: Actor, mo: Actor
) -> None:
    made = draft(inside, ana)
    edit_draft(version_id=made.id, revision=2, edits={WEIGHT: 0.11}, by=mo, now=NOW)
    with pytest.raises(DraftChanged, match="Mo has edited"):
        edit_draft(version_id=made.id, revision=2, edits={WEIGHT: 0.4}, by=ana, now=NOW)
    made.refresh_from_db()
    assert (made.revision, made.editor_ids) == (3, sorted([ana.id, mo.id]))


def test_edit_with_the_same_values_changes_nothing(inside: Workspace, ana: Actor, mo: Actor) -> None:
    made = draft(inside, ana)
    again = edit_draft(version_id=made.id, revision=2, edits={SMALL: 0.25}, by=mo, now=NOW)
    assert (again.revision, again.editor_ids) == (2, [ana.id])


def test_edit_that_cannot_be_used_is_refused(inside: Workspace, ana: Actor) -> None:
    made = draft(inside, ana)
    with pytest.raises(ScorecardInvalid, match="weight of 'usage_velocity'"):
        edit_draft(version_id=made.id, revision=2, edits={WEIGHT: float("nan")}, by=ana, now=NOW)


def test_version_is_published_by_a_second_person_alone(inside: Workspace, ana: Actor, mo: Actor) -> None:
    made = waiting(inside, ana)
    with pytest.raises(SecondPersonNeeded):
        approve_version(version_id=made.id, by=ana, now=NOW)
    published = approve_version(version_id=made.id, by=mo, now=NOW)
    assert (published.number, published.state, published.approved_by) == (2, "published", "Mo")
    assert list(ScorecardVersion.objects.filter(kind="health").order_by("id").values_list("state", flat=True)) == [
        "retired",
        "published",
    ]


def test_whoever_edited_a_draft_cannot_approve_it_either(inside: Workspace, ana: Actor, mo: Actor) -> None:
    made = draft(inside, ana)
    made = edit_draft(version_id=made.id, revision=2, edits={WEIGHT: 0.11}, by=mo, now=NOW)
    submit_draft(version_id=made.id, revision=3, by=ana, now=NOW)
    with pytest.raises(SecondPersonNeeded):
        approve_version(version_id=made.id, by=mo, now=NOW)


def test_database_refuses_an_approver_among_the_editors(inside: Workspace, ana: Actor) -> None:
    made = waiting(inside, ana)
    with pytest.raises(IntegrityError, match="scorecard_approved_by_a_second_person"), transaction.atomic():
        ScorecardVersion.objects.filter(id=made.id).update(approver_id=ana.id)


def test_database_refuses_to_publish_a_persons_rules_without_approver(inside: Workspace, ana: Actor) -> None:
    made = waiting(inside, ana)
    ScorecardVersion.objects.filter(kind="health", number=1).update(state="retired", retired_at=NOW)
    with pytest.raises(IntegrityError, match="scorecard_of_a_person_is_approved"), transaction.atomic():
        ScorecardVersion.objects.filter(id=made.id).update(state="published", number=2, published_at=NOW)


def test_database_refuses_other_rules_once_handed_in(inside: Workspace, ana: Actor) -> None:
    made = waiting(inside, ana)
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        ScorecardVersion.objects.filter(id=made.id).update(definition=shipped("scorecard"))


def test_person_cannot_publish_past_the_draft(inside: Workspace, ana: Actor) -> None:
    with pytest.raises(SecondPersonNeeded):
        publish_scorecard(
            workspace_id=inside.id, kind="health", definition=shipped("scorecard"), reason="quick", by=ana, now=NOW
        )


def test_draft_that_says_the_same_is_not_handed_in(inside: Workspace, ana: Actor) -> None:
    made = start_draft(workspace_id=inside.id, kind="health", reason="try", by=ana, now=NOW)
    with pytest.raises(NothingChanged):
        submit_draft(version_id=made.id, revision=1, by=ana, now=NOW)


def test_draft_started_before_another_was_published_has_to_be_brought_up_to_date(
    inside: Workspace, ana: Actor, mo: Actor
) -> None:
    late = start_draft(workspace_id=inside.id, kind="health", reason="mine", by=mo, now=NOW)
    late = edit_draft(version_id=late.id, revision=1, edits={WEIGHT: 0.11, SMALL: 0.3}, by=mo, now=NOW)
    approve_version(version_id=waiting(inside, ana).id, by=mo, now=NOW)
    with pytest.raises(ScorecardInForce, match="Version 2"):
        submit_draft(version_id=late.id, revision=2, by=mo, now=NOW)
    result = bring_up_to_date(version_id=late.id, revision=2, by=mo, now=NOW)
    assert [(each.before, each.after) for each in result.conflicts] == [(0.25, 0.3)]
    late.refresh_from_db()
    assert late.based_on == version_in_force("health")
    submit_draft(version_id=late.id, revision=late.revision, by=mo, now=NOW)


def test_version_that_waits_goes_back_or_is_rejected_with_a_reason(inside: Workspace, ana: Actor, mo: Actor) -> None:
    made = waiting(inside, ana)
    assert take_back(version_id=made.id, by=ana, now=NOW).state == "draft"
    submit_draft(version_id=made.id, revision=2, by=ana, now=NOW)
    with pytest.raises(RequiredValueMissing):
        reject_version(version_id=made.id, reason="", by=mo, now=NOW)
    rejected = reject_version(version_id=made.id, reason="Not before spring", by=mo, now=NOW)
    assert (rejected.state, rejected.ended_by, rejected.ended_reason) == ("rejected", "Mo", "Not before spring")
    with pytest.raises(VersionNotInState):
        approve_version(version_id=made.id, by=mo, now=NOW)


def test_earlier_rules_come_back_as_a_new_version(inside: Workspace, ana: Actor, mo: Actor) -> None:
    approve_version(version_id=waiting(inside, ana).id, by=mo, now=NOW)
    first = ScorecardVersion.objects.get(kind="health", number=1)
    proposed = propose_earlier(version_id=first.id, reason="The change did no good", by=mo, now=NOW)
    back = approve_version(version_id=proposed.id, by=ana, now=NOW + timedelta(days=1))
    assert (back.number, back.definition) == (3, first.definition)
    assert ScorecardVersion.objects.filter(kind="health", published_at__isnull=False).count() == 3


@pytest.mark.requirement(15)
def test_published_weights_score_two_segments_differently(inside: Workspace, ana: Actor, mo: Actor) -> None:
    make_source(inside.id)
    for number, segment in enumerate(("small", "mid_market")):
        make_account(inside.id, f"A-{number}", segment=segment)
        send(inside, rich_items(f"A-{number}"), ana)
    refresh(inside, ana)
    before = dict(CurrentScore.objects.values_list("account__segment", "value"))
    approve_version(version_id=waiting(inside, ana).id, by=mo, now=NOW)
    assert AccountChange.objects.count() == 2
    refresh(inside, ana)
    after = dict(CurrentScore.objects.values_list("account__segment", "value"))
    assert after["small"] != before["small"]
    assert after["mid_market"] == before["mid_market"]
    assert set(Score.objects.filter(as_of=NOW, kind="health").values_list("scorecard__number", flat=True)) == {1, 2}


def test_accounts_are_marked_in_chunks_after_publishing(
    inside: Workspace, ana: Actor, mo: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approval, "MARKED_AT_ONCE", 2)
    for number in range(5):
        make_account(inside.id, f"A-{number}")
    published = approve_version(version_id=waiting(inside, ana).id, by=mo, now=NOW)
    assert AccountChange.objects.count() == 2
    marked = [mark_next(workspace_id=inside.id, by=mo, now=NOW) for _ in range(3)]
    published.refresh_from_db()
    assert (marked, published.marked_up_to, AccountChange.objects.count()) == ([2, 1, 0], None, 5)


def test_preview_counts_moves_between_bands_and_stores_no_score(inside: Workspace, ana: Actor) -> None:
    make_source(inside.id)
    for number in range(3):
        make_account(inside.id, f"A-{number}", segment="small")
        send(inside, rich_items(f"A-{number}"), ana)
    make_account(inside.id, "silent", segment="small")
    refresh(inside, ana)
    scores = Score.objects.count()
    made = draft(inside, ana)
    edge = RulePath(part="band", key="red", field="high")
    made = edit_draft(version_id=made.id, revision=2, edits={edge: 64.9}, by=ana, now=NOW)
    ordered = order_preview(version_id=made.id, by=ana, now=NOW)
    assert order_preview(version_id=made.id, by=ana, now=NOW).id == ordered.id
    done = [work_preview(workspace_id=inside.id, by=ana, now=NOW, limit=3) for _ in range(3)]
    ordered.refresh_from_db()
    assert (done, ordered.state, ordered.done) == ([3, 1, 0], "done", 4)
    assert ordered.counts == {"amber": {"red": 3}, "": {"": 1}}
    assert sorted((row.from_band, row.to_band) for row in ordered.rows.all()) == [("", ""), *[("amber", "red")] * 3]
    assert Score.objects.count() == scores


def test_preview_of_an_edited_draft_is_made_anew(inside: Workspace, ana: Actor) -> None:
    make_account(inside.id)
    made = draft(inside, ana)
    order_preview(version_id=made.id, by=ana, now=NOW)
    work_preview(workspace_id=inside.id, by=ana, now=NOW)
    edit_draft(version_id=made.id, revision=2, edits={WEIGHT: 0.11}, by=ana, now=NOW)
    fresh = order_preview(version_id=made.id, by=ana, now=NOW)
    assert (fresh.revision, fresh.state, ScorecardPreview.objects.count()) == (3, "running", 1)


def send(inside: Workspace, items: list[dict[str, Any]], by: Actor) -> None:
    record_signals(workspace_id=inside.id, source_key="product", items=items, by=by, now=NOW)


def refresh(inside: Workspace, by: Actor) -> None:
    refresh_scores(workspace_id=inside.id, by=by, now=NOW)
