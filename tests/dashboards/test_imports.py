"""Imports by the pages alone: upload, columns, questions, check, import, refused rows, taking back."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dashboards.core.imports import STATES, finding
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.models import Account, ImportFile, ImportRun, User, Workspace
from signals.actions.imports.progress import progress_teller
from tests.dashboards.importing import (
    ACCOUNTS,
    AMBIGUOUS,
    BAD_ROWS,
    THREE,
    checked,
    imported,
    make_people,
    names,
    reload,
    run_id_of,
    upload,
    work,
)
from tests.dashboards.test_screens import words_of


@pytest.fixture
def people(workspace: Workspace) -> dict[str, User]:
    return make_people(workspace)


@pytest.fixture
def admin(people: dict[str, User], client: Client) -> Client:
    client.force_login(people["admin"])
    return client


def test_empty_list_says_what_to_begin_with(admin: Client) -> None:
    said = words_of(admin.get("/imports/").content.decode())
    assert "Bring your accounts and contracts in" in said
    assert "Begin with the accounts, then the contracts" in said
    assert "Upload and look at it" in said


def test_upload_shows_suggested_columns_with_samples(admin: Client, workspace: Workspace) -> None:
    run_id = run_id_of(upload(admin, THREE))
    html = admin.get(f"/imports/{run_id}/").content.decode()
    said = words_of(html)
    assert "What the columns of accounts.csv mean" in said
    assert "A-1 · A-2 · A-3" in said
    chosen = re.findall(r'name="column-(\w+)".*?</select>', html, re.DOTALL)
    assert "external_id" in chosen
    selected = re.search(r'name="column-name".*?<option selected>([^<]+)<', html, re.DOTALL)
    assert selected[1] == "account_name"
    assert reload(workspace, run_id).state == "uploaded"


def test_import_goes_from_columns_over_a_check_to_rows_and_nothing_happens_before(
    admin: Client, workspace: Workspace
) -> None:
    run_id = run_id_of(upload(admin, THREE))
    admin.post(f"/imports/{run_id}/mapping/", {"column-industry": ""})
    assert "Waiting for a worker" in words_of(admin.get(f"/imports/{run_id}/").content.decode())
    assert work(workspace) == 1
    said = words_of(admin.get(f"/imports/{run_id}/").content.decode())
    assert "accounts.csv would create 3 of 3 rows" in said
    assert "Import 3 rows" in said
    assert names(workspace) == []
    admin.post(f"/imports/{run_id}/start/")
    assert reload(workspace, run_id).state == "waiting"
    assert work(workspace) == 1
    assert names(workspace) == ["Northwind", "Tidewater", "Sable"]
    said = words_of(admin.get(f"/imports/{run_id}/").content.decode())
    assert "accounts.csv: 3 rows, 3 created" in said
    with in_workspace(workspace.id, by=system_actor(workspace.id, "tests")):
        assert list(Account.objects.values_list("industry", flat=True)) == ["", "", ""]
        assert ImportFile.objects.count() == 0


def test_start_twice_imports_once(admin: Client, workspace: Workspace) -> None:
    run_id = checked(admin, workspace, THREE)
    for _ in range(2):
        admin.post(f"/imports/{run_id}/start/")
    assert (work(workspace), work(workspace)) == (1, 0)
    again = admin.post(f"/imports/{run_id}/start/", follow=True)
    assert "it can no longer be imported" in words_of(again.content.decode())
    assert len(names(workspace)) == 3


def test_same_file_again_is_told_and_changes_nothing(admin: Client, workspace: Workspace) -> None:
    imported(admin, workspace, THREE)
    run_id = checked(admin, workspace, THREE)
    said = words_of(admin.get(f"/imports/{run_id}/").content.decode())
    assert "This very file was imported before" in said
    assert "accounts.csv would change nothing" in said
    assert "Import 0" not in said


def test_ambiguous_dates_are_asked_once_for_the_file(admin: Client, workspace: Workspace) -> None:
    run_id = checked(admin, workspace, AMBIGUOUS)
    said = words_of(admin.get(f"/imports/{run_id}/").content.decode())
    assert "A question about accounts.csv" in said
    assert "Which comes first in dates such as 03/04/2024?" in said
    assert re.findall(r"Import \d+ row", said) == []
    admin.post(f"/imports/{run_id}/answers/", {"date_order": "month_first"})
    work(workspace)
    admin.post(f"/imports/{run_id}/start/")
    work(workspace)
    with in_workspace(workspace.id, by=system_actor(workspace.id, "tests")):
        started = dict(Account.objects.values_list("external_id", "started_on"))
    assert {key: day.isoformat() for key, day in started.items()} == {"A-1": "2024-03-04", "A-2": "2024-05-06"}


def test_refused_rows_are_shown_and_handed_out_to_mend(admin: Client, workspace: Workspace) -> None:
    run_id = checked(admin, workspace, BAD_ROWS)
    said = words_of(admin.get(f"/imports/{run_id}/").content.decode())
    assert "accounts.csv would create 2, refuse 2 of 4 rows" in said
    assert "30 February does not exist" in said
    answer = admin.get(f"/imports/{run_id}/refused-rows/")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'attachment; filename="accounts-refused.csv"'
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0][:3] == ["import row", "import code", "import reason"]
    assert [(line[0], line[1], line[3]) for line in lines[1:]] == [("3", "E-REQ-01", ""), ("4", "E-DATE-01", "A-3")]


def test_mended_file_of_refused_rows_goes_in_as_it_is(admin: Client, workspace: Workspace) -> None:
    run_id = imported(admin, workspace, BAD_ROWS)
    refused = admin.get(f"/imports/{run_id}/refused-rows/").content.decode("utf-8-sig")
    mended = refused.replace("2024-02-30", "2024-02-28").replace('"","Tidewater"', '"A-2","Tidewater"')
    imported(admin, workspace, mended.encode(), name="accounts-refused.csv")
    assert names(workspace) == ["Northwind", "Tidewater", "Sable", "Fine"]


def test_ready_mapping_that_fits_is_checked_at_once(admin: Client, workspace: Workspace) -> None:
    content = (
        b"account_id,account_name,industry,country,signup_date,referral_source,plan_tier,seats,is_trial,churn_flag\n"
    )
    content += b"A-1,Northwind,EdTech,US,2024-10-16,partner,Basic,9,FALSE,TRUE\n"
    run_id = run_id_of(upload(admin, content, kind="", mapping="ravenstack_accounts"))
    assert reload(workspace, run_id).state == "previewing"
    work(workspace)
    admin.post(f"/imports/{run_id}/start/")
    work(workspace)
    with in_workspace(workspace.id, by=system_actor(workspace.id, "tests")):
        attributes = Account.objects.get().attributes
    assert sorted(attributes) == ["is_trial", "plan_tier", "referral_source", "seats"]


def test_uploaded_mapping_is_used_and_a_wrong_one_is_refused_with_its_place(
    admin: Client, workspace: Workspace
) -> None:
    good = SimpleUploadedFile(
        "m.toml", b'kind = "accounts"\n[columns]\nexternal_id = "account_id"\nname = "industry"\n'
    )
    run_id = run_id_of(upload(admin, ACCOUNTS, kind="", mapping_file=good))
    work(workspace)
    admin.post(f"/imports/{run_id}/start/")
    work(workspace)
    assert names(workspace) == ["Logistics"]
    wrong = SimpleUploadedFile("m.toml", b'kind = "acounts"\n')
    refused = upload(admin, ACCOUNTS, kind="contacts", mapping_file=wrong)
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "Did you mean &#x27;accounts&#x27;?" in html
    assert re.search(r'<option value="contacts" selected', html)


def test_mapping_as_text_that_is_wrong_is_kept_with_the_reason(admin: Client, workspace: Workspace) -> None:
    run_id = run_id_of(upload(admin, ACCOUNTS))
    refused = admin.post(f"/imports/{run_id}/mapping-file/", {"text": 'kind = "accounts"\n[columns]\nnam = "x"\n'})
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "have no field" in html
    assert "nam = &quot;x&quot;" in html
    fine = admin.post(f"/imports/{run_id}/mapping-file/", {"text": reload(workspace, run_id).mapping})
    assert (fine.status_code, reload(workspace, run_id).state) == (302, "previewing")


def test_columns_that_cannot_work_are_refused_and_the_choice_is_kept(admin: Client, workspace: Workspace) -> None:
    run_id = run_id_of(upload(admin, ACCOUNTS))
    refused = admin.post(f"/imports/{run_id}/mapping/", {"column-external_id": "", "column-region": "country"})
    html = refused.content.decode()
    assert refused.status_code == 422
    assert "E-COL-03" in html
    assert re.search(r'name="column-region".*?<option selected>country<', html, re.DOTALL)
    assert reload(workspace, run_id).state == "uploaded"


@pytest.mark.parametrize(
    ("name", "content", "status", "said"),
    [
        ("a.csv", b"", 422, "E-FILE-01"),
        ("a.csv", b"A-1,5,2024-01-01\nA-2,6,2024-01-02\n", 422, "E-FILE-03"),
        ("a.csv", b"%PDF-1.7 something", 422, "E-FILE-07"),
        ("a.xls", ACCOUNTS, 422, "E-FILE-07"),
        ("a.csv", b"id,Email,Email\n1,a@b.c,d@e.f\n", 422, "E-COL-01"),
        (
            "a.csv",
            ACCOUNTS + b"A-2,Caf\xe9,Retail,FR,2024-07-08\n",
            422,
            "byte 0xe9 is not UTF-8. Choose Windows-1252?",
        ),
        ("a.csv", ACCOUNTS + b"x" * 21_000_000, 413, "E-FILE-04 21.0 MB; the limit is 20 MB."),
    ],
)
def test_file_that_cannot_be_imported_is_refused_in_words_and_nothing_is_kept(
    admin: Client, workspace: Workspace, name: str, content: bytes, status: int, said: str
) -> None:
    refused = upload(admin, content, name=name)
    html = refused.content.decode()
    assert refused.status_code == status
    assert said in html
    assert re.search(r'<option value="accounts" selected', html)
    with in_workspace(workspace.id, by=system_actor(workspace.id, "tests")):
        assert ImportRun.objects.count() == 0


def test_upload_with_its_encoding_said_is_read_like_that(admin: Client, workspace: Workspace) -> None:
    imported(admin, workspace, ACCOUNTS + b"A-2,Caf\xe9,Retail,FR,2024-07-08\n", encoding="windows-1252")
    assert names(workspace) == ["Northwind", "Café"]


def test_wrong_encoding_far_down_is_named_and_can_be_chosen(admin: Client, workspace: Workspace) -> None:
    rows = b"".join(b"B-%d,Plain %d,Retail,FR,2024-07-08\n" % (number, number) for number in range(3_000))
    content = ACCOUNTS + rows + b"A-2,Caf\xe9,Retail,FR,2024-07-08\n"
    run_id = checked(admin, workspace, content)
    said = words_of(admin.get(f"/imports/{run_id}/").content.decode())
    assert "accounts.csv was not imported" in said
    assert "byte 0xe9 is not UTF-8" in said
    admin.post(f"/imports/{run_id}/answers/", {"encoding": "windows-1252"})
    admin.post(f"/imports/{run_id}/mapping/", {})
    work(workspace)
    assert "would create 3,002 of 3,002 rows" in words_of(admin.get(f"/imports/{run_id}/").content.decode())


def test_import_taken_back_removes_what_it_made_and_lists_what_stayed(admin: Client, workspace: Workspace) -> None:
    run_id = imported(admin, workspace, THREE)
    with in_workspace(workspace.id, by=system_actor(workspace.id, "tests")):
        Account.objects.filter(external_id="A-2").update(name="Changed since")
    for _ in range(2):
        admin.post(f"/imports/{run_id}/reversal/")
    page = admin.get(f"/imports/{run_id}/").content.decode()
    assert "Taking accounts.csv back" in words_of(page)
    assert 'hx-trigger="every 1s"' in page
    assert len(names(workspace)) == 3
    work(workspace)
    assert names(workspace) == ["Changed since"]
    said = words_of(admin.get(f"/imports/{run_id}/").content.decode())
    assert "The import of accounts.csv was taken back" in said
    assert "2 records removed, 0 records put back." in said
    assert "in use by other records, or changed since" in said
    again = admin.post(f"/imports/{run_id}/reversal/", follow=True)
    assert "only a finished one can be undone" in words_of(again.content.decode())


def test_import_that_cannot_be_taken_back_says_why_and_stays(
    admin: Client, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = imported(admin, workspace, THREE)

    def broken(**_: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("signals.actions.imports.sweep.undo_import", broken)
    admin.post(f"/imports/{run_id}/reversal/")
    work(workspace)
    said = words_of(admin.get(f"/imports/{run_id}/").content.decode())
    assert "It could not be taken back: It stopped on our side (incident" in said
    assert "Take this import back" in said
    assert len(names(workspace)) == 3


def test_upload_put_away_leaves_nothing(admin: Client, workspace: Workspace) -> None:
    run_id = run_id_of(upload(admin, ACCOUNTS))
    said = words_of(admin.post(f"/imports/{run_id}/removal/", follow=True).content.decode())
    assert "accounts.csv was put away" in said
    with in_workspace(workspace.id, by=system_actor(workspace.id, "tests")):
        assert (ImportRun.objects.count(), ImportFile.objects.count()) == (0, 0)
    assert admin.get(f"/imports/{run_id}/").status_code == 404


def test_progress_is_asked_for_every_second_and_survives_leaving(admin: Client, workspace: Workspace) -> None:
    run_id = run_id_of(upload(admin, ACCOUNTS))
    admin.post(f"/imports/{run_id}/mapping/", {})
    ticks = iter((0.0, 2.0))
    tell = progress_teller(workspace.id, run_id, ticks=lambda: next(ticks))
    tell(type("Said", (), {"phase": "reading", "rows": 500, "fraction": 0.5})())
    headers = {"HX-Request": "true", "HX-Target": "import-part"}
    part = admin.get(f"/imports/{run_id}/", headers=headers).content.decode()
    assert "<html" not in part
    assert 'hx-trigger="every 1s"' in part
    assert '<progress id="import-progress" max="100" value="42">' in part
    assert "Reading · 500 rows · 250 a second · about 2 s left to read" in words_of(part)
    work(workspace)
    assert "hx-trigger" not in admin.get(f"/imports/{run_id}/", headers=headers).content.decode()


def test_every_kind_can_be_uploaded(admin: Client) -> None:
    html = admin.get("/imports/").content.decode()
    kinds = re.search(r'<select name="kind".*?</select>', html, re.DOTALL)[0]
    assert re.findall(r'<option value="(\w+)"', kinds)[-3:] == ["signals", "invoices", "tickets"]


def test_every_state_of_an_import_has_a_word_and_a_finding() -> None:
    assert set(STATES) == {state.value for state in ImportRun.State}
    assert all(finding(state, "a.csv", {"read": 5}, has_questions=False) for state in STATES)
