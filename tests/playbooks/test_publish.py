"""A workspace that has no playbook yet gets the shipped ones by the sweep; one that has some is left alone."""

from datetime import datetime

import pytest

from playbooks.actions.publish import publish_if_none
from playbooks.models import Playbook, PlaybookVersion
from renewals.core.actors import Actor
from renewals.models import Workspace


@pytest.mark.requirement(83, 84, 85)
def test_publish_into_a_new_workspace_brings_the_three_tiers_once(
    inside: Workspace, actor: Actor, now: datetime
) -> None:
    assert publish_if_none(by=actor, now=now) == 3
    assert publish_if_none(by=actor, now=now) == 0
    assert sorted(Playbook.objects.values_list("key", flat=True)) == ["mid_market", "small", "strategic"]
    assert PlaybookVersion.objects.count() == 3
