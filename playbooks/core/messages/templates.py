"""A message template as data: class, subject and Markdown body in the merge language."""

from collections.abc import Mapping
from dataclasses import dataclass

from playbooks.core.vocabulary import MessageClass
from renewals.core.problems import Problem
from renewals.core.reading import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTemplate:
    """One template; the class is fixed here, so that no step can send marketing as something else."""

    key: str
    name: str
    message_class: MessageClass
    subject: str
    body: str


def parse_template(table: Mapping[str, object]) -> tuple[MessageTemplate, tuple[Problem, ...]]:
    """Return the template in a TOML or JSON mapping, and every problem of reading it; content is checked elsewhere."""
    problems: list[Problem] = []
    reader = Reader(table, f"template '{table.get('key', '?')}'", problems)
    template = MessageTemplate(
        key=reader.text("key", longest=60),
        name=reader.text("name", longest=200),
        message_class=reader.choice("message_class", MessageClass) or MessageClass.MARKETING,
        subject=reader.text("subject", longest=1000),
        body=reader.text("body", longest=70_000),
    )
    reader.finish()
    return template, tuple(problems)
