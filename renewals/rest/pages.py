"""Cursor pages: the only way the API lists. A cursor is opaque and stable while rows are added."""

from rest_framework.pagination import CursorPagination


class Pages(CursorPagination):
    """50 rows a page, 200 at most (`?limit=`); `next` and `previous` are whole addresses."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering = "id"
