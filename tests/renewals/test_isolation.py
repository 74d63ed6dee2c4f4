"""Row-level security under every table: nothing of another workspace is read, written, guessed or linked."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, connections, transaction
from django.db.models import Model

from renewals.actions.accounts import record_account
from renewals.actions.contacts import record_contact
from renewals.actions.database import APP_ROLE, is_append_only, workspace_models
from renewals.actions.outcomes import record_outcome
from renewals.actions.scope import in_workspace, on_page, person
from renewals.actions.touchpoints import record_touchpoint
from renewals.actions.workspaces import NewMember, add_member
from renewals.core.actors import system_actor
from renewals.core.errors import UnknownReference
from renewals.core.records import AccountRow, ContactRow, TouchpointRow
from renewals.core.roles import Role
from renewals.models import Account, Contact, Contract, Membership, Renewal, Team, Touchpoint, Workspace
from renewals.models.base import WorkspaceForeignKey
from renewals.queries.workspaces import active_workspace_ids
from signals.models.bulk import BulkModel
from tests.plugins.database import make_workspace
from tests.renewals.build import NOW, renewal
from tests.renewals.test_renewals import won

MODELS = sorted(workspace_models(), key=lambda model: model._meta.db_table)
TABLES = [pytest.param(model, id=model._meta.db_table) for model in MODELS]
# Tables written by the hundred thousand resolve their links in the writing statement, under row-level security.
CHECKED = [m for m in MODELS if not hasattr(m, "pgh_tracked_model") and not issubclass(m, BulkModel)]
LINKS = sorted(
    (model._meta.db_table, field.column, field.related_model._meta.db_table)
    for model in MODELS
    for field in model._meta.concrete_fields
    if isinstance(field, WorkspaceForeignKey) and not hasattr(model, "pgh_tracked_model")
)
# Rows that belong to no workspace: people, log-in, Django's own registers, the pulse of the engine.
GLOBAL = {
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_session",
    "mfa_authenticator",
    "pghistory_context",
    "pghistory_events",
    "playbooks_enginecounter",
    "playbooks_enginepulse",
    "renewals_user",
    "renewals_workspace",
}


def ask(statement: str, *values: object) -> list[tuple]:
    """Return the rows of a statement run as the application."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


@pytest.fixture
def two_worlds(workspace: Workspace, other_workspace: Workspace) -> tuple[Workspace, Workspace]:
    """Two workspaces, each with a renewal closed, a contact and a touchpoint."""
    for each in (workspace, other_workspace):
        actor = system_actor(each.id, "tests")
        with in_workspace(each.id, by=actor):
            row = renewal(actor)
            record_contact(row=ContactRow(external_id="P1", account_external_id="A1", name="Ada"), by=actor, now=NOW)
            touch = TouchpointRow(
                account_id=row.account_id,
                channel="call",
                occurred_at=NOW,
                subject="Call",
                origin="person",
                origin_key="k",
            )
            record_touchpoint(row=touch, by=actor, now=NOW)
            record_outcome(row=won(row.id), by=actor, now=NOW)
    return workspace, other_workspace


def test_every_model_has_a_workspace_or_is_known_to_be_global() -> None:
    tables = {model._meta.db_table for model in apps.get_models() if not model._meta.proxy}
    assert tables - {model._meta.db_table for model in MODELS} - GLOBAL == set()


