"""Each kind end to end: what it writes, that a second import changes nothing, and what changes when the file does."""

from datetime import datetime
from decimal import Decimal

import pytest

from renewals.core.actors import Actor
from renewals.core.imports.report import Counts
from renewals.models import (
    Account,
    Contact,
    ContactRole,
    Contract,
    ContractLine,
    ImportChange,
    Milestone,
    Outcome,
    Product,
    Renewal,
    TermVersion,
    Touchpoint,
)
from signals.actions.intake.matching import match_name
from signals.models import Signal
from tests.imports.conftest import Importing

pytestmark = pytest.mark.requirement(4)
ACCOUNTS = '[columns]\nexternal_id = "id"\nname = "name"\nparent = "up"\n[attributes]\ninclude = "*"\n'
TWO = "id,name,up,seats,plan\nA-1,Acme,,5,Pro\nA-2,Globex,A-1,,007\n"


def unchanged(read: int) -> Counts:
    return Counts(read=read, unchanged=read)


def test_accounts_with_parent_and_typed_attributes(bring: Importing) -> None:
    report = bring("accounts", TWO, ACCOUNTS)
    assert report.counts == Counts(read=2, created=2)
    acme, globex = Account.objects.order_by("external_id")
    assert (acme.attributes, globex.attributes) == ({"seats": 5, "plan": "Pro"}, {"plan": "007"})
    assert (globex.parent_id, acme.currency) == (acme.id, "USD")


def test_accounts_again_change_nothing_and_a_changed_cell_one_row(bring: Importing) -> None:
    bring("accounts", TWO, ACCOUNTS)
    before = list(Account.objects.order_by("id").values())
    assert bring("accounts", TWO, ACCOUNTS).counts == unchanged(2)
    assert list(Account.objects.order_by("id").values()) == before
    report = bring("accounts", TWO.replace("Acme,,5", "Acme,,6"), ACCOUNTS)
    assert report.counts == Counts(read=2, updated=1, unchanged=1)
    assert Account.objects.get(external_id="A-1").attributes == {"seats": 6, "plan": "Pro"}


def test_empty_cell_never_erases(bring: Importing) -> None:
    bring("accounts", TWO, ACCOUNTS)
    assert bring("accounts", "id,name,up,seats,plan\nA-2,,,,\n", ACCOUNTS).counts == unchanged(1)
    assert Account.objects.get(external_id="A-2").parent is not None


def test_exact_repetition_is_counted_and_said(bring: Importing) -> None:
    report = bring("accounts", TWO + "A-1,Acme,,5,Pro\n", ACCOUNTS)
    assert report.counts == Counts(read=3, created=2, duplicate=1)
    assert [(oddity.code, oddity.rows) for oddity in report.oddities] == [("W-ODD-01", (4,))]


def test_dry_run_says_the_same_and_writes_nothing(bring: Importing) -> None:
    report = bring("accounts", TWO, ACCOUNTS, dry_run=True)
    assert (report.counts, report.written) == (Counts(read=2, created=2), {})
    assert (Account.objects.count(), ImportChange.objects.count()) == (0, 0)


FLAT = """[columns]
external_id = "id"
monthly_amount = "monthly"
[attributes]
include = "*"
[outcome]
column = "Churn"
churned = ["Yes"]
renewed = ["No"]
"""


def test_flat_table_closes_one_renewal_per_row_and_keeps_the_outcome_out(bring: Importing) -> None:
    text = "id,monthly,Churn\nC-1,10,Yes\nC-2,20.5,No\n"
    assert bring("accounts", text, FLAT).counts == Counts(read=2, created=2)
    found = Renewal.objects.order_by("account__external_id").values_list("target_amount", "final_amount", "stage")
    assert list(found) == [(Decimal(120), Decimal(0), "closed"), (Decimal(246), Decimal(246), "closed")]
    by_account = Outcome.objects.order_by("renewal__account__external_id")
    assert list(by_account.values_list("kind", flat=True)) == ["churned", "flat"]
    assert Account.objects.get(external_id="C-1").attributes == {"monthly": 10}
    assert bring("accounts", text, FLAT).counts == unchanged(2)
    assert (Renewal.objects.count(), Contract.objects.count(), ContractLine.objects.count()) == (2, 2, 2)


