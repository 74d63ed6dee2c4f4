"""Where each address leads: pages, log-in, API, health."""

from django.urls import include, path

urlpatterns = [
    path("", include("dashboards.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("config.api_urls")),
]
