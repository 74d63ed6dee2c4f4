"""The addresses of explanations: every score of every page leads here. Knows no request."""

from urllib.parse import urlencode


def score_href(account_id: int, kind: str, *, renewal_id: int | None = None, **more: object) -> str:
    """Return where a score is explained; of a risk, `renewal_id` says which renewal's."""
    if not more:  # of most badges, sixty times on the page of the queue
        return f"/accounts/{account_id}/scores/{kind}/" + (f"?renewal={renewal_id}" if renewal_id else "")
    asked = {"renewal": renewal_id, **more}
    query = urlencode({name: value for name, value in asked.items() if value not in (None, "")})
    path = f"/accounts/{account_id}/scores/{kind}/"
    return f"{path}?{query}" if query else path
