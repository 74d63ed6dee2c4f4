"""The addresses of the indicators and the quality of the work."""

from django.urls import path

from dashboards.views import indicators

INDICATOR_PATHS = (
    path("indicators/", indicators.indicators, name="indicators"),
    path("indicators/filters/<slug:name>/", indicators.choices, {"path": "/indicators/"}, name="indicator_choices"),
    path(
        "indicators/quality/filters/<slug:name>/",
        indicators.choices,
        {"path": "/indicators/quality/"},
        name="quality_choices",
    ),
    path("indicators/quality/", indicators.quality, name="indicators_quality"),
    path("indicators/lift/", indicators.lift, name="indicators_lift"),
    path("indicators/lift/accounts/", indicators.lift_accounts, name="lift_accounts"),
)
