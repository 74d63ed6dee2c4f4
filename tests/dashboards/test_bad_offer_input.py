"""The catalogue of bad input (security design, section 5) through every form and address of offers and contracts.

What cannot be is refused in words and writes nothing; what is odd but harmless is kept as text and shown escaped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.template import loader
from django.test import Client
from django.test.utils import CaptureQueriesContext

from offers.actions.concessions import Concluded, record_concession
from offers.actions.scenarios import OptionContent, add_option
from offers.actions.shipped import publish_shipped_if_none
from offers.core.negotiation.concessions import Give, GiveKind
from offers.core.pricing import Wish
from renewals.actions.documents import attach_document
from renewals.actions.scope import in_workspace
from renewals.core.actors import person_actor
from renewals.core.money import Money
from renewals.models import Account, ContractLine, Renewal, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.world import World, make_world

ROLES = ("renewal_manager", "finance")
WRITES = ("INSERT INTO", "UPDATE ", "DELETE FROM")
HOUSEKEEPING = ("django_session", "visit", "last_used", "perennial_", "SAVEPOINT")
# Rows of the catalogue by kind of field: 20-22, 24, 31, 33-37, 48-52, 66, 67, 69, 76.
BAD = {
    "text": ("   ", "a\x00b", "a\x07b", "x" * 10_001),
    "words": ("a\x00b", "a\x07b", "x" * 10_001),
    "date": ("", "2026-02-30", "2027-02-29", "soon\x00"),
    "later": ("2026-02-30", "2027-02-29", "soon\x00"),
    "early": ("1999-12-31", "0001-01-01"),
    "seats": ("-1", "NaN", "1e20", "two"),
    "amount": ("-1", "NaN", "1e13", "twelve", "\x00"),
    "percent": ("-1", "101", "NaN", "ten"),
    "uplift": ("-101", "1001", "Infinity", "ten"),
    "months": ("", "0", "-1", "121", "1.5", "999999999999999999999"),
    "choice": ("Stratgic", "999999999", "\x00"),
}
PDF = b"%PDF-1.7\n%%EOF\n"
ODD = ("=HYPERLINK(1)", "<script>alert(1)</script>", "{{ 7*7 }}", "Ünïcödé 漢字 🎉", "‮evil")
NUMBERS = ("99999999999999999999999", "-1", "٣", "\x00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A form: where it is sent, what is right, and which kind each field is.

    `is_soft`: refused with words and back. `takes`: what it answers to what is right, so that only the field is wrong.
    """

    path: str
    right: dict[str, str]
    kinds: dict[str, str]
    is_soft: bool = False
    takes: tuple[int, ...] = (302,)


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    made = make_world(workspace, now=database_now(), accounts=1, roles=ROLES)
    with in_workspace(workspace.id, by=made.actor):
        publish_shipped_if_none(by=made.actor, now=made.now)
        Account.objects.update(tier="growth", region="North America")
    return made


@pytest.fixture
def ids(world: World) -> dict[str, int]:
    with in_workspace(world.workspace.id, by=world.actor):
        row = Renewal.objects.get()
        by = person_actor(world.workspace.id, world.people["renewal_manager"].id, "Rita")
        option = add_option(renewal_id=row.id, given=OptionContent(name="A", wish=Wish()), by=by, now=world.now)
        give = Give(
            kind=GiveKind.SERVICE,
            what="Training",
            amount=Money(Decimal(1), row.currency),
            starts_on=row.due_on,
            expires_on=row.due_on,
            reason="Asked",
        )
        given = record_concession(
            renewal_id=row.id, given=Concluded(give=give, no_get_reason="None"), by=by, now=world.now
        )
        line = ContractLine.objects.get(contract_id=row.contract_id)
        document = attach_document(
            contract_id=row.contract_id, name="a.pdf", content=PDF, note="", by=by, now=world.now
        )
        found = {"renewal": row.id, "contract": row.contract_id, "option": option.id, "concession": given.id}
        found["amount"] = row.target_amount
        return found | {"document": document.id, "line": line.item or line.external_id}


