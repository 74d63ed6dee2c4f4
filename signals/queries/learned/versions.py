"""Versions of the learned risk model with their bodies, and which one is in force."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from renewals.core.errors import UnknownReference
from signals.core.errors import ModelDamaged
from signals.core.model_life import LEARNED
from signals.core.snapshots.columns import ColumnSpec, spec_from_json
from signals.models import RiskModelBody, RiskModelVersion, RiskTraining

State = RiskModelVersion.State


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """A version with what it is made of; `specs` say from where in a snapshot each of its columns is read."""

    version: RiskModelVersion
    document: Mapping[str, Any]
    specs: tuple[ColumnSpec, ...]
    report: Mapping[str, Any]


def versions() -> list[RiskModelVersion]:
    """Return all versions of the workspace, the newest first."""
    return list(RiskModelVersion.objects.order_by("-number"))


def version_of(number: int) -> RiskModelVersion:
    """Return a version by its number; raise UnknownReference."""
    found = RiskModelVersion.objects.filter(number=number).first()
    if found is None:
        raise UnknownReference(f"There is no risk model {number} in this workspace.")
    return found


def model_in_force() -> RiskModelVersion | None:
    """Return the version in force; None as long as the scorecard alone says the risk."""
    return RiskModelVersion.objects.filter(state=State.IN_FORCE).first()


def challenger() -> RiskModelVersion | None:
    """Return the newest proposal that may be promoted, asked in the shadow of the one in force; None without one."""
    return RiskModelVersion.objects.filter(state=State.PROPOSED, verdict=LEARNED).order_by("-number").first()


def watched() -> list[RiskModelVersion]:
    """Return the version in force and its challenger, those there are."""
    return [each for each in (model_in_force(), challenger()) if each is not None]


def predecessor_of(version: RiskModelVersion) -> RiskModelVersion | None:
    """Return the version to roll back to: the one that was in force when this was put there; None when none was."""
    return RiskModelVersion.objects.filter(state=State.RETIRED, number=version.replaced_number).first()


def stored_model(version: RiskModelVersion) -> StoredModel:
    """Return the version with its body; raise ModelDamaged when the body is not what was written."""
    body = RiskModelBody.objects.get(version=version)
    if fingerprint(body.document) != body.sha256:
        raise ModelDamaged(f"The stored body of risk model {version.number} is not what was written.")
    specs = tuple(spec_from_json(each) for each in body.specs)
    return StoredModel(version=version, document=json.loads(body.document), specs=specs, report=body.report)


def report_of(version: RiskModelVersion) -> dict[str, Any]:
    """Return the report that was written when the version was trained."""
    return dict(RiskModelBody.objects.values_list("report", flat=True).get(version=version))


def trainings(limit: int = 10) -> list[RiskTraining]:
    """Return the latest orders to train, the newest first."""
    return list(RiskTraining.objects.select_related("version").order_by("-ordered_at", "-id")[:limit])


def fingerprint(document: str) -> str:
    """Return the SHA-256 of a model's document, which is its JSON text."""
    return hashlib.sha256(document.encode()).hexdigest()
