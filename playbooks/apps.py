"""Django's registration of the app; nothing is started here."""

from django.apps import AppConfig


class PlaybooksConfig(AppConfig):
    """What we do next: definitions, enrolments, cadence, tasks and messages."""

    name = "playbooks"
    verbose_name = "Playbooks"