def test_flat_table_rows_alike_but_for_their_id_are_kept_and_said(bring: Importing) -> None:
    """A column that is not read makes no difference: the third row repeats the second exactly."""
    text = "id,monthly,note,Churn\nC-1,10,a,No\nC-2,10,a,No\nC-2,10,b,No\n"
    report = bring("accounts", text, FLAT.replace('include = "*"', 'include = ["monthly"]'))
    assert report.counts == Counts(read=3, created=2, duplicate=1)
    assert [(oddity.code, oddity.rows) for oddity in report.oddities] == [("W-ODD-01", (4,)), ("W-ODD-10", (3,))]


def test_flat_table_row_that_contradicts_an_id_is_refused_and_the_rest_taken(bring: Importing) -> None:
    report = bring("accounts", "id,monthly,Churn\nC-1,10,No\nC-1,11,Yes\nC-2,9,Yes\n", FLAT)
    assert report.counts == Counts(read=3, created=2, rejected=1)
    assert dict(report.problem_counts) == {"E-DUP-01": 1}
    assert (Renewal.objects.count(), ContractLine.objects.count()) == (2, 2)


def test_flat_table_unknown_outcome_word_is_refused(bring: Importing) -> None:
    report = bring("accounts", "id,monthly,Churn\nC-1,10,Perhaps\n", FLAT)
    assert dict(report.problem_counts) == {"E-ENUM-01": 1}


CONTRACTS = """[columns]
external_id = "id"
account = "account"
starts_on = "start"
ends_before = "until"
product = "product"
monthly_amount = "mrr"
[history]
observed_until = "last_start"
"""
HISTORY = """id,account,start,until,product,mrr
A-1,A-1,2025-01-01,2025-02-01,plan,100
A-1,A-1,2025-01-01,2025-02-01,calls,50
A-1,A-1,2025-02-01,2025-03-01,plan,200
A-2,A-2,2025-01-01,2025-02-01,plan,100
"""


def test_terms_of_one_id_follow_each_other_and_their_decisions_are_known(bring: Importing) -> None:
    bring("accounts", TWO, ACCOUNTS)
    report = bring("contracts", HISTORY, CONTRACTS)
    assert report.counts == Counts(read=4, created=4)
    terms = TermVersion.objects.order_by("contract__external_id", "number")
    assert [(t.contract.external_id, t.number, t.ends_on.isoformat()) for t in terms] == [
        ("A-1", 1, "2025-01-31"),
        ("A-1", 2, "2025-02-28"),
        ("A-2", 1, "2025-01-31"),
    ]
    outcomes = Outcome.objects.order_by("renewal__contract__external_id")
    assert [(o.kind, o.renewal.target_amount, o.renewal.final_amount) for o in outcomes] == [
        ("expanded", Decimal(1800), Decimal(2400)),
        ("churned", Decimal(1200), Decimal(0)),
    ]
    assert Product.objects.count() == 2
    assert bring("contracts", HISTORY, CONTRACTS).counts == unchanged(4)
    assert (TermVersion.objects.count(), ContractLine.objects.count(), Outcome.objects.count()) == (3, 4, 2)


TERM = """[columns]
external_id = "id"
account = "account"
starts_on = "start"
ends_on = "end"
annual_amount = "arr"
"""


def test_changed_term_is_superseded_and_its_renewal_follows(bring: Importing) -> None:
    bring("accounts", TWO, ACCOUNTS)
    bring("contracts", "id,account,start,end,arr\nC-1,A-1,2026-01-01,2026-12-31,100\n", TERM)
    assert Renewal.objects.get().due_on.isoformat() == "2027-01-01"
    report = bring("contracts", "id,account,start,end,arr\nC-1,A-1,2026-01-01,2027-06-30,150\n", TERM)
    assert report.counts == Counts(read=1, updated=1)
    old, new = TermVersion.objects.order_by("version")
    assert (old.superseded_at is not None, new.version, new.superseded_at) == (True, 2, None)
    assert [line.arr_amount for line in new.lines.all()] == [150]
    renewal = Renewal.objects.get()
    assert (renewal.due_on.isoformat(), renewal.target_amount) == ("2027-07-01", 150)


