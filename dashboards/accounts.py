"""How people log in: nobody signs up by himself, an admin adds them."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from renewals.actions.scope import person
from renewals.queries.people import Membership, User


class ClosedSignupAdapter(DefaultAccountAdapter):
    """allauth's own rules without sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Answer no, always."""
        return False


class MemberBackend(AuthenticationBackend):
    """allauth's own rules; who is logged in is read with their memberships, which every page asks next."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session, None for one who is not active any more."""
        found = person(user_id)
        if found is None:
            return None
        found.user.read_memberships = found.memberships
        return found.user


def memberships_of(user: User) -> tuple[Membership, ...]:
    """Return the active memberships of who is logged in, oldest first; read now where the log-in has not."""
    if hasattr(user, "read_memberships"):
        return user.read_memberships
    found = person(user.pk)
    return () if found is None else found.memberships
