"""What the database knows of the lines of a provider's log, and which open lines meet a message. Only reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from playbooks.core.keys import idem_key, message_id
from playbooks.core.provider_log import OUR_ID, KnownMessage, LogLine, LogVerdict, judge_line
from playbooks.models import Enrolment, Message, ProviderLine
from playbooks.queries.definitions import definitions_of
from playbooks.queries.render import sending_domain

CHUNK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedLine:
    """A line with what it means here, and the message of the outbox it is about, if there is one."""

    line: LogLine
    verdict: LogVerdict
    message: KnownMessage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLine:
    """A line that no message has met yet."""

    id: int
    key: str
    local_id: str
    address: str
    sent_at: datetime
    provider_ref: str
    is_expected: bool


def judge_log(lines: Sequence[LogLine], *, workspace_id: int) -> tuple[JudgedLine, ...]:
    """Return what each line means for the workspace one is in."""
    expected = _names_ahead(workspace_id)
    judged: list[JudgedLine] = []
    for start in range(0, len(lines), CHUNK):
        chunk = lines[start : start + CHUNK]
        known = _known(chunk)
        for line in chunk:
            row = next((known[name] for name in line.names if name in known), None)
            verdict = judge_line(line, row, expected=expected, workspace_id=workspace_id)
            judged.append(JudgedLine(line=line, verdict=verdict, message=row))
    return tuple(judged)


def open_lines_for(
    *, keys: Iterable[str], message_ids: Iterable[str], addresses: Iterable[str]
) -> tuple[OpenLine, ...]:
    """Return the open lines about these messages or addresses, the oldest first."""
    about = Q(key__in=list(keys)) & ~Q(key="") | Q(local_id__in=[local_of(item) for item in message_ids])
    about |= Q(is_expected=False, address__in=[address.lower() for address in addresses])
    rows = ProviderLine.objects.filter(about, settled_at__isnull=True).order_by("sent_at", "id")
    return tuple(OpenLine(**row) for row in rows.values(*OpenLine.__dataclass_fields__))


def local_of(named: str) -> str:
    """Return a Message-ID of ours without its domain, "" for any other."""
    found = OUR_ID.fullmatch(named)
    return found[1] if found else ""


def _known(lines: Iterable[LogLine]) -> Mapping[str, KnownMessage]:
    names = {name for line in lines for name in line.names}
    ids = [line.message_id for line in lines if line.message_id]
    rows = Message.objects.filter(Q(idem_key__in=list(names)) | Q(message_id__in=ids))
    found: dict[str, KnownMessage] = {}
    for number, state, address, key, named in rows.values_list("id", "state", "to_address", "idem_key", "message_id"):
        row = KnownMessage(id=number, state=state, address=address)
        found |= {key: row, local_of(named): row}
    return {name: row for name, row in found.items() if name}


def _names_ahead(workspace_id: int) -> frozenset[str]:
    """Return the keys and Message-IDs of every step that an open enrolment may still come to."""
    rows = list(Enrolment.objects.filter(ended_at__isnull=True).values_list("id", "version_id", "occurrence"))
    steps = {
        version: [step.key for step in found.definition.steps]
        for version, found in definitions_of(version for _, version, _ in rows).items()
    }
    return frozenset(
        name
        for enrolment, version, occurrence in rows
        for step in steps[version]
        for name in _names_of(workspace_id, enrolment, step, occurrence)
    )


def _names_of(workspace_id: int, enrolment_id: int, step_key: str, occurrence: date) -> tuple[str, str]:
    same = {"workspace_id": workspace_id, "enrolment_id": enrolment_id, "step_key": step_key, "occurrence": occurrence}
    return idem_key(**same), local_of(message_id(**same, domain=sending_domain()))
