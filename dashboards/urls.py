"""The addresses of the pages."""

from django.urls import path

from dashboards.views import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