@pytest.mark.parametrize("model", TABLES)
def test_table_has_security_enabled_and_forced_with_both_sides_of_the_policy(db, model: type[Model]) -> None:
    table = model._meta.db_table
    flags = ask("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table)
    assert flags == [(True, True)]
    ((command, reading, writing),) = ask(
        "SELECT cmd, qual, with_check FROM pg_policies WHERE tablename = %s AND policyname = 'inside'", table
    )
    setting = "(NULLIF(current_setting('perennial.workspace'::text, true), ''::text))::bigint"
    expected = f'(workspace_id = ( SELECT {setting} AS "nullif"))'
    assert (command, reading, writing) == ("ALL", expected, expected)


@pytest.mark.parametrize("model", TABLES)
def test_ledgers_and_history_refuse_change_while_other_tables_allow_it(db, model: type[Model]) -> None:
    rights = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
    granted = [
        right
        for right in rights
        if ask("SELECT has_table_privilege(%s, %s::regclass, %s)", APP_ROLE, model._meta.db_table, right)[0][0]
    ]
    expected = ["SELECT", "INSERT"] if is_append_only(model) else ["SELECT", "INSERT", "UPDATE", "DELETE"]
    assert granted == expected


@pytest.mark.parametrize(("table", "column", "target"), LINKS)
def test_link_is_checked_together_with_the_workspace(db, table: str, column: str, target: str) -> None:
    found = ask(
        """SELECT count(*) FROM pg_constraint c WHERE contype = 'f' AND conrelid = %s::regclass
        AND confrelid = %s::regclass AND convalidated AND (SELECT array_agg(attname::text ORDER BY attname) FROM
        pg_attribute WHERE attrelid = conrelid AND attnum = ANY(conkey)) = (SELECT array_agg(x ORDER BY x) FROM
        unnest(ARRAY['workspace_id', %s]) AS x)""",
        table,
        target,
        column,
    )
    assert found == [(1,)]


@pytest.mark.parametrize("model", CHECKED, ids=str)
def test_links_to_domain_rows_are_of_the_kind_that_cannot_cross(model: type[Model]) -> None:
    scoped = set(MODELS)
    wrong = [
        field.name
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model in scoped and not isinstance(field, WorkspaceForeignKey)
    ]
    assert wrong == []


def test_application_is_neither_superuser_nor_owner_and_cannot_go_round_the_policies(db) -> None:
    assert ask("SELECT current_user::text") == [(APP_ROLE,)]
    assert ask(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s", APP_ROLE
    ) == [(False, False, False, False)]
    assert ask(
        "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = %s)", APP_ROLE
    ) == [(0,)]
    for statement in (
        "SET row_security = off; SELECT * FROM renewals_account",
        "ALTER TABLE renewals_account DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE renewals_account NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY inside ON renewals_account",
        "SET ROLE perennial_owner",
        "CREATE TABLE stolen AS SELECT 1",
        "CREATE FUNCTION stolen() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_views_run_with_the_rights_of_who_asks(db) -> None:
    """A view without security_invoker would read as its owner, past the policies."""
    assert (
        ask(
            """SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
        AND NOT coalesce('security_invoker=true' = ANY(reloptions) OR 'security_invoker=on' = ANY(reloptions), false)"""
        )
        == []
    )


def test_only_the_known_doors_run_with_the_rights_of_the_owner(db) -> None:
    doors = ask(
        """SELECT proname::text, coalesce(proconfig::text, '') LIKE '%%search_path=%%' FROM pg_proc
        WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY 1"""
    )
    assert doors == [
        ("perennial_active_workspaces", True),
        ("perennial_refresh_statistics", True),
        ("perennial_search_accounts", True),
        ("perennial_search_addresses", True),
        ("perennial_search_contacts", True),
        ("perennial_workspace_id", True),
        ("signals_drop_old_partitions", True),
        ("signals_ensure_partition", True),
    ]


def test_without_a_workspace_every_table_looks_empty(two_worlds) -> None:
    assert {model._meta.db_table: model.objects.count() for model in MODELS} == dict.fromkeys(
        (model._meta.db_table for model in MODELS), 0
    )


def test_inside_a_workspace_every_row_is_its_own(two_worlds) -> None:
    for each in two_worlds:
        with in_workspace(each.id, by=system_actor(each.id, "tests")):
            found = {
                model._meta.db_table: set(model.objects.values_list("workspace_id", flat=True)) for model in MODELS
            }
        assert {table: ids for table, ids in found.items() if not ids <= {each.id}} == {}


def test_worlds_hold_rows_in_the_tables_that_count(two_worlds) -> None:
    """Without this the two tests above would pass on empty tables."""
    for each in two_worlds:
        with in_workspace(each.id, by=system_actor(each.id, "tests")):
            for model in (Account, Contact, Contract, Renewal, Touchpoint, Membership):
                assert model.objects.count() == 1
            assert [row.id for row in Workspace.objects.all()] == [each.id]


def test_row_of_another_workspace_cannot_be_read_changed_or_deleted_by_its_id(two_worlds) -> None:
    mine, theirs = two_worlds
    with in_workspace(theirs.id, by=system_actor(theirs.id, "tests")):
        target = Account.objects.get().id
    with in_workspace(mine.id, by=system_actor(mine.id, "tests")):
        assert Account.objects.filter(id=target).first() is None
        assert Account.objects.filter(id=target).update(name="taken") == 0
        assert Account.objects.filter(id=target).select_for_update().count() == 0
        assert ask("SELECT name FROM renewals_account WHERE id = %s", target) == []
    with in_workspace(theirs.id, by=system_actor(theirs.id, "tests")):
        assert Account.objects.get().name == "Account A1"


def test_row_cannot_be_written_for_or_moved_to_another_workspace(two_worlds) -> None:
    mine, theirs = two_worlds
    with in_workspace(mine.id, by=system_actor(mine.id, "tests")):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Team.objects.create(workspace_id=theirs.id, name="Spies")
        team = Team.objects.create(workspace_id=mine.id, name="Ours")
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Team.objects.filter(id=team.id).update(workspace_id=theirs.id)
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Team.objects.create(workspace_id=mine.id, name="From nowhere")


def test_link_into_another_workspace_is_refused_by_the_database(two_worlds) -> None:
    mine, theirs = two_worlds
    with in_workspace(theirs.id, by=system_actor(theirs.id, "tests")):
        target = Account.objects.get().id
    with in_workspace(mine.id, by=system_actor(mine.id, "tests")):
        row = Account.objects.get()
        with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic():
            Account.objects.filter(id=row.id).update(parent_id=target)
        with pytest.raises(IntegrityError, match="foreign key"), transaction.atomic():
            Contact.objects.update(account_id=target)


def test_unique_key_of_another_workspace_is_no_oracle(two_worlds) -> None:
    """The same external id in two workspaces is two records: nobody learns that the other has it."""
    for each in two_worlds:
        actor = system_actor(each.id, "tests")
        with in_workspace(each.id, by=actor):
            assert record_account(row=AccountRow(external_id="SECRET-1", name="X"), by=actor, now=NOW).id


@pytest.mark.parametrize("model", [m for m in MODELS if not hasattr(m, "pgh_tracked_model")], ids=str)
def test_every_unique_key_begins_with_the_workspace_or_is_an_id(db, model: type[Model]) -> None:
    keys = ask(
        """SELECT c.relname::text, array(SELECT attname::text FROM pg_attribute WHERE attrelid = i.indrelid
        AND attnum = ANY(i.indkey::int2[]))
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = %s::regclass AND i.indisunique""",
        model._meta.db_table,
    )
    ids = {field.column for field in model._meta.concrete_fields if field.unique}
    assert [name for name, columns in keys if "workspace_id" not in columns and not set(columns) <= ids] == []


def test_person_sees_their_own_memberships_alone_outside_workspaces(two_worlds) -> None:
    mine, _ = two_worlds
    with in_workspace(mine.id, by=system_actor(mine.id, "tests")):
        user_id = Membership.objects.get().user_id
    assert [row.workspace_id for row in person(user_id).memberships] == [mine.id]
    assert Membership.objects.count() == 0
    with transaction.atomic():
        ask("SELECT set_config('perennial.user', %s, true)", str(user_id))
        assert [row.workspace_id for row in Membership.objects.all()] == [mine.id]
        assert Membership.objects.update(role="admin") == 0
        assert Account.objects.count() == 0
        ask("SELECT set_config('perennial.user', '', true)")
    assert Membership.objects.count() == 0


def test_person_read_outside_a_transaction_leaves_no_setting_behind(committed: None) -> None:
    here = make_workspace("here")
    by = system_actor(here.id, "tests")
    with in_workspace(here.id, by=by):
        mine = add_member(member=NewMember(email="ada@example.com", role=Role.CSM), by=by, now=NOW)
    found = person(mine.user_id)
    assert found is not None
    assert [row.id for row in found.memberships] == [mine.id]
    assert Membership.objects.count() == 0
    with on_page(here.id, by=by, why="a page") as (seen, _):
        assert (seen, list(Membership.objects.all())) == (here, [mine])
    assert Membership.objects.count() == 0
    with pytest.raises(UnknownReference), on_page(10**9, by=by, why="a page"):
        raise AssertionError("There is no such workspace.")


def test_setting_nonsense_as_workspace_shows_nothing(two_worlds) -> None:
    for value in ("", "0", "-1", "999999999"):
        with transaction.atomic():
            ask("SELECT set_config('perennial.workspace', %s, true)", value)
            assert Account.objects.count() == 0
    with pytest.raises(DatabaseError), transaction.atomic():
        ask("SELECT set_config('perennial.workspace', '1 OR 1=1', true)")
        Account.objects.count()


def test_policies_beside_the_common_one_are_the_known_few(db) -> None:
    found = ask(
        "SELECT tablename::text, policyname::text, cmd, roles::text FROM pg_policies WHERE policyname <> 'inside'"
    )
    assert sorted(found) == [
        ("renewals_account", "search_door", "SELECT", "{perennial_owner}"),
        ("renewals_contact", "search_door", "SELECT", "{perennial_owner}"),
        ("renewals_membership", "own_membership", "SELECT", "{public}"),
    ]


@pytest.mark.parametrize("door", ["accounts", "contacts", "addresses"])
def test_search_door_gives_ids_of_the_own_workspace_alone(two_worlds, door: str) -> None:
    mine, theirs = two_worlds
    wanted = {"accounts": "Account", "contacts": "Ada", "addresses": "ada"}[door]
    found = {}
    for each in two_worlds:
        with in_workspace(each.id, by=system_actor(each.id, "tests")):
            Contact.objects.update(email="ada@example.com")
            found[each.id] = ask(f"SELECT perennial_search_{door}(%s, 100)", wanted)
            model = Account if door == "accounts" else Contact
            assert found[each.id] == [(row_id,) for row_id in model.objects.values_list("id", flat=True)]
    assert found[mine.id] != found[theirs.id]
    assert ask(f"SELECT perennial_search_{door}(%s, 100)", wanted) == []


def test_door_across_workspaces_gives_ids_and_nothing_else(two_worlds) -> None:
    assert active_workspace_ids() == tuple(each.id for each in two_worlds)
    assert Workspace.objects.count() == 0


@pytest.fixture
def committed_world(committed: None) -> Iterator[Workspace]:
    """A committed workspace with one account."""
    workspace = make_workspace("acme")
    actor = system_actor(workspace.id, "tests")
    with in_workspace(workspace.id, by=actor):
        record_account(row=AccountRow(external_id="A1", name="One"), by=actor, now=datetime(2026, 1, 1, tzinfo=UTC))
    yield workspace


def test_workspace_ends_with_the_transaction_also_on_a_reused_connection(committed_world: Workspace) -> None:
    """A session-level SET would stay on a pooled connection; ours is local to the transaction."""
    assert Account.objects.count() == 0
    with pytest.raises(RuntimeError), in_workspace(committed_world.id, by=system_actor(committed_world.id, "tests")):
        assert Account.objects.count() == 1
        raise RuntimeError
    assert Account.objects.count() == 0
    assert ask("SELECT coalesce(current_setting('perennial.workspace', true), '')") == [("",)]


def test_block_without_a_transaction_of_its_own_leaves_nothing_behind(committed_world: Workspace) -> None:
    with in_workspace(committed_world.id, by=system_actor(committed_world.id, "outer")):
        with in_workspace(committed_world.id + 1, by=system_actor(committed_world.id + 1, "inner")):
            assert Account.objects.count() == 0
        assert Account.objects.count() == 1
    connections["default"].close()
    assert Account.objects.count() == 0
