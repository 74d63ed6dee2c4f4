"""The words of gives, gets and leaks. What was decided is only said here."""

from collections.abc import Mapping

GIVES: Mapping[str, str] = {
    "price": "A lower price",
    "payment": "Longer to pay",
    "terms": "Better terms",
    "seats": "More seats",
    "product": "A product or feature",
    "service": "A service or training",
    "other": "Something else",
}
GETS: Mapping[str, str] = {
    "longer_term": "A longer term",
    "early_signature": "An early signature",
    "more": "More seats or products",
    "reference": "A reference call",
    "case_study": "A case study",
    "prepayment": "Payment in advance",
    "introduction": "An introduction",
    "feedback": "Feedback or a pilot",
    "other": "Something else",
}
GIVE_STATES: Mapping[str, tuple[str, str]] = {
    "coming": ("Begins later", "none"),
    "running": ("Given now", "accent"),
    "still_given": ("Expired, still given", "bad"),
    "back": ("Came back", "good"),
}
GET_STATES: Mapping[str, tuple[str, str]] = {
    "none": ("Nothing in return", "bad"),
    "open": ("Open", "watch"),
    "late": ("Late", "bad"),
    "delivered": ("Delivered", "good"),
    "failed": ("Not delivered", "bad"),
}
LEAKS: Mapping[str, tuple[str, str]] = {
    "below_policy": ("Signed below the policy price", "What signed proposals give away against the policy price."),
    "without_get": ("Given without a get", "Concessions for which the account does nothing in return."),
    "not_delivered": ("Gets not delivered", "What they promised is late, or was not done."),
    "still_given": ("Expired, still given", "Past its last day, and nobody said that it came back."),
}
BREAKDOWNS: Mapping[str, str] = {"owner": "Owner", "segment": "Segment", "quarter": "Quarter"}
