"""One page with every component in every state it must stand: none, one, many, long names, missing values."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from dashboards.core import dates, money, parts, scores
from dashboards.core.many import ManyResult
from dashboards.queries.comments import CommentPlace
from dashboards.queries.news import News
from renewals.core.money import Conversion, Money
from renewals.core.roles import member_of_role

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
LONG = "Vereinigte Oberschwäbische Versicherungs- und Rückversicherungsgesellschaft auf Gegenseitigkeit"
CHANGED = datetime(2026, 11, 21, 7, 5, tzinfo=UTC)


class Specimen(forms.Form):
    """A form with a wrong field, a choice and help."""

    reason = forms.CharField(label="Why", help_text="One sentence for whoever reads the history.")
    amount = forms.DecimalField(label="Amount", required=False)
    is_final = forms.BooleanField(label="This is final")


def badge(state: str, score: float | None, *, kind: str = "health", change: float | None = 4.0) -> scores.ScoreBadge:
    """Return a badge of a state."""
    words = {"good": "Healthy", "watch": "Needs care", "bad": "At risk", "none": ""}
    facts = scores.ScoreFacts(
        kind=kind, score=score, word=words[state], state=state, change=change, coverage=0.86, computed_at=CHANGED
    )
    return scores.score_badge(facts, now=NOW)


USD = Money(Decimal("48000"), "USD")
EUR = Money(Decimal("1250000.50"), "EUR")
CONVERSION = Conversion(
    money=Money(Decimal("1356250.54"), "USD"), original=EUR, rate=Decimal("1.085"), rate_on=date(2026, 11, 20)
)
PARTS = (
    scores.Contribution(
        label="Usage velocity", points=-12.4, is_good=False, evidence="Weekly users fell from 140 to 61", href="#usage"
    ),
    scores.Contribution(label=LONG, points=6.1, is_good=True),
    scores.Contribution(label="Support sentiment", points=0.0, is_good=True, evidence="No tickets in 90 days"),
)
REASONS = (
    parts.Reason(text="Weekly users fell by 56% in 30 days", state="bad", href="#usage", note="usage feed, 2 h ago"),
    parts.Reason(text="The economic buyer answered within a day", state="good"),
    parts.Reason(text="The notice deadline is in 12 days", state="watch"),
    parts.Reason(text="No invoice data: billing has never been connected"),
)
ENTRY = parts.TimelineEntry(
    at="07:05",
    when="2 h ago",
    full="Saturday 21 November 2026, 07:05 UTC",
    iso="2026-11-21T07:05:00+00:00",
    kind="signal",
    icon="signal",
    title=f"Ticket opened by {LONG}",
    text="“We cannot export since Tuesday.”",
    who="Zendesk feed",
)
CELLS = (
    (
        parts.Cell(text=LONG, href="#1"),
        parts.Cell(score=badge("bad", 31.0), href="#s"),
        parts.Cell(money=money.money_cell(USD)),
        parts.Cell(date=dates.date_cell(date(2027, 1, 2), today=TODAY)),
    ),
    (
        parts.Cell(text="Bo", href="#2"),
        parts.Cell(score=badge("none", None), href="#s"),
        parts.Cell(money=money.MISSING),
        parts.Cell(date=dates.date_cell(None, today=TODAY)),
    ),
)
COLUMNS = (
    parts.Column(title="Account", href="?sort=name", sort="ascending"),
    parts.Column(title="Health", term="health"),
    parts.Column(title="Renewal amount, USD", is_amount=True),
    parts.Column(title="Due"),
)
SEGMENT = parts.Filter(
    title="Segment",
    chosen="Strategic",
    chips=(parts.Chip(text="Strategic", href="?", count="4", is_on=True), parts.Chip(text=LONG, href="?")),
)
CHOICES = (
    parts.ColumnChoice(key="health", title="Health", is_on=True),
    parts.ColumnChoice(key="owner", title=LONG, is_on=False),
)
SINCE = dates.instant_cell(CHANGED, now=NOW, zone="UTC")
TOTALS = (parts.Cell(text="2 accounts"), parts.Cell(), parts.Cell(text="48,000", is_amount=True), parts.Cell())

SPECIMENS: tuple[tuple[str, dict[str, object]], ...] = (
    *(
        ("score_badge", {"badge": badge(s, v), "href": "#r", "size": "full"})
        for s, v in (("good", 82.0), ("watch", 55.0), ("bad", 31.0), ("none", None))
    ),
    ("score_badge", {"badge": badge("bad", 71.0, kind="risk", change=-3.0)}),
    (
        "score_box",
        {
            "badge": badge("bad", 31.0),
            "bars": scores.contribution_bars(PARTS, start=37.3, total=31.0),
            "reasons": REASONS,
            "box_id": "box-1",
            "version": "scorecard 3",
            "is_open": True,
        },
    ),
    ("score_box", {"badge": badge("none", None), "bars": None, "reasons": (), "box_id": "box-2", "is_open": True}),
    ("reason_list", {"reasons": REASONS}),
    ("reason_list", {"reasons": ()}),
    ("skeleton", {"title": "People", "href": "/accounts/1/about/", "text": "Open it as a page of its own"}),
    *(
        ("money_cell", {"money": m})
        for m in (money.money_cell(USD), money.money_cell(EUR, conversion=CONVERSION), money.MISSING, money.HIDDEN)
    ),
    *(
        ("date_cell", {"date": dates.date_cell(d, today=TODAY, is_deadline=True)})
        for d in (date(2027, 1, 2), date(2026, 11, 25), date(2026, 11, 3), None)
    ),
    ("date_cell", {"date": dates.instant_cell(CHANGED, now=NOW, zone="Europe/Berlin")}),
    (
        "filter_bar",
        {
            "page": "queue",
            "bar": parts.FilterBar(
                count="14 renewals",
                clear_href="?",
                save_href="/views/",
                query="risk=high",
                views=(parts.Chip(text="Mine this month", href="?v=1", is_on=True),),
                filters=(SEGMENT,),
            ),
        },
    ),
    ("filter_choices", {"filter": SEGMENT}),
    ("filter_choices", {"filter": parts.Filter(title="Owner", chips=())}),
    ("column_choice", {"bar": parts.FilterBar(filters=(), count="3 accounts", columns=CHOICES), "page": "accounts"}),
    ("comment_form", {"comment": CommentPlace(action="#", renewal_id=7, about=LONG)}),
    ("comments", {"comments": (ENTRY,) * 2}),
    ("comments", {"comments": ()}),
    ("many_result", {"result": ManyResult(title="1 of 2 completed", refused=REASONS[:1], done=REASONS[1:2])}),
    ("many_result", {"error": "Tick a line first."}),
    ("news", {"news": News(since=SINCE, links=(parts.Link(text="2 replies", href="#"), parts.Link(text=LONG)))}),
    ("news", {"news": News(since=SINCE, links=())}),
    ("notes", {"notes": (parts.Link(text="2 renewals have no open playbook", href="#"), parts.Link(text=LONG))}),
    ("data_table", {"table": parts.Table(caption="Renewals", columns=COLUMNS, rows=CELLS * 3, totals=TOTALS)}),
    ("data_table", {"table": parts.Table(caption="Nothing here", columns=COLUMNS, rows=())}),
    ("timeline", {"days": (parts.TimelineDay(title="Today · Saturday 21 November 2026", entries=(ENTRY,) * 2),)}),
    ("timeline", {"days": ()}),
    (
        "history",
        {
            "entries": (
                parts.HistoryEntry(
                    who="Ana Ruiz",
                    what="changed the contract",
                    at=dates.instant_cell(CHANGED, now=NOW, zone="UTC"),
                    why="The customer sent the signed order form",
                    differences=(
                        parts.Difference(field="Notice period", before="30 days", after="60 days"),
                        parts.Difference(field="End action", before="", after=LONG),
                    ),
                ),
            )
        },
    ),
    ("history", {"entries": ()}),
    (
        "empty_state",
        {
            "title": "Nothing is due",
            "text": "The next item comes on 24 November.",
            "href": "#",
            "action": "Open the pipeline",
        },
    ),
    (
        "error_state",
        {
            "what": "The date does not exist",
            "where": "row 4, column due",
            "why": "2027 has no 29 February.",
            "todo": "Write 28 February or 1 March.",
            "code": "E-DATE-01",
            "incident": "a1b2c3d4",
        },
    ),
    ("no_permission", {"what": "prices", "role": "product viewer"}),
    (
        "progress",
        {
            "progress": parts.Progress(
                title="Reading accounts.csv", percent=64, words="12,400 of 19,300 rows · 20 s left"
            ),
            "progress_id": "p1",
        },
    ),
    ("progress", {"progress": parts.Progress(title="Counting", percent=None, words="starting"), "progress_id": "p2"}),
    ("toast", {"text": "Done. The next step comes in 12 days.", "undo_href": "#"}),
    (
        "form",
        {
            "form": Specimen({"reason": "", "amount": "ten"}),
            "action": "#",
            "submit": "Keep the outcome",
            "cancel_href": "#",
        },
    ),
    ("pager", {"pager": parts.Pager(shown="1–50 of 1,204", first_href="?", next_href="?after=50")}),
    (
        "chart_card",
        {
            "title": "Renewals due fall by half after March",
            "svg": "",
            "empty": "Two months are needed, one is known.",
            "unit": "USD",
            "term": "atr",
            "table": parts.Table(caption="By month", columns=COLUMNS, rows=CELLS),
        },
    ),
    (
        "tabs",
        {
            "label": "Parts of the account",
            "tabs": (
                parts.Tab(text="Overview", href="#", is_current=True),
                parts.Tab(text="Contracts", href="#", count="3"),
            ),
        },
    ),
    ("tag", {"word": "Strategic", "state": "accent"}),
    (
        "page_head",
        {
            "title": "14 renewals worth $1.2 M have no owner",
            "unit": "USD, as of 21 Nov 2026",
            "crumbs": (parts.Link(text="Accounts", href="#"), parts.Link(text=LONG)),
            "term": "atr",
        },
    ),
)
PAGE = """{% extends "base.html" %}{% block title %}Gallery{% endblock %}{% block content %}<h1>Gallery</h1>
<div class="stack">{% for name, part in specimens %}
<section aria-label="{{ name }} {{ forloop.counter }}"><h2>{{ name }}</h2>{{ part }}</section>
{% endfor %}</div>{% endblock %}"""


def render(name: str, context: dict[str, object], request: HttpRequest | None = None) -> str:
    """Return the component as HTML."""
    return engines["django"].get_template(f"components/{name}.html").render(context, request)


def gallery(request: HttpRequest) -> HttpResponse:
    """Show all specimens in the shell."""
    request.user = SimpleNamespace(name="Ana Ruiz", email="ana@acme.example")
    request.member = member_of_role("csm")
    request.workspace = SimpleNamespace(name=LONG)
    shown = [(name, render(name, context, request)) for name, context in SPECIMENS if name != "page_head"]
    return HttpResponse(engines["django"].from_string(PAGE).render({"specimens": shown}, request))


urlpatterns = [
    path("gallery/", gallery),
    path("columns/", gallery, name="view_columns"),
    path("settings/workload/", gallery, name="workload"),
    path("accounts/", include("allauth.urls")),
]
