"""The addresses of reviews and of losses."""

from django.urls import path

from dashboards.views import losses
from dashboards.views.reviews import items, pages, running, series

REVIEW_PATHS = (
    path("reviews/", pages.reviews, name="reviews"),
    path("reviews/losses/", losses.losses, name="losses"),
    path("reviews/losses/<int:review_id>/", losses.loss, name="loss"),
    path("reviews/losses/<int:review_id>/plan/", losses.plan, name="win_back_plan"),
    path("reviews/losses/<int:review_id>/answer/", losses.answer, name="win_back_answer"),
    path("reviews/losses/<int:review_id>/contract/", losses.sign, name="win_back_contract"),
    path("reviews/series/new/", series.new, name="review_series_new"),
    path("reviews/series/<int:series_id>/", series.series, name="review_series"),
    path("reviews/series/<int:series_id>/ending/", series.ending, name="review_series_ending"),
    path("reviews/decisions/<int:decision_id>/", running.decision, name="review_decision"),
    path("reviews/decisions/<int:decision_id>/changes/", running.change_link, name="review_change_link"),
    path("reviews/<int:review_id>/", pages.review, name="review"),
    path("reviews/<int:review_id>/agenda/", items.agenda, name="review_agenda"),
    path("reviews/<int:review_id>/topics/", items.topics, name="review_topics"),
    path("reviews/<int:review_id>/items/<int:item_id>/decision/", items.decision, name="review_item_decision"),
    path("reviews/<int:review_id>/items/<int:item_id>/settling/", items.settling, name="review_item_settling"),
    path(
        "reviews/<int:review_id>/decisions/<int:decision_id>/withdrawal/",
        items.decision_withdrawal,
        name="review_decision_withdrawal",
    ),
    path("reviews/<int:review_id>/people/", pages.people, name="review_people"),
    path("reviews/<int:review_id>/attendance/", running.attendance, name="review_attendance"),
    path("reviews/<int:review_id>/minutes/", running.minutes, name="review_minutes"),
    path("reviews/<int:review_id>/closing/", running.closing, name="review_closing"),
    path("reviews/<int:review_id>/calling-off/", running.calling_off, name="review_calling_off"),
    path("reviews/<int:review_id>/changes/", pages.changes, name="review_changes"),
    path("reviews/<int:review_id>/pack/", pages.pack, name="review_pack"),
    path("reviews/<int:review_id>/pack.pdf", pages.pack_file, name="review_pack_file"),
)
