"""The base of tables written by the hundred thousand, as signals call it; it stands in `renewals.models.bulk`."""

from renewals.models.bulk import BulkModel, account_link

__all__ = ["BulkModel", "account_link"]
