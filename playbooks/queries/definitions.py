"""Published versions, parsed once per process: they never change, so the hash of the content is enough of a key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playbooks.core.definition import Playbook
from playbooks.core.definition_parse import parse_definition
from playbooks.core.messages import MessageTemplate, parse_template
from playbooks.core.pilots import PilotRule, read_pilot
from playbooks.models import PlaybookVersion

MOST_KEPT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedVersion:
    """A version as it is printed beside decisions, its definition, and the message templates published with it."""

    rule_version: str
    definition: Playbook
    templates: Mapping[str, MessageTemplate]
    pilot: PilotRule | None = None


_PARSED: dict[tuple[str, int], PublishedVersion] = {}


def definitions_of(version_ids: Iterable[int]) -> Mapping[int, PublishedVersion]:
    """Return the parsed versions of the workspace by id, with one or two statements."""
    versions = PlaybookVersion.objects.filter(id__in=set(version_ids)).values_list("id", "content_hash", "number")
    found = {version: (content, number) for version, content, number in versions}
    missing = [version for version, key in found.items() if key not in _PARSED]
    if missing:
        _parse(missing)
    return {version: _PARSED[key] for version, key in found.items()}


def parse_published(table: Mapping[str, object], number: int) -> PublishedVersion:
    """Return a stored definition as objects; `table` holds `playbook` and `templates`, as publishing wrote them."""
    playbook, templates = table["playbook"], table["templates"]
    if not isinstance(playbook, Mapping) or not isinstance(templates, list):
        raise ValueError("A stored definition has a playbook and a list of templates.")
    definition = parse_definition(playbook).playbook
    return PublishedVersion(
        rule_version=f"{definition.key} v{number}",
        definition=definition,
        templates={template.key: template for template, _ in map(parse_template, templates)},
        pilot=read_pilot(table.get("pilot"))[0],
    )


def _parse(version_ids: list[int]) -> None:
    if len(_PARSED) > MOST_KEPT:
        _PARSED.clear()
    for version in PlaybookVersion.objects.filter(id__in=version_ids):
        _PARSED[version.content_hash, version.number] = parse_published(version.definition, version.number)
