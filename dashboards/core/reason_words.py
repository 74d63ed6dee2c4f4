"""The sentence of each reason code, with its numbers. What was decided is never changed here, only said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dashboards.core.dates import clock_words, day_words
from dashboards.core.fact_words import asked_words, fact_name, found_words, held_words, named_words
from dashboards.core.kind_words import KIND_SENTENCES
from dashboards.core.parts import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A sentence with the names of its numbers in braces, and whether it is good, watch, bad or neither."""

    text: str
    state: str = "none"


SENTENCES: Mapping[str, Words] = {
    code: Words(text=text, state=state) for code, (text, state) in KIND_SENTENCES.items()
} | {
    "due": Words(text="It was due on {due_at}."),
    "meeting_invited": Words(text="{by} arranged a meeting for {starts_at}.", state="good"),
    "meeting_changed": Words(text="{by} changed the meeting; it is on {starts_at} now."),
    "meeting_called_off": Words(text="The meeting of {starts_at} is called off by {by}: {because}.", state="watch"),
    "meeting_accepted": Words(text="{who} accepted the meeting of {starts_at}.", state="good"),
    "meeting_declined": Words(text="{who} declined the meeting of {starts_at}; find another time.", state="watch"),
    "meeting_tentative": Words(text="{who} may come to the meeting of {starts_at}."),
    "proposal_accepted": Words(text="{by} accepted version {version}; the renewal is still open.", state="bad"),
    "proposal_closed": Words(text="{by} accepted version {version}; the renewal is closed at its price.", state="good"),
    "proposal_part": Words(text="{by} asks for your part of the proposal: {part}.", state="watch"),
    "proposal_declined": Words(text="{by} declined version {version} of the proposal.", state="bad"),
    "proposal_asked": Words(text="{by} asks about version {version} of the proposal.", state="watch"),
    "review_decided": Words(text="Decided in the review {review} of {held_on}."),
    "contract_asks": Words(text="{why}"),
    "proposal_unanswered": Words(
        text="Version {version} of the proposal is valid until {valid_until} and has no answer.", state="watch"
    ),
    "proposal_sent": Words(text="{by} sent version {version} of the proposal."),
    "closed_below_policy": Words(text="The contract's clause would close it below policy: {why}", state="bad"),
    "invitation_superseded": Words(text="It had not left yet when the meeting was changed or called off."),
    "not_due_yet": Words(text="Not due before {until}."),
    "calendar_move": Words(text="Moved from {from_on} to {to_on}: {because}."),
    "contract_date_moved": Words(text="The contract's {name} moved from {old} to {new}; open steps moved with it."),
    "migrated": Words(text="{by} published version {new}; before it was version {old}."),
    "restarted": Words(text="{by} published a new version; it begins again."),
    "person_skip": Words(text="{by} skips it: {why}"),
    "person_retime": Words(text="{by} put it on {due_on}: {why}"),
    "person_swap": Words(text="{by} swapped it with {what}, to {due_on}: {why}"),
    "person_alternative": Words(text="{by} does this instead: {what}. {why}"),
    "person_as_planned": Words(text="{by} does it as the playbook says: {why}"),
    "due_moved": Words(text="Step {step} moved from {old} to {new}."),
    "late": Words(text="{late_days} days late when its turn came; up to {allowed_days} are allowed.", state="watch"),
    "asks_because_late": Words(
        text="It was due on {due_at}; somebody decides whether it should still leave.", state="watch"
    ),
    "no_anchor_date": Words(text="The contract has no {anchor} to count from.", state="watch"),
    "phase_closed": Words(text="The phase {phase} closed on {closes_on}; the step would have been due on {due_on}."),
    "waits_for_phase": Words(text="Waits for the phase {phase}, which opens on {to_on}."),
    "renewal_closed": Words(text="The renewal was closed meanwhile."),
    "enrolment_ended": Words(text="The account had left the playbook."),
    "enrolment_paused": Words(text="The playbook is paused for this account.", state="watch"),
    "exit_rule": Words(text="The playbook ended for this account: {reason}."),
    "condition_no": Words(text="It asks that {asked}, but {found_fact}."),
    "condition_unknown": Words(text="It asks that {asked}; that is not known, so it waits.", state="watch"),
    "step": Words(text="{outcome} ({playbook})"),
    "unknown": Words(text="Held: {what} is not known, and nothing is sent on a guess.", state="watch"),
    "sending_paused": Words(text="Sending is paused in this workspace.", state="bad"),
    "human_only_account": Words(text="This account is written to by people only."),
    "account_budget": Words(
        text="The account has had {touches} of {allowed} touches in {per_days} days, all playbooks together.",
        state="watch",
    ),
    "account_gap": Words(text="Touches of one account lie at least {days} days apart.", state="watch"),
    "yields_to_playbook": Words(text="Waits for {step} of {playbook}, which goes first.", state="watch"),
    "ledger_refused": Words(text="The account's ledger of touches had no room for it; it waits.", state="watch"),
    "account_paused": Words(text="They asked us to stay away until {until_on}: {because}.", state="watch"),
    "delay_kept_over_pause": Words(text="Moved from {from_on} to {to_on}: the delay stood still over a pause."),
    "stopped_by_reaction": Words(text="Messages stopped after their {kind} on {occurred_at}.", state="watch"),
    "held_by_reaction": Words(text="Messages wait after their {kind} on {occurred_at}.", state="watch"),
    "hushed": Words(text="Called off by their {kind} on {occurred_at}.", state="watch"),
    "address_is_dead": Words(text="The address is dead; nothing is sent to it.", state="bad"),
    "reaction": Words(text="Their {kind} means for this playbook: {effect}."),
    "no_open_playbook": Words(text="Their {kind} came while no playbook was open."),
    "advanced": Words(text="Step {step} came forward from {old} to {new}.", state="good"),
    "not_advanced": Words(text="Step {step} did not come forward: {because}."),
    "pause": Words(text="Until {until_on}, asked for by {asked_by}: {because}. Noted by {by}."),
    "pause_ended": Words(text="Ended by {by}; what came in meanwhile was applied."),
    "human_only_set": Words(text="{because}. Set by {by}."),
    "human_only_ended": Words(text="Switched off by {by}."),
    "budget_set": Words(text="{max_touches} touches in {per_days} days, {min_gap_days} days apart. Set by {by}."),
    "budget_dropped": Words(text="Taken away by {by}."),
    "trigger": Words(text="{rule} ({version}).", state="watch"),
    "away_delegate": Words(text="Handed over while the owner is away until {until_on}.", state="watch"),
    "away_shift": Words(text="Waits from {from_on} to {to_on}: the owner is away until {until_on}.", state="watch"),
    "back_again": Words(text="The owner is back: handed back."),
    "day_full": Words(
        text="Moved from {from_on} to {to_on}: {tasks} tasks for a day of {capacity}; strategic accounts go first.",
        state="watch",
    ),
    "has_the_task": Words(text="Has the task: {title}, due {due_on}."),
    "has_the_step": Words(text="{step} of {playbook} is next, and it is for the {role}."),
    "has_the_stage": Words(text="No step is open; at the stage {stage} it is the move of the {duty}."),
    "stands_in": Words(text="Stands in for somebody who is away."),
    "person_gone": Words(text="{person} is no active member any more and was named for the {duty}.", state="bad"),
    "away_without_delegate": Words(
        text="{person} is away without a delegate and is named for the {duty}.", state="bad"
    ),
    "task_unowned": Words(text="{tasks} open task of {person}, who is gone: {title}.", state="bad"),
    "handover_open": Words(text="Offered by {sender} to {receiver}, to be answered by {deadline_at}.", state="watch"),
    "tier_changed": Words(text="The tier went from {before} to {tier} on {changed_at}.", state="watch"),
    "rung_raised": Words(text="Rung {level}: {trigger}, since {since_at}.", state="bad"),
    "no_answer_since": Words(text="Nobody has answered rung {level} since {raised_at}.", state="bad"),
    "condition_yes": Words(text="{held}.", state="watch"),
    "human_only_step": Words(text="This step is for a person."),
    "needs_approval": Words(text="Waits for somebody to approve the draft.", state="watch"),
    "approval_refused": Words(text="The draft was refused.", state="watch"),
    "no_reachable_contact": Words(text="Nobody in the roles {roles} can be written to ({known} known).", state="bad"),
    "suppressed": Words(text="The contact does not want this kind of message.", state="watch"),
    "replied_since": Words(text="The account answered on {replied_at}; the step would talk past it.", state="good"),
    "held_out": Words(
        text="Not done, to measure what it does: by chance this account is one of the {percent}% held out.",
        state="watch",
    ),
    "drawn_held_out": Words(text="It is one of the {percent}% held out.", state="watch"),
    "holdout_released": Words(text="Let out of its holdouts by {by}: {because}"),
    "treated": Words(text="By chance it is not one of the {percent}% held out."),
    "out_of_office": Words(text="The contact is away until {back_at}.", state="watch"),
    "touch_budget": Words(
        text="The account has had enough messages: {touches} of {allowed} in {per_days} days.", state="watch"
    ),
    "minimum_gap": Words(text="At least {days} days lie between two messages.", state="watch"),
    "outside_send_window": Words(text="Waits for office hours where the contact lives."),
    "no_time_left": Words(text="Too late: it was worth sending until {not_after}.", state="bad"),
    "in_doubt_no_key": Words(
        text="It may or may not have arrived, and the channel cannot tell; somebody must look.", state="bad"
    ),
    "out_of_time": Words(text="Not delivered by {until}; given up.", state="bad"),
    "refused_for_good": Words(text="The channel refused it for good after {attempts} attempts.", state="bad"),
    "retry": Words(text="Attempt {attempts} failed; tried again after {wait_seconds} s.", state="watch"),
    "failed": Words(text="It failed: {error}.", state="bad"),
    "message_has_a_hole": Words(text="Parked: {what} is missing and the message would have a hole.", state="bad"),
    "same_message_exists": Words(text="The same message already exists; it is not sent twice."),
    "escalated": Words(text="{by} raised it: {outcome}.", state="watch"),
    "outcome": Words(text="Outcome: {outcome}. {note}"),
    "due_date_in": Words(text="Due in {days} days."),
    "notice_deadline_in": Words(text="Notice deadline in {days} days.", state="watch"),
    "notice_deadline_passed": Words(text="The notice deadline passed {days} days ago.", state="bad"),
    "notice_window": Words(
        text="Our notice is due from {opens_on} to {closes_on}, to be safe by {safe_latest_on}.", state="watch"
    ),
    "their_deadline_near": Words(
        text="They may end it until {closes_on}; last heard from them: {heard_on}.", state="watch"
    ),
    "their_deadline_passed": Words(
        text="Their last day to end it was {closes_on}; last heard from them: {heard_on}.", state="watch"
    ),
    "sponsor_by_default": Words(
        text="Nobody is named as our sponsor of this account; {name} is the first of our executives.", state="watch"
    ),
    "notice_confirmed": Words(
        text="{by} confirmed that it arrived; the notice is served on {served_on}.", state="good"
    ),
    "notice_escalated": Words(text="Nobody has proven it yet; it was raised to step {level}.", state="bad"),
    "no_owner": Words(text="Nobody owns this renewal.", state="bad"),
    "action_overdue": Words(text="The task is {days} days overdue.", state="bad"),
    "action_due": Words(text="The task is due today.", state="watch"),
    "action_ahead": Words(text="The task is due in {days} days."),
    "loss_from_base_rate": Words(text="Not scored yet: the usual loss of the segment {segment} stands in."),
    "accepted": Words(text="Handed over to the channel at attempt {attempts}.", state="good"),
    "already_enrolled": Words(text="It went through a playbook for {occurrence} before."),
    "case_no": Words(text="Not the case {case}: {named_fact}."),
    "case_yes": Words(text="The case {case}: {named_fact}."),
    "case_unknown": Words(text="Whether it is the case {case} is not known: {field} is missing.", state="watch"),
    "case": Words(text="Chosen by the case {case}: {named_fact}."),
    "contact_changed": Words(text="Somebody else would be written to now."),
    "default": Words(text="None of the {cases} cases fits, so the usual playbook runs."),
    "due_date_passed": Words(text="The due date has passed.", state="watch"),
    "no_playbook": Words(text="The playbook {playbook} is not published here.", state="bad"),
    "overtaken_while_unknown": Words(text="What was missing stayed missing until the next step was due."),
    "told_by_provider_log": Words(
        text="The provider's log says that it left on {sent_at}, before the database was restored.", state="good"
    ),
    "may_have_left_before_restore": Words(
        text="The provider's log has a message to {to} of {sent_at} that the restored database does not know. "
        "It may be this one: look, then send it or call it off.",
        state="watch",
    ),
    "sender_died": Words(text="The program that was sending it died; it is tried again.", state="watch"),
    "sender_died_and_stopped": Words(text="An attempt ended without a clear answer, and it is not wanted any more."),
    "too_late": Words(text="Too late: it was worth sending until {not_after}.", state="bad"),
    "window": Words(text="{days_left} days are left; the playbook starts {window_days} days before the due date."),
    "loose_entering": Words(text="The renewal enters its playbook first."),
    "loose_follows": Words(text="It counts from the day the step before it acts."),
    "loose_condition": Words(text="It asks for a fact that may change until then."),
    "loose_held": Words(text="It waits for something first."),
    "loose_todays_score": Words(text="It is judged by the score of today: that of its day is not foreseen."),
    "loose_unheard": Words(text="It comes only if nothing new is heard of the account until then."),
    "crossing_ahead": Words(text="{rule}: with time alone the score goes from {before} to {value}.", state="watch"),
    "unfinished_claims": Words(text="Begun {claims} times and never finished; parked for a person.", state="bad"),
}


