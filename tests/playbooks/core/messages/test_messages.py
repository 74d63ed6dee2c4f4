"""Message templates reach nothing, leave no hole, print values literally, and name agreement, option and date."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.core.messages import (
    VARIABLES,
    MessageTemplate,
    MessageValue,
    RenderedMessage,
    RenderProblem,
    check_template,
    names_in,
    parse_template,
    render_message,
    sample_values,
)
from playbooks.core.messages.checks import AGREEMENT_NAMES, DATE_NAMES, OPTION_NAMES, used_names
from playbooks.core.vocabulary import MessageClass
from tests.playbooks.core.specimens import library_table, shipped_keys, shipped_template

DUTIES = "{{ contract.name }}, {{ renewal.term }}, {{ renewal.due_date }}"


def template(body: str = "Hello", subject: str = "Hello", message_class: str = "relationship") -> MessageTemplate:
    return MessageTemplate(
        key="t", name="T", message_class=MessageClass(message_class), subject=subject, body=f"{body}\n\n{DUTIES}"
    )


def render(body: str, subject: str = "Hello", **values: MessageValue) -> RenderedMessage | RenderProblem:
    merged = {**sample_values(), **{name.replace("__", "."): value for name, value in values.items()}}
    return render_message(replace(template(), body=body, subject=subject), merged)


def rendered(body: str, subject: str = "Hello", **values: MessageValue) -> RenderedMessage:
    message = render(body, subject, **values)
    assert isinstance(message, RenderedMessage), message
    return message


def codes(made: MessageTemplate) -> list[str]:
    return [problem.code for problem in check_template(made)]


ESCAPES = [
    ("{% include 'passwd' %}", "E-TPL-04"),
    ("{% render 'passwd' %}", "E-TPL-04"),
    ("{% load static %}", "E-TPL-04"),
    ("{% debug %}", "E-TPL-04"),
    ("{% extends 'base' %}", "E-TPL-04"),
    ("{% raw %}{{ x }}{% endraw %}", "E-TPL-04"),
    ("{% capture x %}{% endcapture %}", "E-TPL-04"),
    ("{% liquid assign x = 1 %}", "E-TPL-04"),
    ("{% tablerow x in value.milestones %}{% endtablerow %}", "E-TPL-04"),
    ("{{ account.__class__ }}", "E-TPL-01"),
    ("{{ account.name.__class__ }}", "E-TPL-01"),
    ("{{ account['__class__'] }}", "E-TPL-01"),
    ("{{ account[contact.first_name] }}", "E-TPL-01"),
    ("{{ request }}", "E-TPL-01"),
    ("{{ settings.SECRET_KEY }}", "E-TPL-01"),
    ("{{ account.delete }}", "E-TPL-01"),
    ("{{ account }}", "E-TPL-01"),
    ("{{ acount.name }}", "E-TPL-01"),
    ("{{ account.name|safe }}", "E-TPL-04"),
    ("{{ account.name|ljust:9999999 }}", "E-TPL-04"),
    ("{{ account.name | append: account.name }}", "E-TPL-04"),
    ('{{ "a"*999999999 }}', "E-TPL-02"),
    ("{{ range(10**9) }}", "E-TPL-02"),
    ("{{ (1..999999999) | join }}", "E-TPL-04"),
    ("{% for i in (1..999999999) %}x{% endfor %}", "E-TPL-04"),
    ("{{constructor.constructor('alert(1)')()}}", "E-TPL-02"),
    ("{{ {{ account.name }} }}", "E-TPL-02"),
    ("{{ account.name", "E-TPL-02"),
    ("{% if account.name %}", "E-TPL-02"),
    ("{% endif %}", "E-TPL-02"),
    ("{{ account\x00.name }}", "E-TPL-02"),
    ("\ufeff{{ account.name }}", "E-TPL-02"),
    ("{{ account.\u202ename }}", "E-TPL-02"),
    ("{{ account.na\u200bme }}", "E-TPL-02"),
    ("{{ account.name }}" * 201, "E-TPL-05"),
    ("x" * 70_000, "E-TPL-05"),
]


@pytest.mark.parametrize(("body", "code"), ESCAPES, ids=range(len(ESCAPES)))
def test_template_that_reaches_too_far_is_refused(body: str, code: str) -> None:
    assert code in codes(template(body))


@pytest.mark.parametrize("body", [body for body, _ in ESCAPES], ids=range(len(ESCAPES)))
def test_refused_template_rendered_all_the_same_reveals_nothing(body: str) -> None:
    result = render(body[:65_000])
    text = result.text if isinstance(result, RenderedMessage) else result.what
    assert "root:" not in text and "only-for-tests" not in text and "<class" not in text


@pytest.mark.parametrize("text", ["${7*7}", "#{7*7}", "<%= 7*7 %>", "%(account.name)s", "{account.name}"])
def test_other_languages_are_plain_text(text: str) -> None:
    assert codes(template(text)) == []
    assert rendered(text).text.strip() == text


def test_arithmetic_is_not_evaluated() -> None:
    assert codes(template("{{7*7}}")) != []
    assert isinstance(render("{{7*7}}"), RenderProblem)


@pytest.mark.requirement(74)
def test_unknown_field_is_told_with_line_column_and_suggestion() -> None:
    (problem,) = check_template(template("Dear,\n\nabout {{ acount.name }}"))
    assert (problem.code, problem.where) == ("E-TPL-01", "template 't', body, line 3, column 10")
    assert (problem.what, problem.remedy) == ("Unknown field 'acount.name'.", "Did you mean 'account.name'?")


def test_local_names_of_loops_and_assignments_are_allowed() -> None:
    loop = "{% for m in value.milestones %}{{ m }} {{ forloop.index }}{% endfor %}"
    body = "{% assign who = contact.first_name %}{{ who }} " + loop
    assert codes(template(body + "{% if value.milestones.size > 0 %}x{% endif %}")) == []
    assert rendered(body).text == "Alex Month-end close cut from 6 to 3 days 1\n"


@pytest.mark.parametrize(
    ("value", "code"),
    [(None, "E-TPL-07"), ("", "E-TPL-07"), ("   ", "E-TPL-07"), ("\u200b\ufeff", "E-TPL-07")],
)
def test_missing_value_without_fallback_parks_the_message(value: MessageValue, code: str) -> None:
    problem = render("Dear {{ contact.first_name }}", contact__first_name=value)
    assert isinstance(problem, RenderProblem)
    assert (problem.code, problem.names) == (code, ("contact.first_name",))
    assert rendered("Dear {{ contact.first_name | default: 'all' }}", contact__first_name=value).text == "Dear all\n"
    assert rendered("{% if contact.first_name %}x{% else %}y{% endif %}", contact__first_name=value).text == "y\n"


VALUES = [
    "{{ contract.name }}",
    "{% include 'x' %}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/p.gif)",
    "**bold** _em_ `code`",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "    code",
    "---",
    "https://evil.example",
    "<https://evil.example>",
    "&lt;b&gt; &amp; &#106;",
    "a\\*b",
    "'\"=",
]


@pytest.mark.parametrize("value", VALUES)
def test_value_is_printed_literally_in_every_part(value: str) -> None:
    message = rendered("{{ account.name }}", "{{ account.name }}", account__name=value)
    escaped = value.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert message.subject == value.strip()
    assert message.text == value.strip() + "\n"
    assert message.html == f"<p>{escaped}</p>"


@settings(max_examples=150, deadline=None)
@given(value=st.text(min_size=1, max_size=80))
def test_no_value_becomes_markup_or_a_header(value: str) -> None:
    message = render("x{{ account.name | default: 'y' }}", "x{{ account.name | default: 'y' }}", account__name=value)
    if isinstance(message, RenderProblem):
        assert message.code == "E-TXT-04" and "\n" in value
        return
    assert "\n" not in message.subject and "\r" not in message.subject
    assert message.html.startswith("<p>x") and message.html.count("<") == 2


@pytest.mark.parametrize("value", ["a\r\nBcc: all@example.com", "a\nb"])
def test_line_break_in_a_subject_value_parks_the_message(value: str) -> None:
    problem = render("x", "About {{ account.name }}", account__name=value)
    assert isinstance(problem, RenderProblem) and problem.code == "E-TXT-04"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "ftp://files.example", "vbscript:x", "//x.example"]
)
def test_link_value_with_another_scheme_never_becomes_a_link(url: str) -> None:
    message = rendered("[Open]({{ resources.url }})", resources__url=url)
    assert "<a" not in message.html and "href" not in message.html


def test_link_value_with_odd_characters_stays_one_link() -> None:
    url = "https://example.com/a_b*c?x=1&y=[2]"
    message = rendered("[Open]({{ resources.url }})", resources__url=url)
    assert message.html == (
        '<p><a href="https://example.com/a_b*c?x=1&amp;y=%5B2%5D" rel="noopener nofollow noreferrer">Open</a></p>'
    )
    assert message.text == "Open (https://example.com/a_b*c?x=1&y=%5B2%5D)\n"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"account__name": "x" * 10_000_000}, "E-TPL-05"),
        ({"value__milestones": ("x" * 6_000, "y" * 6_000)}, "E-TPL-05"),
        ({"account__name": object()}, "E-TPL-08"),
        ({"account__name": {"a": "b"}}, "E-TPL-08"),
        ({"account__name": True}, "E-TPL-08"),
        ({"account__name": 0.5}, "E-TPL-08"),
        ({"value__milestones": ["a"]}, "E-TPL-08"),
        ({"nobody": "x"}, "E-TPL-01"),
    ],
)
def test_value_that_is_not_plain_or_too_long_parks_the_message(values: dict[str, MessageValue], code: str) -> None:
    problem = render("{{ account.name }}", "Hello", **values)
    assert isinstance(problem, RenderProblem) and problem.code == code


def test_output_limits_hold_for_nested_loops() -> None:
    inner = "{% for b in value.milestones %}" + "x" * 500 + "{% endfor %}"
    body = "{% for a in value.milestones %}" + inner + "{% endfor %}"
    assert isinstance(render(body, value__milestones=("a",) * 100), RenderProblem)


def test_numbers_print_as_given() -> None:
    body = "{{ usage.active_users }} {{ renewal.days_left }}"
    assert rendered(body, usage__active_users=65, renewal__days_left=Decimal("3.50")).text == "65 3.50\n"


def test_subject_of_more_than_200_characters_is_refused_and_parked() -> None:
    assert codes(template(subject="x" * 201)) == ["E-TPL-05"]
    problem = render("x", "{{ account.name }}", account__name="x" * 201)
    assert isinstance(problem, RenderProblem) and problem.code == "E-TPL-05"
    assert codes(template(subject="a\nb")) == ["E-TXT-04"]


def test_marketing_needs_a_way_out_and_a_postal_address() -> None:
    assert codes(template(message_class="marketing")) == ["E-TPL-03", "E-TPL-03"]
    both = "{{ workspace.postal_address }} [Stop]({{ unsubscribe.url }})"
    assert codes(template(both, message_class="marketing")) == []


@pytest.mark.requirement(97)
def test_message_that_does_not_name_agreement_option_and_date_is_refused() -> None:
    bare = replace(template(), body="Please renew.")
    assert codes(bare) == ["E-TPL-06", "E-TPL-06", "E-TPL-06"]
    assert codes(replace(bare, message_class=MessageClass.SECURITY)) == []


def test_advice_on_writing_does_not_stop_a_publication() -> None:
    body = "word " * 260 + "[A](https://a.example) [B](https://b.example)"
    problems = check_template(template(body, subject="Act now! " + "x" * 70))
    assert [problem.code for problem in problems] == ["W-TPL-10", "W-TPL-11", "W-TPL-12", "W-TPL-13"]
    assert not any(problem.is_error for problem in problems)


@pytest.mark.requirement(74, 97)
@pytest.mark.parametrize("key", shipped_keys("messages"))
def test_shipped_template_is_sound_and_names_agreement_option_and_date(key: str) -> None:
    made, problems = parse_template(library_table("messages", key))
    assert problems + check_template(made) == ()
    used = used_names(made)
    assert used & set(AGREEMENT_NAMES) and used & set(OPTION_NAMES) and used & set(DATE_NAMES)
    message = render_message(made, sample_values())
    assert isinstance(message, RenderedMessage)
    assert str(VARIABLES["contract.name"].sample) in message.text
    assert "{{" not in message.text + message.html and "{%" not in message.text + message.html


@pytest.mark.parametrize("key", shipped_keys("messages"))
def test_shipped_template_needs_only_what_every_contract_has(key: str) -> None:
    always = ["account.name", "owner.name", "owner.email", "workspace.name", "contract.name", "contract.term"]
    always += ["contract.start_date", "contract.end_date", "renewal.amount", "renewal.due_date", "renewal.decide_by"]
    if key == "notice_reminder":
        always.append("renewal.notice_date")
    values = {name: VARIABLES[name].sample for name in always}
    message = render_message(shipped_template(key), values)
    assert isinstance(message, RenderedMessage), message
    assert "  " not in message.text.replace("\n", "")


def test_plain_text_part_keeps_paragraphs_lists_and_links() -> None:
    body = "Hello **you**,\n\n- one\n- two\n\n1. first\n2. second\n\n[Open](https://a.example) now  \nnext"
    assert rendered(body).text == (
        "Hello you,\n\n- one\n- two\n\n1. first\n2. second\n\nOpen (https://a.example) now\nnext\n"
    )


def test_html_of_the_author_is_shown_not_run() -> None:
    message = rendered("<b onclick=x>hi</b> [y](javascript:x)")
    assert message.html == "<p>&lt;b onclick=x&gt;hi&lt;/b&gt; [y](javascript:x)</p>"
    assert "<img" not in rendered("![x](https://a.example/p.gif)").html


def test_rendering_twice_gives_the_same_message() -> None:
    assert rendered("{{ account.name }}") == rendered("{{ account.name }}")


@pytest.mark.parametrize("key", shipped_keys("messages"))
def test_shipped_message_says_the_same_with_only_the_values_it_names(key: str) -> None:
    template, values = shipped_template(key), sample_values()
    named = names_in(template.subject, template.body)
    assert render_message(template, {name: values[name] for name in named}) == render_message(template, values)
    assert named < VARIABLES.keys()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Dear {{ contact.first_name }}", {"contact.first_name"}),
        ("account of {{ account['name'] }}", VARIABLES.keys()),
        ("{% assign who = account %}{{ who.name }}", VARIABLES.keys()),
        ("your account", set()),
    ],
)
def test_text_that_reaches_a_value_in_another_way_gets_them_all(text: str, asked: set[str]) -> None:
    assert names_in(text) == asked
