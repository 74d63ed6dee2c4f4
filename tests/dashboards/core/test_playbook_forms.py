"""The forms of the playbook editor: what is shown is what is kept, problems find their field, changes have words."""

import json
from typing import Any

import pytest

from dashboards.core.playbooks.changes import content_changes
from dashboards.core.playbooks.conditions import condition_form, condition_words, typed_condition
from dashboards.core.playbooks.picture import picture_of
from dashboards.core.playbooks.places import place_of, placed
from dashboards.core.playbooks.sections import SECTIONS
from dashboards.core.playbooks.shown import ShownField, shown_fields
from dashboards.core.playbooks.step_fields import MESSAGE, step_fields
from dashboards.core.playbooks.tables import part_of
from dashboards.core.playbooks.typed import typed_table
from playbooks.actions.bulk import as_json
from playbooks.core.definition_parse import parse_definition
from playbooks.core.editing.content import blank_content, content_problems, items_of, with_moved, with_removed
from playbooks.core.editing.files import content_as_json, content_as_toml, content_from_file
from playbooks.core.editing.skeletons import with_new_step
from playbooks.core.vocabulary import StepKind
from playbooks.queries.library import shipped_playbooks

KEYS = [each.key for each in shipped_playbooks()]


def content_of(key: str) -> dict[str, Any]:
    """A shipped playbook as it is stored."""
    item = next(each for each in shipped_playbooks() if each.key == key)
    return dict(json.loads(as_json({"playbook": item.table, "templates": list(item.templates)})))


def posted(fields: tuple[ShownField, ...]) -> dict[str, Any]:
    """What a browser would send of a form nobody has touched."""
    found: dict[str, Any] = {}
    for field in fields:
        chosen = [each.value for each in field.choices if each.is_on]
        if field.entry == "choices":
            found[f"{field.name}:many"] = chosen
        elif field.entry == "choice":
            found[field.name] = chosen[0] if chosen else ""
        elif field.entry == "offset":
            found |= {f"{field.name}:count": field.value, f"{field.name}:side": field.side}
        elif field.entry == "condition":
            found |= _posted_condition(field)
        else:
            found[field.name] = field.value
        for row in field.rows:
            found |= {f"{row.name}:key": row.key} | posted(row.fields)
    return found


def _posted_condition(field: ShownField) -> dict[str, str]:
    form = field.condition
    assert form is not None
    found = {f"{form.name}:mode": form.mode, f"{form.name}:written": form.written}
    for line in form.lines:
        found |= {f"{line.name}:fact": line.fact, f"{line.name}:op": line.op, f"{line.name}:value": line.value}
        found |= {f"{line.name}:not": "1"} if line.is_negated else {}
    return found


def plain(table: Any) -> Any:
    """Times as a form types them, and without what is empty."""
    if isinstance(table, dict):
        return {name: plain(each) for name, each in table.items() if each not in (None, "", [], {})}
    if isinstance(table, list):
        return [plain(each) for each in table]
    return table[:5] if isinstance(table, str) and len(table) == 8 and table[2:3] == ":" else table


@pytest.mark.parametrize("key", KEYS)
def test_form_that_nobody_touched_keeps_every_part_as_it_was(key: str) -> None:
    content = content_of(key)
    sources = {
        "segments": [(each, each) for each in content["playbook"]["segments"]],
        "phases": [(each["key"], each["name"]) for each in items_of(content, "phases")],
        "templates": [(each["key"], each["name"]) for each in items_of(content, "templates")],
    }
    targets = [(section.base, None, section.fields) for section in SECTIONS]
    targets += [
        (("playbook", "steps"), at, step_fields(step["kind"])) for at, step in enumerate(items_of(content, "steps"))
    ]
    targets += [(("templates",), at, MESSAGE.fields) for at in range(len(items_of(content, "templates")))]
    for base, place, fields in targets:
        table = part_of(content, base, place)
        shown = shown_fields(fields, table, sources=sources, spare={})
        assert plain(typed_table(fields, posted(shown), table)) == plain(table), (base, place)


@pytest.mark.parametrize("key", KEYS)
def test_playbook_survives_a_file_in_either_form(key: str) -> None:
    content = content_of(key) | {
        "pilot": {"when": {"not": {"field": "a", "op": "eq", "value": 'q"\n'}}, "question": "?"}
    }
    assert content_from_file(content_as_json(content).encode()) == content
    assert content_from_file(content_as_toml(content).encode()) == content


