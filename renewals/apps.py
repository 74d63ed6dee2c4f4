"""Django's registration of the app; nothing is started here."""

from django.apps import AppConfig


class RenewalsConfig(AppConfig):
    """The lowest app: it imports no other app of the project."""

    name = "renewals"
    verbose_name = "Renewals"
