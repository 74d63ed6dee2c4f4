"""People's words on the tone of texts are facts; from 200 of them a better reader is learnt, versioned, plain."""

import json
import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, UnknownReference
from renewals.models import Account, Workspace
from signals.actions.intake import record_signals
from signals.actions.scores import refresh_scores, score_as_of
from signals.actions.scores.changes import mark_changed
from signals.actions.tones import correct_tone, learn_tones
from signals.core.sentiment import tone_of
from signals.models import AccountChange, Score, Signal, ToneCorrection, ToneModel
from signals.queries.library import lexicon
from signals.queries.scores import explain, signals_behind
from signals.queries.tones import tone_lexicon
from tests.signals.factories import NOW, item, make_account, make_source

GOOD = ("the sync purrs along", "ship it, purrs nicely", "our people are humming", "humming along since monday")
BAD = ("the sync is wedged", "wedged again on monday", "our people are grumbling", "grumbling in every call")


@pytest.fixture
def place(inside: Workspace) -> Workspace:
    make_account(inside.id)
    make_source(inside.id)
    return inside


def message(place: Workspace, actor: Actor, text: str, **fields: Any) -> Signal:
    items = [item(kind="support.message", text=text, external_id=f"{text}{Signal.objects.count()}", **fields)]
    record_signals(workspace_id=place.id, source_key="product", items=items, by=actor, now=NOW)
    return Signal.objects.order_by("-id")[0]


def corrections(place: Workspace, count: int, *, sides: bool = True) -> None:
    chance = random.Random(7)
    account = Account.objects.get()
    rows = []
    for number in range(count):
        is_good = number % 2 == 0 and sides
        text = f"{chance.choice(GOOD if is_good else BAD)} {chance.choice(('today', 'this week', 'as before'))}"
        rows.append(
            ToneCorrection(
                workspace=place,
                account=account,
                signal_id=10_000 + number,
                occurred_at=NOW,
                text=text,
                tone=0.5 if is_good else -0.5,
                corrected_by="Ann",
                corrected_at=NOW,
            )
        )
    ToneCorrection.objects.bulk_create(rows)


def test_word_of_a_person_is_kept_beside_what_was_read(place: Workspace, actor: Actor) -> None:
    signal = message(place, actor, "Great, it broke again")
    before = (signal.value, signal.attributes)
    for tone in (-0.5, -1.0):
        correct_tone(account_id=signal.account_id, signal_id=signal.id, tone=tone, by=actor, now=NOW)
    kept = ToneCorrection.objects.get()
    assert (kept.tone, kept.read_tone, kept.read_version, kept.text) == (-1.0, before[0], "words-en-2", signal.text)
    signal.refresh_from_db()
    assert (signal.value, signal.attributes, signal.expires_at) == (*before, NOW)


@pytest.mark.requirement(14)
def test_corrected_message_counts_with_the_word_of_the_person_from_then_on(place: Workspace, actor: Actor) -> None:
    first = message(place, actor, "Great, it broke again")
    account = first.account_id
    refresh(place, actor, NOW)
    AccountChange.objects.all().delete()
    later = NOW + timedelta(hours=1)
    for tone in (-0.5, -1.0, -1.0):
        standing = Signal.objects.order_by("-id")[0]
        correct_tone(account_id=account, signal_id=standing.id, tone=tone, by=actor, now=later)
        later += timedelta(hours=1)
    rows = Signal.objects.order_by("id").values_list("value", "expires_at", "received_at", "text", "external_id")
    assert [row[0] for row in rows] == [first.value, -0.5, -1.0]
    assert [row[1] for row in rows] == [NOW + timedelta(hours=1), NOW + timedelta(hours=2), None]
    assert {row[3:] for row in rows} == {(first.text, first.external_id)}
    assert ToneCorrection.objects.get().signal_id == first.id
    assert list(AccountChange.objects.values_list("account_id", flat=True)) == [account]
    refresh(place, actor, later)
    assert [tone_in(account, at) for at in (NOW, later)] == [first.value, -1.0]


