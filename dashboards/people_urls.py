"""The addresses of who fits a renewal, what people can do, and who contributes to a proposal."""

from django.urls import path

from dashboards.views import fit
from dashboards.views.offers import contributions

PEOPLE_PATHS = (
    path("ownership/fit/", fit.fit, name="fit"),
    path("ownership/fit/owners/", fit.owners, name="fit_owners"),
    path("ownership/skills/", fit.skills, name="person_skills"),
    path("renewals/<int:renewal_id>/proposal/contributions/", contributions.contributions, name="contributions"),
    path("renewals/<int:renewal_id>/proposal/contributions/<int:part_id>/", contributions.part, name="proposal_part"),
    path(
        "renewals/<int:renewal_id>/proposal/contributions/<int:part_id>/remarks/",
        contributions.remark,
        name="proposal_part_remark",
    ),
    path(
        "renewals/<int:renewal_id>/proposal/contributions/<int:part_id>/removal/",
        contributions.removal,
        name="proposal_part_removal",
    ),
)
