"""Under which names an account goes elsewhere: the account that a name of a source stands for."""

import json
from collections.abc import Collection, Mapping

from django.db import connection

from renewals.models import Account
from signals.models import Source

LONGEST_CHAIN = 5
# Thousands of names in one text: of a list each is quoted and read by itself. Of a name the alias of the source itself
# comes first, one of all sources last.
TARGETS = """
SELECT DISTINCT ON (l.name) l.name, a.external_id FROM signals_accountalias l
JOIN renewals_account a ON a.id = l.account_id
WHERE l.name = ANY(ARRAY(SELECT jsonb_array_elements_text(%(names)s::jsonb)))
  AND l.ended_at IS NULL AND (l.source_id = %(source)s OR l.source_id IS NULL)
ORDER BY l.name, l.source_id NULLS LAST
"""


def alias_targets(names: Collection[str], source_id: int) -> dict[str, str]:
    """Return the external id of the account each of these names is an alias of; other names are left out.

    An alias of the source comes before one of all sources. Accounts that were folded in turn are followed.
    """
    first = _targets(names, source_id)
    found, open_ends = dict(first), set(first.values())
    for _ in range(LONGEST_CHAIN):
        further = _targets(open_ends, source_id) if open_ends else {}
        if not further:
            break
        found = {name: further.get(target, target) for name, target in found.items()}
        open_ends = set(further.values())
    return found


def known_accounts(names: Collection[str], source_id: int) -> Mapping[str, int]:
    """Return the account that each name stands for: its alias's, else the one of that very external id."""
    targets = alias_targets(names, source_id)
    wanted = {targets.get(name, name) for name in names}
    ids = dict(Account.objects.filter(external_id__in=wanted).values_list("external_id", "id"))
    found = {name: ids.get(targets.get(name, name)) for name in names}
    return {name: account_id for name, account_id in found.items() if account_id is not None}


def source_id_of(key: str) -> int:
    """Return the id of the source of this key; 0, which no source has, when there is none yet."""
    return Source.objects.filter(key=key).values_list("id", flat=True).first() or 0


def _targets(names: Collection[str], source_id: int) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(TARGETS, {"names": json.dumps(list(names)), "source": source_id})
        return dict(cursor.fetchall())