def doors(world: World, ids: dict[str, int]) -> tuple[Door, ...]:
    """Return every form, each with values that would be taken."""
    day = world.now.date().isoformat()
    later = world.now.date().replace(year=world.now.year + 1, day=1).isoformat()
    finance, own = str(world.people["finance"].id), f"/renewals/{ids['renewal']}/proposal/"
    return (
        *_of_prices(own, ids, day),
        *_of_talks(own, ids, day, later),
        *_of_people(own, finance),
        *_of_the_book(ids, day, later),
        *_of_the_contract(ids, day, (world.now.date() + timedelta(days=1)).isoformat()),
        *_of_options(own, ids),
    )


def _of_prices(own: str, ids: dict[str, int], day: str) -> tuple[Door, ...]:
    terms = {"discount_percent": "0", "term_months": "12", "payment_days": "30", "offer": "", "seen": "0"}
    kinds = {"discount_percent": "percent", "term_months": "months", "payment_days": "months", "note": "words"}
    clause = {"uplift_percent": "3", "cap_percent": "5", "where": "Clause 4"}
    ending = {"ending": "kept", "final_amount": str(ids["amount"]), "primary_reason": "habit", "decided_on": day}
    return (
        Door(path=own, right=terms, kinds=kinds | {"offer": "choice"}),
        Door(path=f"{own}agreed/", right=clause, kinds={"where": "text"}, is_soft=True),
        Door(
            path=f"/renewals/{ids['renewal']}/outcome/",
            right=ending,
            kinds={"ending": "choice", "final_amount": "amount", "primary_reason": "choice", "decided_on": "date"},
        ),
    )


def _of_talks(own: str, ids: dict[str, int], day: str, later: str) -> tuple[Door, ...]:
    give = {"kind": "service", "what": "Help", "amount": "5", "starts_on": day, "expires_on": later, "reason": "Asked"}
    give_kinds = {"kind": "choice", "what": "text", "amount": "amount", "starts_on": "date", "expires_on": "date"}
    note = {"kind": "competitor", "subject": "Rival", "source": "call", "heard_on": day}
    note_kinds = {"kind": "choice", "subject": "text", "source": "choice", "heard_on": "date", "comment": "words"}
    return (
        Door(
            path=f"{own}concessions/",
            right=give | {"no_get_reason": "None"},
            kinds=give_kinds | {"reason": "text", "get_kind": "choice"},
        ),
        Door(
            path=f"{own}concessions/{ids['concession']}/end/",
            right={"ended_on": day, "reason": "Back", "revision": "1"},
            kinds={"ended_on": "date", "reason": "text"},
            is_soft=True,
        ),
        Door(path=f"{own}notes/", right=note, kinds=note_kinds | {"amount": "amount"}),
    )


def _of_people(own: str, person: str) -> tuple[Door, ...]:
    return (
        Door(
            path=f"{own}contributions/",
            right={"person": person, "function": "finance", "title": "Figures"},
            kinds={"person": "choice", "function": "choice", "title": "text"},
        ),
        Door(
            path="/ownership/skills/",
            right={"person": person, "skills": "", "languages": "en", "most_open": "5"},
            kinds={"person": "choice", "most_open": "months"},
        ),
    )


def _of_the_book(ids: dict[str, int], day: str, later: str) -> tuple[Door, ...]:
    revision = {"name": "Spring", "reason": "Costs", "method": "percent", "percent": "5", "lead_days": "30"}
    revision_kinds = {"name": "text", "reason": "text", "method": "choice", "percent": "uplift"}
    return (
        Door(
            path="/offers/revisions/new/",
            right=revision | {"ends_from": day, "ends_until": later},
            kinds=revision_kinds | {"ends_from": "date", "ends_until": "date"},
        ),
        Door(
            path="/offers/assignment/order/",
            right={"budget": "", "most_asked": "", "weeks": "8", "days_ahead": "120"},
            kinds={"budget": "amount", "weeks": "choice", "days_ahead": "choice"},
        ),
        Door(
            path=f"/contracts/{ids['contract']}/merger/application/",
            right={"reason": "One", "key": "x"},
            kinds={"others": "choice", "survivor": "choice"},
            takes=(422,),
        ),
        Door(
            path=f"/contracts/{ids['contract']}/split/",
            right={"new_1": "C-9", "decided_on": day},
            kinds={"new_1": "text", "decided_on": "date"},
            takes=(422,),
        ),
    )


