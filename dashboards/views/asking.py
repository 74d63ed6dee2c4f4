"""What the views of the screens share: who asks, and whether a part or the whole page is wanted."""

from django.http import HttpRequest

from dashboards.queries.asker import Asker


def asker_of(request: HttpRequest) -> Asker:
    """Return who asks, as the queries of screens take it; the request has passed `@screen`."""
    return Asker(
        member=request.member,
        membership=request.membership,
        workspace=request.workspace,
        now=request.now,
        today=request.today,
    )


def wants_part(request: HttpRequest, part: str) -> bool:
    """Answer whether only the element with this id is to be renewed."""
    return bool(request.htmx) and request.htmx.target == part
