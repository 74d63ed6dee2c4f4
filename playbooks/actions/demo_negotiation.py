"""A negotiation under way for the demo: options, a walk, gives and gets, notes, parts, a signature, a revision.

Everything goes through the actions that people use; what cannot be done in a book as small as a test's is passed.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from offers.actions.approvals import ask_approval
from offers.actions.concessions import Concluded, Settled, record_concession, settle_get
from offers.actions.contributors import PartAsked, remark_on_part, write_part
from offers.actions.links import LinkWish, present_by_link
from offers.actions.notes import NoteGiven, record_note
from offers.actions.proposals import ProposalWish, keep_proposal, sign_proposal
from offers.actions.revisions.drafts import RevisionWish, start_revision, submit_revision
from offers.actions.scenarios import OptionContent, add_option
from offers.actions.trees import AnswerSaid, answer_question, start_walk
from offers.core.links import USUAL_VALIDITY
from offers.core.negotiation.concessions import Get, GetKind, Give, GiveKind
from offers.core.negotiation.facts import NoteKind, NoteSource
from offers.core.pricing import Wish
from offers.core.revisions import Book, Revision, RevisionMethod, RevisionRule
from playbooks.actions.demo_proposals import answer_all
from playbooks.actions.proposal_parts import request_part
from playbooks.queries.demo import Negotiated, names_of, negotiated, person_with_role
from renewals.actions.owners import hand_accounts_over
from renewals.actions.skills import Skills, set_skills
from renewals.core.actors import Actor, person_actor
from renewals.core.errors import NamedError
from renewals.core.money import Money

YEAR = timedelta(days=364)
OPTIONS = (
    OptionContent(name="One year, as it is", wish=Wish()),
    OptionContent(name="Two years, 6 % off", wish=Wish(term_months=24, discount_percent=Decimal(6))),
    OptionContent(
        name="Three years, rising", wish=Wish(term_months=36, discount_percent=Decimal(12), ramp_percent=Decimal(4))
    ),
)
WALK = (("how_far", "looking"), ("why_look", "price"))
SKILLS = (
    ("csm", Skills(segments=("small", "mid_market"), languages=("en", "de"), most_open=80)),
    ("renewal_manager", Skills(segments=("strategic",), skills=("strategic accounts",), languages=("en",))),
)


def negotiate_some(*, by: Actor, now: datetime) -> int:
    """Bring one negotiation as far as its signature's eve and sign another; returns how many steps were taken."""
    found = negotiated(limit=2)
    steps: list[Callable[[], object]] = []
    if found:
        steps += _talks(found[0], _actor(by, found[0]), now)
    if len(found) > 1:
        steps.append(lambda: _sign(found[1], _actor(by, found[1]), now))
    steps += [lambda: _revise(by, now), lambda: _describe_people(by, now)]
    return sum(_taken(step) for step in steps)


def _taken(step: Callable[[], object]) -> bool:
    with suppress(NamedError), transaction.atomic():
        step()
        return True
    return False


def _actor(by: Actor, row: Negotiated) -> Actor:
    return person_actor(by.workspace_id, row.owner_id, names_of([row.owner_id])[row.owner_id])


def _talks(row: Negotiated, owner: Actor, now: datetime) -> list[Callable[[], object]]:
    options = [
        lambda given=given: add_option(renewal_id=row.renewal_id, given=given, by=owner, now=now) for given in OPTIONS
    ]
    return [
        *options,
        lambda: _walk(row, owner, now),
        lambda: _give(row, owner, now),
        lambda: _note(row, owner, now),
        lambda: _contribute(row, owner, now),
    ]


def _walk(row: Negotiated, owner: Actor, now: datetime) -> None:
    walk = start_walk(renewal_id=row.renewal_id, tree_key="competitor", by=owner, now=now)
    for place, (question, answer) in enumerate(WALK):
        said = AnswerSaid(
            question=question, answer=answer, seen_number=place, note="" if place else "Said on the call."
        )
        answer_question(walk_id=walk.id, said=said, by=owner, now=now)


