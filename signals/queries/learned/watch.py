"""How the watched models are doing: the figures of each month, alarms, and whether it is time to train again."""

from django.db.models import Max

from renewals.models import Outcome
from signals.core.model_life import TrainingFacts
from signals.models import RiskModelCheck, RiskModelVersion, RiskTraining


def training_facts() -> TrainingFacts:
    """Return what decides whether to train again."""
    done = RiskTraining.objects.filter(state=RiskTraining.State.DONE).aggregate(last=Max("ordered_at"))["last"]
    made = RiskModelVersion.objects.aggregate(last=Max("trained_at"))["last"]
    trained_at = max((each for each in (done, made) if each is not None), default=None)
    outcomes = Outcome.objects.all()
    return TrainingFacts(
        has_open_order=RiskTraining.objects.filter(state__in=["waiting", "running"]).exists(),
        trained_at=trained_at,
        alarmed_at=RiskModelCheck.objects.filter(is_alarm=True).aggregate(last=Max("checked_at"))["last"],
        outcomes_count=outcomes.count(),
        new_outcomes_count=(outcomes.filter(recorded_at__gt=trained_at) if trained_at else outcomes).count(),
    )


def alarms(version: RiskModelVersion) -> list[RiskModelCheck]:
    """Return the alarms of a version, the newest month first."""
    found = RiskModelCheck.objects.filter(version=version, is_alarm=True)
    return list(found.order_by("-month_on", "kind", "subject"))


def open_alarms() -> list[RiskModelCheck]:
    """Return the alarms of the newest month that was checked, for the model in force."""
    found = RiskModelCheck.objects.filter(version__state=RiskModelVersion.State.IN_FORCE)
    last = found.aggregate(last=Max("month_on"))["last"]
    return list(found.filter(month_on=last, is_alarm=True).order_by("kind", "subject")) if last else []


def checks(version: RiskModelVersion, kind: str) -> list[RiskModelCheck]:
    """Return the figures of one kind, oldest month first."""
    return list(RiskModelCheck.objects.filter(version=version, kind=kind).order_by("month_on", "subject"))
