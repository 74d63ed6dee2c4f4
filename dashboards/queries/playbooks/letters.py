"""A message of a draft as one account would get it, or with the samples of the catalogue while none is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboards.core.parts import Link
from dashboards.queries.asker import Asker
from dashboards.queries.missing.asked import asked_account
from dashboards.queries.prices import price_sight
from playbooks.core.definition_parse import parse_definition
from playbooks.core.editing.content import items_of
from playbooks.core.guards import choose_contact
from playbooks.core.messages import (
    MessageTemplate,
    MessageValue,
    RenderProblem,
    parse_template,
    render_message,
    sample_values,
)
from playbooks.core.messages.variables import VARIABLES
from playbooks.models import PlaybookDraft
from playbooks.queries.case_facts import StepCase
from playbooks.queries.cases import load_entering
from playbooks.queries.definitions import PublishedVersion
from playbooks.queries.render import message_values
from playbooks.queries.told import names_asked, told_facts
from renewals.models import Account
from renewals.queries.people import visible_to
from renewals.queries.renewals import open_renewals

HIDDEN = "(amount not shown to you)"
MONEY = ("renewal.amount",)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """A field that a message may use, and what it says for the account looked at."""

    name: str
    code: str
    meaning: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The message as it would arrive; `problem` says why it would not."""

    account: str
    to: str
    subject: str
    text: str
    problem: str
    note: str
    fields: tuple[FieldLine, ...]


def letter_of(asker: Asker, draft: PlaybookDraft, content: Mapping[str, Any], place: int, account: str) -> Letter:
    """Return a message for an account named by name or id; samples stand in for one that is not found."""
    asked = asked_account(asker, "", {"account": account})
    case = _case(asker, asked.account, content) if asked.account is not None else None
    items = items_of(content, "templates")
    template, _ = parse_template(items[place] if place < len(items) else {})
    if case is not None and asked.account is not None:
        case = _told(case, asked.account, template, asker)
    values, to = _values(asker, asked.account, case, content, template.key)
    rendered = render_message(template, values)
    is_broken = isinstance(rendered, RenderProblem)
    return Letter(
        account=asked.account.name if asked.account is not None and case is not None else "",
        to=to,
        subject="" if isinstance(rendered, RenderProblem) else rendered.subject,
        text="" if isinstance(rendered, RenderProblem) else rendered.text,
        problem=f"{rendered.what}" if is_broken else "",
        note=_note(account, asked.choices, asked.account, case),
        fields=tuple(
            FieldLine(name=name, code="{{ " + name + " }}", meaning=each.meaning, value=_said(values.get(name)))
            for name, each in VARIABLES.items()
        ),
    )


def _case(asker: Asker, account: Account, content: Mapping[str, Any]) -> StepCase | None:
    seen = visible_to(open_renewals().filter(account_id=account.id), asker.member, "enrolments.view")
    first = seen.values_list("id", flat=True).first()
    if first is None:
        return None
    definition = parse_definition(content.get("playbook", {})).playbook
    version = PublishedVersion(rule_version="draft", definition=definition, templates={})
    found = load_entering([first], now=asker.now)
    return found[0].enrolled(version, now=asker.now).seen_at(now=asker.now) if found else None


def _told(case: StepCase, account: Account, template: MessageTemplate, asker: Asker) -> StepCase:
    """Return the case with what this message tells besides, as the engine would read it for its step."""
    accounts = {account.id: account.segment}
    told = told_facts(names_asked(template), accounts=accounts, renewals=[case.renewal_id], now=asker.now)
    return replace(case, words={**case.words, "told": told})


def _values(
    asker: Asker, account: Account | None, case: StepCase | None, content: Mapping[str, Any], key: str
) -> tuple[dict[str, MessageValue], str]:
    """Return the values of the account and to whom it would go; samples and "" while there is no account."""
    if case is None or account is None:
        return sample_values(), ""
    contact = _addressee(case, key)
    if contact is None:
        return sample_values(), ""
    values = message_values(case, contact_id=contact)
    if not price_sight(asker.member, account_ids=[account.id]).sees_account(account):
        values |= {name: HIDDEN for name in MONEY if values.get(name)}
    return values, case.addressees[contact].name


def _addressee(case: StepCase, key: str) -> int | None:
    """Return whom the first step with this message would write to, else anybody with an address."""
    step = next((each for each in case.definition.steps if each.template == key), None)
    chosen = choose_contact(step, case.facts.contacts) if step is not None else None
    if chosen is not None:
        return chosen.contact_id
    return next((each.contact_id for each in case.facts.contacts if each.has_address), None)


def _note(asked: str, choices: tuple[tuple[Link, str], ...], account: Account | None, case: StepCase | None) -> str:
    if choices:
        return f"Several fit: {', '.join(link.text for link, _ in choices)}."
    if asked and account is None:
        return f"No account “{asked}” is found; samples stand in."
    if asked and case is None:
        return f"“{asked}” has no open renewal that you may see; samples stand in."
    return "" if asked else "Samples stand in until you choose an account."


def _said(value: MessageValue) -> str:
    if isinstance(value, tuple):
        return "; ".join(value) or "nothing on record"
    return "nothing on record" if value is None else str(value)
