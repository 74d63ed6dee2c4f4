"""Engines with one protection taken out, to show that the suite has teeth: each must be caught.

`python -m tests.faults.mutants [NAME ...]` copies the sources, takes the protection out of the copy, and runs what must
notice: a fault profile (from outside) or named tests. A mutant that nobody catches, or whose words are no longer in the
sources, is an error.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".perennial", ".pytest_cache", "__pycache__", "node_modules")
OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CELERY_BROKER_URL", "PERENNIAL_HOME", "TEST_DATABASE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One place of the sources; `old` must be there exactly once."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A protection that was taken out, and who must notice: the name of a fault profile, or words for pytest."""

    name: str
    edits: tuple[Edit, ...]
    profile: str = ""
    tests: tuple[str, ...] = ()


def mutant(name: str, *edits: tuple[str, str, str], profile: str = "", tests: Sequence[str] = ()) -> Mutant:
    """Return a mutant of (path, old, new) edits."""
    made = tuple(Edit(path=path, old=old, new=new) for path, old, new in edits)
    return Mutant(name=name, edits=made, profile=profile, tests=tuple(tests))


CLAIM, EXECUTE, SEND = "playbooks/actions/claim.py", "playbooks/actions/execute.py", "playbooks/actions/send.py"
CHECKS, RESULTS, GUARDS = (
    "playbooks/actions/send_checks.py",
    "playbooks/actions/send_results.py",
    "playbooks/core/guards.py",
)
CLOCK_TESTS = "tests/playbooks/test_clock_put_back.py"
ENGINE_TESTS, RACES = "tests/playbooks/test_engine.py", "tests/playbooks/test_races.py"
WAITS = "test_send_waits_for_whoever_holds_the_row_and_then_obeys"
HELD = "WHERE s.fence = mine.fence AND s.state = 'claimed' ORDER BY"
ENDED = "WHERE s.id = r.id AND s.fence = r.fence AND s.state = 'claimed'"
WITHOUT_KEYS = """        cursor.execute(TEN_ON_WEDNESDAY.format(shift=int((wednesday - real).total_seconds())))
        for table in ("steprun", "message", "task", "decision"):
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE contype = 'u' AND conrelid = %s::regclass"
                " AND NOT EXISTS (SELECT 1 FROM pg_constraint AS f WHERE f.conindid = pg_constraint.conindid"
                " AND f.contype = 'f')", [f"playbooks_{table}"]
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE playbooks_{table} DROP CONSTRAINT "{name}"')
            cursor.execute(
                "SELECT indexrelid::regclass::text FROM pg_index WHERE indisunique AND NOT indisprimary"
                " AND indrelid = %s::regclass AND NOT EXISTS ("
                " SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)", [f"playbooks_{table}"]
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP INDEX {name}")
"""

