"""Keep what people say about the tone of a text, and learn from it once enough was said.

The signal keeps the tone that was read: scores already shown must stay explained. From the correction on another one
stands in its place with the tone that the person said, and later texts are read better.
"""

import json
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, UnknownReference
from signals.actions.scores.changes import mark_changed
from signals.core.learning.tones import FEWEST, learn_tone
from signals.models import ToneCorrection, ToneModel
from signals.queries.library import lexicon
from signals.queries.tones import (
    MESSAGE,
    TextSignal,
    corrections_and_learnt,
    corrections_to_learn,
    text_signal,
)

MOST_CORRECTIONS = 20_000
# The message as it counts now ends, and the same message with the corrected tone begins, received now.
STAND_IN = """
WITH old AS (
  SELECT * FROM signals_signal WHERE workspace_id = %(workspace)s AND account_id = %(account)s
    AND occurred_at = %(occurred_at)s AND kind = %(kind)s
    AND (id = %(first)s OR attributes ->> 'tone_of' = %(first)s::text)
  ORDER BY id DESC LIMIT 1 FOR UPDATE
), changed AS (
  SELECT * FROM old WHERE value IS DISTINCT FROM %(tone)s AND (expires_at IS NULL OR expires_at > %(now)s)
), ended AS (
  UPDATE signals_signal s SET expires_at = %(now)s FROM changed
  WHERE s.workspace_id = changed.workspace_id AND s.id = changed.id AND s.occurred_at = changed.occurred_at
)
INSERT INTO signals_signal (workspace_id, account_id, source_id, occurred_at, received_at, expires_at, value, batch_id,
                            kind, external_id, subject, text, author, attributes)
SELECT workspace_id, account_id, source_id, occurred_at, %(now)s, expires_at, %(tone)s, batch_id, kind, external_id,
       subject, text, author, coalesce(attributes, '{}') - 'tone_confidence' || %(attributes)s::jsonb
FROM changed
"""
NEWS_SHARE = 1.1


@transaction.atomic
def correct_tone(*, account_id: int, signal_id: int, tone: float, by: Actor, now: datetime) -> ToneCorrection:
    """Keep a person's word on the tone of a text, -1 to 1; a second word replaces the first, the history keeps both.

    A message counts with the word from now on, and its account is scored again; other texts only teach.

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
        workspace_id=by.workspace_id, signal_id=found.first_id, defaults=said, create_defaults={**said, **about}
    )
    if found.is_message:
        _stand_in(found, account_id, tone, by, now)
    return made


def _stand_in(found: TextSignal, account_id: int, tone: float, by: Actor, now: datetime) -> None:
    given = {
        "workspace": by.workspace_id,
        "account": account_id,
        "occurred_at": found.occurred_at,
        "kind": MESSAGE,
        "first": found.first_id,
        "tone": tone,
        "now": now,
        "attributes": json.dumps({"tone_version": "person", "tone_of": found.first_id}),
    }
    with connection.cursor() as cursor:
        cursor.execute(STAND_IN, given)
        if cursor.rowcount:
            mark_changed(workspace_id=by.workspace_id, account_ids=[account_id], by=by, now=now)


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
