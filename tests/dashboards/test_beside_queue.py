"""Tasks that belong to no open renewal: the queue has none of them, so they stand on a page of their own."""

from datetime import timedelta

import pytest
from django.test import Client

from offers.models import ProposalLink
from offers.queries.links import proposal_url
from playbooks.models import QueueEntry, Task
from renewals.models import LossReview
from tests.dashboards.test_paper import WHO, inside, world
from tests.dashboards.test_proposal_mail import back
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World

__all__ = ["back", "world"]


@pytest.mark.requirement(52)
@pytest.mark.requirement(100)
def test_what_an_account_answers_to_a_win_back_needs_who_asked_it(
    world: World, back: ProposalLink, client: Client
) -> None:
    url = proposal_url(workspace_id=world.workspace.id, link_id=back.id)
    asking = world.people["renewal_manager"].email
    assert f"mailto:{asking}" in Client().get(url[url.index("/proposal/") :]).content.decode()
    Client().post(url[url.index("/proposal/") :], WHO | {"button": "ask", "words": "Is onboarding in the price?"})
    with inside(world):
        task, review = Task.objects.get(title__startswith="Answer Dana"), LossReview.objects.get()
        assert not QueueEntry.objects.filter(renewal_id=task.renewal_id).exists()
    client.force_login(world.people["renewal_manager"])
    assert "1 task beside the renewals" in words_of(client.get("/").content.decode())
    shown = client.get("/queue/beside/").content.decode()
    assert ("Is onboarding in the price?" in shown, f'href="/reviews/losses/{review.id}/"' in shown) == (True, True)
    client.force_login(world.people["csm"])
    assert "Answer Dana" not in client.get("/queue/beside/").content.decode()
    client.force_login(world.people["renewal_manager"])
    for _ in range(2):
        assert client.post(f"/queue/beside/{task.id}/completion/", {"note": "It is."}).status_code == 302
    assert "Nothing is due beside the renewals" in client.get("/queue/beside/").content.decode()
    with inside(world):
        task.refresh_from_db()
        assert task.state == "done"
        Task.objects.update(state="open", due_on=world.now.date() + timedelta(days=9), completed_at=None)
    assert "Answer Dana" in client.get("/queue/beside/?show=later").content.decode()
    assert client.post("/queue/beside/999999/completion/").status_code == 404


def test_task_beside_ends_with_an_outcome_of_its_own_and_the_title_counts_all(
    world: World, back: ProposalLink, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An admin may add steps with outcomes to the playbook of win-backs; "done" is none of theirs."""
    url = proposal_url(workspace_id=world.workspace.id, link_id=back.id)
    Client().post(url[url.index("/proposal/") :], WHO | {"button": "ask", "words": "Is it?"})
    ways = [
        {"key": "yes", "label": "They come", "effect": "continue"},
        {"key": "no", "label": "Not now", "effect": "continue"},
    ]
    with inside(world):
        task = Task.objects.get(title__startswith="Answer Dana")
        Task.objects.filter(id=task.id).update(outcomes=ways)
    client.force_login(world.people["renewal_manager"])
    assert "Not now" in client.get("/queue/beside/").content.decode()
    for code, state in (("", "open"), ("no", "done")):
        client.post(f"/queue/beside/{task.id}/completion/", {"outcome": code})
        with inside(world):
            task.refresh_from_db()
            assert (task.state, task.outcome_code) == (state, code)
            Task.objects.filter(id=task.id).update(state="open", completed_at=None)
    monkeypatch.setattr("dashboards.queries.beside_queue.MOST", 0)
    assert "1 task beside the renewals" in words_of(client.get("/queue/beside/").content.decode())
