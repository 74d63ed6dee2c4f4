"""The addresses of the API, version 1: each app adds its own, the schema describes all of them."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from dashboards.screen import public

urlpatterns = [
    path("", include("renewals.api.urls")),
    path("", include("signals.api.urls")),
    path("", include("playbooks.api.urls")),
    path(
        "schema/",
        public(SpectacularAPIView.as_view(authentication_classes=[], permission_classes=[])),
        name="api_schema",
    ),
]
