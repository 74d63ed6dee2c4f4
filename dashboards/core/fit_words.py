"""Why somebody fits a renewal, in words."""

from collections.abc import Iterable, Mapping

from dashboards.core.wording import title
from renewals.core.fit import Fit, FitCode, FitReason

WORDS: Mapping[FitCode, str] = {
    FitCode.SEGMENT: "works with {about} accounts",
    FitCode.PRODUCT: "knows {about}",
    FitCode.LANGUAGE: "speaks {about}",
    FitCode.SKILL: "can do {about}",
    FitCode.TEAM: "is in the account's team",
    FitCode.ROOM: "owns {0} of {1} open renewals at most",
    FitCode.OTHER_SEGMENT: "works with other accounts than {about}",
    FitCode.OTHER_PRODUCT: "names other products than {about}",
    FitCode.OTHER_LANGUAGE: "names other languages than {about}",
    FitCode.OTHER_SKILL: "does not name {about}",
    FitCode.AWAY: "is away today",
    FitCode.FULL: "has no room for another renewal",
}


def fit_words(fit: Fit) -> str:
    """Return all reasons as one sentence; who said nothing about themselves is simply there."""
    found = "; ".join(reason_words(reason) for reason in fit.reasons)
    return f"{found[0].upper()}{found[1:]}." if found else "Nothing is noted about what they can do."


def reason_words(reason: FitReason) -> str:
    """Return one reason with its points."""
    about = _about(reason)
    words = WORDS[reason.code].format(*reason.about, about=about)
    return f"{words} ({reason.points:+d})" if reason.points else words


def _about(reason: FitReason) -> str:
    is_language = reason.code in (FitCode.LANGUAGE, FitCode.OTHER_LANGUAGE)
    is_key = reason.code in (FitCode.SEGMENT, FitCode.OTHER_SEGMENT)
    if is_language:
        return " or ".join(each.upper() for each in reason.about)
    return " or ".join(title(each).lower() if is_key else each for each in reason.about)


def points_words(points: int) -> str:
    """Return points with their unit."""
    return f"{points} point" if abs(points) == 1 else f"{points} points"


def list_words(words: Iterable[str]) -> str:
    """Return a list of words, a dash for none."""
    return ", ".join(words) or "–"
