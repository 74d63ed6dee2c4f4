"""The words of decision trees: what an outcome suggests to do, and what a tree is for."""

from collections.abc import Mapping

from offers.core.negotiation.trees import Play

PLAYS: Mapping[str, tuple[str, str]] = {
    "case_study": ("Use a case study", "accent"),
    "product_expert": ("Bring a product expert", "accent"),
    "scale": ("Scale", "good"),
    "level": ("Level", "good"),
    "adjust_terms": ("Adjust the terms", "watch"),
    "executive": ("Let our sponsor speak", "accent"),
    "give_and_get": ("Give for a get", "watch"),
    "hold": ("Hold", "good"),
    "let_go": ("Let go well", "bad"),
}
NOT_CHOSEN = ("Not chosen yet", "none")
KINDS: Mapping[str, str] = {"objection": "An objection", "approach": "A choice of approach"}


def play_words(play: Play | None) -> tuple[str, str]:
    """Return what an outcome suggests, and its tone; what nobody has chosen yet is said to be so."""
    return NOT_CHOSEN if play is None else PLAYS[play.value]
