"""The pages of one negotiation, as tabs."""

from dashboards.core.parts import Tab

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
