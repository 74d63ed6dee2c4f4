"""Note what a contract says of its next price in a new version of its last term; amendments change it from a day on."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from renewals.actions.contracts import amend_term
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing, UnknownReference
from renewals.core.price_terms import PriceTerms, check_price_terms
from renewals.models import Contract, TermVersion
from renewals.queries.term_rows import live_term, price_terms, term_row


@transaction.atomic
def note_price_terms(*, contract_id: int, price: PriceTerms, by: Actor, now: datetime) -> TermVersion:
    """Return the version in force of the last term once it says so; the same again changes nothing.

    Raises RequiredValueMissing without document and clause, PriceTermsImpossible, UnknownReference.
    """
    if not price.clause.strip():
        raise RequiredValueMissing("Say where the contract says so: document and clause.", where="where")
    check_price_terms(price)
    Contract.objects.select_for_update().filter(id=contract_id).first()
    held = live_term(contract_id)
    if held is None:
        raise UnknownReference(f"There is no contract {contract_id} with a term in this workspace.")
    if price_terms(held) == price:
        return held
    term = replace(term_row(held), price=price)
    return amend_term(contract_id=contract_id, term=term, reason=f"Price terms: {price.clause}", by=by, now=now)
