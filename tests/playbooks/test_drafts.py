"""Drafts: one at a time, never over somebody's edit, published by a second person; pilots and the selection order."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from playbooks.actions.approval import approve_draft
from playbooks.actions.drafts import (
    change_draft,
    discard_draft,
    reject_draft,
    start_draft,
    start_selection_draft,
    submit_draft,
    take_back,
)
from playbooks.actions.enrol import enrol_due
from playbooks.actions.publish import publish_library
from playbooks.core.editing.content import blank_content
from playbooks.core.errors import (
    DraftChanged,
    DraftHasProblems,
    DraftNotInState,
    DraftOpenAlready,
    DraftOutdated,
    NothingChanged,
    SecondPersonNeeded,
)
from playbooks.models import Enrolment, Playbook, PlaybookDraft, PlaybookVersion, SelectionVersion
from playbooks.queries.library import shipped_playbooks
from renewals.core.actors import Actor, person_actor
from renewals.models import Workspace
from tests.playbooks.factories import make_person, make_world

PILOT = {"when": {"field": "account.country", "op": "eq", "value": "DE"}, "question": "Do they answer sooner?"}


@pytest.fixture
def author(inside: Workspace) -> Actor:
    person = make_person(inside, "author@example.com", "admin")
    return person_actor(inside.id, person.id, "Author")


@pytest.fixture
def second(inside: Workspace) -> Actor:
    person = make_person(inside, "second@example.com", "cs_manager")
    return person_actor(inside.id, person.id, "Second")


@pytest.fixture
def shipped(inside: Workspace, actor: Actor, now: datetime) -> dict[str, Playbook]:
    publish_library(by=actor, now=now)
    return {each.key: each for each in Playbook.objects.all()}


def draft_of(playbook: Playbook, by: Actor, now: datetime, **changes: Any) -> PlaybookDraft:
    """A draft of the playbook with parts of its definition changed, and a pilot if one is given."""
    draft = start_draft(playbook_id=playbook.id, reason="Because", by=by, now=now)
    pilot = {"pilot": changes.pop("pilot")} if "pilot" in changes else {}
    content = {**draft.content, "playbook": draft.content["playbook"] | changes, **pilot}
    return change_draft(draft_id=draft.id, revision=1, content=content, by=by, now=now)


def publish(draft: PlaybookDraft, author: Actor, second: Actor, now: datetime) -> PlaybookDraft:
    submit_draft(draft_id=draft.id, revision=draft.revision, by=author, now=now)
    return approve_draft(draft_id=draft.id, by=second, now=now)


def test_draft_begins_with_the_version_in_force_and_changes_nothing_until_approved(
    shipped: dict[str, Playbook], author: Actor, second: Actor, now: datetime
) -> None:
    draft = draft_of(shipped["small"], author, now, name="Small, by hand")
    assert Playbook.objects.get(key="small").name == "Small teams"
    done = publish(draft, author, second, now)
    assert (done.state, done.version.number, done.version.published_by) == ("published", 2, "Second")
    assert done.version.definition == draft.content
    assert Playbook.objects.get(key="small").name == "Small, by hand"


def test_same_content_again_changes_nothing_and_an_unseen_edit_is_never_overwritten(
    shipped: dict[str, Playbook], author: Actor, now: datetime
) -> None:
    draft = draft_of(shipped["small"], author, now, name="One")
    assert change_draft(draft_id=draft.id, revision=2, content=draft.content, by=author, now=now).revision == 2
    with pytest.raises(DraftChanged):
        change_draft(draft_id=draft.id, revision=1, content={}, by=author, now=now)
    assert PlaybookDraft.objects.get().content["playbook"]["name"] == "One"


def test_second_draft_of_a_playbook_is_refused_until_the_first_has_ended(
    shipped: dict[str, Playbook], author: Actor, now: datetime
) -> None:
    draft = draft_of(shipped["small"], author, now, name="One")
    with pytest.raises(DraftOpenAlready):
        start_draft(playbook_id=shipped["small"].id, reason="Two", by=author, now=now)
    discard_draft(draft_id=draft.id, reason="Thought again", by=author, now=now)
    assert start_draft(playbook_id=shipped["small"].id, reason="Two", by=author, now=now).state == "draft"


def test_what_cannot_be_published_is_kept_but_not_handed_in(inside: Workspace, author: Actor, now: datetime) -> None:
    draft = start_draft(
        playbook_id=None, content=blank_content(name="Mid-market"), reason="The articles", by=author, now=now
    )
    with pytest.raises(DraftHasProblems) as refused:
        submit_draft(draft_id=draft.id, revision=1, by=author, now=now)
    for missing in ("purpose", "segments", "escalation", "success", "decision_rights", "phases", "steps"):
        assert missing in str(refused.value)


def test_draft_that_says_what_is_in_force_is_not_handed_in(
    shipped: dict[str, Playbook], author: Actor, now: datetime
) -> None:
    draft = start_draft(playbook_id=shipped["small"].id, reason="Nothing", by=author, now=now)
    with pytest.raises(NothingChanged):
        submit_draft(draft_id=draft.id, revision=1, by=author, now=now)


def test_draft_started_before_another_version_was_published_is_refused(
    shipped: dict[str, Playbook], author: Actor, second: Actor, now: datetime
) -> None:
    draft = draft_of(shipped["small"], author, now, name="Mine")
    submit_draft(draft_id=draft.id, revision=2, by=author, now=now)
    PlaybookVersion.objects.create(
        workspace=shipped["small"].workspace,
        playbook=shipped["small"],
        number=2,
        definition={},
        content_hash="theirs",
        published_at=now,
        published_by="Import",
    )
    with pytest.raises(DraftOutdated):
        approve_draft(draft_id=draft.id, by=second, now=now)


@pytest.mark.parametrize("who", ["author", "actor"])
def test_neither_an_editor_nor_the_system_approves(
    shipped: dict[str, Playbook], author: Actor, actor: Actor, who: str, now: datetime
) -> None:
    draft = draft_of(shipped["small"], author, now, name="Mine")
    submit_draft(draft_id=draft.id, revision=2, by=author, now=now)
    with pytest.raises(SecondPersonNeeded):
        approve_draft(draft_id=draft.id, by={"author": author, "actor": actor}[who], now=now)
    assert PlaybookVersion.objects.count() == 3


def test_database_refuses_an_approver_who_edited(shipped: dict[str, Playbook], author: Actor, now: datetime) -> None:
    draft = draft_of(shipped["small"], author, now, name="Mine")
    with pytest.raises(IntegrityError), transaction.atomic():
        PlaybookDraft.objects.filter(id=draft.id).update(approver_id=author.id)


def test_refused_draft_keeps_its_reason_and_ends(
    shipped: dict[str, Playbook], author: Actor, second: Actor, now: datetime
) -> None:
    draft = draft_of(shipped["small"], author, now, name="Mine")
    submit_draft(draft_id=draft.id, revision=2, by=author, now=now)
    assert take_back(draft_id=draft.id, by=author, now=now).state == "draft"
    submit_draft(draft_id=draft.id, revision=2, by=author, now=now)
    ended = reject_draft(draft_id=draft.id, reason="Too loud", by=second, now=now)
    assert (ended.state, ended.ended_reason, ended.ended_by) == ("rejected", "Too loud", "Second")
    with pytest.raises(DraftNotInState):
        approve_draft(draft_id=draft.id, by=second, now=now)


@pytest.mark.requirement(108)
def test_pilot_takes_only_those_it_names_and_the_rest_keep_the_version_before(
    shipped: dict[str, Playbook], author: Actor, second: Actor, now: datetime
) -> None:
    publish(draft_of(shipped["small"], author, now, pilot=PILOT), author, second, now)
    made = [make_world(shipped["small"].workspace, key=key, tier="basic", due_on=date(2026, 4, 1)) for key in "AB"]
    made[1].account.country = "FR"
    made[1].account.save()
    enrol_due(by=author, now=now)
    found = dict(Enrolment.objects.values_list("account__external_id", "version__number"))
    assert found == {"A": 2, "B": 1}
    assert PlaybookVersion.objects.get(is_pilot=True).definition["pilot"]["baseline"] == {
        "on": "2026-03-02",
        "days": 365,
        "segments": ["small"],
        "decided": 0,
        "kept": 0,
    }


def test_roll_out_of_a_pilot_is_a_publication_of_its_own(
    shipped: dict[str, Playbook], author: Actor, second: Actor, now: datetime
) -> None:
    publish(draft_of(shipped["small"], author, now, name="Tried", pilot=PILOT), author, second, now)
    wider = start_draft(playbook_id=shipped["small"].id, reason="It worked", by=author, now=now)
    assert "pilot" not in wider.content
    publish(wider, author, second, now)
    make_world(shipped["small"].workspace, key="B", tier="basic", due_on=date(2026, 4, 1))
    enrol_due(by=author, now=now)
    assert [each.version.number for each in Enrolment.objects.all()] == [3]


def test_selection_order_published_by_two_people_decides_the_next_enrolment(
    shipped: dict[str, Playbook], author: Actor, second: Actor, now: datetime
) -> None:
    draft = start_selection_draft(reason="Germany first", by=author, now=now)
    case = {"key": "germany", "when": PILOT["when"], "playbook": "mid_market"}
    content = draft.content | {"cases": [case, *draft.content["cases"]]}
    draft = change_draft(draft_id=draft.id, revision=1, content=content, by=author, now=now)
    publish(draft, author, second, now)
    make_world(shipped["small"].workspace, tier="basic", due_on=date(2026, 6, 20))
    enrol_due(by=author, now=now)
    enrolled = Enrolment.objects.get()
    assert (enrolled.playbook.key, SelectionVersion.objects.get().number) == ("mid_market", 2)


def test_selection_order_that_names_no_playbook_of_ours_is_not_handed_in(
    shipped: dict[str, Playbook], author: Actor, now: datetime
) -> None:
    draft = start_selection_draft(reason="Typo", by=author, now=now)
    content = draft.content | {"default_playbook": "smal"}
    draft = change_draft(draft_id=draft.id, revision=1, content=content, by=author, now=now)
    with pytest.raises(DraftHasProblems, match="smal"):
        submit_draft(draft_id=draft.id, revision=2, by=author, now=now)


def test_key_of_another_playbook_is_refused(shipped: dict[str, Playbook], author: Actor, now: datetime) -> None:
    item = next(each for each in shipped_playbooks() if each.key == "small")
    content = {"playbook": dict(item.table), "templates": [dict(each) for each in item.templates]}
    draft = start_draft(playbook_id=None, content=content, reason="A copy", by=author, now=now)
    with pytest.raises(DraftHasProblems, match="Another playbook has the key 'small'"):
        submit_draft(draft_id=draft.id, revision=1, by=author, now=now)
