"""Rows of the catalogue that need contracts, contacts or references."""

import pytest

from renewals.core.imports.problems import AnswersMissing
from renewals.core.imports.report import ImportReport
from renewals.models import Account, Contact, Contract, Suppression, TermVersion, Workspace
from tests.imports.conftest import Importing

pytestmark = pytest.mark.requirement(4)
ACCOUNTS = '[columns]\nexternal_id = "id"\n'
CONTRACTS = """[columns]
external_id = "id"
account = "account"
starts_on = "start"
ends_on = "end"
notice_period = "notice"
annual_amount = "arr"
currency = "currency"
timezone = "zone"
"""
CONTACTS = '[columns]\nexternal_id = "id"\naccount = "account"\nname = "name"\nemail = "email"\n'


@pytest.fixture
def accounts(bring: Importing) -> None:
    bring("accounts", "id\nA-1\nA-2\n", ACCOUNTS)


def contract(bring: Importing, *rows: str) -> ImportReport:
    return bring("contracts", "\n".join(("id,account,start,end,notice,arr,currency,zone", *rows)), CONTRACTS)


CASES = {
    "33": ("C-1,A-1,2026-02-30,2026-12-31,0,10,USD,", "E-DATE-01", "30 February does not exist."),
    "34": ("C-1,A-1,29.02.2027,2027-12-31,0,10,USD,", "E-DATE-01", "2027 has no 29 February."),
    "36": ("C-1,A-1,1/1/26,2026-12-31,0,10,USD,", "E-DATE-02", "Give four digits for the year."),
    "37": ("C-1,A-1,2026-01-01,9999-12-31,0,10,USD,", "E-DATE-03", "'Never ends'?"),
    "38 end before start": (
        "C-1,A-1,2026-02-01,2026-01-01,0,10,USD,", "E-DATE-04", "ends (2026-01-01) before it starts (2026-02-01)",
    ),
    "38 start is end": ("C-1,A-1,2026-02-01,2026-02-01,0,10,USD,", "E-DATE-04", "on the day it starts"),
    "43": ("C-1,A-1,2026-01-01,2026-12-31,0,10,USD,EST", "E-TZ-01", "America/New_York"),
    "44 longer than the term": (
        "C-1,A-1,2026-01-01,2026-12-31,400,10,USD,", "E-NOTICE-01", "Notice period (400 days) is longer than the term",
    ),
    "44 negative": ("C-1,A-1,2026-01-01,2026-12-31,-1,10,USD,", "E-NOTICE-01", "-1"),
    "44 text": ("C-1,A-1,2026-01-01,2026-12-31,60 days,10,USD,", "E-NOTICE-01", "60 days"),
    "45": ("C-1,A-1,2025-03-10,2026-03-09,30,10,USD,", "W-NOTICE-02", "The notice window closed 23 days ago"),
    "47": ("C-1,A-1,2026-01-01,2026-12-31,0,1.2k,USD,", "E-MONEY-01", "write the amount in full"),
    "48 negative": ("C-1,A-1,2026-01-01,2026-12-31,0,-5,USD,", "E-MONEY-02", "negative"),
    "48 zero": ("C-1,A-1,2026-01-01,2026-12-31,0,0,USD,", "W-MONEY-05", "a free contract?"),
    "49": ("C-1,A-1,2026-01-01,2026-12-31,0,10.5,JPY,", "E-MONEY-03", "JPY has no decimals."),
    "50": ("C-1,A-1,2026-01-01,2026-12-31,0,NaN,USD,", "E-MONEY-04", "NaN"),
    "51": ("C-1,A-1,2026-01-01,2026-12-31,0,10,EURO,", "E-CUR-01", "did you mean EUR?"),
    "66": ("C-1,A-9,2026-01-01,2026-12-31,0,10,USD,", "E-REF-01", "Account 'A-9' is not in this workspace."),
}  # fmt: skip


@pytest.mark.parametrize("case", list(CASES))
def test_contract_row_has_its_code(bring: Importing, accounts: None, case: str) -> None:
    row, code, text = CASES[case]
    report = contract(bring, row)
    assert list(report.problem_counts) == [code]
    assert text in report.problems[0].text
    assert Contract.objects.count() == (1 if code.startswith("W") else 0)


def test_39_overlapping_terms_are_refused(bring: Importing, accounts: None) -> None:
    report = contract(bring, "C-1,A-1,2026-01-01,2026-12-31,0,10,USD,", "C-1,A-1,2026-06-01,2027-05-31,0,10,USD,")
    assert (report.counts.created, dict(report.problem_counts)) == (1, {"E-DATE-05": 1})
    known = contract(bring, "C-1,A-1,2026-12-01,2027-11-30,0,10,USD,")
    assert known.problems[0].text == "Overlaps term 1 (2026-01-01 – 2026-12-31)."
    assert TermVersion.objects.count() == 1


