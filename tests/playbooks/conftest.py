"""Fixtures of the engine's tests: a workspace with one account in the simple playbook, enrolled by hand."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from playbooks.models import Enrolment
from renewals.core.actors import Actor
from renewals.models import Workspace
from tests.playbooks.factories import World
from tests.playbooks.stories import KeptChannel, enrol_account

Enrol = Callable[..., tuple[World, Enrolment]]


@pytest.fixture
def channel() -> KeptChannel:
    """A channel that keeps what it is given."""
    return KeptChannel()


@pytest.fixture
def enrol(workspace: Workspace, actor: Actor, now: datetime) -> Enrol:
    """Enrol an account whose renewal is due in `due_in` days into a playbook of the given steps."""
    return partial(enrol_account, workspace, actor, now)
