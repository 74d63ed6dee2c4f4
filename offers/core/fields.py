"""The facts that conditions of offers and of the pricing policy may read. A condition on anything else is refused."""

from renewals.core.condition_parse import Catalogue, FactField, FactKind

_NUMBER, _TEXT, _TRUTH = FactKind.NUMBER, FactKind.TEXT, FactKind.TRUTH


def _field(kind: FactKind, meaning: str) -> FactField:
    return FactField(kind=kind, meaning=meaning)


OFFER_FIELDS: Catalogue = {
    "account.segment": _field(_TEXT, "segment key: strategic, mid_market, small"),
    "account.tier": _field(_TEXT, "tier in force"),
    "account.industry": _field(_TEXT, "industry as recorded"),
    "account.region": _field(_TEXT, "region as recorded"),
    "account.country": _field(_TEXT, "two letters of the country"),
    "account.lifecycle_stage": _field(_TEXT, "lifecycle stage key"),
    "account.arr_amount": _field(_NUMBER, "annual recurring revenue of the account, in the workspace's currency"),
    "renewal.amount": _field(_NUMBER, "ARR that comes up for renewal, in the workspace's currency"),
    "renewal.days_to_due": _field(_NUMBER, "days until the renewal date, negative after it"),
    "renewal.auto_renews": _field(_TRUTH, "whether the contract renews by itself"),
    "renewal.stage": _field(_TEXT, "stage of the renewal"),
    "renewal.is_win_back": _field(_TRUTH, "whether it is lost and its account is asked back"),
    "health.score": _field(_NUMBER, "health 0-100, high is good"),
    "health.band": _field(_TEXT, "health band"),
    "risk.score": _field(_NUMBER, "renewal risk 0-100, high is bad"),
    "risk.band": _field(_TEXT, "risk band"),
    "risk.loss_probability": _field(_NUMBER, "chance of losing this renewal, 0..1"),
    "expansion.score": _field(_NUMBER, "expansion potential 0-100"),
}
"""What an offer may ask of an account and its renewal."""

POLICY_FIELDS: Catalogue = {
    **{name: OFFER_FIELDS[name] for name in OFFER_FIELDS if name.startswith(("account.", "renewal."))},
    "proposal.term_months": _field(_NUMBER, "the term that is proposed, in months"),
    "line.product": _field(_TEXT, "key of the product of the line; unknown for the proposal as a whole"),
}
"""What a limit of the policy may ask. Scores are left out: nobody gets another price for the same risk unseen."""
