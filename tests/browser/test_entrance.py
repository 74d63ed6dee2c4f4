"""The pages of log-in, two-step log-in and errors: under axe, in both themes, with what they say."""

from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect

from tests.dashboards.world import PASSWORD, World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]
Flaws = Callable[[Page], list[str]]
OPEN = (
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/nowhere/",
)
OWN = ("/accounts/password/change/", "/accounts/email/", "/accounts/2fa/", "/accounts/logout/")


def test_open_pages_have_no_violation(
    site: str, committed: None, open_page: Callable[..., Watched], flaws: Flaws
) -> None:
    page = open_page(base_url=site).page
    for address in OPEN:
        page.goto(address)
        assert flaws(page) == [], address


def test_sign_up_is_closed_and_says_whom_to_ask(site: str, committed: None, open_page: Callable[..., Watched]) -> None:
    page = open_page(base_url=site).page
    page.goto("/accounts/signup/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ask the admin of your workspace")


def test_wrong_password_keeps_the_address_and_says_so(
    world: World, site: str, open_page: Callable[..., Watched], flaws: Flaws
) -> None:
    page = open_page(base_url=site).page
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("csm@acme.example")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("not correct")
    expect(page.get_by_label("Email")).to_have_value("csm@acme.example")
    assert flaws(page) == []


def test_own_pages_have_no_violation(log_in: LogIn, flaws: Flaws) -> None:
    watched = log_in()
    for address in OWN:
        watched.page.goto(address)
        assert flaws(watched.page) == [], address
    assert watched.complaints == []


def test_two_step_log_in_is_turned_on_and_asked_for(log_in: LogIn, flaws: Flaws) -> None:
    page = log_in().page
    page.goto("/accounts/2fa/totp/activate/")
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
    assert flaws(page) == []
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("#id_code").fill(code_of(secret))
    page.get_by_role("button", name="Activate").click()
    page.goto("/accounts/2fa/recovery-codes/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    assert flaws(page) == []
    page.context.clear_cookies()
    again = log_in().page
    expect(again.get_by_role("heading", level=1)).to_have_text("Code from your phone")
    assert flaws(again) == []


def test_two_step_log_in_with_a_code_and_with_a_recovery_code(log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    # A code is taken once: the next log-in of the same half minute types the next one.
    monkeypatch.setattr(django_settings, "MFA_TOTP_TOLERANCE", 1, raising=False)
    page = log_in().page
    secret, codes = turn_on(page)
    log_out(page)
    enter(page, "csm@acme.example")
    page.get_by_label("Code").fill(code_of(secret, ahead=1))
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("things are urgent today")
    log_out(page)
    enter(page, "csm@acme.example")
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Incorrect code")).to_be_visible()
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("things are urgent today")
    log_out(page)
    enter(page, "csm@acme.example")
    page.get_by_label("Code").fill(codes[0])
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Incorrect code")).to_be_visible()


def turn_on(page: Page) -> tuple[str, list[str]]:
    """Turn the second step on; return its secret and the recovery codes."""
    page.goto("/accounts/2fa/totp/activate/")
    confirm(page)
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("#id_code").fill(code_of(secret))
    page.get_by_role("button", name="Activate").click()
    page.goto("/accounts/2fa/recovery-codes/")
    confirm(page)
    return secret, page.locator("#recovery-codes").input_value().split()


def confirm(page: Page) -> None:
    """Give the password once more where it is asked for."""
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()


def log_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Log out").click()


def enter(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Code from your phone")


def code_of(secret: str, *, ahead: int = 0) -> str:
    """Return the code an authenticator app would show now, or some half minutes later: a code is taken once."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())) + ahead))