def test_40_gap_between_terms_is_said(bring: Importing, accounts: None) -> None:
    report = contract(bring, "C-1,A-1,2025-01-01,2025-12-31,0,10,USD,", "C-1,A-1,2026-02-01,2026-12-31,0,10,USD,")
    assert (report.counts.created, report.problems[0].code) == (2, "W-DATE-06")
    assert report.problems[0].text == "Gap of 31 days after the term before (to 2025-12-31)."


def test_46_decimal_mark_is_asked_once(bring: Importing, accounts: None) -> None:
    with pytest.raises(AnswersMissing, match=r"What does the mark in 1\.234 separate"):
        contract(bring, "C-1,A-1,2026-01-01,2026-12-31,0,1.234,USD,")
    report = contract(
        bring,
        "C-1,A-1,2026-01-01,2026-12-31,0,1.234,USD,",
        'C-2,A-1,2026-01-01,2026-12-31,0,"1.234,56",USD,',
    )
    assert report.counts.created == 2


def contact(bring: Importing, row: str) -> ImportReport:
    return bring("contacts", f"id,account,name,email\n{row}\n", CONTACTS)


@pytest.mark.parametrize(
    ("email", "code"),
    [("a@b", "E-MAIL-01"), ("a@b..c", "E-MAIL-01"), ('"a@x.com; b@x.com"', "E-MAIL-02"), ("info@x.com", "W-MAIL-03")],
)
def test_58_59_61_addresses(bring: Importing, accounts: None, email: str, code: str) -> None:
    assert list(contact(bring, f"P-1,A-1,Bob,{email}").problem_counts) == [code]


def test_59_60_named_and_international_addresses_are_taken(bring: Importing, accounts: None) -> None:
    contact(bring, 'P-1,A-1,Bob,"""Bob, X"" <b@bücher.de>"')
    assert Contact.objects.get().email == "b@xn--bcher-kva.de"


def test_62_suppressed_address_stays_suppressed(
    bring: Importing, accounts: None, inside: Workspace, now: object
) -> None:
    contact(bring, "P-1,A-1,Bob,b@x.com")
    Suppression.objects.create(
        workspace=inside, contact=Contact.objects.get(), message_class="all", origin="unsubscribe", since_at=now
    )
    report = contact(bring, "P-1,A-1,Bobby,b@x.com")
    assert (report.counts.updated, dict(report.problem_counts)) == (1, {"W-MAIL-04": 1})
    assert Suppression.objects.get().lifted_at is None


def test_63_same_id_twice_names_both_rows(bring: Importing, accounts: None) -> None:
    report = contract(bring, "C-1,A-1,2026-01-01,2026-12-31,0,10,USD,", "C-1,A-1,2026-01-01,2026-12-31,0,20,USD,")
    assert report.problems[0].text == "Rows 2 and 3 are the same contract (C-1)."
    assert report.counts.rejected == 1


def test_64_same_id_under_another_account_is_refused(bring: Importing, accounts: None) -> None:
    contract(bring, "C-1,A-1,2026-01-01,2026-12-31,0,10,USD,")
    report = contract(bring, "C-1,A-2,2026-01-01,2026-12-31,0,10,USD,")
    assert report.problems[0].text == "Contract C-1 belongs to account A-1 already."
    assert list(report.problem_counts) == ["E-DUP-02"]


def test_65_likely_double_is_pointed_out(bring: Importing) -> None:
    mapping = '[columns]\nexternal_id = "id"\nname = "name"\n'
    report = bring("accounts", "id,name\nA-1,ACME Ltd\nA-2,Acme Limited\n", mapping)
    assert (report.counts.created, dict(report.problem_counts)) == (2, {"W-DUP-03": 2})


def test_67_other_workspace_is_as_unknown_as_nothing(
    bring: Importing, accounts: None, other_workspace: Workspace
) -> None:
    Account.objects.filter(external_id="A-2").delete()
    assert list(contract(bring, "C-1,A-2,2026-01-01,2026-12-31,0,10,USD,").problem_counts) == ["E-REF-01"]


def test_68_circle_of_parents_is_refused(bring: Importing) -> None:
    mapping = '[columns]\nexternal_id = "id"\nparent = "up"\n'
    report = bring("accounts", "id,up\nA,B\nB,A\nC,\nD,C\nE,X\n", mapping)
    assert dict(report.problem_counts) == {"E-REF-01": 1, "E-REF-02": 2}
    assert {p.text for p in report.problems if p.code == "E-REF-02"} == {"A → B → A.", "B → A → B."}
    assert Account.objects.get(external_id="D").parent.external_id == "C"


def test_69_70_choices_and_languages(bring: Importing, accounts: None) -> None:
    mapping = '[columns]\nexternal_id = "id"\nproduct_complexity = "c"\n'
    report = bring("accounts", "id,c\nA-1,Standrd\n", mapping)
    assert "Did you mean 'standard'?" in report.problems[0].text
    more = CONTRACTS + 'is_auto_renewing = "renews"\n'
    header = "id,account,start,end,notice,arr,currency,zone,renews\n"
    bring("contracts", f"{header}C-1,A-1,2026-01-01,2026-12-31,0,10,USD,,oui\n", more)
    assert TermVersion.objects.get().is_auto_renewing
