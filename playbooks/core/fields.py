"""The facts that conditions of a playbook may read: name, kind and meaning. A condition on anything else is refused."""

from collections.abc import Mapping

from renewals.core.condition_parse import FactField, FactKind

__all__ = ["FACT_FIELDS", "UNTOLD_FIELDS", "FactField", "FactKind"]


def _field(kind: FactKind, meaning: str) -> FactField:
    return FactField(kind=kind, meaning=meaning)


_NUMBER, _TEXT, _TRUTH = FactKind.NUMBER, FactKind.TEXT, FactKind.TRUTH

FACT_FIELDS: Mapping[str, FactField] = {
    "account.segment": _field(_TEXT, "segment key: strategic, mid_market, small"),
    "account.tier": _field(
        _TEXT, "tier in force: from risk and expansion potential, or set by a person; at first the segment's"
    ),
    "account.industry": _field(_TEXT, "industry as recorded"),
    "account.region": _field(_TEXT, "region as recorded"),
    "account.country": _field(_TEXT, "two letters of the country"),
    "account.product_complexity": _field(_TEXT, "low, medium or high"),
    "account.lifecycle_stage": _field(_TEXT, "lifecycle stage key"),
    "account.days_to_budget": _field(_NUMBER, "days until their budget is decided, as a person noted it"),
    "account.employees": _field(_NUMBER, "number of employees"),
    "renewal.stage": _field(_TEXT, "stage of the renewal"),
    "renewal.is_win_back": _field(_TRUTH, "whether it is lost and its account is asked back"),
    "renewal.amount": _field(_NUMBER, "target amount of the renewal"),
    "renewal.auto_renews": _field(_TRUTH, "whether the contract renews by itself"),
    "renewal.days_to_due": _field(_NUMBER, "days until the renewal date, negative after it"),
    "renewal.days_to_notice": _field(_NUMBER, "days until the notice deadline, negative after it"),
    "renewal.outcome": _field(_TEXT, "outcome once closed; unknown while open"),
    "renewal.owner_known": _field(_TRUTH, "whether the renewal has an owner"),
    "health.score": _field(_NUMBER, "health 0-100, high is good"),
    "health.band": _field(_TEXT, "health band"),
    "health.coverage": _field(_NUMBER, "share of inputs present, 0..1"),
    "risk.score": _field(_NUMBER, "renewal risk 0-100, high is bad"),
    "risk.band": _field(_TEXT, "risk band"),
    "risk.loss_probability": _field(_NUMBER, "chance of losing this renewal, 0..1"),
    "risk.renew_probability": _field(_NUMBER, "chance of keeping this renewal, 0..1"),
    "contact.economic_buyer_known": _field(_TRUTH, "whether an economic buyer is on record"),
    "contact.sponsor_known": _field(_TRUTH, "whether an executive sponsor is on record"),
    "contact.sponsor_stability": _field(
        _NUMBER, "1 while the sponsor is steady, falls when a sponsor leaves and recovers with a new one, 0..1"
    ),
    "contact.champion_known": _field(_TRUTH, "whether a champion is on record"),
    "touch.days_since_reply": _field(_NUMBER, "days since anybody at the account replied"),
    "escalation.open_count": _field(_NUMBER, "escalations at the account that nobody has closed"),
    "value.milestones_reached": _field(_NUMBER, "success milestones reached in this term"),
    "usage.velocity": _field(_NUMBER, "usage trend, 0 is level"),
    "usage.depth": _field(_NUMBER, "share of the seats paid for that are in use, 0..1"),
    "usage.adoption": _field(_NUMBER, "how many different features are in use"),
    "support.backlog_resolution": _field(_NUMBER, "share of the tickets that were resolved, 0..1"),
    "support.sentiment": _field(_NUMBER, "support sentiment, -1..1"),
    "billing.payment_timeliness": _field(_NUMBER, "share of the invoices that were paid in time, 0..1"),
}

UNTOLD_FIELDS: Mapping[str, FactField] = {
    "account.arr_amount": _field(_NUMBER, "annual recurring revenue of the account"),
    "touch.days_since_meeting": _field(_NUMBER, "days since the last meeting"),
    "support.open_tickets": _field(_NUMBER, "open support tickets"),
    "billing.overdue_days": _field(_NUMBER, "days the oldest invoice is overdue"),
}
"""Facts that versions of before may name although nothing tells them: unknown for ever. No new version may."""