def test_empty_end_rolls_to_the_present_and_stays_there(bring: Importing) -> None:
    bring("accounts", TWO, ACCOUNTS)
    rolling = TERM + '[constants]\nblank_end = "rolls"\nterm_months = "12"\n'
    text = "id,account,start,end,arr\nC-1,A-1,2024-06-15,,100\n"
    bring("contracts", text, rolling)
    assert TermVersion.objects.get().ends_on.isoformat() == "2026-06-14"
    assert bring("contracts", text, rolling).counts == unchanged(1)


def test_rows_left_out_by_the_mapping_are_counted(bring: Importing) -> None:
    report = bring("accounts", TWO, ACCOUNTS + '[skip]\nplan = ["007"]\n')
    assert report.counts == Counts(read=2, created=1, left_out=1)
    assert bring("accounts", TWO, ACCOUNTS + '[only]\nplan = ["007"]\n').counts.left_out == 1


LINES = (
    '[columns]\nexternal_id = "sku"\ncontract = "contract"\n'
    'product = "sku"\nannual_amount = "arr"\nstarts_on = "from"\n'
)


def test_contract_lines_fall_into_their_term(bring: Importing) -> None:
    bring("accounts", TWO, ACCOUNTS)
    bring(
        "contracts",
        "id,account,start,end\nC-1,A-1,2026-01-01,2026-12-31\n",
        TERM.replace('annual_amount = "arr"\n', ""),
    )
    text = "contract,sku,arr,from\nC-1,plan,100,2026-02-01\nC-1,calls,50,\nC-1,late,1,2028-01-01\n"
    report = bring("contract_lines", text, LINES)
    assert (report.counts.created, dict(report.problem_counts)) == (2, {"E-REF-03": 1})
    assert bring("contract_lines", text, LINES).counts.unchanged == 2
    assert Renewal.objects.get().target_amount == 150


def test_outcomes_close_the_renewal_nearest_to_the_decision(bring: Importing) -> None:
    bring("accounts", TWO, ACCOUNTS)
    bring("contracts", "id,account,start,end,arr\nC-1,A-1,2025-04-01,2026-03-31,100\n", TERM)
    mapping = '[columns]\ncontract = "c"\ndecided_on = "on"\nresult = "r"\nprimary_reason = "why"\n'
    text = "c,on,r,why\nC-1,2026-03-01,churned,price\n"
    assert bring("outcomes", text, mapping).counts == Counts(read=1, updated=1)
    outcome = Outcome.objects.get()
    assert (outcome.kind, outcome.primary_reason, outcome.renewal.stage) == ("churned", "price", "closed")
    assert bring("outcomes", text, mapping).counts == unchanged(1)
    bad = bring("outcomes", "c,on,r,why\nC-1,2026-03-01,churned,weather\n", mapping)
    assert dict(bad.problem_counts) == {"E-ENUM-01": 1}


def test_contacts_milestones_and_touchpoints(bring: Importing) -> None:
    bring("accounts", TWO, ACCOUNTS)
    contacts = '[columns]\nexternal_id = "id"\naccount = "a"\nname = "n"\nemail = "e"\nrole = "r"\n'
    people = "id,a,n,e,r\nP-1,A-1,Bob,bob@x.com,champion\n"
    assert bring("contacts", people, contacts).counts == Counts(read=1, created=1)
    assert bring("contacts", people, contacts).counts == unchanged(1)
    assert ContactRole.objects.get().contact == Contact.objects.get()
    milestones = '[columns]\nexternal_id = "id"\naccount = "a"\nname = "id"\nachieved_on = "on"\nevidence = "proof"\n'
    done = "id,a,on,proof\nlive,A-1,2026-01-05,report\nlater,A-1,2026-01-05,\n"
    report = bring("milestones", done, milestones)
    assert (report.counts.created, dict(report.problem_counts)) == (1, {"E-EVID-01": 1})
    assert Milestone.objects.get().evidence == "report"
    gains = milestones + 'gain_amount = "gain"\ngain_source = "who"\n'
    stated = "id,a,on,proof,gain,who\nlive,A-1,2026-01-05,report,5000,Board slides\nmore,A-1,,,100,\n"
    report = bring("milestones", stated, gains)
    assert (report.counts.updated, dict(report.problem_counts)) == (1, {"E-EVID-03": 1})
    kept = Milestone.objects.get()
    assert (kept.gain_amount, kept.gain_currency, kept.gain_source) == (5000, kept.account.currency, "Board slides")
    touchpoints = (
        '[columns]\nexternal_id = "id"\naccount = "a"\noccurred_at = "at"\n'
        'channel = "c"\nsubject = "s"\ncontact = "p"\n'
    )
    calls = "id,a,at,c,s,p\nT-1,A-1,2026-01-05 10:00,Call,Kick-off,P-1\n"
    assert bring("touchpoints", calls, touchpoints).counts == Counts(read=1, created=1)
    assert bring("touchpoints", calls, touchpoints).counts == unchanged(1)
    assert Touchpoint.objects.get().contact == Contact.objects.get()


