"""Turn a constraint of the database into the named error a person can act on."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from renewals.core.errors import Conflict, NamedError

UNIQUE_VIOLATION = "23505"


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


@contextmanager
def refusing_a_race(noun: str) -> Iterator[None]:
    """Run inserts in a savepoint; when somebody else inserted the same key in the meantime, raise Conflict."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if getattr(error.__cause__, "pgcode", None) != UNIQUE_VIOLATION:
            raise
        text = f"Somebody recorded the same {noun} at the same moment."
        raise Conflict(text, remedy="Repeat the call: it will find what they recorded.") from error
