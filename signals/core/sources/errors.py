"""The named refusals of sources: paths, shapes, secrets, addresses, matches."""

from renewals.core.errors import InvalidInput


class PathInvalid(InvalidInput):
    """A path into an event that no document could have."""

    code = "E-SRC-01"
    remedy_by_default = "Write names joined by full stops, e.g. data.object.id; | separates alternatives."


class MappingInvalid(InvalidInput):
    """A shape or a kind that there is none of."""

    code = "E-SRC-02"
    remedy_by_default = "Choose a shape from the list, and kinds of the form family.name."


class SecretInvalid(InvalidInput):
    """A secret that the chosen way of signing cannot use."""

    code = "E-SRC-03"
    remedy_by_default = "Copy the secret whole from where the other system shows it."


class AddressRefused(InvalidInput):
    """An address that must not be called from here."""

    code = "E-SRC-04"
    remedy_by_default = "Give a public https address without user, fragment or unusual port."


class MatchInvalid(InvalidInput):
    """Signals that cannot be matched so."""

    code = "E-SRC-05"
