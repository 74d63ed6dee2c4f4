"""Create workspaces with what is shipped for them, and the people, teams and memberships in them."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from renewals.actions.refusals import refusing
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.core.dates import check_zone
from renewals.core.errors import DuplicateRecord, InvalidInput, UnknownReference
from renewals.core.money import check_currency
from renewals.core.roles import Role, Scope, member_of_role
from renewals.core.text import check_email, check_line
from renewals.models import CriticalMoment, LifecycleStage, Membership, Team, User, Workspace
from renewals.queries.library import shipped_moments, shipped_stages


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAddresses:
    """Our own addresses as messages print them. `{owner}` in the booking page stands for the owner's e-mail address."""

    postal_address: str = ""
    booking_url: str = ""
    resources_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceSettings:
    """What a workspace is called and counts in."""

    slug: str
    name: str
    currency: str = "USD"
    timezone: str = "UTC"
    country: str = ""
    is_demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """A person to be let into the workspace; `scope` None leaves the reach to the role."""

    email: str
    role: Role
    name: str = ""
    password: str | None = None
    timezone: str = ""
    team: str = ""
    scope: Scope | None = None
    daily_capacity: int = 8


def create_workspace(*, settings: WorkspaceSettings, now: datetime) -> Workspace:
    """Create a workspace with the shipped lifecycle; there is nobody inside yet who could ask for it.

    Raises DuplicateRecord for a taken slug, InvalidInput and its kin for slug, currency or zone.
    """
    _check_settings(settings)
    with transaction.atomic():
        number = _next_id()
        maker = system_actor(number, "create_workspace")
        taken = DuplicateRecord(f"The slug '{settings.slug}' is taken.", remedy="Choose another one.")
        with in_workspace(number, by=maker, why="A new workspace"), refusing({"renewals_workspace_slug_key": taken}):
            row = Workspace.objects.create(
                id=number,
                slug=settings.slug,
                name=check_line(settings.name, label="Name", is_required=True),
                currency=settings.currency,
                timezone=settings.timezone,
                country=settings.country.upper(),
                is_demo=settings.is_demo,
                created_at=now,
            )
            _ship_lifecycle(number)
    return row


@transaction.atomic
def add_member(*, member: NewMember, by: Actor, now: datetime) -> Membership:
    """Let a person into the workspace, creating them if they are new; known ones get the role, scope and team said.

    A known person's password and name are left alone. Raises InvalidInput for the address and a workspace that is not
    the actor's.
    """
    email = check_email(member.email).lower()
    if not email:
        raise InvalidInput("A person needs an e-mail address.")
    team = _team(member.team, by) if member.team else None
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email, member.password, name=member.name or email.partition("@")[0], timezone=member.timezone
    )
    row, _ = Membership.objects.update_or_create(
        workspace_id=by.workspace_id,
        user=user,
        defaults={
            "role": member_of_role(member.role).role.value,
            "record_scope": "" if member.scope is None else member.scope.name.lower(),
            "team": team,
            "daily_capacity": member.daily_capacity,
            "is_active": True,
        },
    )
    return row


@transaction.atomic
def remove_member(*, membership_id: int, by: Actor, now: datetime) -> Membership:
    """Take a person's access away; what they did stays under their name. The last admin cannot go.

    Raises UnknownReference, InvalidInput.
    """
    admins = Membership.objects.select_for_update().filter(role=Role.ADMIN.value, is_active=True).order_by("id")
    admin_ids = [row.id for row in admins]
    row = Membership.objects.filter(id=membership_id).first()
    if row is None:
        raise UnknownReference(f"There is no member {membership_id} in this workspace.")
    if admin_ids == [membership_id]:
        raise InvalidInput("The last admin cannot leave.", remedy="Make somebody else an admin first.")
    if row.is_active:
        row.is_active = False
        row.save(update_fields=["is_active"])
    return row


@transaction.atomic
def set_daily_capacity(*, user_id: int, capacity: int, by: Actor, now: datetime) -> Membership:
    """Set how many human tasks a person does in a day. Raises UnknownReference, InvalidInput outside 1 to 200."""
    if not 1 <= capacity <= 200:
        raise InvalidInput(f"{capacity} tasks a day make no sense.", where="capacity", remedy="Give 1 to 200.")
    row = Membership.objects.select_for_update().filter(user_id=user_id, is_active=True).first()
    if row is None:
        raise UnknownReference(f"Person {user_id} is not a member of this workspace.", where="person")
    if row.daily_capacity != capacity:
        row.daily_capacity = capacity
        row.save(update_fields=["daily_capacity"])
    return row


@transaction.atomic
def set_addresses(*, addresses: MessageAddresses, by: Actor, now: datetime) -> Workspace:
    """Keep what messages say about us: postal address, where to book a meeting, the self-serve page; empty takes away.

    Raises InvalidInput for an address of a page that is none.
    """
    for url in (addresses.booking_url, addresses.resources_url):
        if url and not url.startswith(("https://", "http://")):
            raise InvalidInput(f"'{url[:80]}' is no address of a page.", remedy="Begin it with https://.")
    row = Workspace.objects.select_for_update().get(id=by.workspace_id)
    row.postal_address = check_line(addresses.postal_address, label="Postal address", longest=300)
    row.booking_url = check_line(addresses.booking_url, label="Booking page", longest=300)
    row.resources_url = check_line(addresses.resources_url, label="Self-serve page", longest=300)
    row.save(update_fields=["postal_address", "booking_url", "resources_url"])
    return row


def _check_settings(settings: WorkspaceSettings) -> None:
    is_slug = settings.slug.replace("-", "").isalnum() and settings.slug.isascii() and settings.slug.islower()
    if not is_slug or len(settings.slug) > 60:
        raise InvalidInput(
            f"'{settings.slug}' is not a slug.", remedy="Small letters, digits and hyphens, e.g. acme-eu."
        )
    check_currency(settings.currency)
    check_zone(settings.timezone)


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('renewals_workspace', 'id'))")
        return int(cursor.fetchone()[0])


def _ship_lifecycle(workspace_id: int) -> None:
    LifecycleStage.objects.bulk_create(
        LifecycleStage(
            workspace_id=workspace_id, key=rule.key, name=rule.name, purpose=rule.purpose, position=rule.position
        )
        for rule in shipped_stages()
    )
    CriticalMoment.objects.bulk_create(
        CriticalMoment(
            workspace_id=workspace_id,
            key=rule.key,
            name=rule.name,
            anchor=rule.anchor.value,
            offset_days=rule.offset_days,
        )
        for rule in shipped_moments()
    )


def _team(name: str, by: Actor) -> Team:
    row, _ = Team.objects.get_or_create(
        workspace_id=by.workspace_id, name=check_line(name, label="Team", longest=120, is_required=True)
    )
    return row
