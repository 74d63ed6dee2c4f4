"""A body filled into its shape is, to the letter, the body written in full; and the shape is made once for many."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from playbooks.core.messages import MessageTemplate, MessageValue, rendering, sample_values
from playbooks.core.messages.language import Merged, merge_source
from playbooks.core.messages.markdown import write_body
from playbooks.core.messages.programs import merge_known
from playbooks.core.messages.shapes import fill_body, shape_of
from playbooks.core.vocabulary import MessageClass
from tests.playbooks.core.specimens import shipped_keys, shipped_template

FRAMES = [
    "{{ a.x }}",
    "Hello {{ a.x }},\n\n**{{ a.y }}** and *{{ a.x }}* or _{{ a.z }}_ by {{ a.z }}.\n{{ a.x }}  \n{{ a.y }}",
    "{{ a.x }}{{ a.y }}**{{ a.x }}** *{{ a.y }}*{{ a.z }}",
    "- {{ a.x }}\n- {{ a.y }}: {{ a.z }}\n\n1. {{ a.z }}\n2. {{ a.x }}",
    "{{ a.x }}. {{ a.y }}\n{{ a.y }}) {{ a.z }}\n1{{ a.z }}. {{ a.x }}",
    "# {{ a.x }} #\n\n{{ a.y }}\n---\n\n> {{ a.z }}\n\n    {{ a.x }}\n\n`{{ a.y }}`",
    "```\n{{ a.x }}\n```\n\n***\n{{ a.y }}",
    "[{{ a.x }}]({{ a.y }}) [{{ a.y }}]({{ a.y }}) [Open]({{ a.z }}) [http{{ a.x }}]({{ a.y }})",
    "[{{ a.x }}{{ a.y }}]({{ a.z }}) [A](mailto:{{ a.y }}) [B](https://x.example/{{ a.z }}?q={{ a.x }})",
    "[{{ a.x }}][{{ a.y }}] [{{ a.x }}]\n\n[{{ a.y }}]: {{ a.z }}",
    "&{{ a.x }}; &#{{ a.y }}; &am{{ a.z }} \\{{ a.x }} <{{ a.y }}> <b>{{ a.z }}</b> ![{{ a.x }}]({{ a.y }})",
    "Words without any value, and an &amp; and a \ue100.",
    "\ue100 {{ a.x }} [a](\ue100)",
]
LIKELY = [
    "Acme",
    "1",
    "12",
    "amp",
    "35",
    "https://e.example/u/4.5:ab_c-D/",
    "https://E.example/ä b",
    "a@b.example",
    "http",
]
LIKELY += [
    "mailto:a@b.example",
    "javascript:x",
    "-",
    "a\nb",
    "a\tb",
    "„Ä“",
    "…",
    "x®",
    "a & b < c > \xa0d\u2003e \"'",
    "*a*",
]
values = st.one_of(
    st.sampled_from(LIKELY), st.text(min_size=1, max_size=12), st.from_regex(r"https?://[\w./:?&=-]{0,12}")
)


def merged(source: str, x: str, y: str, z: str) -> Merged:
    return merge_source(source, {"a": {"x": x or "-", "y": y or "-", "z": z or "-"}})


@settings(max_examples=400, deadline=None)
@example(frame=FRAMES[7], x="https://e.example/", y="https://e.example/", z="https://e.example/")
@given(frame=st.sampled_from(FRAMES), x=values, y=values, z=values)
def test_body_filled_into_its_shape_equals_the_body_written_in_full(frame: str, x: str, y: str, z: str) -> None:
    try:
        text = merged(frame, *(value if value.strip() else "-" for value in (x, y, z)))
    except UnicodeEncodeError:
        return
    filled, written = fill_body(text), write_body(text.in_full())
    assert (filled.html, filled.text) == (written.html, written.text)


@pytest.mark.parametrize("key", shipped_keys("messages"))
def test_shipped_template_has_a_shape_shared_by_every_message(key: str) -> None:
    """What we ship is fast: no shipped template needs its Markdown done again for another account."""
    body = shipped_template(key).body
    assert all(shape_of(text.text) is not None for text in _of_two(body))
    assert len({text.text for text in _of_two(body)}) == 1


def _of_two(body: str) -> list[Merged]:
    names = (
        "account",
        "contact",
        "owner",
        "sponsor",
        "workspace",
        "unsubscribe",
        "renewal",
        "contract",
        "usage",
        "value",
    )
    return [merge_source(body, {name: _Anything(f"{name} {number}") for name in names}) for number in (1, 2)]


class _Anything(dict):
    """A group of the catalogue in which every name has a value."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> object:
        return (
            [f"{self.word} {name} one", f"{self.word} {name} two"]
            if name in ("milestones", "recap", "options", "documents")
            else f"{self.word} {name}"
        )


