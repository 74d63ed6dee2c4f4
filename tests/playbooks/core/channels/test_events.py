"""What follows from a delivery event: never from the order in which events arrive."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.channels.events import (
    DeliveryKind,
    consequence,
    may_be_machine,
    soft_bounces_in_window,
    weightiest,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KINDS = st.lists(st.sampled_from(list(DeliveryKind)), max_size=12)


@pytest.mark.parametrize(
    ("kind", "suppress", "reaction"),
    [
        (DeliveryKind.BOUNCED_HARD, ("all",), "bounce_hard"),
        (DeliveryKind.COMPLAINED, ("marketing", "relationship"), "complaint"),
        (DeliveryKind.UNSUBSCRIBED, ("marketing", "relationship"), "unsubscribe"),
        (DeliveryKind.BOUNCED_SOFT, (), "bounce_soft"),
        (DeliveryKind.DELIVERED, (), ""),
        (DeliveryKind.OPENED, (), ""),
    ],
)
def test_event_of_each_kind_has_its_consequence(kind: DeliveryKind, suppress: tuple[str, ...], reaction: str) -> None:
    found = consequence(kind)
    assert (found.suppress, found.reaction) == (suppress, reaction)


def test_third_soft_bounce_in_seven_days_suppresses() -> None:
    at = [NOW - timedelta(days=8), NOW - timedelta(days=6), NOW - timedelta(hours=1), NOW]
    assert soft_bounces_in_window(at, until=NOW) == 3
    assert consequence(DeliveryKind.BOUNCED_SOFT, soft_bounces=2).suppress == ()
    assert consequence(DeliveryKind.BOUNCED_SOFT, soft_bounces=3).suppress == ("marketing", "relationship")


@given(KINDS, st.randoms(use_true_random=False))
def test_weightiest_event_any_order_and_repetition_is_the_same(kinds: list[DeliveryKind], chance) -> None:
    shuffled = kinds * 2
    chance.shuffle(shuffled)
    assert weightiest(kinds) == weightiest(shuffled)


def test_delivered_that_arrives_after_a_bounce_does_not_hide_it() -> None:
    assert weightiest([DeliveryKind.BOUNCED_HARD, DeliveryKind.DELIVERED]) is DeliveryKind.BOUNCED_HARD
    assert weightiest([]) is None


def test_opens_and_clicks_may_be_machines_deliveries_not() -> None:
    assert [kind for kind in DeliveryKind if may_be_machine(kind)] == [DeliveryKind.OPENED, DeliveryKind.CLICKED]
