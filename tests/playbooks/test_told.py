"""What only messages tell: read for those that ask, compared with enough similar accounts, silent where unknown."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playbooks.core.messages import MessageTemplate
from playbooks.core.vocabulary import MessageClass
from playbooks.queries.told import FEWEST_PEERS, NOTHING, Told, UsualUse, compared, names_asked, told_facts
from renewals.core.actors import Actor
from renewals.models import Account, Workspace
from signals.actions.intake import ensure_source, record_signals
from signals.actions.scores import refresh_scores
from tests.signals.factories import make_account

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAMES = frozenset({"usage.active_users", "usage.unused_feature", "benchmark.summary"})


def signals_of(number: int) -> list[dict[str, object]]:
    """Use of one account: five people more than its number a day, ten seats, the reports and, but for the first, an
    export."""
    features = ("reports",) if number == 0 else ("reports", "export")
    rows = [("usage.active_users", {"value": number + 5}), ("usage.seats", {"value": 20})]
    rows += [("usage.feature_used", {"value": 3, "subject": name}) for name in features]
    at = (NOW - timedelta(days=2)).isoformat()
    return [
        {"account": f"M-{number}", "kind": kind, "occurred_at": at, "external_id": f"{number}-{place}", **fields}
        for place, (kind, fields) in enumerate(rows)
    ]


@pytest.fixture
def accounts(inside: Workspace, actor: Actor) -> list[Account]:
    """Nine mid-market accounts that send their use, and a small one that sends nothing."""
    made = [make_account(inside.id, f"M-{number}", segment="mid_market") for number in range(9)]
    made.append(make_account(inside.id, "S-1", segment="small"))
    ensure_source(workspace_id=inside.id, key="product", kind="api", by=actor, now=NOW)
    items = [each for number in range(9) for each in signals_of(number)]
    record_signals(workspace_id=inside.id, source_key="product", items=items, by=actor, now=NOW)
    refresh_scores(workspace_id=inside.id, by=actor, now=NOW)
    return made


def read(accounts: list[Account], names: frozenset[str] = NAMES) -> Told:
    wanted = {each.id: each.segment for each in accounts}
    return told_facts(names, accounts=wanted, renewals=(), now=NOW)


def test_use_is_told_and_compared_with_the_segment(accounts: list[Account]) -> None:
    first, second, *_, silent = accounts
    told = read([first, second, silent])
    assert told.active_people == {first.id: 5, second.id: 6}
    assert told.unused == {first.id: "export"}
    usual = told.usual["mid_market"]
    assert (usual.accounts, usual.as_of) == (9, NOW.date())
    assert usual.median == pytest.approx(9 / 20)
    assert "small" not in told.usual


def test_what_too_few_accounts_do_is_not_told(accounts: list[Account]) -> None:
    Account.objects.filter(external_id__in=["M-7", "M-8"]).update(segment="strategic")
    told = read(accounts[:1])
    assert told.unused == {}
    assert compared(0.9, told.usual["mid_market"], day="x") is None


def test_nothing_is_read_for_messages_that_do_not_ask(accounts: list[Account]) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert read(accounts, frozenset()) == NOTHING
    assert len(asked) == 0
    with CaptureQueriesContext(connection) as few:
        read(accounts[:1])
    with CaptureQueriesContext(connection) as many:
        read(accounts)
    assert len(few) == len(many) == 4


def test_comparison_is_a_reason_to_stay_with_its_number_and_day() -> None:
    usual = UsualUse(median=0.55, accounts=FEWEST_PEERS, as_of=date(2026, 3, 2))
    assert compared(0.68, usual, day="2 March 2026") == (
        f"68% of your seats are in use; the median of {FEWEST_PEERS} similar accounts is 55% (2 March 2026)"
    )
    assert compared(0.54, usual, day="") is None
    assert compared(None, usual, day="") is None
    assert compared(0.68, replace(usual, accounts=FEWEST_PEERS - 1), day="") is None


def test_names_are_those_the_message_mentions() -> None:
    template = MessageTemplate(
        key="t",
        name="T",
        message_class=MessageClass.RELATIONSHIP,
        subject="{{ meeting.date }}",
        body="{% if benchmark.summary %}{{ benchmark.summary }}{% endif %} {{ usage.adoption }}",
    )
    assert names_asked(template) == {"meeting.date", "benchmark.summary"}
