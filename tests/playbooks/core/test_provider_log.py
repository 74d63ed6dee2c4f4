"""What the lines of a provider's log say, in the words of several providers, and what each means for a workspace."""

from datetime import UTC, datetime

import pytest

from playbooks.core.provider_log import KnownMessage, LogLine, LogVerdict, judge_line, read_provider_log

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEY, LOCAL = f"pn-7-{'a' * 40}", "b" * 40
LINE = LogLine(number=2, key=KEY, message_id=f"<{LOCAL}@x.example>", address="ada@x.example", sent_at=NOW)


@pytest.mark.parametrize(
    "text",
    [
        f"key,message_id,to,sent_at\n{KEY},<{LOCAL}@x.example>,Ada <ADA@x.example>,2026-03-02T10:00:00+01:00\n",
        f"Idempotency-Key,Message-ID,Recipient,Date,Status\n{KEY},{LOCAL}@x.example,ada@x.example,"
        "2026-03-02 09:00:00Z,Delivered\n",
        f'{{"idempotency_key": "{KEY}", "message_id": "{LOCAL}@x.example", "to": ["ada@x.example"],'
        ' "created_at": "2026-03-02T09:00:00Z", "last_event": "email.opened"}\n',
        f'{{"key": "{KEY}", "MessageID": "{LOCAL}@x.example", "email": "ada@x.example", "timestamp": 1772442000}}\n\n',
        f'key,message_id,to,sent\n{KEY},{LOCAL}@x.example,ada@x.example,"Mon, 02 Mar 2026 09:00:00 +0000"\n',
    ],
)
def test_log_in_the_words_of_a_provider_gives_one_line(text: str) -> None:
    (line,) = read_provider_log(text, now=NOW).lines
    assert (line.key, line.names, line.address, line.sent_at) == (KEY, LINE.names, LINE.address, NOW)


def test_log_counts_what_did_not_leave_and_what_is_not_ours_and_takes_each_message_once() -> None:
    rows = [f"{KEY},a@x.example,2026-03-01T09:00Z,{status}" for status in ("sent", "opened", "queued", "failed")]
    text = "\n".join(["key,to,sent_at,event", *rows, "invoice-1,a@x.example,2026-03-01T09:00Z,sent"])
    log = read_provider_log(text, now=NOW)
    assert (len(log.lines), log.stayed, log.strangers, log.problems) == (1, 2, 1, ())


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        (f"{KEY},ada@x.example,2026-03-02T09:00", "Line 2: '2026-03-02T09:00' has no time zone."),
        (f"{KEY},ada@x.example,2026-03-02T10:00Z", "Line 2: '2026-03-02T10:00Z' is in the future."),
        (f"{KEY},ada@x.example,", "Line 2: '' is no time."),
        (f"{KEY},ada,2026-03-02T09:00Z", "Line 2: 'ada' is no address."),
        (",ada@x.example,2026-03-02T09:00Z", "Line 2: it names neither our key nor our Message-ID."),
    ],
)
def test_line_that_cannot_be_read_refuses_the_log(cells: str, what: str) -> None:
    log = read_provider_log(f"key,to,sent_at\n{cells}\n{KEY},bob@x.example,2026-03-01T09:00Z\n", now=NOW)
    assert (log.lines, log.problems) == ((), (what,))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"key,to,sent_at,status\n{KEY},a@x.example,2026-03-01T09:00Z,beamed\n", "nobody knows whether 'beamed' means"),
        (
            f"key,to,sent_at\n{KEY},a@x.example,2026-03-01T09:00Z\n{KEY},b@x.example,2026-03-01T09:00Z\n",
            "as line 2, but",
        ),
        ('{"key": "x"\n', "Line 1 is no JSON object"),
        ("[1]\n", "Line 1 is no JSON object"),
        ('key,to,sent_at\n"x,a@x.example,2026-03-01T09:00Z\n', "cannot be read as CSV"),
        ('{"key": "k", "to": ["a@x.example", "b@x.example"], "sent": 1772442000}\n', "it has 2 addresses"),
        ("key\0", "The log is not text."),
    ],
)
def test_log_that_contradicts_itself_or_is_none_is_refused(text: str, what: str) -> None:
    log = read_provider_log(text, now=NOW)
    assert (len(log.lines), len(log.problems)) == (0, 1)
    assert what in log.problems[0]


@pytest.mark.parametrize(
    ("known", "expected", "number", "verdict"),
    [
        (None, frozenset(), 7, LogVerdict.HELD),
        (None, frozenset({LOCAL}), 7, LogVerdict.EXPECTED),
        (("queued", "Ada@x.example"), frozenset(), 7, LogVerdict.MARKED),
        (("in_doubt", "ada@x.example"), frozenset(), 7, LogVerdict.MARKED),
        (("queued", "bob@x.example"), frozenset(), 7, LogVerdict.OTHER_ADDRESS),
        (("sent", "bob@x.example"), frozenset(), 7, LogVerdict.KNOWN),
        (("cancelled", "ada@x.example"), frozenset(), 7, LogVerdict.CONTRARY),
        (None, frozenset({KEY}), 8, LogVerdict.ELSEWHERE),
    ],
)
def test_line_is_judged_by_what_the_outbox_and_the_plans_know(
    known: tuple[str, str] | None, expected: frozenset[str], number: int, verdict: LogVerdict
) -> None:
    row = KnownMessage(id=1, state=known[0], address=known[1]) if known else None
    assert judge_line(LINE, row, expected=expected, workspace_id=number) is verdict
