"""The addresses of simulations, plans and next best offers; the rest of the pages stand in `urls`."""

from django.urls import path

from dashboards.views.offers import choice as offer_choice
from dashboards.views.offers import plans as offer_plans
from dashboards.views.offers import simulations as policy_simulations

OFFER_PATHS = (
    path("offers/assignment/", offer_plans.plans, name="offer_plans"),
    path("offers/assignment/order/", offer_plans.order, name="offer_plan_order"),
    path("offers/assignment/rules/", offer_plans.rules, name="offer_plan_rules"),
    path("offers/assignment/<int:run_id>/", offer_plans.plan, name="offer_plan"),
    path("offers/assignment/<int:run_id>/offers.csv", offer_plans.sheet, name="offer_plan_csv"),
    path("offers/assignment/<int:run_id>/cancellation/", offer_plans.cancellation, name="offer_plan_cancellation"),
    path("renewals/<int:renewal_id>/offers/", offer_choice.renewal_offers, name="renewal_offers"),
    path("accounts/<int:account_id>/offers/", offer_choice.account_offers, name="account_offers"),
    path("offers/policy/simulations/", policy_simulations.simulations, name="simulations"),
    path("offers/policy/simulations/order/", policy_simulations.order, name="simulation_order"),
    path("offers/policy/simulations/<int:run_id>/", policy_simulations.simulation, name="simulation"),
    path(
        "offers/policy/simulations/<int:run_id>/cancellation/",
        policy_simulations.cancellation,
        name="simulation_cancellation",
    ),
    path("offers/policy/simulations/<int:run_id>/decisions.csv", policy_simulations.decisions, name="simulation_csv"),
)
