"""The link of a proposal for our people: its address, who opened it when, what was answered, how far the mail is."""

from dataclasses import dataclass

from dashboards.core.dates import DateCell, day_words, instant_cell
from dashboards.core.offers.paper_words import MAILS, SAID, STANDINGS
from dashboards.core.parts import Reason
from dashboards.core.reason_words import reason_sentence
from dashboards.queries.asker import Asker
from offers.core.links import AnswerKind, LinkStanding
from offers.models import Proposal, ProposalAnswer, ProposalLink
from offers.queries.links import answers_of, newest_link, proposal_url, standing_of, views_of
from playbooks.queries.proposal_mail import ProposalMail, proposal_mail
from renewals.models import Contact, ContactRole, Renewal


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidShown:
    """One answer of the account."""

    what: str
    who: str
    words: str
    when: DateCell


@dataclass(frozen=True, slots=True, kw_only=True)
class MailShown:
    """How far the message is; `href` is the message once it is written."""

    word: str
    state: str
    href: str
    when: DateCell
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPanel:
    """The newest link with everything that came of it; an empty address or False is a step that cannot be taken."""

    link_id: int
    url: str
    word: str
    state: str
    recipient: str
    valid_until: str
    valid_until_iso: str
    opened: str
    last: DateCell
    answers: tuple[SaidShown, ...]
    mail: MailShown | None
    paper_href: str
    is_open: bool
    may_send: bool
    send_word: str
    may_extend: bool
    may_withdraw: bool


def link_panel(asker: Asker, row: Renewal) -> LinkPanel | None:
    """Return the newest link of the renewal's newest proposal, None when it has none."""
    proposal = Proposal.objects.filter(renewal_id=row.id).order_by("-id").first()
    link = newest_link(proposal.id) if proposal else None
    if proposal is None or link is None:
        return None
    link.proposal = proposal
    link.proposal.renewal = row
    standing = standing_of(link, today=asker.today)
    word, state = STANDINGS[standing]
    mail = proposal_mail(link.id, renewal_id=row.id)
    is_open = standing is LinkStanding.OPEN
    return LinkPanel(
        link_id=link.id,
        url=proposal_url(workspace_id=link.workspace_id, link_id=link.id),
        word=word,
        state=state,
        recipient=link.contact.name if link.contact else "whoever you hand it to",
        valid_until=day_words(link.valid_until_on),
        valid_until_iso=link.valid_until_on.isoformat(),
        **_opened(asker, link),
        answers=tuple(_said(asker, each) for each in answers_of(proposal.id)),
        mail=_mail(asker, mail),
        paper_href=f"/renewals/{row.id}/proposal/paper/",
        is_open=is_open,
        may_send=is_open and link.contact_id is not None and not (mail and mail.is_under_way),
        send_word="Send it again" if mail else "Send it by mail",
        may_extend=standing in (LinkStanding.OPEN, LinkStanding.EXPIRED),
        may_withdraw=standing in (LinkStanding.OPEN, LinkStanding.EXPIRED, LinkStanding.DECLINED),
    )


def contact_choices(account_id: int) -> list[tuple[str, str]]:
    """Return the people at an account a proposal may be for, with their roles: who has a role and an address."""
    roles: dict[int, list[str]] = {}
    for contact, role in ContactRole.objects.filter(contact__account_id=account_id, until_on__isnull=True).values_list(
        "contact_id", "role"
    ):
        roles.setdefault(contact, []).append(role.replace("_", " "))
    rows = Contact.objects.filter(id__in=roles, left_on__isnull=True).exclude(email="").order_by("name", "id")
    found = [(str(row.id), f"{row.name}, {', '.join(sorted(roles[row.id]))}") for row in rows]
    return sorted(found, key=lambda each: "economic buyer" not in each[1])


def _opened(asker: Asker, link: ProposalLink) -> dict[str, object]:
    seen = views_of(link.id)
    last = instant_cell(
        seen.last_at if seen else None, now=asker.now, zone=asker.workspace.timezone, missing="Not opened yet"
    )
    if seen is None:
        return {"opened": "", "last": last}
    first = instant_cell(seen.first_at, now=asker.now, zone=asker.workspace.timezone)
    times = "once" if seen.times == 1 else f"{seen.times:,} times"
    return {"opened": f"Opened {times}, first {first.day}", "last": last}


def _said(asker: Asker, row: ProposalAnswer) -> SaidShown:
    who = ", ".join(part for part in (row.name, row.title, row.email) if part)
    return SaidShown(
        what=SAID[AnswerKind(row.kind)].format(number=row.version.number),
        who=who,
        words=row.words,
        when=instant_cell(row.said_at, now=asker.now, zone=asker.workspace.timezone),
    )


def _mail(asker: Asker, mail: ProposalMail | None) -> MailShown | None:
    if mail is None:
        return None
    word, state = MAILS.get(mail.state, (mail.state.replace("_", " ").capitalize(), "watch"))
    return MailShown(
        word=word,
        state=state,
        href=f"/messages/{mail.message_id}/" if mail.message_id else "",
        when=instant_cell(
            mail.sent_at or (mail.until if mail.is_under_way else None),
            now=asker.now,
            zone=asker.workspace.timezone,
            missing="",
        ),
        reasons=() if mail.state == "sent" else tuple(reason_sentence(each) for each in mail.reasons),
    )
