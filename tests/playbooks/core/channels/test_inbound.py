"""What a mail that came in is read as."""

from datetime import date

import pytest

from playbooks.core.channels.inbound import InboundKind, InboundMail, named_ids, read_inbound

TODAY = date(2026, 3, 2)


def mail(subject: str = "Re: your renewal", text: str = "Let us talk.", **headers: str) -> InboundMail:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return InboundMail(headers=named, subject=subject, text=text, received_on=TODAY)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (mail(), InboundKind.REPLY),
        (mail(auto_submitted="no"), InboundKind.REPLY),
        (mail(text="I am out of the office on Friday, but yes, go on."), InboundKind.REPLY),
        (mail("Automatic reply: your renewal", "I am out of the office.", auto_submitted="auto-replied"),
         InboundKind.OUT_OF_OFFICE),
        (mail("Out of office"), InboundKind.OUT_OF_OFFICE),
        (mail("Abwesenheitsnotiz", "Ich bin nicht im Büro"), InboundKind.OUT_OF_OFFICE),
        (mail("Your ticket 12 was opened", "Thank you", auto_submitted="auto-generated"), InboundKind.AUTOMATIC),
        (mail(precedence="auto_reply", text="Thank you for writing"), InboundKind.AUTOMATIC),
        (mail("Undelivered", "Final-Recipient: rfc822; a@b.c\nStatus: 5.1.1\n",
              content_type="multipart/report; report-type=delivery-status"), InboundKind.BOUNCED_HARD),
        (mail("Delayed", "Status: 4.2.2\n", return_path="<>"), InboundKind.BOUNCED_SOFT),
    ],
)  # fmt: skip
def test_mail_is_read_as_what_it_is(given: InboundMail, kind: InboundKind) -> None:
    assert read_inbound(given).kind is kind


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I am out of the office and will be back on 16 March 2026.", date(2026, 3, 16)),
        ("I will return on March 16th.", date(2026, 3, 16)),
        ("away from my desk until 2026-03-20", date(2026, 3, 20)),
        ("Ich bin ab dem 2.3. abwesend, zurück am 23.03.2026", date(2026, 3, 23)),
        ("I am on annual leave until further notice.", None),
        ("out of office; back on 3 January 2031", None),
    ],
)
def test_out_of_office_names_the_day_of_return(text: str, day: date | None) -> None:
    found = read_inbound(mail("Out of office", text, auto_submitted="auto-replied"))
    assert (found.kind, found.returns_on) == (InboundKind.OUT_OF_OFFICE, day)


def test_named_ids_nearest_first_and_each_once() -> None:
    headers = {"in-reply-to": "<c@x>", "references": "<a@x> <b@x> <c@x>"}
    assert named_ids(headers) == ("<c@x>", "<b@x>", "<a@x>")
    assert named_ids({"in-reply-to": "no id at all"}) == ()
