"""The facts of conditions in the words of people: what one asks for, and what was found.

Stored reasons hold values as text ("False", "('upcoming', 'engaged')"), so they are read back from it here.
"""

import re
from collections.abc import Mapping

from dashboards.core.rule_words import SIGNS
from renewals.core.conditions import Op

TRUTHS: Mapping[str, tuple[str, str]] = {
    "contact.champion_known": ("a champion is on record", "no champion is on record"),
    "contact.economic_buyer_known": ("an economic buyer is on record", "no economic buyer is on record"),
    "contact.sponsor_known": ("an executive sponsor is on record", "no executive sponsor is on record"),
    "renewal.auto_renews": ("the contract renews by itself", "the contract does not renew by itself"),
    "renewal.is_win_back": ("it is a win-back", "it is no win-back"),
    "renewal.owner_known": ("somebody owns the renewal", "nobody owns the renewal"),
}
"""What a fact of yes or no says when it is true, and when it is not."""
NAMES: Mapping[str, str] = {
    "account.arr_amount": "ARR of the account",
    "account.days_to_budget": "days until their budget is decided",
    "account.lifecycle_stage": "lifecycle stage",
    "account.product_complexity": "product complexity",
    "billing.payment_timeliness": "share of invoices paid in time",
    "contact.champion_known": "champion",
    "contact.economic_buyer_known": "economic buyer",
    "contact.sponsor_known": "executive sponsor",
    "contact.sponsor_stability": "sponsor stability",
    "escalation.open_count": "open escalations",
    "health.band": "health band",
    "health.coverage": "share of health that is known",
    "health.score": "health",
    "renewal.auto_renews": "renewal by itself",
    "renewal.days_to_due": "days to the renewal date",
    "renewal.days_to_notice": "days to the notice deadline",
    "renewal.is_win_back": "win-back",
    "renewal.owner_known": "owner of the renewal",
    "risk.band": "risk band",
    "risk.loss_probability": "chance of losing it",
    "risk.renew_probability": "chance of keeping it",
    "risk.score": "risk",
    "support.backlog_resolution": "share of tickets resolved",
    "support.sentiment": "tone of support",
    "touch.days_since_reply": "days since their last reply",
    "usage.adoption": "features in use",
    "usage.depth": "share of paid seats in use",
    "usage.velocity": "change of usage a week",
    "value.milestones_reached": "milestones reached in this term",
}
LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_OPERATORS = {op.value: words if words.startswith("is") else f"is {words}" for op, words in SIGNS.items()}


def fact_name(field: str) -> str:
    """Return a fact by its name: "days to the notice deadline", "industry"."""
    return NAMES.get(field) or field.rpartition(".")[2].replace("_", " ")


def asked_words(field: str, op: str, expected: str) -> str:
    """Return what a condition asks for: "risk is at least 60", "an executive sponsor is on record"."""
    if op == Op.KNOWN.value:
        return f"{fact_name(field)} is {'not known' if expected == 'False' else 'known'}"
    if field in TRUTHS:
        return _truth(field, is_true=(expected == "True") == (op == Op.EQ.value))
    return f"{fact_name(field)} {_OPERATORS.get(op, op)} {_plain(expected)}"


def found_words(field: str, found: str) -> str:
    """Return what was found: "it is 59", "no executive sponsor is on record", "it is not known"."""
    if found in ("", "None"):
        return "it is not known"
    return _truth(field, is_true=found == "True") if field in TRUTHS else f"it is {_plain(found)}"


def named_words(field: str, found: str) -> str:
    """Return a fact with its name: "industry is Retail", "no champion is on record"."""
    if field in TRUTHS and found not in ("", "None"):
        return found_words(field, found)
    return f"{fact_name(field)} {found_words(field, found).removeprefix('it ')}"


def held_words(field: str, op: str, expected: str, found: str) -> str:
    """Return a condition that holds as a fact: "days to the notice deadline: 23 (is at most 28)"."""
    if field in TRUTHS or op == Op.KNOWN.value:
        return asked_words(field, op, expected)
    asked = "" if op == Op.EQ.value else f" ({_OPERATORS.get(op, op).removeprefix('is ')} {_plain(expected)})"
    return f"{fact_name(field)}: {_plain(found)}{asked}"


def _truth(field: str, *, is_true: bool) -> str:
    yes, no = TRUTHS[field]
    return yes if is_true else no


def _plain(value: str) -> str:
    """Say a tuple as it was stored, "('upcoming', 'mid_market')", as a list of words."""
    words = value.strip("(),").replace("'", "") if value.startswith("(") else value
    return f"{float(words):.2f}".rstrip("0").rstrip(".") if LONG_NUMBER.fullmatch(words) else words.replace("_", " ")
