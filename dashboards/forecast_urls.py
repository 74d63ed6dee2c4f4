"""The addresses of the forecast."""

from django.urls import path

from dashboards.views import forecast

FORECAST_PATHS = (
    path("forecast/", forecast.forecast, name="forecast"),
    path("forecast/filters/<slug:name>/", forecast.forecast_choices, name="forecast_choices"),
    path("forecast/chart.<slug:form>", forecast.chart, name="forecast_chart"),
    path("forecast/adjustments/", forecast.adjustment, name="forecast_adjustment"),
    path("forecast/calls/", forecast.calls, name="forecast_calls"),
    path("forecast/calls/filters/<slug:name>/", forecast.calls_choices, name="forecast_calls_choices"),
    path("forecast/calls/<int:renewal_id>/", forecast.call, name="forecast_call"),
    path("forecast/confirmation/", forecast.confirmation, name="forecast_confirmation"),
    path("forecast/scenarios/", forecast.scenarios, name="forecast_scenarios"),
    path("forecast/scenarios/order/", forecast.new_scenario, name="forecast_scenario_order"),
    path("forecast/scenarios/<int:scenario_id>/removal/", forecast.scenario_removal, name="forecast_removal"),
    path("forecast/ledger/", forecast.ledger, name="forecast_ledger"),
)