def _of_the_contract(ids: dict[str, int], day: str, next_day: str) -> tuple[Door, ...]:
    """Amendments and documents; an effective day before the contract is the catalogue's row of its own."""
    path = f"/contracts/{ids['contract']}/"
    common = {"effective_on": day, "reason": "Agreed", "activated_on": "", "accepted_on": "", "seen": ""}
    kinds = {
        "effective_on": "date",
        "reason": "text",
        "activated_on": "later",
        "accepted_on": "later",
        "change": "choice",
    }
    item, cost = {"item": str(ids["line"])}, {"amount_1": "900", "quantity_1": "3"}
    price_kinds = {"item": "choice", "amount_1": "amount", "quantity_1": "seats"}
    forms = (
        ("line", item | cost, price_kinds),
        (
            "steps",
            item | cost | {"from_2": next_day, "amount_2": "950"},
            price_kinds | {"from_2": "later", "amount_2": "amount"},
        ),
        ("price", {"uplift_percent": "3", "clause": "Clause 4"}, {"uplift_percent": "uplift", "clause": "text"}),
        (
            "clauses",
            {"notice_period": "45", "notice_unit": "days"},
            {"notice_period": "seats", "notice_unit": "choice", "end_action": "choice"},
        ),
    )
    amended = tuple(
        Door(path=f"{path}amendments/", right={"change": change} | common | right, kinds=kinds | own)
        for change, right, own in forms
    )
    early = {"change": "line"} | common | item | cost
    return (
        *amended,
        Door(path=f"{path}amendments/", right=early, kinds={"effective_on": "early"}),
        *_of_papers(path, ids),
    )


def _of_papers(path: str, ids: dict[str, int]) -> tuple[Door, ...]:
    return (
        Door(
            path=f"{path}documents/{ids['document']}/removal/",
            right={"reason": "Old"},
            kinds={"reason": "text"},
            is_soft=True,
        ),
        Door(path=f"{path}documents/", right={"note": "Signed"}, kinds={"file": "text"}, takes=(422,)),
    )


def _of_options(own: str, ids: dict[str, int]) -> tuple[Door, ...]:
    prefix = f"option-{ids['option']}-"
    right = {"name": "A", "offer": "", "term_months": "24", "payment_days": "30", "discount_percent": "1"}
    kinds = {"name": "text", "offer": "choice", "term_months": "months", "discount_percent": "percent"}
    kinds |= {"ramp_percent": "percent", "quantity_0": "seats", "asked_0": "amount"}
    return (
        Door(
            path=f"{own}options/{ids['option']}/",
            right={"revision": "1"} | {f"{prefix}{name}": value for name, value in right.items()},
            kinds={f"{prefix}{name}": kind for name, kind in kinds.items()},
            is_soft=True,
            takes=(200, 302),
        ),
        Door(
            path=f"{own}options/{ids['option']}/line/",
            right={"revision": "1", "name": "More", "quantity": "1", "list_amount": "100"},
            kinds={"name": "text", "quantity": "seats", "list_amount": "amount"},
            takes=(200, 302),
        ),
    )


def cases(door: Door) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield (field, value, what is sent) with one field wrong at a time."""
    for name, kind in door.kinds.items():
        for value in BAD[kind]:
            if kind == "months" and name in ("most_open",) and value in ("", "121"):
                continue
            if kind == "months" and name == "payment_days" and value in ("0", "121"):
                continue
            yield name, value, door.right | {name: value}


@pytest.mark.requirement(32)
def test_no_form_takes_what_cannot_be_and_none_breaks(
    world: World, client: Client, ids: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One page of each form is drawn; beyond it only what is answered and written counts."""
    client.force_login(world.people["renewal_manager"])
    client.raise_request_exception = False
    wrong, drawn = [], loader.render_to_string
    for door in doors(world, ids):
        monkeypatch.setattr(loader, "render_to_string", drawn)
        with transaction.atomic():
            if (status := client.post(door.path, door.right).status_code) not in door.takes:
                wrong.append(f"{door.path} does not take what is right: {status} {door.right}")
            transaction.set_rollback(True)
        for name, value, sent in cases(door):
            with CaptureQueriesContext(connection) as asked:
                answer = client.post(door.path, sent)
            monkeypatch.setattr(loader, "render_to_string", lambda *_, **__: "")
            wrote = [sql for each in asked if (sql := each["sql"]).startswith(WRITES) and not _is_housekeeping(sql)]
            if answer.status_code not in ((302, 422) if door.is_soft else (404, 409, 422)) or wrote:
                wrong.append(f"{door.path} {name}={value[:20]!r}: {answer.status_code} {[sql[:60] for sql in wrote]}")
    assert wrong == []


