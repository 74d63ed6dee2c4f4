"""The learners as documents: the scorecard in plain numbers, the trees in skops with every type trusted by name."""

import base64
from collections.abc import Iterable, Mapping
from typing import Any
from zipfile import ZIP_DEFLATED

import numpy as np

from signals.core.errors import ModelInvalid
from signals.core.learning.booster import Booster
from signals.core.learning.encoding.categories import CategoryTerms
from signals.core.learning.encoding.design import Encoding, Terms
from signals.core.learning.encoding.expert import ExpertTerm
from signals.core.learning.encoding.numbers import NumberTerms
from signals.core.learning.encoding.state import Showing, State
from signals.core.learning.late import Late
from signals.core.learning.prior import Prior
from signals.core.learning.scorecard.model import Scorecard
from signals.core.learning.scorecard.terms import Layout, Shading
from signals.core.learning.settings import NearPart, Part, TurnedPart
from signals.core.learning.stack import Stack

SKOPS = Late("skops.io")

TRUSTED = (
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.utils.validation.check_array",
    "functools.partial",
)
"""What trees may hold beyond skops' own list. A partial calls nothing that is not trusted itself."""


def stack_out(stack: Stack) -> dict[str, Any]:
    """Return the weights of the members."""
    return {"members": list(stack.members), "weights": list(stack.weights), "intercept": stack.intercept}


def stack_in(document: Mapping[str, Any]) -> Stack:
    """Return the stack of a document."""
    return Stack(
        members=tuple(document["members"]), weights=tuple(document["weights"]), intercept=document["intercept"]
    )


def scorecard_out(card: Scorecard) -> dict[str, Any]:
    """Return the scorecard without its prior, which the whole document holds once."""
    layout = card.layout
    return {
        "terms": {name: _terms_out(terms) for name, terms in layout.encoding.terms.items()},
        "expert": [_fields(term) for term in layout.expert],
        "state": None if layout.state is None else _state_out(layout.state),
        "segments": list(layout.segments),
        "own": list(layout.own),
        "weights": [float(weight) for weight in card.weights],
        "shading": _fields(card.shading),
        "learned_share": card.learned_share,
        "rows": card.rows,
        "recent": card.recent,
        "apart": [{**_part_out(part), "card": scorecard_out(own)} for part, own in card.apart],
    }


def scorecard_in(document: Mapping[str, Any], prior: Prior, order: Iterable[str]) -> Scorecard:
    """Return the scorecard of a document. `order` is that of the model's columns.

    The weights stand in the order of the columns, and a store may sort the names of an object.
    """
    terms, order = document["terms"], tuple(order)
    layout = Layout(
        encoding=Encoding({name: _terms_in(terms[name]) for name in order if name in terms}),
        expert=tuple(ExpertTerm(**term) for term in document["expert"]),
        segments=tuple(document["segments"]),
        own=tuple(document["own"]),
        state=_state_in(document["state"]) if document.get("state") else None,
    )
    return Scorecard(
        layout=layout,
        prior=prior,
        weights=np.array(document["weights"], dtype=np.float64),
        shading=Shading(**document["shading"]),
        learned_share=document["learned_share"],
        rows=document["rows"],
        recent=float(document.get("recent", 0.0)),
        apart=tuple(_part_in(each, prior, order) for each in document.get("apart", ())),
    )


def _part_out(part: Part) -> dict[str, Any]:
    if isinstance(part, NearPart):
        return {"days": part.days}
    return {"column": part.column, "word": part.word, "since": _day_out(part.since)}


def _part_in(document: Mapping[str, Any], prior: Prior, order: tuple[str, ...]) -> tuple[Part, Scorecard]:
    card = scorecard_in(document["card"], prior, order)
    if "days" in document:
        return NearPart(days=document["days"]), card
    since = None if document["since"] is None else np.datetime64(document["since"], "D")
    return TurnedPart(column=document["column"], word=document["word"], since=since), card


def _day_out(day: np.datetime64 | None) -> str | None:
    return None if day is None else str(day)


def booster_out(booster: Booster) -> dict[str, Any]:
    """Return the trees as text of skops bytes, and the codes of the words."""
    return {
        "names": list(booster.names),
        "levels": {name: _terms_out(terms) for name, terms in booster.levels.items()},
        "trees": [_packed(trees) for trees in booster.trees],
        "shift": booster.shift,
    }


def _packed(trees: Any) -> str:
    return base64.b64encode(SKOPS.dumps(trees, compression=ZIP_DEFLATED)).decode("ascii")


def booster_in(document: Mapping[str, Any]) -> Booster:
    """Return the trees of a document; raise ModelInvalid when it holds a type that is not trusted."""
    levels = {name: _terms_in(terms) for name, terms in document["levels"].items()}
    return Booster(
        names=tuple(document["names"]),
        levels={name: terms for name, terms in levels.items() if isinstance(terms, CategoryTerms)},
        trees=tuple(_trees_in(base64.b64decode(text)) for text in document["trees"]),
        shift=float(document.get("shift", 0.0)),
    )


def _trees_in(data: bytes) -> Any:
    strange = sorted(set(SKOPS.get_untrusted_types(data=data)) - set(TRUSTED))
    if strange:
        raise ModelInvalid(f"The stored trees hold a type that is not trusted: {', '.join(strange)}.")
    return SKOPS.loads(data, trusted=list(TRUSTED))


def _state_out(state: State) -> dict[str, Any]:
    showings = [{**_fields(each), "places": list(each.places)} for each in state.showings]
    return {"showings": showings, "opinion": state.opinion, "explains": state.explains}


def _state_in(document: Mapping[str, Any]) -> State:
    showings = (Showing(**{**each, "places": tuple(each["places"])}) for each in document["showings"])
    return State(showings=tuple(showings), opinion=document["opinion"], explains=document.get("explains", False))


def _fields(value: ExpertTerm | Shading | Showing) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _terms_out(terms: Terms) -> dict[str, Any]:
    if isinstance(terms, CategoryTerms):
        return {"levels": list(terms.levels), "shares": list(terms.shares), "pooled": sorted(terms.pooled)}
    fields = {name: getattr(terms, name) for name in NumberTerms.__dataclass_fields__}
    return {
        **fields,
        "bend": [list(row) for row in terms.bend],
        **{n: list(fields[n]) for n in ("knots", "steps", "step_shares")},
    }


def _terms_in(document: Mapping[str, Any]) -> Terms:
    if "levels" in document:
        return CategoryTerms(
            levels=tuple(document["levels"]), shares=tuple(document["shares"]), pooled=frozenset(document["pooled"])
        )
    listed = {name: tuple(document[name]) for name in ("knots", "steps", "step_shares")}
    return NumberTerms(**{**document, **listed, "bend": tuple(tuple(row) for row in document["bend"])})
