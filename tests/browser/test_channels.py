"""Channels in Chromium: chosen behind the password; each page of channels and messages under axe in both themes."""

from collections.abc import Callable

from django.db import transaction
from playwright.sync_api import Page, expect

from playbooks.actions.channels.posts import NewTarget, add_target
from playbooks.actions.edits import edit_message
from playbooks.actions.suppressed import suppress_addresses
from playbooks.models import DeliveryEvent, Message
from playbooks.queries.unsubscribe_links import unsubscribe_token
from renewals.actions.scope import in_workspace
from renewals.models import Contact
from tests.browser.conftest import PASSWORD
from tests.dashboards.outbox import make_messages
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]


def furnish(world: World) -> dict[str, str]:
    """A message with events, one edited, a suppressed contact, a target outside; returns what addresses need."""
    with transaction.atomic():
        outbox = make_messages(world)
    with in_workspace(world.workspace.id, by=world.actor):
        sent = Message.objects.get(id=outbox["sent"])
        for kind in ("delivered", "opened", "bounced_soft"):
            whose = {"workspace": world.workspace, "message": sent, "contact": sent.contact, "source": "postmark"}
            at = {"occurred_at": world.now, "received_at": world.now}
            DeliveryEvent.objects.create(**whose, **at, kind=kind, event_key=kind, detail="mx.example: mailbox full")
        words = {"subject": "About your renewal, draft", "text": "Dear Ines,\n\nshall we talk on Thursday?"}
        edit_message(message_id=outbox["draft"], **words, by=world.actor, now=world.now)
        contact = Contact.objects.order_by("id").first()
        why = ("imported", "Listed in the system before this one")
        suppress_addresses(addresses=[contact.email], message_class="marketing", why=why, by=world.actor, now=world.now)
        given = NewTarget(
            name="Escalations", style="chat", url="https://hooks.chat.example/T1/x", topics=("escalation",)
        )
        add_target(given=given, by=world.actor, now=world.now)
        token = unsubscribe_token(workspace_id=world.workspace.id, contact_id=contact.id)
    return {"sent": str(outbox["sent"]), "draft": str(outbox["draft"]), "token": token}


def test_pages_of_channels_are_accessible_and_fit(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    names = furnish(world)
    watched = log_in("admin")
    page = watched.page
    page.goto("/settings/channels/")
    assert flaws(page) == [], "asked"
    page.get_by_role("link", name="Confirm that it is you").click()
    assert flaws(page) == [], "confirm"
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Channel", exact=True).select_option("provider")
    page.get_by_label("Provider").select_option("postmark")
    page.get_by_label("API key or password").fill("pm-secret-4711")
    page.get_by_role("button", name="Use this channel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Messages leave through Postmark")
    page.get_by_role("button", name="Make the secret of the events").click()
    assert flaws(page) == [], "channels"
    for path in ("/messages/suppressions/", "/messages/{sent}/", "/messages/{draft}/", "/unsubscribe/{token}/"):
        page.goto(path.format(**names))
        for summary in page.locator("main details > summary").all():
            if summary.is_visible() and not summary.locator("..").get_attribute("open"):
                summary.click()
        assert flaws(page) == [], path
    assert watched.complaints == []
