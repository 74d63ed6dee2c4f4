"""The addresses of contracts, of what becomes of them, and of price revisions."""

from django.urls import path

from dashboards.views import amendments, contracts, mergers, splitting
from dashboards.views.offers import revisions as price_revisions

CONTRACT_PATHS = (
    path("contracts/chains/", contracts.chains, name="contract_chains"),
    path("contracts/<int:contract_id>/", contracts.contract, name="contract"),
    path("contracts/<int:contract_id>/amendments/", amendments.amendments, name="contract_amendments"),
    path(
        "contracts/<int:contract_id>/amendments/<int:amendment_id>/dates/",
        contracts.amendment_dates,
        name="contract_amendment_dates",
    ),
    path("contracts/<int:contract_id>/merger/", mergers.merger, name="merger"),
    path("contracts/<int:contract_id>/merger/application/", mergers.merger_application, name="merger_application"),
    path("contracts/<int:contract_id>/split/", splitting.split, name="contract_split"),
    path("contracts/<int:contract_id>/documents/", contracts.documents, name="contract_documents"),
    path("contracts/<int:contract_id>/documents/<int:document_id>/", contracts.document, name="contract_document"),
    path(
        "contracts/<int:contract_id>/documents/<int:document_id>/removal/",
        contracts.document_removal,
        name="contract_document_removal",
    ),
    path("offers/revisions/", price_revisions.revisions, name="price_revisions"),
    path("offers/revisions/new/", price_revisions.new, name="new_price_revision"),
    path("offers/revisions/<int:revision_id>/", price_revisions.revision, name="price_revision"),
    path("offers/revisions/<int:revision_id>/editing/", price_revisions.editing, name="price_revision_editing"),
    path("offers/revisions/<int:revision_id>/terms.csv", price_revisions.sheet, name="price_revision_sheet"),
    path("offers/revisions/<int:revision_id>/terms/<int:term_id>/", price_revisions.term, name="revised_term"),
    path(
        "offers/revisions/<int:revision_id>/terms/<int:term_id>/leaving-out/",
        price_revisions.leaving_out,
        name="revised_term_leaving_out",
    ),
    path("offers/revisions/<int:revision_id>/approval/", price_revisions.approval, name="price_revision_approval"),
    path("offers/revisions/<int:revision_id>/<slug:name>/", price_revisions.step, name="price_revision_step"),
)
