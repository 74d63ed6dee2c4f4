"""Django's registration of the app; nothing is started here."""

from django.apps import AppConfig


class SignalsConfig(AppConfig):
    """WHAT WE SEE: intake of signals, features, health, risk."""

    name = "signals"
    verbose_name = "Signals"