def test_a_shape_is_made_once_for_different_values() -> None:
    before = shape_of.cache_info().misses
    for name in ("Acme", "Bolt & Co", "Č"):
        assert name.replace("&", "&amp;") in fill_body(merged("Dear {{ a.x }}, once only", name, "y", "z")).html
    assert shape_of.cache_info().misses == before + 1


def test_a_value_that_could_change_the_words_around_it_has_no_shape() -> None:
    for frame in (FRAMES[4], FRAMES[9], FRAMES[10]):
        assert shape_of(merged(frame, "Acme", "b", "c").text) is None


SOURCES = [
    "Dear {{ contact.first_name | default: 'all' }}, {{ account.name }} {{ renewal.term | default: contract.term }}",
    "{% if value.goal and account.name %}A {{ value.goal }}{% elsif usage.highlight %}B{% else %}C{% endif %}x",
    '{% unless value.roi %}x{% endunless %}{% if value.milestones %}y{% endif %}{{ value.milestones | default: "-" }}',
    "{% for m in value.milestones %}- {{ m }} {{ forloop.index }}\n{% endfor %}{{ renewal.days_left }}",
    "{% if renewal.days_left > 30 %}far{% else %}near{% endif %}{% if account.name == 'A' %}same{% endif %}",
    "{% if account.name contains 'A' %}has{% endif %}{{ account.name | upcase }}{{ value.milestones.size }}",
    "{% case account.name %}{% when 'A' %}a{% else %}b{% endcase %}{{ account.name.size }}{{ value.milestones.first }}",
    "{% assign x = value.goal %}{{ x }}{% if x == blank %}blank{% endif %} {{ account['name'] }}",
    "{{ account }} {{ value.milestones | join: ', ' }}{{ 'a' | default: account.name }}",
    "[{{ account.name }}]({{ resources.url }}) {{ '&' }} {{ value.roi | default: '**&**' }}",
    "{% for m in value.milestones %}\n- {{ m }} {{ forloop.index }} {{ account.name }}\n{% endfor %}{{ value.goal }}",
    "{% if value.milestones %}{% for m in value.milestones %}{{ m }}{{ m }}. {% else %}none{% endfor %}{% endif %}x",
    "{% for m in value.milestones %}{% for n in value.milestones %}{{ n }}{{ m }}{% endfor %}\n{% endfor %}.",
    "{% for m in value.milestones %}{{ m }}{% endfor %}{{ value.milestones }}{{ m }}",
    "{% for value in value.milestones %}{{ value.goal }}{% endfor %}{% for m in account.name %}{{ m }}{% endfor %}",
]
texts = st.one_of(st.none(), st.just(""), st.just("\u200b"), values)
known = st.fixed_dictionaries(
    {
        **dict.fromkeys(("account.name", "contact.first_name", "value.goal", "value.roi", "usage.highlight"), texts),
        **dict.fromkeys(("renewal.term", "contract.term", "resources.url"), texts),
        "renewal.days_left": st.one_of(st.none(), st.integers(-400, 400)),
        "value.milestones": st.one_of(st.none(), st.lists(values, max_size=3).map(tuple)),
    }
)


@settings(max_examples=400, deadline=None)
@given(
    body=st.sampled_from(SOURCES), subject=st.sampled_from(SOURCES[:2]), several=st.lists(known, min_size=1, max_size=4)
)
def test_message_of_a_kept_program_equals_the_message_merged_value_by_value(
    body: str, subject: str, several: list[dict[str, MessageValue]]
) -> None:
    """Programs learnt from one account's values are right for every other's, or are not used."""
    template = MessageTemplate(key="t", name="T", message_class=MessageClass.RELATIONSHIP, subject=subject, body=body)
    for each in several:
        try:
            merged_one_by_one = rendering.merge_both(template, each)
        except UnicodeEncodeError:
            return
        kept = merge_known(subject, body, each)
        if kept is not None:
            assert [_written(part) for part in kept] == [_written(part) for part in merged_one_by_one]


def _written(part: Merged) -> tuple[str, str, str]:
    body = fill_body(part)
    return part.plain(), body.text, body.html


@pytest.mark.parametrize("source", [SOURCES[3], *SOURCES[10:13]])
def test_template_that_goes_through_a_list_has_a_program_for_each_length(source: str) -> None:
    for lines in (("one",), ("one", "two"), ("**", "1.", "three")):
        values = sample_values() | {"value.milestones": lines}
        assert merge_known("Hello", source, values) is not None
    assert merge_known("Hello", source, sample_values() | {"value.milestones": ("one", " ")}) is None  # a hole


@pytest.mark.parametrize("source", SOURCES[4:9])
def test_template_that_looks_into_a_value_has_no_program(source: str) -> None:
    assert merge_known("Hello", source, sample_values()) is None
    assert merge_known("Hello", source, sample_values() | {"account.name": "A"}) is None
