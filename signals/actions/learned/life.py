"""Put a trained model in force, roll back, retire, reject: a person's decisions, each with a reason.

One model at most is in force. After each change every renewal is scored again; the scorecard is always there below.
"""

from datetime import datetime

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing, UnknownReference
from signals.actions.scores.changes import mark_all_changed
from signals.core.errors import PersonNeeded
from signals.core.model_life import IN_FORCE, REJECTED, RETIRED, check_step, check_usable
from signals.models import RiskModelVersion
from signals.queries.learned.versions import predecessor_of, stored_model


@transaction.atomic
def promote_model(*, number: int, reason: str, by: Actor, now: datetime) -> RiskModelVersion:
    """Put a proposed or an earlier version in force in place of the present one; one in force already stays as it is.

    Raises PersonNeeded, RequiredValueMissing (no reason), ModelStepNotAllowed, ModelNotUsable, ModelDamaged.
    """
    _check_decision(reason, by)
    version, present = _locked(number), _present()
    if version.state == IN_FORCE:
        return version
    check_step(version.state, IN_FORCE)
    check_usable(version.verdict, stored_model(version).report.get("verdict_words", ""))
    version.replaced_number = present.number if present else None
    if present is not None:
        _end(present, RETIRED, f"Replaced by risk model {number}", by=by, now=now)
    return _put_in_force(version, reason, by=by, now=now)


def _put_in_force(version: RiskModelVersion, reason: str, *, by: Actor, now: datetime) -> RiskModelVersion:
    version.state, version.promoted_at, version.promoted_by = IN_FORCE, now, by.label[:150]
    version.promotion_reason, version.ended_at, version.ended_by, version.ended_reason = reason[:300], None, "", ""
    version.save()
    mark_all_changed(workspace_id=by.workspace_id, by=by, now=now)
    return version


@transaction.atomic
def roll_back_model(*, reason: str, by: Actor, now: datetime) -> RiskModelVersion | None:
    """Take the model in force out and put the one before it back; None when the scorecard alone remains.

    Raises PersonNeeded, RequiredValueMissing, UnknownReference (nothing is in force).
    """
    _check_decision(reason, by)
    present = _present()
    if present is None:
        raise UnknownReference("No risk model is in force.")
    before = predecessor_of(present)
    _end(present, RETIRED, reason, by=by, now=now)
    if before is not None:
        # It goes on naming the version that it had replaced itself: rolling back twice goes back two steps.
        check_usable(before.verdict, stored_model(before).report.get("verdict_words", ""))
        return _put_in_force(before, reason, by=by, now=now)
    mark_all_changed(workspace_id=by.workspace_id, by=by, now=now)
    return None


@transaction.atomic
def retire_model(*, reason: str, by: Actor, now: datetime) -> RiskModelVersion | None:
    """Take the model in force out: the scorecard alone says the risk again. None, and no change, when none was."""
    _check_decision(reason, by)
    present = _present()
    if present is not None:
        _end(present, RETIRED, reason, by=by, now=now)
        mark_all_changed(workspace_id=by.workspace_id, by=by, now=now)
    return present


@transaction.atomic
def reject_model(*, number: int, reason: str, by: Actor, now: datetime) -> RiskModelVersion:
    """Say no to a proposal for good; one rejected already stays as it is. Raises ModelStepNotAllowed for others."""
    _check_decision(reason, by)
    version = _locked(number)
    if version.state != REJECTED:
        check_step(version.state, REJECTED)
        _end(version, REJECTED, reason, by=by, now=now)
    return version


def _check_decision(reason: str, by: Actor) -> None:
    if by.kind != "person":
        raise PersonNeeded("Only a person may decide which risk model is in force.")
    if not reason.strip():
        raise RequiredValueMissing("A reason is needed.", where="reason", remedy="Say why, in a sentence.")


def _locked(number: int) -> RiskModelVersion:
    """Return the version, and hold off every other decision about the models of this workspace."""
    for each in RiskModelVersion.objects.select_for_update().order_by("number"):
        if each.number == number:
            return each
    raise UnknownReference(f"There is no risk model {number} in this workspace.")


def _present() -> RiskModelVersion | None:
    return RiskModelVersion.objects.select_for_update().filter(state=IN_FORCE).first()


def _end(version: RiskModelVersion, state: str, reason: str, *, by: Actor, now: datetime) -> None:
    version.state, version.ended_at, version.ended_by, version.ended_reason = state, now, by.label[:150], reason[:300]
    version.save()
