"""The selection order in force: the newest one this workspace has published, else the one that ships."""

from playbooks.core.selection import SelectionRules, parse_selection
from playbooks.models import SelectionVersion
from playbooks.queries.library import selection_rules, selection_table


def selection_in_force() -> SelectionRules:
    """Return the rules that give a renewal its playbook now."""
    newest = newest_selection()
    if newest is None:
        return selection_rules()
    rules, _ = parse_selection(newest.definition | {"version": newest.number})
    return rules


def newest_selection() -> SelectionVersion | None:
    """Return the newest published selection order of the workspace; None while the shipped one holds."""
    return SelectionVersion.objects.order_by("-number").first()


def selection_content() -> dict[str, object]:
    """Return the order in force as a plain table, to begin a draft with."""
    newest = newest_selection()
    table = newest.definition if newest is not None else selection_table()
    return {name: value for name, value in table.items() if name != "version"}