def reason_sentence(stored: Mapping[str, Any], *, zone: str = "UTC") -> Reason:
    """Return the sentence of a stored reason, `{"code": …, number: …}`; an unknown code is shown as its own name."""
    code = str(stored.get("code", ""))
    words = SENTENCES.get(code, Words(text=code.replace("_", " ").capitalize() + "."))
    said = {name: _say(value, zone) for name, value in stored.items()}
    said |= _facts(stored)
    return Reason(text=_sentence(words.text.format_map(_Missing(said))), state=words.state)


def _facts(stored: Mapping[str, Any]) -> dict[str, str]:
    """Return the fact of a condition by its name, what was asked of it, and what was found."""
    if "field" not in stored:
        return {}
    field, op, expected, found = (str(stored.get(name, "")) for name in ("field", "op", "expected", "found"))
    return {
        "field": fact_name(field),
        "asked": asked_words(field, op, expected),
        "found_fact": found_words(field, found),
        "named_fact": named_words(field, found),
        "held": held_words(field, op, expected, found),
    }


def _sentence(words: str) -> str:
    """Begin a sentence with a capital; one that begins with a name or a number stays."""
    words = words.strip()
    return words[:1].upper() + words[1:]


class _Missing(dict[str, str]):
    """Says "unknown" for a number the reason does not carry, so that no sentence breaks."""

    def __missing__(self, key: str) -> str:
        return "unknown"


def _say(value: Any, zone: str) -> str:
    read = _read(value)
    if isinstance(read, datetime):
        return f"{day_words(read.date())}, {clock_words(read, zone=zone)}"
    if isinstance(read, date):
        return day_words(read)
    if isinstance(read, list | tuple):
        return ", ".join(_say(each, zone) for each in read) or "none"
    if isinstance(read, float):
        return f"{read:,.2f}".rstrip("0").rstrip(".")
    return str(read).replace("_", " ")


def _read(value: Any) -> Any:
    """Read a day or an instant back from JSON; anything else stays as it is."""
    if not isinstance(value, str) or len(value) < 10 or value[4:5] != "-":
        return value
    try:
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    except ValueError:
        return value