def _is_housekeeping(sql: str) -> bool:
    return any(word in sql for word in HOUSEKEEPING)


def test_odd_words_are_kept_and_shown_escaped(world: World, client: Client, ids: dict[str, int]) -> None:
    client.force_login(world.people["renewal_manager"])
    path = f"/renewals/{ids['renewal']}/proposal/notes/"
    right = {"kind": "competitor", "source": "call", "heard_on": world.now.date().isoformat()}
    taken = [client.post(path, right | {"subject": words}).status_code for words in ODD]
    assert set(taken[:-1]) == {302}
    assert taken[-1] in (302, 422)
    html = client.get(path).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "{{ 7*7 }}" in html


def test_no_address_breaks_on_what_is_no_number_day_or_word(world: World, client: Client, ids: dict[str, int]) -> None:
    client.force_login(world.people["renewal_manager"])
    pages = {
        "/offers/leakage/": ("by",),
        "/offers/leakage/rows/": ("leak", "owner", "segment", "quarter", "page"),
        "/offers/revisions/": ("page",),
        "/offers/negotiations/": ("show",),
        "/offers/assignment/": ("skip",),
        "/offers/policy/simulations/": ("policy",),
        "/approvals/": ("show",),
        "/contracts/chains/": ("page",),
        f"/contracts/{ids['contract']}/": ("on", "known_at"),
        f"/contracts/{ids['contract']}/merger/": ("others", "ends_on", "survivor"),
        f"/contracts/{ids['contract']}/split/": ("new_1",),
        f"/renewals/{ids['renewal']}/proposal/": ("offer",),
        "/ownership/": ("whose", "team"),
        "/ownership/skills/": ("person",),
    }
    client.raise_request_exception = False
    asked = [(page, {name: value}) for page, names in pages.items() for name in names for value in NUMBERS]
    answered = {(page, *given.items()): client.get(page, given).status_code for page, given in asked}
    assert {key: status for key, status in answered.items() if status not in (200, 404, 422)} == {}


@pytest.mark.requirement(32)
def test_stale_steps_and_strangers_are_refused_and_doubles_change_nothing(
    world: World, client: Client, ids: dict[str, int], other_workspace: Workspace
) -> None:
    """Rows 54-57, 67 and 82: superseded versions, ids of nobody and of another workspace, a click too many."""
    client.force_login(world.people["renewal_manager"])
    own = f"/renewals/{ids['renewal']}/proposal/"
    terms = {"offer": "", "discount_percent": "1", "term_months": "12", "payment_days": "30"}
    assert client.post(own, terms | {"seen": "7"}).status_code == 409
    assert [client.post(own, terms | {"seen": "0"}).status_code for _ in range(2)] == [302, 409]
    for words in ("\x00", "a\x07b", "x" * 10_001, " "):
        for step in ("withdrawal/", "link/withdrawal/", "request/"):
            client.post(f"{own}{step}", {"reason": words, "note": words, "version": "1"})
    for step in ("request/", "presentation/", "signature/", "link/message/", "link/validity/", "link/withdrawal/"):
        for version in ("0", "999999", "\x00"):
            answer = client.post(f"{own}{step}", {"version": version, "valid_until": "2999-01-01", "reason": "x"})
            assert answer.status_code in (302, 404, 409, 422), (step, version, answer.status_code)
    stranger = make_world(other_workspace, now=world.now, accounts=1, roles=ROLES).people["renewal_manager"]
    client.force_login(stranger)
    for path in (own, f"{own}options/", f"{own}concessions/", f"{own}notes/", f"{own}contributions/"):
        assert client.get(path).status_code == 404
    assert client.get(f"/contracts/{ids['contract']}/").status_code == 404
    assert client.post(f"{own}options/{ids['option']}/", terms).status_code == 404
