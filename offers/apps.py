"""Django's registration of the app; nothing is started here."""

from django.apps import AppConfig


class OffersConfig(AppConfig):
    """WHAT WE MAY OFFER: library, pricing, policy, approvals. Its tables arrive with the offer library."""

    name = "offers"
    verbose_name = "Offers"
