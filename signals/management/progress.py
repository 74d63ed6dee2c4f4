"""A progress bar on a terminal's standard error: rows, rate and time left."""

import time
from typing import Any

from renewals.core.imports.report import Progress

WIDTH = 28
EVERY_SECONDS = 0.2


class Bar:
    """Shows each phase on one line, redrawn a few times a second; silent unless wanted."""

    def __init__(self, out: Any, *, is_wanted: bool) -> None:
        """Write to this stream of a command."""
        self._out = out
        self._is_wanted = is_wanted
        self._phase = ""
        self._began = self._drawn = 0.0

    def show(self, progress: Progress) -> None:
        """Draw how far it is."""
        if not self._is_wanted:
            return
        moment = time.monotonic()
        if progress.phase != self._phase:
            self._phase, self._began, self._drawn = progress.phase, moment, 0.0
        if moment - self._drawn < EVERY_SECONDS:
            return
        self._drawn = moment
        self._out.write("\r\x1b[2K" + _line(progress, moment - self._began), ending="")
        self._out.flush()

    def end(self) -> None:
        """Leave the terminal as it was."""
        if self._is_wanted:
            self._out.write("\r\x1b[2K", ending="")


def _line(progress: Progress, seconds: float) -> str:
    rate = progress.rows / seconds if seconds > 0.1 else 0.0
    counted = f"{progress.rows:,} rows" + (f", {rate:,.0f} a second" if rate else "")
    if progress.fraction is None:
        return f"{progress.phase}… {counted}"
    filled = round(WIDTH * progress.fraction)
    left = seconds / progress.fraction - seconds if progress.fraction > 0.02 else 0.0
    remaining = f", {left:.0f} s left" if left else ""
    return f"{progress.phase} [{'#' * filled}{'.' * (WIDTH - filled)}] {progress.fraction:4.0%} {counted}{remaining}"