def test_signals_find_their_account_through_the_contract(bring: Importing) -> None:
    bring("accounts", TWO, ACCOUNTS)
    bring("contracts", "id,account,start,end,arr\nC-1,A-2,2026-01-01,2026-12-31,100\n", TERM)
    mapping = """[columns]
external_id = "id"
contract = "c"
occurred_at = "on"
subject = "f"
value = "n"
[constants]
kind = "usage.feature_used"
[attributes]
include = ["errors"]
"""
    text = (
        "id,c,on,f,n,errors\nU-1,C-1,2026-02-01,search,9,0\nU-2,C-1,2026-02-01,quote,-1,0\nU-3,C-1,2026-04-01,x,1,0\n"
    )
    report = bring("signals", text, mapping)
    assert (report.counts.created, dict(report.problem_counts)) == (1, {"E-SIG-01": 1, "E-SIG-02": 1})
    signal = Signal.objects.get()
    assert (signal.account.external_id, signal.value, signal.attributes) == ("A-2", 9, {"errors": 0})
    assert bring("signals", text, mapping).counts.unchanged == 1


def test_tickets_and_invoices_become_signals(bring: Importing) -> None:
    bring("accounts", TWO, ACCOUNTS)
    tickets = """[columns]
external_id = "id"
account = "a"
opened_at = "opened"
resolved_at = "closed"
priority = "prio"
satisfaction = "csat"
is_escalated = "esc"
"""
    text = (
        "id,a,opened,closed,prio,csat,esc\n"
        "T-1,A-1,2026-02-01,2026-02-01 6:00,urgent,4,yes\nT-2,A-1,2026-02-02,2026-02-01,,,\n"
    )
    report = bring("tickets", text, tickets)
    assert (report.written, dict(report.problem_counts)) == ({"signals": 4}, {"E-DATE-10": 1})
    assert dict(Signal.objects.values_list("kind", "value")) == {
        "support.ticket_opened": 4,
        "support.ticket_resolved": 6,
        "support.csat": 4,
        "support.escalation": 1,
    }
    assert bring("tickets", text, tickets).counts.unchanged == 1
    invoices = (
        '[columns]\nexternal_id = "id"\naccount = "a"\nissued_on = "i"\ndue_on = "d"\npaid_on = "p"\namount = "n"\n'
    )
    bring("invoices", "id,a,i,d,p,n\nI-1,A-1,2026-01-01,2026-01-15,2026-01-20,99.50\n", invoices)
    billed = Signal.objects.filter(kind__startswith="billing.").values_list("kind", "value")
    assert dict(billed) == {"billing.invoice_issued": 99.5, "billing.invoice_overdue": 1, "billing.invoice_paid": 5}


def test_account_is_found_by_its_alias_in_a_file(bring: Importing, admin: Actor, now: datetime) -> None:
    bring("accounts", TWO, ACCOUNTS)
    account = Account.objects.get(external_id="A-1")
    match_name(name="old-7", source_id=None, account_id=account.id, by=admin, now=now)
    mapping = '[columns]\naccount = "a"\nkind = "k"\noccurred_at = "t"\nvalue = "v"\nexternal_id = "e"\n'
    text = "a,k,t,v,e\nold-7,usage.logins,2026-02-01,3,x\nnobody,usage.logins,2026-02-01,3,y\n"
    report = bring("signals", text, mapping)
    assert (report.counts.created, dict(report.problem_counts)) == (1, {"E-REF-01": 1})
    assert Signal.objects.get().account_id == account.id
    assert bring("signals", text, mapping).counts.unchanged == 1
