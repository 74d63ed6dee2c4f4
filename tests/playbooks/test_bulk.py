"""Rows are written as they were given, whatever they have in common."""

from datetime import datetime, timedelta

import pytest

from playbooks.actions.bulk import insert_rows
from playbooks.models import Playbook, TriggerMark
from renewals.models import Workspace

pytestmark = pytest.mark.usefixtures("inside")


@pytest.mark.parametrize("many", [1, 2, 3])
def test_rows_that_share_columns_keep_their_own(inside: Workspace, now: datetime, many: int) -> None:
    rows = [{"workspace_id": inside.id, "name": f"m{each}", "seen_until_at": now} for each in range(many)]
    rows[-1]["seen_until_at"] = now + timedelta(days=many)
    assert len(insert_rows(TriggerMark, rows)) == many
    found = TriggerMark.objects.order_by("name").values_list("workspace_id", "name", "seen_until_at")
    assert list(found) == [tuple(row.values()) for row in rows]


def test_row_that_leaves_a_shared_column_out_gets_the_default(inside: Workspace, now: datetime) -> None:
    rows = [
        {"workspace_id": inside.id, "key": key, "name": key, "created_at": now, "updated_at": now, **more}
        for key, more in (("one", {"priority": 7}), ("two", {"priority": 7}), ("three", {}))
    ]
    insert_rows(Playbook, rows)
    default = Playbook._meta.get_field("priority").get_default()
    assert dict(Playbook.objects.values_list("key", "priority")) == {"one": 7, "two": 7, "three": default}


def test_two_equal_rows_are_one_where_a_key_says_so(inside: Workspace, now: datetime) -> None:
    row = {"workspace_id": inside.id, "name": "same", "seen_until_at": now}
    assert len(insert_rows(TriggerMark, [row, dict(row)], ignore_conflicts=True)) == 1
