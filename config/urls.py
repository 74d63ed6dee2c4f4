"""Where each address leads: pages, log-in, API, health."""

from django.urls import include, path

urlpatterns = [
    path("", include("dashboards.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("config.api_urls")),
]

handler400 = "dashboards.views.errors.bad_request"
handler403 = "dashboards.views.errors.permission_denied"
handler404 = "dashboards.views.errors.not_found"
handler500 = "dashboards.views.errors.server_error"
