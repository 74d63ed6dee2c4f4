"""Standing facts are what accounts are compared by; what changed is a reason, and so is all of a table without time."""

from signals.core.learning.explaining.context import context_of
from signals.core.learning.frame import Column, number_column


def column(name: str, family: str, meaning: str = "") -> Column:
    return number_column(name, [1.0, 2.0], family=family, meaning=meaning)


def test_standing_facts_of_a_renewal_are_context() -> None:
    known = (
        column("days_to_renewal", "contract", "days_to_renewal"),
        column("contract.term_months", "contract", "term_months"),
        column("contract.unit_price_change", "contract", "price_uplift"),
        column("contract.amount_change", "contract"),
        column("account.employees", "account", "seats"),
        column("account.days_to_first_value", "account", "time_to_value"),
        column("measure.usage_depth", "usage", "usage_depth"),
        column("attribute.colour", "attribute"),
    )
    standing = {"days_to_renewal", "contract.term_months", "account.employees", "attribute.colour"}
    assert context_of(known) == standing
    assert context_of(known[1:]) == frozenset()
