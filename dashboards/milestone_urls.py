"""The addresses of success milestones and what they bring."""

from django.urls import path

from dashboards.views import gains, milestones

MILESTONE_PATHS = (
    path("accounts/<int:account_id>/milestones/new/", milestones.new, name="milestone_new"),
    path("accounts/<int:account_id>/milestones/<int:milestone_id>/", milestones.milestone, name="milestone"),
    path("accounts/<int:account_id>/milestones/<int:milestone_id>/gain/", gains.gain, name="milestone_gain"),
    path(
        "accounts/<int:account_id>/milestones/<int:milestone_id>/<slug:name>/", milestones.step, name="milestone_step"
    ),
)
