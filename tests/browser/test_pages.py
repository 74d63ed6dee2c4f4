"""The other pages in Chromium: a file imported by the pages alone, and every page under axe in both themes."""

from collections.abc import Callable

from django.db import transaction
from playwright.sync_api import Page, expect

from playbooks.actions.queue import refresh_queue
from renewals.actions.scope import in_workspace
from renewals.models import Account
from renewals.queries.clock import database_now
from signals.actions.imports.sweep import run_due_imports
from tests.dashboards.outbox import make_messages
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]
CSV = "account_id,account_name,industry,signup_date\nN-1,Newcomer,Retail,{day}\nN-2,Second,Retail,2024-02-30\n"
PAGES = (
    "/pipeline/", "/pipeline/?view=board", "/pipeline/?segment=nowhere",
    "/messages/", "/messages/{message}/", "/imports/", "/imports/{run}/",
    "/settings/", "/at-risk/", "/indicators/", "/indicators/quality/", "/indicators/lift/",
    "/subscriptions/?page=/at-risk/",
    "/accounts/{account}/brief/", "/accounts/{account}/executive-brief/",
    "/notices/", "/settings/?part=packs", "/settings/?part=closed",
    "/settings/?part=keys", "/settings/?part=rates", "/settings/?part=lifecycle", "/settings/?part=segments",
    "/glossary/", "/operations/", "/operations/?invariants=1", "/audit/?noun=accounts",
    "/queue/missing/", "/queue/missing/?view=segment%3Dsmall&account=A-000", "/accounts/missing/?account=A-000",
    "/playbooks/missing/?account=A-000",
)  # fmt: skip


def work(world: World) -> None:
    run_due_imports(workspace_id=world.workspace.id, by=world.actor, now=database_now())


def upload(page: Page, day: str) -> None:
    page.goto("/imports/")
    page.get_by_label("What is in it").select_option("accounts")
    content = CSV.format(day=day).encode()
    page.locator("input[name=file]").set_input_files({"name": "new.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Upload and look at it").click()


def import_it(page: Page, world: World) -> None:
    page.get_by_role("button", name="Check the file with these columns").click()
    expect(page.locator("progress")).to_be_visible()
    work(world)


def accounts(world: World) -> int:
    with in_workspace(world.workspace.id, by=world.actor):
        return Account.objects.filter(external_id__startswith="N-").count()


def test_csm_imports_a_file_by_the_pages_alone_and_takes_it_back(log_in: LogIn, world: World) -> None:
    watched = log_in()
    page = watched.page
    upload(page, "2024-01-02")
    expect(page.get_by_role("heading", level=1)).to_have_text("What the columns of new.csv mean")
    import_it(page, world)
    expect(page.get_by_role("heading", level=1)).to_have_text("new.csv would create 1, refuse 1 of 2 rows")
    expect(page.get_by_text("30 February does not exist")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the refused rows").click()
    assert download.value.suggested_filename == "new-refused.csv"
    page.get_by_role("button", name="Import 1 row").click()
    expect(page.locator("progress")).to_be_visible()
    work(world)
    expect(page.get_by_role("heading", level=1)).to_have_text("new.csv: 2 rows, 1 created, 1 refused")
    expect(page).to_have_title("new.csv: 2 rows, 1 created, 1 refused · Perennial")
    assert accounts(world) == 1
    page.get_by_text("Take this import back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("progress")).to_be_visible()
    work(world)
    expect(page.get_by_role("heading", level=1)).to_have_text("The import of new.csv was taken back")
    assert accounts(world) == 0
    assert watched.complaints == []


def test_import_works_without_javascript(log_in: LogIn, world: World) -> None:
    page = log_in(java_script_enabled=False).page
    upload(page, "03/04/2024")
    import_it(page, world)
    page.get_by_role("link", name="Look again").click()
    page.get_by_label("the day: 03/04/2026 is 3 April").check()
    page.get_by_role("button", name="Read it like this").first.click()
    work(world)
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="Import 1 row").click()
    work(world)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("new.csv: 2 rows, 1 created, 1 refused")


def test_pages_have_no_violation_and_fit_the_screen(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    with transaction.atomic():
        message = make_messages(world)["draft"]
    with in_workspace(world.workspace.id, by=world.actor):
        refresh_queue(workspace_id=world.workspace.id, now=world.now)
        account = Account.objects.order_by("id")[0].id
    watched = log_in("admin")
    upload(watched.page, "2024-01-02")
    import_it(watched.page, world)
    run = watched.page.url.rstrip("/").rpartition("/")[2]
    for address in PAGES:
        watched.page.goto(address.format(message=message, run=run, account=account))
        assert flaws(watched.page) == [], address
    assert watched.complaints == []
