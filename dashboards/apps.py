"""Django's registration of the app; nothing is started here."""

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    """WHAT PEOPLE SEE: every page. It owns no table."""

    name = "dashboards"
    verbose_name = "Dashboards"