def _give(row: Negotiated, owner: Actor, now: datetime) -> None:
    """One give whose get was delivered, one whose get is late, one for nothing."""
    stories = (
        ("Onboarding of the second team", GetKind.REFERENCE, "A reference call", 20, True),
        ("Two per cent less", GetKind.CASE_STUDY, "A case study with their numbers", -10, False),
    )
    for place, (what, kind, in_return, days, is_delivered) in enumerate(stories):
        give = _given(row, GiveKind.SERVICE if place == 0 else GiveKind.PRICE, what, Decimal(1200 + 300 * place))
        get = Get(kind=kind, what=in_return, due_on=now.date() + timedelta(days=days))
        made = record_concession(renewal_id=row.renewal_id, given=Concluded(give=give, get=get), by=owner, now=now)
        if is_delivered:
            settled = Settled(is_delivered=True, on=now.date(), note="The call was held; notes are in the account.")
            settle_get(concession_id=made.id, revision=made.revision, settled=settled, by=owner, now=now)
    give = _given(row, GiveKind.PAYMENT, "Sixty days to pay", Decimal(400))
    nothing = Concluded(give=give, no_get_reason="Their finance asks it of everybody.")
    record_concession(renewal_id=row.renewal_id, given=nothing, by=owner, now=now)


def _given(row: Negotiated, kind: GiveKind, what: str, amount: Decimal) -> Give:
    return Give(
        kind=kind,
        what=what,
        amount=Money(amount, row.currency),
        starts_on=row.due_on,
        expires_on=row.due_on + YEAR,
        reason="To keep the second team on board.",
    )


def _note(row: Negotiated, owner: Actor, now: datetime) -> None:
    for kind, subject in ((NoteKind.COMPETITOR, "Northwind Suite"), (NoteKind.UP_SELL, "Reporting for the board")):
        given = NoteGiven(kind=kind, subject=subject, source=NoteSource.CALL, heard_on=now.date())
        record_note(renewal_id=row.renewal_id, given=given, by=owner, now=now)


def _contribute(row: Negotiated, owner: Actor, now: datetime) -> None:
    """Product has written, sales is asked."""
    for role, function, title in (
        ("product_viewer", "product", "What changed in the product this year"),
        ("sales", "sales", "Who decides, and when they sign"),
    ):
        person = person_with_role(role)
        if person is None:
            continue
        asked = PartAsked(user_id=person, function=function, title=title, due_on=now.date() + timedelta(days=5))
        part = request_part(renewal_id=row.renewal_id, given=asked, by=owner, now=now)
        if function == "product":
            writer = person_actor(owner.workspace_id, person, names_of([person])[person])
            text = "Search is twice as fast since spring, and exports go out by themselves."
            write_part(part_id=part.id, text=text, is_ready=True, revision=part.revision, by=writer, now=now)
            remark_on_part(part_id=part.id, words="Good. Name the number for their own book.", by=owner, now=now)


def _sign(row: Negotiated, owner: Actor, now: datetime) -> None:
    """A price below policy that was approved, presented and signed on paper: its leak is a row of the report."""
    given = ProposalWish(wish=Wish(discount_percent=Decimal(9), term_months=24), note="Two years, settled on the call.")
    version = keep_proposal(renewal_id=row.renewal_id, given=given, today=now.date(), by=owner, now=now)
    request = ask_approval(version_id=version.id, note="Two years for nine per cent.", by=owner, now=now)
    answer_all(request.id, version.id, said="Worth the two years.", now=now, workspace_id=owner.workspace_id)
    wish = LinkWish(valid_until=now.date() + USUAL_VALIDITY)
    present_by_link(
        proposal_id=version.proposal_id, version_id=version.id, given=wish, today=now.date(), by=owner, now=now
    )
    sign_proposal(proposal_id=version.proposal_id, version_id=version.id, by=owner, now=now)


def _revise(by: Actor, now: datetime) -> None:
    """A price revision that waits for a second person."""
    maker = person_with_role("renewal_manager")
    if maker is None:
        return
    person = person_actor(by.workspace_id, maker, names_of([maker])[maker])
    book = Book(ends_from=now.date() + timedelta(days=75), ends_until=now.date() + timedelta(days=210))
    rule = RevisionRule(method=RevisionMethod.PERCENT, percent=Decimal(7))
    wish = RevisionWish(
        name="Prices of next spring", reason="Costs rose by six per cent.", revision=Revision(book=book, rule=rule)
    )
    made = start_revision(wish=wish, today=now.date(), by=person, now=now)
    submit_revision(revision_id=made.id, seen=made.revision, by=person, now=now)


def _describe_people(by: Actor, now: datetime) -> None:
    """What two people can do, and two accounts that nobody owns, so that somebody is proposed for them."""
    for role, skills in SKILLS:
        person = person_with_role(role)
        if person is not None:
            set_skills(user_id=person, given=skills, by=by, now=now)
    rows = negotiated(limit=4)[2:]
    hand_accounts_over(owners={row.account_id: None for row in rows}, by=by, now=now)