CONDITIONS = (
    None,
    {"field": "risk.score", "op": "ge", "value": 60},
    {"not": {"field": "account.country", "op": "in", "value": ["DE", "FR"]}},
    {
        "any": [
            {"field": "renewal.auto_renews", "op": "eq", "value": False},
            {"field": "usage.velocity", "op": "lt", "value": -0.5},
        ]
    },
    {
        "all": [
            {"any": [{"field": "risk.score", "op": "known", "value": True}]},
            {"field": "risk.band", "op": "eq", "value": "high"},
        ]
    },
)


@pytest.mark.parametrize("table", CONDITIONS)
def test_condition_shown_as_lines_is_read_back_as_it_was(table: object) -> None:
    form = condition_form("c", table, spare=1)
    post = {"c:mode": form.mode, "c:written": form.written}
    for line in form.lines:
        post |= {f"{line.name}:fact": line.fact, f"{line.name}:op": line.op, f"{line.name}:value": line.value}
        post |= {f"{line.name}:not": "1"} if line.is_negated else {}
    assert typed_condition("c", post) == table


def test_condition_has_words() -> None:
    assert [condition_words(each) for each in CONDITIONS[1:]] == [
        "risk score at least 60",
        "not account country is one of DE or FR",
        "renewal auto renews is no or usage velocity below -0.5",
        "(risk score is known) and risk band is High",
    ]


@pytest.mark.requirement(69)
def test_every_problem_of_an_empty_playbook_leads_to_a_form() -> None:
    content = blank_content(name="New")
    found = placed(content_problems(content), content)
    assert {each.place.section for each in found} == {"what", "guardrails", "people", "ends", "phases", "steps"}
    assert {each.place.field for each in found} >= {"purpose", "segments", "tier", "escalation", "success", "rules"}


def test_problem_of_a_step_stands_at_its_field() -> None:
    content = content_of("mid_market")
    steps = content["playbook"]["steps"]
    steps[0] |= {"template": "gone", "at": "07:00", "anchor": {**steps[0]["anchor"], "days": -300}}
    steps[1] |= {"operator": "system", "outcomes": [], "phase": "nowhere"}
    places = {place_of(each, content) for each in content_problems(content)}
    found = {(each.item, each.field) for each in places if each.section == "steps"}
    assert {(0, "template"), (0, "at"), (0, "anchor"), (1, "operator"), (1, "outcomes"), (1, "phase")} <= found


def test_every_kind_of_step_begins_with_what_its_form_can_complete() -> None:
    content = content_of("small")
    for kind in StepKind:
        made, at = with_new_step(content, name="Thing", kind=kind, phase="close", place=0)
        names = {field.top for field in step_fields(kind.value)}
        found = [place_of(each, made) for each in content_problems(made) if each.is_error]
        mine = {each.field for each in found if each.section == "steps" and each.item == at}
        assert mine <= names, (kind, mine - names)


def test_changes_are_said_in_words_and_equal_contents_have_none() -> None:
    before = content_of("small")
    assert content_changes(before, before) == ()
    after = with_removed(with_moved(before, "steps", 0, 1), "escalation", 0)
    after["playbook"]["guardrails"]["max_touches"] = 1
    after["playbook"]["steps"][0]["at"] = "16:00"
    words = {each.field: (each.before, each.after) for each in content_changes(before, after)}
    assert words["Messages to one person at most"][1] == "1"
    assert "Order of the steps" in words
    assert any(each.startswith("Step “") and each.endswith("at (where the account is)") for each in words)
    assert any(each.startswith("Rung “") for each in words)


@pytest.mark.parametrize("key", KEYS)
def test_picture_has_a_lane_per_phase_and_a_node_per_step_apart_from_each_other(key: str) -> None:
    playbook = parse_definition(content_of(key)["playbook"]).playbook
    picture = picture_of(playbook, hrefs={}, problem_keys=frozenset())
    assert picture is not None
    assert (len(picture.lanes), len(picture.nodes)) == (len(playbook.phases), len(playbook.steps))
    spots = [(node.x, node.y) for node in picture.nodes]
    for at, (x, y) in enumerate(spots):
        assert 0 < x < picture.width
        assert all(abs(x - other) >= 24 or y != below for other, below in spots[:at])
