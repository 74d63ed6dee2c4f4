"""A workspace in euros with one renewal and the people who propose and approve, made through the product's actions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from offers.actions.approvals import AnswerGiven, answer_step, ask_approval
from offers.actions.proposals import ProposalWish, keep_proposal
from offers.core.pricing import Wish
from offers.models import ApprovalRequest, ProposalVersion
from renewals.core.actors import Actor, person_actor
from renewals.core.records import LineRow
from renewals.core.roles import Role
from renewals.models import Account, Renewal, Workspace
from tests.renewals.build import NOW, member, renewal

TODAY = date(2026, 3, 2)
ROLES = {
    "anna": Role.CSM,
    "rita": Role.RENEWAL_MANAGER,
    "fred": Role.FINANCE,
    "fay": Role.FINANCE,
    "carl": Role.CS_MANAGER,
    "eve": Role.EXECUTIVE,
    "abe": Role.ADMIN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One renewal of 1,000 euros a year and everybody by name."""

    workspace: Workspace
    renewal: Renewal
    people: dict[str, Actor]

    def keep(self, by: str = "anna", *, seen: int = 0, **wish: object) -> ProposalVersion:
        """Keep a version of the proposal; percentages and amounts may be plain numbers."""
        if "discount" in wish:
            wish["discount_percent"] = Decimal(str(wish.pop("discount")))
        given = ProposalWish(wish=Wish(**wish), seen_number=seen)
        return keep_proposal(renewal_id=self.renewal.id, given=given, today=TODAY, by=self.people[by], now=NOW)

    def ask(self, version: ProposalVersion, by: str = "anna", *, away: dict[int, int | None] | None = None) -> object:
        """Ask for a version."""
        return ask_approval(version_id=version.id, note="They may leave.", away=away, by=self.people[by], now=NOW)

    def answer(
        self,
        request: ApprovalRequest,
        by: str,
        *,
        key: str = "",
        is_approved: bool = True,
        version_id: int | None = None,
        away: dict[int, int | None] | None = None,
    ) -> ApprovalRequest:
        """Answer the open step (of that key) of a request."""
        steps = request.steps.filter(state="open")
        step = (steps.filter(key=key) if key else steps).first() or request.steps.first()
        given = AnswerGiven(
            version_id=version_id or request.version_id,
            is_approved=is_approved,
            reason="" if is_approved else "Too much.",
        )
        return answer_step(step_id=step.id, given=given, away=away or {}, by=self.people[by], now=NOW)


def make_scene(workspace: Workspace, by: Actor, *, arr: int = 1000) -> Scene:
    """Return the scene; must be called inside the workspace."""
    Workspace.objects.filter(id=workspace.id).update(currency="EUR")
    line = LineRow(external_id="seats", arr_amount=Decimal(arr), list_arr_amount=Decimal(arr * 2))
    made = renewal(by, lines=(line,))
    Account.objects.filter(id=made.account_id).update(tier="growth", region="North America")
    people = {
        name: person_actor(workspace.id, member(by, name.title(), role).user_id, name.title())
        for name, role in ROLES.items()
    }
    return Scene(workspace=workspace, renewal=made, people=people)
