"""The pages of /offers/ and those of one negotiation, as tabs."""

from dashboards.core.parts import Tab
from renewals.core.roles import Member, can

PAGES = (
    ("proposal", "Proposal", ""),
    ("options", "Options", "options/"),
    ("objections", "Objections", "objections/"),
    ("concessions", "Give and get", "concessions/"),
    ("notes", "Notes and credit", "notes/"),
    ("contributions", "Contributions", "contributions/"),
)


def family_tabs(renewal_id: int, current: str) -> tuple[Tab, ...]:
    """Return the pages of a renewal's negotiation; `current` is the key of the one that is shown."""
    path = f"/renewals/{renewal_id}/proposal/"
    return tuple(Tab(text=text, href=f"{path}{end}", is_current=key == current) for key, text, end in PAGES)


OFFERS = (
    ("library", "Library", "", "offers.view", ""),
    ("policy", "Pricing policy", "policy/", "offers.view", "p"),
    ("simulations", "Simulations", "policy/simulations/", "offers.view", ""),
    ("assignment", "Who is offered what", "assignment/", "offers.view", ""),
    ("revisions", "Price revisions", "revisions/", "offers.view", ""),
    ("trees", "Decision trees", "trees/", "decision_trees.view", "t"),
    ("negotiations", "Negotiations", "negotiations/", "negotiations.view", "w"),
    ("leakage", "Leakage", "leakage/", "negotiations.view", "l"),
)


def offer_tabs(member: Member, current: str) -> tuple[Tab, ...]:
    """Return the pages below /offers/ that a person may see; `current` is the key of the one that is shown."""
    return tuple(
        Tab(text=text, href=f"/offers/{end}", is_current=key == current, key=press)
        for key, text, end, permission, press in OFFERS
        if can(member, permission)
    )
