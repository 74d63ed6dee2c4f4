"""The inbox of signals whose account is not known, by source and name, and the matches that were made."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import Upper

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.filters import address
from dashboards.core.money import count_words
from dashboards.core.parts import Pager, Tab
from dashboards.queries.asker import Asker
from dashboards.queries.people import small_id
from dashboards.queries.sources.listing import PATH, signal_tabs
from renewals.core.roles import Scope, can
from renewals.queries.accounts import accounts
from renewals.queries.people import visible_to
from signals.models import AccountAlias, Unmatched

NOTHING: Mapping[str, tuple[str, str]] = MappingProxyType({})
INBOX = f"{PATH}unmatched/"
ROWS_A_PAGE = 50
MATCHES_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldName:
    """One name of one source with what is held of it. `field` is what its answer is called in the form."""

    field: str
    name: str
    source: str
    count: str
    kinds: str
    first: DateCell
    last: DateCell
    guess: str
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchLine:
    """A match in force and the address that takes it back."""

    name: str
    account: str
    account_href: str
    source: str
    who: str
    at: DateCell
    href: str
    is_fold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmatchedPage:
    """What is held, most signals first, and what has been matched."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    rows: tuple[HeldName, ...]
    pager: Pager
    matches: tuple[MatchLine, ...]
    may_match: bool


def held_names() -> QuerySet[Unmatched, Any]:
    """Return source and name of everything that is held, each once: what the inbox lists."""
    return Unmatched.objects.filter(matched_at__isnull=True).order_by().values("source_id", "account_key").distinct()


def unmatched_page(
    asker: Asker, choice: Mapping[str, str], *, typed: Mapping[str, tuple[str, str]] = NOTHING
) -> UnmatchedPage:
    """Return one page of the inbox; `typed` holds what was typed and what is wrong with it, by field."""
    held = Unmatched.objects.filter(matched_at__isnull=True)
    groups = held.values("source_id", "source__name", "account_key").annotate(
        n=Count("id"), first=Min("occurred_at"), last=Max("occurred_at"), kinds=Count("kind", distinct=True)
    )
    after = small_id(choice.get("after", ""))
    found = list(groups.order_by("-n", "account_key", "source_id")[after : after + ROWS_A_PAGE + 1])
    shown = found[:ROWS_A_PAGE]
    total = held[:10_001].count()
    guesses = _guesses(asker, (row["account_key"] for row in shown))
    return UnmatchedPage(
        title=_title(total),
        unit="They count as soon as their account is imported or matched",
        tabs=signal_tabs("unmatched"),
        rows=tuple(_held(row, guesses, typed, asker) for row in shown),
        pager=Pager(
            shown=count_words(len(shown), "name"),
            first_href=INBOX if after else "",
            next_href=address(f"{PATH}unmatched/", {}, after=str(after + ROWS_A_PAGE))
            if len(found) > ROWS_A_PAGE
            else "",
        ),
        matches=tuple(_match(row, asker) for row in _live_matches(asker)),
        may_match=can(asker.member, "signals.change", record=Scope.ALL),
    )


def field_parts(field: str) -> tuple[int, str] | None:
    """Return source and name that a field of the form stands for; None for any other field."""
    word, _, rest = field.partition(":")
    source, _, name = rest.partition(":")
    return (small_id(source), name) if word == "match" and small_id(source) and name else None


def account_named(asker: Asker, words: str) -> int | None:
    """Return the account that a person means by an external id or a whole name; None when it is none or several."""
    if "\x00" in words:  # no name holds what no text of the database can
        return None
    seen = visible_to(accounts(), asker.member, "accounts.view")
    by_id = seen.filter(external_id=words.strip()).values_list("id", flat=True)
    found = list(by_id[:1]) or list(seen.filter(name__iexact=words.strip()).values_list("id", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def _title(total: int) -> str:
    if not total:
        return "Every signal has its account"
    shown = "More than 10,000 signals" if total > 10_000 else count_words(total, "signal")
    return f"{shown} of unknown accounts"


def _held(row: Mapping, guesses: Mapping[str, str], typed: Mapping[str, tuple[str, str]], asker: Asker) -> HeldName:
    field = f"match:{row['source_id']}:{row['account_key']}"
    kept, error = typed.get(field, ("", ""))
    zone = asker.workspace.timezone
    return HeldName(
        field=field,
        name=row["account_key"],
        source=row["source__name"],
        count=f"{row['n']:,}",
        kinds=count_words(row["kinds"], "kind"),
        first=instant_cell(row["first"], now=asker.now, zone=zone),
        last=instant_cell(row["last"], now=asker.now, zone=zone),
        guess=kept or guesses.get(row["account_key"].upper(), ""),
        error=error,
    )


def _guesses(asker: Asker, names: Iterable[str]) -> dict[str, str]:
    """Return per name the id of the one account called so, or with that id in other letters."""
    wanted = {name.upper() for name in names}
    seen = visible_to(accounts(), asker.member, "accounts.view").annotate(
        upper_id=Upper("external_id"), upper_name=Upper("name")
    )
    found: dict[str, set[str]] = defaultdict(set)
    rows = seen.filter(Q(upper_id__in=wanted) | Q(upper_name__in=wanted))
    for external_id, name in rows.values_list("external_id", "name"):
        for word in {external_id.upper(), name.upper()} & wanted:
            found[word].add(external_id)
    return {word: ids.pop() for word, ids in found.items() if len(ids) == 1}


def _live_matches(asker: Asker) -> list[AccountAlias]:
    mine = visible_to(accounts(), asker.member, "accounts.view")
    rows = AccountAlias.objects.filter(ended_at__isnull=True, account__in=mine).select_related("account", "source")
    return list(rows.order_by("-made_at", "-id")[:MATCHES_SHOWN])


def _match(row: AccountAlias, asker: Asker) -> MatchLine:
    return MatchLine(
        name=row.name,
        account=row.account.name,
        account_href=f"/accounts/{row.account_id}/",
        source=row.source.name if row.source else "every source",
        who=row.made_by,
        at=instant_cell(row.made_at, now=asker.now, zone=asker.workspace.timezone),
        href=f"{PATH}matches/{row.id}/removal/",
        is_fold=row.folded_id is not None,
    )
