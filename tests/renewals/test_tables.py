"""Many tables in one operation of a migration: made with links in a circle, dropped, and used for a new database."""

import pytest
from django.core.management import call_command
from django.db import connections, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.test.utils import CaptureQueriesContext

from renewals.models.tables import CreateTables


def made(name: str, link: str) -> migrations.CreateModel:
    """A table that points at another one, with a constraint."""
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("size", models.IntegerField()),
        ("link", models.ForeignKey(f"renewals.{link}", models.PROTECT, related_name="+")),
    ]
    check = models.CheckConstraint(condition=models.Q(size__gte=0), name=f"{name.lower()}_size")
    return migrations.CreateModel(name=name, fields=fields, options={"constraints": [check]})


@pytest.mark.django_db(databases=["owner"])
def test_tables_in_a_circle_are_created_together_and_dropped() -> None:
    owner = connections["owner"]
    before = sorted(owner.introspection.table_names())
    operation = CreateTables([made("Hen", "Egg"), made("Egg", "Hen")])
    empty, full = ProjectState(), ProjectState()
    operation.state_forwards("renewals", full)
    with owner.schema_editor() as editor:
        operation.database_forwards("renewals", editor, empty, full)
    assert sorted(set(owner.introspection.table_names()) - set(before)) == ["renewals_egg", "renewals_hen"]
    with owner.cursor() as cursor:
        assert sorted(owner.introspection.get_constraints(cursor, "renewals_hen"))[0].startswith("hen_size")
    with owner.schema_editor() as editor:
        operation.database_backwards("renewals", editor, full, empty)
    assert sorted(owner.introspection.table_names()) == before


@pytest.mark.parametrize("app", ["renewals", "signals", "playbooks", "offers"])
def test_every_app_begins_with_one_foundation_of_all_its_tables(app: str) -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    names = sorted(name for owner, name in loader.graph.nodes if owner == app)
    begun = [
        name
        for name in names
        if any(isinstance(each, CreateTables) for each in loader.graph.nodes[app, name].operations)
    ]
    assert begun == names[:1]
    assert names[0].endswith("_foundation")


@pytest.mark.django_db(databases=["owner"])
def test_question_what_migrate_would_do_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with CaptureQueriesContext(connections["owner"]) as asked:
        call_command("migrate", plan=True)
    assert "No planned migration operations." in capsys.readouterr().out
    assert [each["sql"] for each in asked if not each["sql"].lstrip().upper().startswith("SELECT")] == []
