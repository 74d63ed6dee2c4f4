"""The parts of /scores/ in the order of the tabs. Knows no request; a part without an address is left out elsewhere."""

from dataclasses import dataclass

SCORES_PATH = "/scores/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTab:
    """A part of /scores/ with its address."""

    key: str
    text: str
    address: str


SCORE_TABS: tuple[ScoreTab, ...] = (
    ScoreTab(key="health", text="Health", address=SCORES_PATH),
    ScoreTab(key="risk", text="Risk", address=f"{SCORES_PATH}risk/"),
    ScoreTab(key="models", text="Models", address=f"{SCORES_PATH}models/"),
    ScoreTab(key="expansion", text="Expansion", address=f"{SCORES_PATH}expansion/"),
    ScoreTab(key="tiers", text="Tiers", address=f"{SCORES_PATH}tiers/"),
    ScoreTab(key="report", text="Report", address=f"{SCORES_PATH}report/"),
    ScoreTab(key="versions", text="Versions", address=f"{SCORES_PATH}versions/"),
    ScoreTab(key="overrides", text="Overrides", address=f"{SCORES_PATH}overrides/"),
)
