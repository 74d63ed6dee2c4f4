"""How tones are read in a workspace: the word list, and what was learnt from the corrections of its people."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Max

from signals.core.sentiment import Lexicon, parse_learned
from signals.models import Signal, ToneCorrection, ToneModel
from signals.queries.library import lexicon

MESSAGE = "support.message"
"""The kind whose value is the tone of its text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSignal:
    """A signal with a text, the tone that was read, and the tone a person said, if one did.

    `first_id` is the signal that came in, when this one stands in its place with a corrected tone; else its own id.
    """

    id: int
    first_id: int
    is_message: bool
    occurred_at: datetime
    text: str
    tone: float | None
    version: str
    correction: ToneCorrection | None


def tone_lexicon() -> Lexicon:
    """Return the word list with the model in force in the workspace one is in, if there is one."""
    active = ToneModel.objects.filter(is_active=True).values_list("id", "number").first()
    return lexicon() if active is None else _with_model(*active)


def text_signal(account_id: int, signal_id: int) -> TextSignal | None:
    """Return a signal of the account that has a text; None when there is no such one."""
    row = Signal.objects.filter(account_id=account_id, id=signal_id).exclude(text="").first()
    if row is None:
        return None
    attributes: dict[str, Any] = row.attributes or {}
    first_id = int(attributes.get("tone_of", row.id))
    return TextSignal(
        id=row.id,
        first_id=first_id,
        is_message=row.kind == MESSAGE,
        occurred_at=row.occurred_at,
        text=row.text,
        tone=row.value if row.kind == MESSAGE else None,
        version=str(attributes.get("tone_version", "")),
        correction=ToneCorrection.objects.filter(signal_id=first_id).first(),
    )


def corrections_to_learn(*, most: int) -> list[tuple[str, float]]:
    """Return the newest corrections as (text, tone)."""
    return list(ToneCorrection.objects.order_by("-corrected_at", "-id").values_list("text", "tone")[:most])


def corrections_and_learnt() -> tuple[int, int]:
    """Return how many corrections there are, and how many the newest model was made of."""
    learnt = ToneModel.objects.aggregate(most=Max("corrections_count"))["most"] or 0
    return ToneCorrection.objects.count(), learnt


@lru_cache(maxsize=32)
def _with_model(model_id: int, number: int) -> Lexicon:
    """A version never changes, so that what was read of it may be kept."""
    row = ToneModel.objects.get(id=model_id)
    return replace(lexicon(), learned=parse_learned(row.definition, number=number))
