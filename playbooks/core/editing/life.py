"""The life of a draft: which steps there are. Who may take them, roles and the database say."""

from collections.abc import Mapping

from playbooks.core.errors import DraftNotInState

STEPS: Mapping[str, tuple[str, ...]] = {
    "draft": ("waiting", "discarded"),
    "waiting": ("draft", "published", "rejected"),
    "published": (),
    "rejected": (),
    "discarded": (),
}


def check_step(state: str, to: str) -> None:
    """Raise DraftNotInState when a draft in `state` cannot become `to`."""
    if to not in STEPS[state]:
        allowed = ", ".join(STEPS[state]) or "nothing else"
        raise DraftNotInState(
            f"This draft is {state}; it cannot become {to}.", why=f"From {state} it can become {allowed}."
        )
