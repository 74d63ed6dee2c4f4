"""Keep what people say about the tone of a text, and learn from it once enough was said.

The signal keeps the tone that was read: scores already shown must stay explained. Later texts are read better.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, UnknownReference
from signals.core.learning.tones import FEWEST, learn_tone
from signals.models import ToneCorrection, ToneModel
from signals.queries.library import lexicon
from signals.queries.tones import corrections_and_learnt, corrections_to_learn, text_signal

MOST_CORRECTIONS = 20_000
NEWS_SHARE = 1.1


@transaction.atomic
def correct_tone(*, account_id: int, signal_id: int, tone: float, by: Actor, now: datetime) -> ToneCorrection:
    """Keep a person's word on the tone of a text, -1 to 1; a second word replaces the first, the history keeps both.

    Raises UnknownReference for a signal without a text and InvalidInput for a tone outside -1 to 1.
    """
    if not -1.0 <= tone <= 1.0:
        raise InvalidInput(f"A tone lies between -1 and 1, got {tone:g}.", where="tone")
    found = text_signal(account_id, signal_id)
    if found is None:
        raise UnknownReference(f"The account has no message {signal_id}.")
    said = {"tone": tone, "corrected_by": by.label[:150], "corrected_at": now}
    about = {
        "account_id": account_id,
        "occurred_at": found.occurred_at,
        "text": found.text,
        "read_tone": found.tone,
        "read_version": found.version[:40],
    }
    made, _ = ToneCorrection.objects.update_or_create(
        workspace_id=by.workspace_id, signal_id=signal_id, defaults=said, create_defaults={**said, **about}
    )
    return made


@transaction.atomic
def learn_tones(*, by: Actor, now: datetime) -> ToneModel | None:
    """Learn a new version when 200 corrections are there and a tenth more than last time; None when it is too early.

    It reads texts only if it told the sides apart better than the word list, out of fold; else it is kept unused.
    """
    count, learnt = corrections_and_learnt()
    if count < FEWEST or count < learnt * NEWS_SHARE:
        return None
    lesson = learn_tone(corrections_to_learn(most=MOST_CORRECTIONS), lexicon=lexicon())
    if lesson is None:
        return None
    last = ToneModel.objects.aggregate(last=Max("number"))["last"] or 0
    if lesson.is_better:
        ToneModel.objects.filter(is_active=True).update(is_active=False)
    return ToneModel.objects.create(
        workspace_id=by.workspace_id,
        number=last + 1,
        definition=dict(lesson.definition),
        corrections_count=count,
        evidence=dict(lesson.evidence),
        made_at=now,
        is_active=lesson.is_better,
    )
