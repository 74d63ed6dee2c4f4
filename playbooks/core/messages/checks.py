"""Whether a template may be published: language, names, limits, duties, with line and column; and advice."""

import re
from collections.abc import Iterator

from liquid.exceptions import LiquidError
from liquid.static_analysis import Variable as UsedVariable

from playbooks.core.messages.language import (
    FILTERS,
    MARKUP,
    SOURCE_LIMIT,
    TAG_LIMIT,
    TAGS,
    UNPRINTABLE,
    has_range,
    parse_source,
)
from playbooks.core.messages.templates import MessageTemplate
from playbooks.core.messages.variables import VARIABLES
from playbooks.core.vocabulary import MessageClass
from renewals.core.problems import Problem, did_you_mean

SUBJECT_LIMIT = 200
LONG_BODY_WORDS = 250
LONG_SUBJECT = 70

AGREEMENT_NAMES = ("contract.name",)
OPTION_NAMES = ("renewal.options", "renewal.term", "renewal.amount", "contract.term", "contract.end_action")
DATE_NAMES = ("renewal.due_date", "renewal.notice_date", "renewal.decide_by", "contract.end_date")

_TAG = re.compile(r"\{%-?\s*([^\s%]+)")
_LINK = re.compile(r"\]\(")
_INDEXED = ("size", "first", "last")
_BLOCK_WORDS = frozenset({"elsif", "else", "when", "endif", "endunless", "endcase", "endfor"})


def check_template(template: MessageTemplate) -> tuple[Problem, ...]:
    """Return everything that stops a publication (E-…) and advice on the writing (W-…), in the order of the text."""
    parts = (("subject", template.subject), ("body", template.body))
    problems = [problem for part, source in parts for problem in _check_source(template.key, part, source)]
    if "\n" in template.subject or "\r" in template.subject:
        problems.append(_problem("E-TXT-04", template.key, "subject", "Line breaks are not allowed in the subject."))
    if len(template.subject) > SUBJECT_LIMIT:
        what = f"The subject has {len(template.subject)} characters."
        problems.append(_problem("E-TPL-05", template.key, "subject", what, f"{SUBJECT_LIMIT} at most."))
    if any(problem.code in ("E-TPL-02", "E-TPL-05") for problem in problems):
        return tuple(problems)
    used = used_names(template)
    return tuple(problems + _check_duties(template, used) + _advice(template))


def used_names(template: MessageTemplate) -> frozenset[str]:
    """Return the catalogue names a template mentions; raises `LiquidError` for one that does not parse."""
    sources = (template.subject, template.body)
    return frozenset(name for source in sources for name, _ in _names(source) if name in VARIABLES)


def _check_source(key: str, part: str, source: str) -> list[Problem]:
    if len(source.encode(errors="replace")) > SOURCE_LIMIT:
        return [_problem("E-TPL-05", key, part, "The text is longer than 64 KB.", "Shorten it.")]
    found = UNPRINTABLE.search(source.replace("\r\n", "\n"))
    if found and found.group() not in "\r\n":
        what = f"It contains an invisible control character (U+{ord(found.group()):04X})."
        return [_problem("E-TPL-02", key, f"{part}, {_place(source, found.start())}", what, "Delete it.")]
    tags = [*MARKUP.finditer(source)]
    if len(tags) > TAG_LIMIT:
        return [_problem("E-TPL-05", key, part, f"{len(tags)} tags.", f"{TAG_LIMIT} at most.")]
    stopped = _check_language(key, part, source, tags)
    if stopped:
        return stopped
    return [
        _problem("E-TPL-01", key, f"{part}, {_place(source, index)}", f"Unknown field '{name}'.", _suggest(name))
        for name, index in _names(source)
        if name not in VARIABLES
    ]