MUTANTS = (
    # From outside: the engine kills and freezes itself at its failpoints, the witness counts.
    mutant(
        "no_fence_and_no_unique_keys",
        (EXECUTE, HELD, "WHERE true ORDER BY"),
        (EXECUTE, ENDED, "WHERE s.id = r.id"),
        (
            "tests/faults/world.py",
            "        cursor.execute(TEN_ON_WEDNESDAY.format(shift=int((wednesday - real).total_seconds())))\n",
            WITHOUT_KEYS,
        ),
        profile="teeth",
    ),
    mutant(
        "fresh_key_each_try",
        (
            "playbooks/actions/message_rows.py",
            "        idem_key=message.idem_key,\n",
            '        idem_key=f"{message.idem_key}-{message.attempts}",\n',
        ),
        profile="failpoints",
    ),
    mutant(
        "marked_sent_before_sending",
        (SEND, "SET state = 'sending', fence", "SET state = 'sent', sent_at = perennial_now(), fence"),
        (RESULTS, "AND state = 'sending' FOR UPDATE", "AND state IN ('sending', 'sent') FOR UPDATE"),
        profile="failpoints",
    ),
    mutant(
        "lease_never_reclaimed",
        (CLAIM, '{IS_FREE.format(row="q")}', "q.lease_until IS NULL"),
        profile="failpoints",
    ),
    mutant(
        "effect_and_next_step_apart",
        (
            EXECUTE,
            "    _execute(END_STEPS, [as_json([item.update_row(now=now) for item in outcomes])])\n",
            "    _execute(END_STEPS, [as_json([item.update_row(now=now) for item in outcomes])])\n"
            "    with connection.cursor() as cursor:\n"
            "        cursor.execute(\"SELECT current_setting('perennial.workspace', true)\")\n"
            "        kept = cursor.fetchone()[0]\n"
            '        cursor.execute("COMMIT")\n'
            '        pass_point("step_effect_written")\n'
            '        cursor.execute("BEGIN")\n'
            "        cursor.execute(\"SELECT set_config('perennial.workspace', %s, true)\", [kept])\n",
        ),
        profile="failpoints",
    ),
    mutant(
        "ambiguous_send_tried_again_without_key",
        (
            "playbooks/core/retry.py",
            "MessageClass.RELATIONSHIP: RetryVerdict.HOLD_IN_DOUBT",
            "MessageClass.RELATIONSHIP: RetryVerdict.RETRY",
        ),
        profile="plain",
    ),
    mutant(
        "worker_ahead_of_the_database_clock",
        (CLAIM, "AND due_at <= perennial_now()", "AND due_at <= perennial_now() + interval '1 hour'"),
        (EXECUTE, "SELECT s.id, perennial_now() FROM", "SELECT s.id, perennial_now() + interval '1 hour' FROM"),
        tests=(f"{ENGINE_TESTS}::test_email_step_is_written_sent_and_entered_in_the_ledger",),
    ),
    # Each of these alone is hidden by another protection, so that a test of its own has to notice.
    mutant(
        "no_fence_on_steps",
        (EXECUTE, HELD, "WHERE true ORDER BY"),
        tests=(f"{ENGINE_TESTS}::test_worker_that_lost_its_lease_commits_nothing",),
    ),
    mutant(
        "no_look_before_sending",
        (
            CHECKS,
            "    if now > message.not_after_at:\n",
            "    if now:\n        return None\n    if now > message.not_after_at:\n",
        ),
        tests=(f"{RACES}::{WAITS}[close]",),
    ),
    mutant(
        "no_lock_on_the_contact",
        (SEND, " FOR NO KEY UPDATE OF c, a SKIP LOCKED", ""),
        tests=(f"{RACES}::{WAITS}[suppress]",),
    ),
    mutant(
        "no_lock_on_the_enrolment",
        (SEND, " FOR SHARE OF e, r, w SKIP LOCKED", ""),
        tests=(f"{RACES}::{WAITS}[pause]",),
    ),
    mutant(
        "approval_decided_twice",
        (
            "playbooks/actions/step_approvals.py",
            "filter(id=row.id, state=ApprovalState.PENDING.value, version=seen)",
            "filter(id=row.id)",
        ),
        tests=("tests/playbooks/kinds/test_kinds_run.py::test_approval_holds_the_playbook_until_it_is_decided",),
    ),
    mutant(
        "stop_not_asked",
        (GUARDS, "    if not case.facts.is_enrolment_active:\n", "    if False:\n"),
        tests=("tests/playbooks/core/test_guards.py",),
    ),
    mutant(
        "quiet_hours_not_asked",
        (
            GUARDS,
            "(opens_at := _opening(case, case.now)) == case.now else",
            "(opens_at := _opening(case, case.now)) else",
        ),
        tests=("tests/playbooks/core/test_guards.py",),
    ),
    mutant(
        "pause_of_sending_not_asked",
        (SEND, " AND w.sending_paused_at IS NULL", ""),
        tests=(f"{ENGINE_TESTS}::test_message_of_a_paused_workspace_is_not_touched_and_leaves_at_once_after_it",),
    ),
    mutant(
        "version_not_pinned",
        (
            "playbooks/queries/cases.py",
            "e.planned_for, s.version_id, e.paused_until_at",
            "e.planned_for, coalesce((SELECT max(v.id) FROM playbooks_playbookversion AS v "
            "JOIN playbooks_enrolment AS x ON x.playbook_id = v.playbook_id WHERE x.id = e.id), s.version_id) "
            "AS version_id, e.paused_until_at",
        ),
        tests=("tests/playbooks/inflight/test_inflight.py",),
    ),
    mutant(
        "workspaces_open",
        ("renewals/actions/database.py", "USING (workspace_id = {CURRENT}) WITH", "USING (true) WITH"),
        tests=(
            "tests/renewals/test_isolation.py::test_table_has_security_enabled_and_forced_with_both_sides_of_the_policy",
        ),
    ),
    mutant(
        "notice_a_day_late",
        (
            "renewals/core/notices/windows.py",
            "        safe_latest_on=safe_latest_on,\n",
            "        safe_latest_on=safe_latest_on + 2 * ONE_DAY,\n",
        ),
        tests=("tests/benchmarks/test_notices.py",),
    ),
    mutant(
        "poison_never_parked",
        (
            "playbooks/core/retry.py",
            "    return others_progress and consecutive_unfinished_claims >= POISON_CLAIMS\n",
            "    return False\n",
        ),
        tests=(f"{ENGINE_TESTS}::test_poison_step_is_parked_while_others_go_on",),
    ),
    mutant(
        "stall_of_everybody_counts",
        (
            CLAIM,
            "SELECT 1 FROM playbooks_enginepulse AS p WHERE p.finished_at BETWEEN due.claimed_at AND clock_timestamp()",
            "SELECT 1",
        ),
        tests=(f"{ENGINE_TESTS}::test_stall_of_everybody_costs_no_attempt",),
    ),
    mutant(
        "failover_not_noticed",
        ("playbooks/actions/sending.py", "if started != self.checked:", "if self.checked is None:"),
        tests=("tests/playbooks/test_safety.py::test_program_that_outlives_a_failover_looks_at_the_watermark_again",),
    ),
    mutant(
        "departure_not_noted",
        (SEND, "    if departing is not None:\n", "    if False:\n"),
        tests=("tests/playbooks/test_safety.py::test_what_leaves_the_house_is_noted_before_it_leaves",),
    ),
    mutant(
        "paused_again_by_whoever_looks_late",
        ("playbooks/actions/sending.py", "if self.last and not is_written_down(self.last, this):", "if self.last:"),
        tests=(f"{CLOCK_TESTS}::test_program_that_looks_late_does_not_pause_again_what_a_person_resumed",),
    ),
    mutant(
        "tried_again_with_a_key_that_is_forgotten",
        (SEND, "past_horizon(message, now=now) or check_before", "check_before"),
        tests=(f"{CLOCK_TESTS}::test_message_that_may_have_left_is_not_tried_again_once_its_key_may_be_forgotten",),
    ),
)


