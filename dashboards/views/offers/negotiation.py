"""The addresses of a negotiation: the options of a renewal and what is agreed in it."""

from django.urls import URLPattern, path

from dashboards.views.offers import concessions, notes, options, trees

PATHS: tuple[URLPattern, ...] = (
    path("renewals/<int:renewal_id>/proposal/options/", options.options, name="renewal_options"),
    path("renewals/<int:renewal_id>/proposal/options/<int:scenario_id>/", options.option, name="option"),
    path("renewals/<int:renewal_id>/proposal/options/<int:scenario_id>/copy/", options.option_copy, name="option_copy"),
    path(
        "renewals/<int:renewal_id>/proposal/options/<int:scenario_id>/removal/",
        options.option_removal,
        name="option_removal",
    ),
    path("renewals/<int:renewal_id>/proposal/options/<int:scenario_id>/line/", options.option_line, name="option_line"),
    path(
        "renewals/<int:renewal_id>/proposal/options/<int:scenario_id>/adoption/",
        options.option_adoption,
        name="option_adoption",
    ),
    path("renewals/<int:renewal_id>/proposal/concessions/", concessions.concessions, name="renewal_concessions"),
    path(
        "renewals/<int:renewal_id>/proposal/concessions/<int:concession_id>/",
        concessions.concession,
        name="concession",
    ),
    path(
        "renewals/<int:renewal_id>/proposal/concessions/<int:concession_id>/settlement/",
        concessions.settlement,
        name="concession_settlement",
    ),
    path(
        "renewals/<int:renewal_id>/proposal/concessions/<int:concession_id>/end/",
        concessions.give_end,
        name="concession_end",
    ),
    path("renewals/<int:renewal_id>/proposal/objections/", trees.objections, name="renewal_objections"),
    path("renewals/<int:renewal_id>/proposal/objections/<int:walk_id>/", trees.answer, name="walk_answer"),
    path("renewals/<int:renewal_id>/proposal/notes/", notes.notes, name="renewal_notes"),
    path("renewals/<int:renewal_id>/proposal/notes/credit/", notes.credit, name="renewal_credit"),
    path("renewals/<int:renewal_id>/proposal/notes/<int:note_id>/", notes.note_back, name="note_back"),
    path("offers/negotiations/", notes.negotiations, name="negotiations"),
    path("offers/trees/", trees.library, name="trees"),
    path("offers/trees/<slug:key>/", trees.tree, name="tree"),
    path("offers/trees/<slug:key>/retirement/", trees.retirement, name="tree_retirement"),
    path("offers/leakage/", concessions.leakage, name="leakage"),
    path("offers/leakage/rows/", concessions.leak_list, name="leakage_rows"),
)
