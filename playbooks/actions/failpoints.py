"""Named points at which a test may have this process kill or freeze itself. Silent in production, by two locks.

PERENNIAL_FAILPOINTS="step_claimed=kill:0.02,send_marked=stop:0.02" is refused unless PERENNIAL_TESTING is on.
"""

import os
import random
import signal

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

POINTS = ("step_claimed", "step_effect_written", "send_marked", "send_accepted", "send_before_commit")
SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


def read_failpoints(text: str, *, is_testing: bool) -> dict[str, tuple[tuple[signal.Signals, float], ...]]:
    """Return point -> (signal, probability) pairs. Raises ImproperlyConfigured outside tests or on an unknown word."""
    if not text:
        return {}
    if not is_testing:
        raise ImproperlyConfigured("PERENNIAL_FAILPOINTS is for tests alone; unset it, or set PERENNIAL_TESTING=1.")
    points: dict[str, tuple[tuple[signal.Signals, float], ...]] = {}
    for word in text.split(","):
        name, _, what = word.partition("=")
        kind, _, probability = what.partition(":")
        if name not in POINTS or kind not in SIGNALS:
            raise ImproperlyConfigured(f"PERENNIAL_FAILPOINTS: '{word}' is not one of {', '.join(POINTS)}=kill|stop:p.")
        points[name] = (*points.get(name, ()), (SIGNALS[kind], float(probability)))
    return points


ARMED = read_failpoints(os.environ.get("PERENNIAL_FAILPOINTS", ""), is_testing=settings.TESTING)


def pass_point(name: str) -> None:
    """Go on, unless this point is armed and the dice say otherwise."""
    for number, probability in ARMED.get(name, ()):
        if random.random() < probability:  # noqa: S311  # dice of a fault test
            os.kill(os.getpid(), number)
