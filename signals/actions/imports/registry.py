"""All kinds of files by name with their writers: those of renewals, and those whose rows become signals."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from renewals.actions.imports.registry import RENEWAL_WRITERS
from renewals.actions.imports.writer import KindWriter
from renewals.core.imports.specs import KindSpec
from signals.actions.imports.rows import INVOICE_ROWS, SIGNAL_ROWS, TICKET_ROWS
from signals.actions.imports.signals import signals_check, write_signals
from signals.core.imports.kinds import import_kinds
from signals.queries.library import catalogue, lexicon

_ROWS = {
    "signals": ("occurred_at", SIGNAL_ROWS),
    "invoices": ("issued_on", INVOICE_ROWS),
    "tickets": ("opened_at", TICKET_ROWS),
}


@cache
def all_writers() -> Mapping[str, KindWriter]:
    """Return the writer of every kind of file."""
    writers = dict(RENEWAL_WRITERS)
    for spec in import_kinds(catalogue(), lexicon()):
        moment, selected = _ROWS[spec.name]
        check = signals_check(spec, moment=moment, selected=selected)
        writers[spec.name] = KindWriter(spec=spec, check=check, write=write_signals)
    return MappingProxyType(writers)


def all_kinds() -> Mapping[str, KindSpec]:
    """Return what can be imported, by name."""
    return {name: writer.spec for name, writer in all_writers().items()}
