"""What a plan of offers has to keep to: what each owner can still do week by week, and who is not to be approached."""

from datetime import timedelta

from dashboards.queries.asker import Asker
from offers.queries.choice import accounts_ahead, owners_ahead
from playbooks.core.budget import room_for
from playbooks.queries.account_state import AccountState, account_states
from playbooks.queries.cases import TOUCHING
from playbooks.queries.workload import capacities, due_tasks

DAYS_A_WEEK, WORK_DAYS = 7, 5


def free_tasks(asker: Asker, *, weeks: int, days_ahead: int) -> dict[int, tuple[int, ...]]:
    """Return how many tasks each owner of a renewal that comes up can take on, week by week, beside those due."""
    owners = owners_ahead(today=asker.today, days=days_ahead)
    room = capacities(owners)
    due = due_tasks(owners, today=asker.today, until=asker.today + timedelta(days=DAYS_A_WEEK * weeks - 1))
    found = {}
    for owner in owners:
        taken = [0] * weeks
        for task in due.get(owner, []):
            taken[max(0, (task.due_on - asker.today).days // DAYS_A_WEEK)] += 1
        found[owner] = tuple(max(0, room.get(owner, 0) * WORK_DAYS - number) for number in taken)
    return found


def kept_back(asker: Asker, *, days_ahead: int) -> dict[int, str]:
    """Return the accounts that are paused, or whose budget of touches is used up today."""
    states = account_states(accounts_ahead(today=asker.today, days=days_ahead), kinds=TOUCHING, now=asker.now)
    return {account: why for account, state in states.items() if (why := _why(asker, state))}


def _why(asker: Asker, state: AccountState) -> str:
    if any(pause.from_on <= asker.today <= pause.until_on for pause in state.pauses):
        return "paused"
    facts = state.facts
    if facts.limits is None or facts.touches is None:
        return "capped"
    return "" if room_for(facts.limits, facts.touches, now=asker.now) is None else "capped"
