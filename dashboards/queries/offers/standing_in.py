"""Who stands in for whom today, as approvals ask it."""

from dashboards.queries.asker import Asker
from offers.core.approvals import Away
from playbooks.queries.workload import standing_in


def away_today(asker: Asker) -> Away:
    """Return who is away today and who stands in for them."""
    return standing_in(today=asker.today)
