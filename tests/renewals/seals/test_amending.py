"""What is lawful is on record: redactions, changed columns, dropped tables, restored databases."""

import json

import pytest

from renewals.actions import seals as sealing
from renewals.actions.redaction import Redaction, redact_history
from renewals.actions.scope import in_workspace
from renewals.actions.seals import (
    accept_restored,
    seal_anew,
    seal_history,
)
from renewals.core.actors import Actor, system_actor
from renewals.core.errors import Conflict, InvalidInput
from renewals.models import Account
from renewals.queries import seals as reading
from renewals.queries.seals import anchor_path, anchors, sealed_tables
from tests.plugins.database import make_workspace
from tests.renewals.build import NOW
from tests.renewals.seals.build import EVENTS, add_account, as_owner, found, verify


def test_redaction_says_by_whom_and_why_and_the_chain_still_verifies(by: Actor) -> None:
    for name in "AB":
        add_account(by, name)
    with in_workspace(by.workspace_id, by=by):
        first, second, *_ = Account.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_id", flat=True)
    person = system_actor(by.workspace_id, "Dana")
    words = Redaction(table=EVENTS, row_ids=(first,), columns=("name", "pgh_context"))
    assert redact_history(order=words, why="Erasure request 17", by=person, now=NOW) == 1
    with in_workspace(by.workspace_id, by=by):
        assert Account.pgh_event_model.objects.get(pgh_id=first).name == ""
    assert redact_history(order=Redaction(table=EVENTS, row_ids=(second,)), why="Order 18", by=person, now=NOW) == 1
    verdict = verify(by)
    told = [(each.kind, each.by, each.why) for each in verdict.amendments]
    assert told == [("redacted", "Dana", "Erasure request 17"), ("redacted", "Dana", "Order 18")]
    assert verdict.breaks == ()
    with as_owner(by) as run:
        run(f"UPDATE {EVENTS} SET name = 'A' WHERE pgh_id = %s", first)
    assert [f"{EVENTS} row {first}: the row was changed" in each for each in found(by)] == [True]


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (Redaction(table="renewals_account", row_ids=(1,)), "ordered"),
        (Redaction(table=EVENTS, row_ids=()), "ordered"),
        (Redaction(table=EVENTS, row_ids=(1, 1)), "ordered"),
        (Redaction(table=EVENTS, row_ids=(1,), columns=("nowhere",)), "ordered"),
        (Redaction(table=EVENTS, row_ids=(1,), columns=("workspace_id",)), "ordered"),
        (Redaction(table=EVENTS, row_ids=(1,), columns=("created_at",)), "ordered"),
        (Redaction(table=EVENTS, row_ids=(1,), columns=("name",)), " "),
        (Redaction(table=EVENTS, row_ids=(3,)), "ordered"),
    ],
)
def test_redaction_that_cannot_be_is_refused_and_changes_nothing(by: Actor, order: Redaction, why: str) -> None:
    other = system_actor(make_workspace("globex").id, "tests")
    add_account(by, "A")
    add_account(other, "B")
    add_account(by, "C")
    with pytest.raises(InvalidInput):
        redact_history(order=order, why=why, by=by, now=NOW)
    verdict = verify(by)
    assert (verdict.breaks, verdict.amendments) == ((), ())


def test_redaction_covers_up_no_change(by: Actor) -> None:
    add_account(by, "A")
    seal_history(by=by, now=NOW)
    with as_owner(by) as run:
        run(f"UPDATE {EVENTS} SET name = 'Z'")
    with pytest.raises(Conflict, match="does not verify"):
        redact_history(order=Redaction(table=EVENTS, row_ids=(1,), columns=("name",)), why="x", by=by, now=NOW)
    assert len(found(by)) == 2


def test_column_added_later_breaks_nothing_and_one_that_goes_is_sealed_anew(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "AB":
        add_account(by, name)
    seal_history(by=by, now=NOW)
    with as_owner(by) as run:
        run(f"ALTER TABLE {EVENTS} ADD COLUMN later integer NOT NULL DEFAULT 7")
    try:
        assert found(by) == []
        with as_owner(by) as run:
            run(f"ALTER TABLE {EVENTS} RENAME COLUMN industry TO sector")
        assert [each.split(": ")[1] for each in found(by)] == [
            "a column is gone since; after a migration seal the table anew"
        ]
        shape = sorted({*reading.shape_of(EVENTS), "sector", "later"} - {"industry"})
        monkeypatch.setattr(sealing, "shape_of", lambda table: shape)
        with in_workspace(by.workspace_id, by=by):
            assert seal_anew(table=EVENTS, why="Industry is called sector", by=by, now=NOW) == 4
        assert found(by) == []
        with as_owner(by) as run:
            run(f"UPDATE {EVENTS} SET sector = 'x' WHERE pgh_id = 2")
        assert len(found(by)) == 1
    finally:
        with as_owner(by) as run:
            run(f"ALTER TABLE {EVENTS} DROP COLUMN later")
            names = run(f"SELECT attname FROM pg_attribute WHERE attrelid = '{EVENTS}'::regclass")
            if ("sector",) in names:
                run(f"ALTER TABLE {EVENTS} RENAME COLUMN sector TO industry")


def test_table_that_a_migration_drops_is_sealed_as_gone(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    add_account(by, "A")
    seal_history(by=by, now=NOW)
    left = {table: key for table, key in sealed_tables().items() if table != EVENTS}
    for module in (sealing, reading):
        monkeypatch.setattr(module, "sealed_tables", lambda: left)
    assert len(found(by)) == 1
    with in_workspace(by.workspace_id, by=by), pytest.raises(InvalidInput, match="reason"):
        seal_anew(table=EVENTS, why="", by=by, now=NOW)
    with in_workspace(by.workspace_id, by=by):
        seal_anew(table=EVENTS, why="Accounts are gone", by=by, now=NOW)
        with pytest.raises(InvalidInput, match="No rows"):
            seal_anew(table="auth_group", why="x", by=by, now=NOW)
    assert found(by) == []


def test_restored_database_is_behind_its_anchor_until_somebody_says_so(by: Actor) -> None:
    add_account(by, "A")
    seal_history(by=by, now=NOW)
    anchor_path().write_text(json.dumps({by.workspace_id: {"number": 9, "hash": "ab" * 32}}))
    assert found(by) == ["seal 2: missing, up to seal 9, which stands in history-anchors.json"]
    add_account(by, "B")
    seal_history(by=by, now=NOW)
    assert anchors()[by.workspace_id].number == 9
    accept_restored(why="Backup of Sunday", by=by, now=NOW)
    verdict = verify(by)
    assert (verdict.breaks, verdict.is_anchored) == ((), True)
    assert [each.why for each in verdict.amendments] == ["Backup of Sunday (outside stood seal 9, abababababababab)"]