def known() -> dict[str, Mutant]:
    """Return every mutant by its name."""
    return {item.name: item for item in MUTANTS}


def misplaced(item: Mutant) -> list[str]:
    """Return the edits whose words are not in the sources exactly once."""
    found = [(edit, (ROOT / edit.path).read_text().count(edit.old)) for edit in item.edits]
    return [f"{item.name}: {edit.path} has {count} x {edit.old.strip()[:60]!r}" for edit, count in found if count != 1]


def run(item: Mutant) -> dict[str, object]:
    """Break a copy of the sources and see who notices; `caught` says whether somebody did, `by` what was seen."""
    began = time.monotonic()
    home = Path(tempfile.mkdtemp(prefix="perennial-mutant-"))
    try:
        copy = home / "copy"
        shutil.copytree(ROOT, copy, ignore=NOT_COPIED, symlinks=True)
        for edit in item.edits:
            place = copy / edit.path
            place.write_text(place.read_text().replace(edit.old, edit.new))
        caught, by = _profile(item.profile, copy) if item.profile else _tests(item.tests, copy)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return {"mutant": item.name, "caught": caught, "by": by, "seconds": round(time.monotonic() - began, 1)}


def _profile(name: str, copy: Path) -> tuple[bool, object]:
    done = _python(["-m", "tests.faults", "--profile", name], copy)
    answer = json.loads(done.stdout) if done.stdout else {}
    seen = dict(answer.get("defects", {})) | ({} if answer.get("drained_seconds") is not None else {"never_drained": 1})
    return bool(answer and seen), seen or done.stderr[-300:]


def _tests(words: Iterable[str], copy: Path) -> tuple[bool, object]:
    """Tests notice if they ran and at least one failed; a broken collection proves nothing."""
    done = _python(["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *words], copy)
    failed = [
        line.split(" - ")[0].removeprefix("FAILED ") for line in done.stdout.splitlines() if line.startswith("FAILED ")
    ]
    return done.returncode == 1 and bool(failed), failed or done.stdout[-300:]


def _python(words: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def main(names: Sequence[str]) -> int:
    """Run the named mutants, all of them without names; 0 if each was caught, 2 for a name nobody has."""
    strangers = sorted(set(names) - set(known()))
    if strangers:
        sys.stderr.write(f"No mutant is called {', '.join(strangers)}; there are: {', '.join(known())}\n")
        return 2
    missed = 0
    for name in names or known():
        told = run(known()[name])
        missed += not told["caught"]
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