def _check_language(key: str, part: str, source: str, tags: list[re.Match[str]]) -> list[Problem]:
    problems = []
    for markup in tags:
        where = f"{part}, {_place(source, markup.start())}"
        tag = _TAG.match(markup.group())
        if tag and tag.group(1) not in TAGS | _BLOCK_WORDS:
            what = f"The tag '{tag.group(1)}' is not allowed."
            problems.append(_problem("E-TPL-04", key, where, what, f"Allowed: {', '.join(sorted(TAGS))}."))
        if has_range(markup.group()):
            problems.append(_problem("E-TPL-04", key, where, "Ranges are not allowed.", "Loop over a list instead."))
    if problems:
        return [*problems, _problem("E-TPL-02", key, part, "The text cannot be checked further.", "Mend the above.")]
    try:
        analysis = parse_source(source).analyze()
    except (LiquidError, ValueError, RecursionError) as error:
        return [_syntax_problem(key, part, source, error)]
    return [
        _problem(
            "E-TPL-04", key, f"{part}, {_place(source, span.index)}", f"The filter '{name}' is not allowed.", allowed
        )
        for name, spans in analysis.filters.items()
        if name not in FILTERS
        for span in spans
        for allowed in (f"Allowed: {', '.join(sorted(FILTERS))}.",)
    ]


def _syntax_problem(key: str, part: str, source: str, error: Exception) -> Problem:
    token = getattr(error, "token", None)
    where = f"{part}, {_place(source, token.start_index)}" if token is not None else part
    return _problem("E-TPL-02", key, where, f"{getattr(error, 'message', None) or 'It cannot be read'}.", "Check it.")


def _names(source: str) -> Iterator[tuple[str, int]]:
    """Yield every outside name the source reads, dotted, with its place; names assigned or looped over are inside."""
    for variables in parse_source(source).analyze().globals.values():
        for variable in variables:
            yield _dotted(variable), variable.span.index


def _dotted(variable: UsedVariable) -> str:
    segments = [segment if isinstance(segment, str) else f"[{segment}]" for segment in variable.segments]
    if len(segments) > 1 and segments[-1] in _INDEXED:
        base = ".".join(segments[:-1])
        if base in VARIABLES and VARIABLES[base].is_list:
            return base
    return ".".join(segments)


def _check_duties(template: MessageTemplate, used: frozenset[str]) -> list[Problem]:
    problems = []
    needs: list[tuple[tuple[str, ...], str]] = []
    if template.message_class is MessageClass.MARKETING:
        needs += [(("unsubscribe.url",), "E-TPL-03"), (("workspace.postal_address",), "E-TPL-03")]
    if template.message_class is not MessageClass.SECURITY:
        needs += [(AGREEMENT_NAMES, "E-TPL-06"), (OPTION_NAMES, "E-TPL-06"), (DATE_NAMES, "E-TPL-06")]
    for names, code in needs:
        if not used & set(names):
            what = f"It never mentions {' or '.join(names)}."
            remedy = "A renewal message names the agreement, the option and the date by which."
            remedy = remedy if code == "E-TPL-06" else "Marketing carries a way out and a postal address."
            problems.append(_problem(code, template.key, "body", what, remedy))
    return problems


def _advice(template: MessageTemplate) -> list[Problem]:
    words, links = len(template.body.split()), len(_LINK.findall(template.body))
    asks = [link for link in re.findall(r"\]\(([^)]*)\)", template.body) if "unsubscribe" not in link]
    advice = []
    if words > LONG_BODY_WORDS:
        remedy = f"Aim at {LONG_BODY_WORDS} or fewer."
        advice.append(_problem("W-TPL-10", template.key, "body", f"{words} words.", remedy))
    if len(MARKUP.sub("x" * 12, template.subject)) > LONG_SUBJECT:
        what = "The subject will be cut off on a phone."
        advice.append(_problem("W-TPL-11", template.key, "subject", what, f"Aim at {LONG_SUBJECT} characters."))
    if links and len(set(asks)) > 1:
        what = f"It asks for {len(set(asks))} different things."
        advice.append(_problem("W-TPL-12", template.key, "body", what, "One call to action, one link."))
    if "!" in template.subject or template.subject.isupper():
        advice.append(_problem("W-TPL-13", template.key, "subject", "The subject shouts.", "Say it plainly."))
    return advice


def _suggest(name: str) -> str:
    return did_you_mean(name, VARIABLES)


def _place(source: str, index: int) -> str:
    before = source[:index]
    return f"line {before.count(chr(10)) + 1}, column {index - (before.rfind(chr(10)) + 1) + 1}"


def _problem(code: str, key: str, where: str, what: str, remedy: str = "Mend it.") -> Problem:
    return Problem(code=code, where=f"template '{key}', {where}", what=what, remedy=remedy)