@pytest.mark.requirement(14)
def test_day_before_a_correction_counts_the_message_once_as_it_was_read_then(place: Workspace, actor: Actor) -> None:
    first = message(place, actor, "Great, it broke again")
    account, as_of = first.account_id, NOW + timedelta(hours=1)
    corrected_at, later = NOW + timedelta(days=1), NOW + timedelta(days=2)
    correct_tone(account_id=account, signal_id=first.id, tone=-1.0, by=actor, now=corrected_at)
    score_as_of(workspace_id=place.id, account_ids=[account], as_of=as_of, by=actor, now=later)
    refresh(place, actor, later)
    assert messages_in(account, as_of) == [first.value]
    assert messages_in(account, later) == [-1.0]
    assert [tone_in(account, at) for at in (as_of, later)] == [first.value, -1.0]


def messages_in(account: int, at: datetime) -> list[float]:
    """Return the tones of the signals behind the score of a moment."""
    score = Score.objects.get(account_id=account, kind="health", as_of=at)
    return [signal.value for signal in signals_behind(score, "support_sentiment")]


def refresh(place: Workspace, actor: Actor, now: datetime) -> None:
    mark_changed(workspace_id=place.id, account_ids=[Account.objects.get().id], by=actor, now=now)
    refresh_scores(workspace_id=place.id, by=actor, now=now)


def tone_in(account: int, at: datetime) -> float:
    """Return the tone that the score of a moment was made of."""
    score = Score.objects.get(account_id=account, kind="health", as_of=at)
    return next(link.value for link in explain(score).links if link.key == "support_sentiment")


def test_word_on_no_message_or_beyond_the_scale_is_refused(place: Workspace, actor: Actor) -> None:
    signal = message(place, actor, "Great")
    with pytest.raises(InvalidInput):
        correct_tone(account_id=signal.account_id, signal_id=signal.id, tone=1.5, by=actor, now=NOW)
    with pytest.raises(UnknownReference):
        correct_tone(account_id=signal.account_id, signal_id=signal.id + 1, tone=1, by=actor, now=NOW)


def test_fewer_than_200_words_or_one_side_alone_teach_nothing(place: Workspace, actor: Actor) -> None:
    corrections(place, 199)
    assert learn_tones(by=actor, now=NOW) is None
    ToneCorrection.objects.all().delete()
    corrections(place, 240, sides=False)
    assert learn_tones(by=actor, now=NOW) is None


def test_learnt_reader_knows_the_words_of_this_workspace(place: Workspace, actor: Actor) -> None:
    corrections(place, 240)
    made = learn_tones(by=actor, now=NOW)
    assert made is not None
    assert made.evidence["learned_auc"] > made.evidence["words_auc"] + 0.3
    assert json.loads(json.dumps(made.definition)) == made.definition
    assert learn_tones(by=actor, now=NOW) is None  # nothing new was said
    good, bad = message(place, actor, "everything is humming"), message(place, actor, "wedged since noon")
    assert good.value > 0.2 > -0.2 > bad.value
    assert good.attributes["tone_version"] == "learned-1"
    plain = tone_of("everything is humming", lexicon=lexicon())
    assert (plain.score, plain.hits) == (0.0, 0)


def test_reader_that_is_no_better_is_kept_unused(place: Workspace, actor: Actor) -> None:
    corrections(place, 240)
    for number, row in enumerate(ToneCorrection.objects.order_by("id")):
        row.tone = 0.5 if number % 3 else -0.5
        row.text = ("great " if number % 3 else "terrible ") + str(number)
        row.save()
    made = learn_tones(by=actor, now=NOW)
    assert made is not None
    assert not made.is_active
    assert tone_lexicon() == lexicon()
    assert ToneModel.objects.count() == 1
