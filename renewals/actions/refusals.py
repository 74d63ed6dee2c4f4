"""Turn a constraint of the database into the named error a person can act on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from renewals.core.errors import NamedError


@contextmanager
def refusing(refusals: Mapping[str, NamedError]) -> Iterator[None]:
    """Run the block in a savepoint; a violated constraint whose name is in `refusals` raises that error instead."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        refusal = refusals.get(getattr(diagnosis, "constraint_name", None) or "")
        if refusal is None:
            raise
        raise refusal from error
