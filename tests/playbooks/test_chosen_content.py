"""What a message teaches is chosen by the data of the account: what it does not use, value not reached, its segment."""

from datetime import datetime, timedelta

import pytest

from playbooks.actions.enrol import enrol_renewal
from playbooks.actions.publish import publish_playbook
from playbooks.actions.pump import Pump, pump
from playbooks.models import Message
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Workspace
from signals.actions.intake import ensure_source, record_signals
from signals.actions.scores import refresh_scores
from tests.playbooks.factories import make_world
from tests.playbooks.stories import HELLO, KeptChannel, email_step, simple_playbook
from tests.playbooks.test_prompts import reach
from tests.signals.factories import make_account

LITTLE_USED = {"field": "usage.adoption", "op": "lt", "value": 2}
NO_VALUE_YET = {"field": "value.milestones_reached", "op": "eq", "value": 0}
BLOCKS = """Hello {{ contact.first_name }},

{% case account.segment %}
{%- when "strategic" %}your sponsor joins the review.
{%- when "mid_market" %}one hour is enough.
{%- else %}the guide is all you need.
{%- endcase %}

{% if usage.unused_feature -%}
Most teams like yours use {{ usage.unused_feature }}.
{%- else -%}
You use what teams like yours use.
{%- endif %}

{{ contract.name }} renews at {{ renewal.amount }}; please decide by {{ renewal.decide_by }}.

[Stop these messages]({{ unsubscribe.url }})"""
GUIDE = HELLO | {"key": "guide", "name": "Guide", "body": BLOCKS}
SEGMENT_WORDS = {
    "strategic": "your sponsor joins the review.",
    "growth": "one hour is enough.",
    "basic": "the guide is all you need.",
}
STEPS = (
    email_step("feature_guide", -90, at="09:00", template="guide", condition=LITTLE_USED),
    email_step("first_value_guide", -90, at="09:10", template="guide", condition=NO_VALUE_YET),
)


@pytest.fixture
def published(inside: Workspace, actor: Actor, now: datetime) -> Workspace:
    """The playbook, and nine accounts of each of two segments that use reports and exports."""
    publish_playbook(definition=simple_playbook(*STEPS), templates=[GUIDE], by=actor, now=now)
    ensure_source(workspace_id=inside.id, key="product", kind="api", by=actor, now=now)
    for segment in ("strategic", "mid_market"):
        for number in range(9):
            make_account(inside.id, f"{segment}-{number}", segment=segment)
            use(inside, actor, now, f"{segment}-{number}", "reports", "export")
    return inside


def use(workspace: Workspace, by: Actor, now: datetime, account: str, *features: str) -> None:
    items = [
        {
            "account": account,
            "kind": "usage.feature_used",
            "occurred_at": (now - timedelta(days=1)).isoformat(),
            "external_id": f"{account}-{name}",
            "subject": name,
            "value": 3,
        }
        for name in features
    ]
    assert record_signals(workspace_id=workspace.id, source_key="product", items=items, by=by, now=now).refused == 0


@pytest.mark.requirement(22, 40)
@pytest.mark.parametrize(
    ("tier", "features", "has_value", "guides", "block"),
    [
        ("strategic", ("reports",), True, ["feature_guide"], "Most teams like yours use export."),
        ("growth", ("reports", "export"), False, ["first_value_guide"], "You use what teams like yours use."),
        ("basic", ("reports",), False, ["feature_guide", "first_value_guide"], "You use what teams like yours use."),
        ("growth", ("reports", "export"), True, [], ""),
    ],
)
def test_guide_is_chosen_by_what_is_not_used_and_by_value_not_reached_and_its_words_by_segment(
    published: Workspace,
    actor: Actor,
    now: datetime,
    channel: KeptChannel,
    tier: str,
    features: tuple[str, ...],
    has_value: bool,
    guides: list[str],
    block: str,
) -> None:
    """Nobody of the small segment is there to be compared with, so nothing is said to be missing there."""
    world = make_world(published, key="A-1", tier=tier, due_on=(now + timedelta(days=90)).date())
    use(published, actor, now, "A-1", *features)
    if has_value:
        reach(actor, now)
    refresh_scores(workspace_id=published.id, by=actor, now=now)
    with in_workspace(published.id, by=actor, now=now):
        enrol_renewal(renewal_id=world.renewal.id, playbook_key="simple", by=actor, now=now)
    for hours in (1, 30):
        pump(Pump(clock=now + timedelta(hours=hours), channel=channel))
    sent = Message.objects.order_by("id").values_list("step_run__step_key", "state")
    assert list(sent) == [(guide, "sent") for guide in guides]
    for call in channel.calls:
        assert SEGMENT_WORDS[tier] in call.text_body
        assert block in call.text_body
