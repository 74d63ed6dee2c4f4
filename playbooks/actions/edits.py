"""Change the words of one message before it leaves; what the template gave and the difference from it are kept."""

from datetime import datetime

from django.db import transaction

from playbooks.core.channels.edits import is_in_veto_window, text_diff, why_not_editable
from playbooks.core.errors import MessageGone
from playbooks.core.messages import RenderProblem
from playbooks.core.messages.rendering import render_written
from playbooks.models import Enrolment, Message, MessageEdit
from playbooks.queries.unsubscribe_links import unsubscribe_url
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, RequiredValueMissing, UnknownReference


@transaction.atomic
def edit_message(*, message_id: int, subject: str, text: str, by: Actor, now: datetime) -> MessageEdit | None:
    """Keep new words for a message that waits for a person or for an objection; None when they are the old ones.

    The end of a veto window, the way out and our keys stay as they are; approving it is another act. Raises
    UnknownReference, MessageGone, RequiredValueMissing, InvalidInput.
    """
    message = _locked(message_id)
    is_in_veto = is_in_veto_window(
        state=message.state, veto_until_at=message.veto_until_at, next_at=message.next_at, now=now
    )
    objection = why_not_editable(state=message.state, message_class=message.message_class, is_in_veto=is_in_veto)
    if objection:
        raise MessageGone(objection, where=f"Message {message_id}")
    plain = text.replace("\r\n", "\n").strip()
    if not plain or not subject.strip():
        raise RequiredValueMissing("A message has a subject and a text.", where="subject" if plain else "text")
    if (subject.strip(), plain) == (message.subject, message.text_body.strip()):
        return None
    _check_way_out(message, plain)
    written = render_written(subject, plain)
    if isinstance(written, RenderProblem):
        raise InvalidInput(written.what, where="subject" if "subject" in written.what.lower() else "text")
    first = MessageEdit.objects.filter(message=message).order_by("id").first()
    template = (first.template_subject, first.template_text) if first else (message.subject, message.text_body)
    row = MessageEdit.objects.create(
        workspace_id=by.workspace_id,
        message=message,
        template_subject=template[0],
        template_text=template[1],
        subject=written.subject,
        text_body=written.text,
        diff=list(text_diff(f"{template[0]}\n\n{template[1]}", f"{written.subject}\n\n{written.text}")),
        edited_at=now,
        edited_by=by.label[:150],
    )
    message.subject, message.text_body, message.html_body = written.subject, written.text, written.html
    message.save(update_fields=["subject", "text_body", "html_body"])
    return row


def _check_way_out(message: Message, text: str) -> None:
    """A message that told how to stop such messages still does."""
    url = unsubscribe_url(workspace_id=message.workspace_id, contact_id=message.contact_id)
    if url in message.text_body and url not in text:
        raise InvalidInput(
            "The address that stops these messages is gone.", where="text", remedy=f"Leave this line in: {url}"
        )


def _locked(message_id: int) -> Message:
    enrolment = Message.objects.filter(id=message_id).values_list("enrolment_id", flat=True).first()
    Enrolment.objects.select_for_update(no_key=True).filter(id=enrolment).first()
    message = Message.objects.select_for_update().filter(id=message_id).first()
    if message is None:
        raise UnknownReference(f"Message {message_id} is not in this workspace.", where="message")
    return message
