"""What was decided of some renewals, version by version, with everything it was decided on as it was kept then."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from offers.core.errors import PriceNotPossible
from offers.core.judging import Basis
from offers.core.library import OfferDefinition, read_offer
from offers.core.plain import read_wish
from offers.core.plain_basis import read_basis
from offers.core.policy import Policy
from offers.core.policy.parse import checked_policy
from offers.core.simulation import Decided
from offers.core.simulation.clocks import queue_name
from offers.models import ApprovalRequest, PolicyVersion, ProposalVersion
from offers.queries.simulations.chosen import ENDED
from renewals.core.errors import NamedError


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedRow:
    """A decision with what the core does not need: whose it is, when it fell, and what really happened."""

    decided: Decided
    renewal_id: int
    account_id: int
    proposal_id: int
    currency: str
    decided_at: datetime
    queues: tuple[str, ...]
    real_hours: float | None


def decided_rows(renewal_ids: Iterable[int], *, before: datetime) -> Mapping[int, list[DecidedRow]]:
    """Return what was decided of these renewals before an instant, by proposal, in the order it was asked."""
    ids = list(renewal_ids)
    policies = _policies()
    found = [*_requested(ids, before, policies), *_refused(ids, before, policies)]
    chains: dict[int, list[DecidedRow]] = defaultdict(list)
    for row in sorted(found, key=lambda row: (row.decided.number, row.decided.request_id or 0)):
        chains[row.proposal_id].append(row)
    return chains


def _requested(ids: list[int], before: datetime, policies: Mapping[int, Policy | None]) -> list[DecidedRow]:
    related = ("version__proposal__renewal", "version__offer_version")
    rows = ApprovalRequest.objects.select_related(*related).prefetch_related("steps")
    wanted = rows.filter(proposal__renewal_id__in=ids, state__in=ENDED, ended_at__lt=before)
    return [_of_request(row, policies) for row in wanted.order_by("id")]


def _refused(ids: list[int], before: datetime, policies: Mapping[int, Policy | None]) -> list[DecidedRow]:
    rows = ProposalVersion.objects.select_related("proposal__renewal", "offer_version")
    wanted = rows.filter(proposal__renewal_id__in=ids, verdict__outcome="refuse", created_at__lt=before)
    return [_row(row, policies, way="refused", decided_at=row.created_at) for row in wanted.order_by("id")]


def _of_request(request: ApprovalRequest, policies: Mapping[int, Policy | None]) -> DecidedRow:
    is_answered = request.way == "ask" and request.state in ("approved", "refused")
    took = (request.ended_at - request.requested_at).total_seconds() / 3600 if request.ended_at else 0.0
    return _row(
        request.version,
        policies,
        way=request.way,
        decided_at=request.ended_at,
        request=request,
        real_hours=took if is_answered else None,
    )


def _row(
    version: ProposalVersion,
    policies: Mapping[int, Policy | None],
    *,
    way: str,
    decided_at: datetime,
    request: ApprovalRequest | None = None,
    real_hours: float | None = None,
) -> DecidedRow:
    evidence = request.evidence if request else {}
    decided = Decided(
        number=version.number,
        request_id=request.id if request else None,
        basis=_basis(version, role=evidence.get("role")),
        policy=policies.get(version.policy_id),
        wish=read_wish(version.wish),
        offer=_offer(version),
        way=way,
        level=request.level_name if request else "",
        is_approved=request is not None and request.state == "approved",
        price=version.price,
        verdict=version.verdict,
        approved_before=evidence.get("approved_before") or {},
    )
    renewal = version.proposal.renewal
    return DecidedRow(
        decided=decided,
        renewal_id=renewal.id,
        account_id=renewal.account_id,
        proposal_id=version.proposal_id,
        currency=version.currency,
        decided_at=decided_at,
        queues=tuple(queue_name(step.roles, step.needs) for step in request.steps.all()) if request else (),
        real_hours=real_hours,
    )


def _basis(version: ProposalVersion, *, role: str | None) -> Basis | None:
    """The role is that of who asked; a version nobody asked for has that of who wrote it.

    Whether it was for a win-back stands on the proposal: a basis from before this was a fact has it from there.
    """
    if version.basis is None:
        return None
    basis = read_basis(version.basis if role is None else {**version.basis, "role": role})
    return replace(basis, facts={"renewal.is_win_back": version.proposal.is_win_back, **basis.facts})


def _offer(version: ProposalVersion) -> OfferDefinition | None:
    return read_offer(version.offer_version.definition)[0] if version.offer_version else None


def _policies() -> dict[int, Policy | None]:
    """Every published policy by its row; None for one that cannot be read any more."""
    return {row.id: _policy(row) for row in PolicyVersion.objects.all()}


def _policy(row: PolicyVersion) -> Policy | None:
    try:
        return checked_policy(row.definition, number=row.number)
    except (PriceNotPossible, NamedError):
        return None
