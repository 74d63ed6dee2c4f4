"""create_user EMAIL --workspace SLUG --role ROLE: a person with a role in a workspace."""

import json
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from renewals.actions.scope import in_workspace
from renewals.actions.workspaces import NewMember, add_member
from renewals.core.actors import system_actor
from renewals.core.errors import NamedError
from renewals.core.roles import Role, read_scope
from renewals.models import Membership
from renewals.queries.clock import database_now
from renewals.queries.workspaces import workspace_id_of


class Command(BaseCommand):
    """Creates a person, or gives a known one a role; exit 2 when that is not possible."""

    help = "Create a person with a role in a workspace."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what interfaces promise; without --password it is asked for."""
        parser.add_argument("email")
        parser.add_argument("--workspace", required=True)
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--password", default="")
        parser.add_argument("--name", default="")
        parser.add_argument("--team", default="")
        parser.add_argument("--scope", default="", choices=["", "own", "team", "all"])
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the person and say their role."""
        password = options["password"] or getpass("Password: ")
        member = NewMember(
            email=options["email"],
            role=Role(options["role"]),
            name=options["name"],
            password=password,
            team=options["team"],
            scope=read_scope(options["scope"]),
        )
        try:
            validate_password(password)
            row = self.add(member, options["workspace"])
        except NamedError as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages), returncode=2) from refusal
        facts = {"id": row.user_id, "email": row.user.email, "role": row.role, "workspace": options["workspace"]}
        text = f"{row.user.email} is {row.role} in '{options['workspace']}'."
        self.stdout.write(json.dumps(facts) if options["json"] else text)

    def add(self, member: NewMember, slug: str) -> Membership:
        """Return the membership, made inside the workspace."""
        workspace_id = workspace_id_of(slug)
        actor = system_actor(workspace_id, "create_user")
        with in_workspace(workspace_id, by=actor, why="create_user"):
            return add_member(member=member, by=actor, now=database_now())
