"""Secrets of sources: sealed, bound to their place, opened by an earlier key while it is named."""

from typing import Any

import pytest

from signals.queries.sealing import SealBroken, seal, secret_place, unseal

PLACE = secret_place(1, 2, "signing")


def test_sealed_text_opens_at_its_place_alone() -> None:
    sealed = seal("whsec_abc", place=PLACE)
    assert unseal(sealed, place=PLACE) == "whsec_abc"
    assert seal("whsec_abc", place=PLACE) != sealed
    for place in (secret_place(2, 2, "signing"), secret_place(1, 3, "signing"), secret_place(1, 2, "pull")):
        with pytest.raises(SealBroken):
            unseal(sealed, place=place)


def test_earlier_key_opens_while_it_is_a_fallback(settings: Any) -> None:
    sealed = seal("text", place=PLACE)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-of-more-than-thirty-two-letters"
    with pytest.raises(SealBroken):
        unseal(sealed, place=PLACE)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(sealed, place=PLACE) == "text"
