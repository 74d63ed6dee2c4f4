"""The life of a version of the rules: which steps there are. Who may take them, roles and the database say."""

from collections.abc import Mapping

from signals.core.errors import VersionNotInState

STEPS: Mapping[str, tuple[str, ...]] = {
    "draft": ("waiting", "rejected"),
    "waiting": ("draft", "published", "rejected"),
    "published": ("retired",),
    "retired": (),
    "rejected": (),
}


def check_step(state: str, to: str) -> None:
    """Raise VersionNotInState when a version in `state` cannot become `to`."""
    if to not in STEPS[state]:
        allowed = ", ".join(STEPS[state]) or "nothing else"
        raise VersionNotInState(
            f"This version is {state}; it cannot become {to}.", why=f"From {state} it can become {allowed}."
        )
