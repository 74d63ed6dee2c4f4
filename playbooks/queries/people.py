"""Who a step could reach at an account, and what has reached them lately: contacts, suppressions, touches, replies."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection

from playbooks.core.facts import ContactFacts
from playbooks.core.vocabulary import ContactRole, MessageClass

LOOK_BACK_DAYS = 400
KNOWN_CLASSES = frozenset(item.value for item in MessageClass)

CONTACTS = """
SELECT c.account_id, c.id, c.name, c.email, c.timezone, c.title, r.role
FROM renewals_contact AS c JOIN renewals_contactrole AS r ON r.workspace_id = c.workspace_id AND r.contact_id = c.id
WHERE c.account_id = ANY(%s) AND (c.left_on IS NULL OR c.left_on > %s)
  AND r.from_on <= %s AND (r.until_on IS NULL OR r.until_on >= %s)
ORDER BY c.id, r.role
"""

SUPPRESSIONS = """
SELECT contact_id, message_class FROM renewals_suppression WHERE contact_id = ANY(%s) AND lifted_at IS NULL
"""

# Our own messages count from the moment they are in the outbox; other outbound touches come from the ledger.
TOUCHES = """
SELECT contact_id, step_run_id, coalesce(sent_at, sending_at, created_at) FROM playbooks_message
WHERE contact_id = ANY(%(contacts)s) AND message_class IN ('relationship', 'marketing')
  AND NOT is_correction AND state IN ('queued', 'sending', 'sent', 'in_doubt') AND created_at > %(since)s
UNION ALL
SELECT contact_id, NULL, occurred_at FROM renewals_touchpoint
WHERE contact_id = ANY(%(contacts)s) AND direction = 'outbound' AND occurred_at > %(since)s
  AND occurred_at <= %(now)s AND origin_key NOT LIKE 'message:%%'
"""

REPLIES = """
SELECT account_id, max(occurred_at) FROM renewals_touchpoint
WHERE account_id = ANY(%s) AND direction = 'inbound' AND occurred_at <= %s GROUP BY account_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """What a message needs to know of the person it goes to."""

    contact_id: int
    name: str
    email: str
    timezone: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleAtAccounts:
    """Everybody at some accounts, by account; touches carry the step run that made them, so it can leave itself out."""

    roles: Mapping[int, tuple[tuple[int, ContactRole], ...]]
    addressees: Mapping[int, Addressee]
    suppressed: Mapping[int, frozenset[MessageClass]]
    touches: Mapping[int, tuple[tuple[int | None, datetime], ...]]
    replies: Mapping[int, datetime]

    def contacts_of(self, account_id: int, *, step_run_id: int) -> tuple[ContactFacts, ...]:
        """Return the contacts of an account as one step sees them: its own message is no touch to wait for."""
        return tuple(
            ContactFacts(
                contact_id=contact,
                role=role,
                has_address=bool(self.addressees[contact].email),
                suppressed_classes=self.suppressed.get(contact, frozenset()),
                recent_touch_at=tuple(at for run, at in self.touches.get(contact, ()) if run != step_run_id),
            )
            for contact, role in self.roles.get(account_id, ())
        )


def classes_shut_by(word: str) -> frozenset[MessageClass]:
    """Return the classes that a suppression shuts; a word we do not know ("all" among them) shuts every one."""
    return frozenset({MessageClass(word)} if word in KNOWN_CLASSES else MessageClass)


def people_at(account_ids: Iterable[int], *, now: datetime) -> PeopleAtAccounts:
    """Load everybody at these accounts with five statements, however many accounts there are."""
    accounts, today = sorted(set(account_ids)), now.date()
    roles, addressees = _contacts(accounts, today)
    contacts = sorted(addressees)
    suppressed: dict[int, set[MessageClass]] = defaultdict(set)
    for contact, message_class in _rows(SUPPRESSIONS, [contacts]):
        suppressed[contact].update(classes_shut_by(message_class))
    touches: dict[int, list[tuple[int | None, datetime]]] = defaultdict(list)
    since = now - timedelta(days=LOOK_BACK_DAYS)
    for contact, run, at in _rows(TOUCHES, {"contacts": contacts, "since": since, "now": now}):
        touches[contact].append((run, at))
    return PeopleAtAccounts(
        roles=roles,
        addressees=addressees,
        suppressed={contact: frozenset(classes) for contact, classes in suppressed.items()},
        touches={contact: tuple(times) for contact, times in touches.items()},
        replies=dict(_rows(REPLIES, [accounts, now])),
    )


def _contacts(
    accounts: list[int], today: date
) -> tuple[dict[int, tuple[tuple[int, ContactRole], ...]], dict[int, Addressee]]:
    roles: dict[int, list[tuple[int, ContactRole]]] = defaultdict(list)
    addressees: dict[int, Addressee] = {}
    for account, contact, name, email, timezone, title, role in _rows(CONTACTS, [accounts, today, today, today]):
        roles[account].append((contact, ContactRole(role)))
        addressees[contact] = Addressee(contact_id=contact, name=name, email=email, timezone=timezone, title=title)
    return {account: tuple(pairs) for account, pairs in roles.items()}, addressees


def _rows(sql: str, values: list[object] | dict[str, object]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
