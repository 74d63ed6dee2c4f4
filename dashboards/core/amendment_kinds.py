"""What an amendment may change, in the order in which it is asked: the first question of the page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentKind:
    """One answer to "what changes?": its key, its name, and when to choose it."""

    key: str
    name: str
    help: str


KINDS: tuple[AmendmentKind, ...] = (
    AmendmentKind(key="line", name="Price or quantity of a line", help="More seats, or another price from a day on."),
    AmendmentKind(key="steps", name="A price in steps", help="A line whose price goes on in up to three steps."),
    AmendmentKind(key="new_line", name="A new line", help="Something is added to the contract."),
    AmendmentKind(key="removal", name="A line ends", help="Something is taken out before the term ends."),
    AmendmentKind(key="suspension", name="A line rests", help="Suspend it for a while; it counts as nothing then."),
    AmendmentKind(key="resumption", name="A line runs again", help="Resume what was suspended, at its old price."),
    AmendmentKind(key="end", name="The end of the term", help="It runs longer, or shorter, than was signed."),
    AmendmentKind(key="clauses", name="Notice and end", help="Notice period, what happens at the end, the next term."),
    AmendmentKind(key="price", name="What is agreed about the next price", help="A price uplift or a cap."),
    AmendmentKind(key="party", name="The account it belongs to", help="Assigned to another account, with all it says."),
)
BY_KEY = {kind.key: kind for kind in KINDS}
