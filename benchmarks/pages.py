"""`page_queue`, `page_account`, `page_home`, `search` and other pages over a large book, against an empty one.

The floor is a table of fifty rows through the same middleware and template engine: what any page costs here. Both are
asked in turn by the same client; p95 is compared. Years of closed renewals lie behind the open ones. The sums of the
pipeline are made before its rounds, as the sweep does every half minute; the account that is looked at has a thousand
touches and two hundred tasks. The home page is that of each role in turn: the dearest is told.
"""

import re
import time
from collections.abc import Iterator
from functools import partial

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone

from benchmarks.book import Book, Shape, make_book
from benchmarks.harness import Ratio, Scale, cheaper, quantile, slope, within
from playbooks.actions.pipeline import sum_pipeline
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.models import Renewal, User

RENEWALS = {"small": 10_000, "full": 100_000}
PAST = {"small": 1, "full": 9}
"""Open renewals, one an account, and how many closed ones each has behind it: a million in all at full scale."""
ASKED = {"small": 10, "full": 20}
QUEUE = "/queue/?segment=strategic&tier=strategic&risk=high"
PAGES = {
    "page_queue": QUEUE,
    "page_home": "/",
    "page_pipeline": "/pipeline/",
    "page_at_risk": "/at-risk/",
    "page_forecast": "/forecast/",
    "page_forecast_calls": "/forecast/calls/",
    "page_forecast_scenarios": "/forecast/scenarios/",
    "page_forecast_ledger": "/forecast/ledger/",
    "page_retention": "/retention/",
    "page_indicators": "/indicators/",
    "page_indicators_quality": "/indicators/quality/",
    "page_reviews": "/reviews/",
    "page_calendar": "/calendar/",
    "page_playbooks": "/playbooks/",
    "search": "/search/?q=account+77",
}
GOAL, GOALS = 4, {"page_queue": 3}
"""At most so many times the floor."""
MOST_QUERIES = 10
READS = re.compile(r'\b(?:FROM|JOIN|INTO) "?[a-z]+_')
"""A statement that reads or writes a table, written by Django or by hand."""
FLOOR = Engine().from_string(
    "<!doctype html><title>Floor</title><table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>"
    "{% endfor %}</tr>{% endfor %}</table>"
)
FIFTY = """
SELECT id, email, name, timezone, is_active, created_at::date, id * 2, id * 3 FROM renewals_user, generate_series(1, 50)
LIMIT 50
"""


def floor(request: HttpRequest) -> HttpResponse:
    """Answer with fifty rows of eight cells."""
    with connection.cursor() as cursor:
        cursor.execute(FIFTY)
        return HttpResponse(FLOOR.render(Context({"rows": cursor.fetchall()})))


urlpatterns = [path("floor/", floor), path("", include("config.urls"))]


def run(scale: Scale) -> Iterator[Ratio]:
    """Yield the ratio of each page, the queries of the queue, and the growth from a tenth of the book."""
    size, past = RENEWALS[scale], PAST[scale]
    with override_settings(ROOT_URLCONF="benchmarks.pages", ALLOWED_HOSTS=["testserver"]):
        small = make_book("bench-pages-tenth", renewals=size // 10, shape=Shape(past=past), now=timezone.now())
        large = make_book("bench-pages", renewals=size, shape=Shape(past=past), now=timezone.now())
        client, asked = _client(large.user), ASKED[scale]
        for name, address in _addresses(large).items():
            yield _ratio(name, client, address, large, asked)
        for role, user in large.people.items():
            yield _ratio(f"page_home_{role}", _client(user), "/", large, asked)
        with CaptureQueriesContext(connection) as captured:
            client.get(QUEUE)
        own = [query for query in captured.captured_queries if READS.search(query["sql"])]
        note = "that read or write a table, of one request"
        yield within("page_queue_queries", len(own), at_most=MOST_QUERIES, unit="queries", note=note)
        yield from _growth(small, large, asked)


def _ratio(name: str, client: Client, address: str, book: Book, asked: int) -> Ratio:
    """Return the ratio of a page to the floor; its sums are as fresh as the sweep keeps them."""
    _add_up(book)
    return cheaper(
        name,
        ours=partial(_p95, client, address, asked),
        peer=partial(_p95, client, "/floor/", asked),
        at_most=GOALS.get(name, GOAL),
        note=f"p95 of `{address.partition('?')[0]}` over {book.renewals:,} open renewals, against 50 rows in a table",
    )


def _growth(small: Book, large: Book, asked: int) -> Iterator[Ratio]:
    """Yield how each page grows over tenfold rows, by the median of its requests."""
    clients = [(book, _client(book.user), _addresses(book)) for book in (small, large)]
    for name in _addresses(large):
        points = []
        for book, client, addresses in clients:
            _add_up(book)
            points.append((book.renewals, quantile(_taken(client, addresses[name], asked), 0.5)))
        yield within(f"{name}_growth", slope(points), at_most=0.1, unit="slope", note="log-log, over tenfold rows")


def _addresses(book: Book) -> dict[str, str]:
    """Return where the pages are; the account is the first, whose work `make_book` has piled up."""
    by = system_actor(book.workspace_id, "benchmarks")
    with in_workspace(book.workspace_id, by=by, why="an account to look at"):
        open_ones = Renewal.objects.filter(closed_on__isnull=True)
        account, renewal = open_ones.order_by("account_id").values_list("account_id", "id")[0]
    return {"page_account": f"/accounts/{account}/", "page_renewal": f"/renewals/{renewal}/", **PAGES}


def _add_up(book: Book) -> None:
    """Make the sums of the pipeline, as the sweep does."""
    by = system_actor(book.workspace_id, "benchmarks")
    with in_workspace(book.workspace_id, by=by, why="the sweep"):
        sum_pipeline(workspace_id=book.workspace_id, now=timezone.now())


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _p95(client: Client, address: str, asked: int) -> float:
    """Return the 95th percentile of the seconds of some requests."""
    return quantile(_taken(client, address, asked), 0.95)


def _taken(client: Client, address: str, asked: int) -> list[float]:
    """Return the seconds of some requests; an answer other than 200 stops the measuring."""
    taken = []
    for _ in range(asked):
        began = time.perf_counter()
        answer = client.get(address)
        taken.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}.")
    return taken
