"""The kinds of renewals by name."""

from collections.abc import Mapping
from types import MappingProxyType

from renewals.core.imports.kinds.accounts import ACCOUNTS
from renewals.core.imports.kinds.contacts import CONTACTS
from renewals.core.imports.kinds.contract_lines import CONTRACT_LINES
from renewals.core.imports.kinds.contracts import CONTRACTS
from renewals.core.imports.kinds.milestones import MILESTONES
from renewals.core.imports.kinds.outcomes import OUTCOMES
from renewals.core.imports.kinds.touchpoints import TOUCHPOINTS
from renewals.core.imports.specs import KindSpec

RENEWAL_KINDS: Mapping[str, KindSpec] = MappingProxyType(
    {spec.name: spec for spec in (ACCOUNTS, CONTACTS, CONTRACTS, CONTRACT_LINES, MILESTONES, TOUCHPOINTS, OUTCOMES)}
)
