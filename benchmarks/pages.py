"""`page_queue`, `page_account`, `page_pipeline`, `search` and other pages over a large book, against an empty one.

The floor is a table of fifty rows through the same middleware and template engine: what any page costs here. Both are
asked in turn by the same client; p95 is compared. The sums of the pipeline are made before its rounds, as the sweep
does every half minute; the account that is looked at has a thousand touches and two hundred tasks.
"""

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

from benchmarks.book import Book, make_book
from benchmarks.harness import Ratio, Scale, cheaper, quantile, slope, within
from playbooks.actions.pipeline import sum_pipeline
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.models import Renewal

RENEWALS = {"small": 10_000, "full": 1_000_000}
ASKED = 20
QUEUE = "/queue/?segment=strategic&tier=strategic&risk=high"
MOST_QUERIES = 10
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
    """Yield the ratio of the page, its number of queries, and its growth from a tenth of the book."""
    size = RENEWALS[scale]
    with override_settings(ROOT_URLCONF="benchmarks.pages", ALLOWED_HOSTS=["testserver"]):
        small = make_book("bench-pages-tenth", renewals=size // 10, now=timezone.now())
        large = make_book("bench-pages", renewals=size, now=timezone.now())
        client = _client(large)
        note = f"p95 of `/queue/` with three filters over {size:,} renewals, against fifty rows in a table"
        yield from _others(client, large)
        yield cheaper(
            "page_queue", ours=lambda: _p95(client, QUEUE), peer=lambda: _p95(client, "/floor/"), at_most=3, note=note
        )
        with CaptureQueriesContext(connection) as asked:
            client.get(QUEUE)
        own = [query for query in asked.captured_queries if ' FROM "' in query["sql"]]
        yield within(
            "page_queue_queries",
            len(own),
            at_most=MOST_QUERIES,
            unit="queries",
            note="that read a table, of one request",
        )
        yield from _growth(small, large)


def _growth(small: Book, large: Book) -> Iterator[Ratio]:
    """Yield how each page grows over tenfold rows, by the median of its requests."""
    clients = [(book, _client(book), _addresses(book)) for book in (small, large)]
    for name in ("page_queue", *_addresses(large)):
        points = []
        for book, client, addresses in clients:
            _add_up(book)
            points.append((book.renewals, quantile(_taken(client, addresses.get(name, QUEUE)), 0.5)))
        yield within(f"{name}_growth", slope(points), at_most=0.1, unit="slope", note="log-log, over tenfold rows")


def _others(client: Client, book: Book) -> Iterator[Ratio]:
    """Yield the ratios of the other pages people keep open, each to be within four times the floor."""
    for name, address in _addresses(book).items():
        _add_up(book)
        yield cheaper(
            name,
            ours=partial(_p95, client, address),
            peer=partial(_p95, client, "/floor/"),
            at_most=4,
            note=f"p95 of the page over {book.renewals:,} renewals, against fifty rows in a table",
        )


def _addresses(book: Book) -> dict[str, str]:
    """Return where the other pages are; the account is the first, whose work `make_book` has piled up."""
    by = system_actor(book.workspace_id, "benchmarks")
    with in_workspace(book.workspace_id, by=by, why="an account to look at"):
        renewal = Renewal.objects.order_by("account_id").values_list("account_id", "id")[0]
    return {
        "page_account": f"/accounts/{renewal[0]}/",
        "page_renewal": f"/renewals/{renewal[1]}/",
        "page_pipeline": "/pipeline/",
        "page_calendar": "/calendar/",
        "page_playbooks": "/playbooks/",
        "search": "/search/?q=account+77",
    }


def _add_up(book: Book) -> None:
    """Make the sums of the pipeline, as the sweep does."""
    by = system_actor(book.workspace_id, "benchmarks")
    with in_workspace(book.workspace_id, by=by, why="the sweep"):
        sum_pipeline(workspace_id=book.workspace_id, now=timezone.now())


def _client(book: Book) -> Client:
    client = Client()
    client.force_login(book.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _p95(client: Client, address: str) -> float:
    """Return the 95th percentile of the seconds of some requests."""
    return quantile(_taken(client, address), 0.95)


def _taken(client: Client, address: str) -> list[float]:
    """Return the seconds of some requests; an answer other than 200 stops the measuring."""
    taken = []
    for _ in range(ASKED):
        began = time.perf_counter()
        answer = client.get(address)
        taken.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}.")
    return taken
