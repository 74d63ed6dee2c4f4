"""An offer as a form: what ships reads back as it is, problems stand at their inputs, nothing that is typed is lost."""

from typing import Any

import pytest

from dashboards.core.offers.offer_form import offer_form, typed_offer
from offers.core.library import read_offer
from offers.queries.library import shipped_offers

OFFERS = [pytest.param(each, id=each["key"]) for each in shipped_offers()]


def posted(content: dict[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Return what a browser would send of a form nobody has touched."""
    form = offer_form(content, (), levels=())
    post = {each.place.path: each.value for each in form.inputs if each.place.kind != "many"}
    condition = form.condition
    post["eligibility:mode"] = condition.mode
    if condition.mode == "written":
        post["eligibility:written"] = condition.written
    for line in condition.lines:
        post |= {f"{line.name}:fact": line.fact, f"{line.name}:op": line.op, f"{line.name}:value": line.value}
        if line.is_negated:
            post[f"{line.name}:not"] = "1"
    return post, list(content.get("capabilities", ()))


@pytest.mark.requirement(41)
@pytest.mark.parametrize("content", OFFERS)
def test_offer_that_ships_reads_back_as_the_same_offer(content: dict[str, Any]) -> None:
    post, many = posted(content)
    typed = typed_offer(content, post, many)
    again, problems = read_offer(typed)
    assert (again, problems) == (read_offer(content)[0], ())


def test_each_problem_stands_at_its_input_and_what_was_typed_is_kept() -> None:
    content = dict(shipped_offers()[0])
    post, many = posted(content)
    wrong = {
        "name": "",
        "term_months": "a year",
        "valid_until": "soon",
        "price.method": "usage",
        "price.base_percent": "120",
        "eligibility:mode": "any",
        "eligibility:0:fact": "account.weather",
    }
    typed = typed_offer(content, post | wrong, [*many, "fly"])
    form = offer_form(typed, read_offer(typed)[1], levels=())
    told = {each.place.path: each.problems for each in form.inputs if each.problems}
    assert {"name", "term_months", "valid_until", "price.unit_price", "capabilities"} <= set(told)
    assert form.condition_problems
    assert (typed["term_months"], typed["price"]["base_percent"]) == ("a year", 120)
    values = {each.place.path: each.value for each in form.inputs}
    assert (values["term_months"], values["valid_until"]) == ("a year", "soon")


def test_figures_of_another_method_are_dropped_and_a_field_out_of_sight_stays() -> None:
    content = {"key": "x", "price": {"method": "uplift", "percent": 3, "discount_percent": 5}, "owner_role": "csm"}
    typed = typed_offer(content, {"price.method": "list"}, ())
    assert (typed["price"], typed["owner_role"]) == ({"method": "list", "discount_percent": 5}, "csm")
    shown = offer_form(typed, (), levels=())
    assert [each.place.path for each in shown.figures] == ["price.discount_percent"]
