"""Who changed what, when and why, across the workspace: the newest changes of every tracked noun."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Model

from dashboards.core.dates import instant_cell
from dashboards.core.filters import address
from dashboards.core.parts import Difference, HistoryEntry, Tab
from dashboards.core.wording import title, value_words
from dashboards.queries.asker import Asker
from renewals.core.roles import Scope, granted_scope
from renewals.models import Account, ApiKey, Contact, Contract, FxRate, Membership, Outcome, Renewal, TermVersion
from renewals.queries.history import Change, recent_changes

PATH = "/audit/"
NOUNS: Mapping[str, type[Model]] = {
    "renewals": Renewal,
    "outcomes": Outcome,
    "contracts": Contract,
    "terms": TermVersion,
    "accounts": Account,
    "contacts": Contact,
    "members": Membership,
    "keys": ApiKey,
    "rates": FxRate,
}
NAMED_BY: Mapping[str, str] = {
    "renewals": "account__name",
    "outcomes": "renewal__account__name",
    "contracts": "name",
    "terms": "contract__name",
    "accounts": "name",
    "contacts": "name",
    "members": "user__name",
    "keys": "name",
    "rates": "currency",
}
"""What a row of a noun is called by; a row that is gone keeps its number."""

ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """The newest changes of one noun; `is_own` when the person sees only what they did themselves."""

    unit: str
    tabs: tuple[Tab, ...]
    entries: tuple[HistoryEntry, ...]
    is_own: bool


def audit_page(asker: Asker, choice: Mapping[str, str]) -> AuditPage:
    """Return the newest changes of a noun that the person may look at."""
    noun = choice.get("noun", "")
    chosen = noun if noun in NOUNS else "renewals"
    is_own = granted_scope(asker.member, "audit.view") is not Scope.ALL
    by_user = asker.membership.user_id if is_own else None
    changes = recent_changes(NOUNS[chosen], by_user_id=by_user, limit=ROWS_A_PAGE)
    names = _names(chosen, changes)
    return AuditPage(
        unit="What you changed yourself" if is_own else f"Newest first · {ROWS_A_PAGE} at most",
        tabs=tuple(Tab(text=title(key), href=address(PATH, {"noun": key}), is_current=key == chosen) for key in NOUNS),
        entries=tuple(_entry(change, names, asker) for change in changes),
        is_own=is_own,
    )


def _names(noun: str, changes: Iterable[Change]) -> Mapping[int, str]:
    rows = NOUNS[noun]._default_manager.filter(pk__in={change.row_id for change in changes})
    return dict(rows.values_list("pk", NAMED_BY[noun]))


def _entry(change: Change, names: Mapping[int, str], asker: Asker) -> HistoryEntry:
    """Return the change with its differences; what was made or deleted as a whole has none to tell apart."""
    return HistoryEntry(
        who=change.who or "Somebody",
        what=f"{change.kind} {title(change.model).lower()} {names.get(change.row_id) or change.row_id}",
        at=instant_cell(change.at, now=asker.now, zone=asker.workspace.timezone),
        why=change.why,
        differences=tuple(
            Difference(field=title(each.field), before=value_words(each.before), after=value_words(each.after))
            for each in change.fields
            if change.kind == "changed"
        ),
    )
