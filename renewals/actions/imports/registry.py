"""The writers of the kinds that fill the tables of renewals."""

from collections.abc import Mapping
from types import MappingProxyType

from renewals.actions.imports import accounts, contacts, contract_lines, contracts, milestones, outcomes, touchpoints
from renewals.actions.imports.writer import KindWriter

_MODULES = (accounts, contacts, contracts, contract_lines, milestones, touchpoints, outcomes)
RENEWAL_WRITERS: Mapping[str, KindWriter] = MappingProxyType(
    {module.WRITER.spec.name: module.WRITER for module in _MODULES}
)
