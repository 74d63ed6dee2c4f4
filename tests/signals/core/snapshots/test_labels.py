"""Labels: what the end of a term says, from when, and together with which other contracts."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signals.core.snapshots.labels import EndedTerm, Label, LabelKind, Manner, NewContract, label_renewals
from signals.core.snapshots.rules import SnapshotRules, parse_snapshot_rules
from signals.queries.library import shipped

RULES: SnapshotRules = parse_snapshot_rules(shipped("snapshots"))
DUE = date(2026, 1, 1)
TERM = EndedTerm(
    renewal_id=1, account_id=1, contract_id=1, segment="small", currency="EUR", due_on=DUE, target=Decimal(100)
)
LOST = {"outcome": "churned", "final": Decimal(0), "decided_on": DUE}


def kept(amount: int = 100, **more: Any) -> dict[str, Any]:
    return {"outcome": "flat", "final": Decimal(amount), "decided_on": DUE - timedelta(days=20), **more}


def label(*terms: EndedTerm, contracts: tuple[NewContract, ...] = ()) -> tuple[Label, ...]:
    return label_renewals(terms, contracts, RULES)


@pytest.mark.parametrize(
    ("final", "kind"),
    [(97, "contracted"), (98, "flat"), (100, "flat"), (102, "flat"), (103, "expanded")],
)
def test_label_goes_by_the_ratio_of_comparable_amounts(final: int, kind: str) -> None:
    (found,) = label(replace(TERM, **kept(final)))
    assert (found.kind, found.ratio) == (kind, final / 100)


def test_label_of_an_early_renewal_holds_from_its_signature() -> None:
    (found,) = label(replace(TERM, **kept()))
    assert (found.labelled_on, found.matures_on) == (DUE - timedelta(days=20), DUE + timedelta(days=30))


@pytest.mark.parametrize(("segment", "days"), [("small", 30), ("strategic", 90)])
def test_label_of_a_loss_waits_for_the_grace_of_its_segment(segment: str, days: int) -> None:
    (found,) = label(replace(TERM, segment=segment, **{**LOST, "decided_on": DUE - timedelta(days=60)}))
    assert (found.kind, found.manner, found.labelled_on) == (
        LabelKind.CHURNED,
        Manner.LOST,
        DUE + timedelta(days=days),
    )


def test_label_of_a_late_signature_waits_like_a_loss() -> None:
    (found,) = label(replace(TERM, **kept(decided_on=DUE + timedelta(days=10))))
    assert found.labelled_on == DUE + timedelta(days=30)


def test_label_of_an_open_renewal_is_censored_never_renewed() -> None:
    (found,) = label(TERM)
    assert (found.kind, found.manner, found.ratio, found.labelled_on) == (LabelKind.CENSORED, Manner.OPEN, None, None)


@pytest.mark.parametrize(
    "term",
    [
        replace(TERM, **LOST, next_on=DUE),
        replace(TERM, **kept(), cancelled_on=DUE - timedelta(days=1)),
    ],
    ids=["lost_but_runs_on", "kept_but_cancelled"],
)
def test_label_is_censored_when_the_records_contradict_each_other(term: EndedTerm) -> None:
    (found,) = label(term)
    assert (found.kind, found.manner, found.labelled_on) == (LabelKind.CENSORED, Manner.DISPUTED, None)


def test_label_of_a_loss_with_a_new_term_long_after_stays_lost() -> None:
    (found,) = label(replace(TERM, **LOST, next_on=DUE + timedelta(days=31)))
    assert found.kind is LabelKind.CHURNED


def test_label_of_a_term_that_rolled_by_itself_is_no_decision_to_stay() -> None:
    (found,) = label(replace(TERM, **kept(decided_on=DUE), is_auto_renewing=True))
    assert (found.kind, found.manner) == (LabelKind.FLAT, Manner.AUTO_RENEWED)


def test_label_of_a_signed_term_that_might_have_rolled_is_signed() -> None:
    (found,) = label(replace(TERM, **kept(), is_auto_renewing=True))
    assert found.manner is Manner.SIGNED


def test_label_of_what_a_table_states_holds_at_once() -> None:
    (found,) = label(replace(TERM, **LOST, is_stated=True))
    assert (found.manner, found.labelled_on, found.matures_on) == (Manner.STATED, DUE, DUE)


def test_labels_of_contracts_that_end_together_are_one_decision() -> None:
    second = replace(TERM, renewal_id=2, contract_id=2, target=Decimal(50), due_on=DUE + timedelta(days=7), **LOST)
    found = label(replace(TERM, **kept(160)), second)
    assert [(each.kind, each.ratio, each.is_lead, each.group_key) for each in found] == [
        (LabelKind.EXPANDED, 160 / 150, True, "1"),
        (LabelKind.EXPANDED, 160 / 150, False, "1"),
    ]


def test_label_of_a_partial_loss_is_contracted() -> None:
    second = replace(TERM, renewal_id=2, contract_id=2, target=Decimal(50), **LOST)
    assert {each.kind for each in label(replace(TERM, **kept()), second)} == {LabelKind.CONTRACTED}


def test_labels_of_contracts_that_end_apart_are_two() -> None:
    second = replace(TERM, renewal_id=2, contract_id=2, due_on=DUE + timedelta(days=8), **LOST)
    assert [each.kind for each in label(replace(TERM, **kept()), second)] == [LabelKind.FLAT, LabelKind.CHURNED]


def test_labels_of_successive_terms_of_one_contract_are_never_grouped() -> None:
    second = replace(TERM, renewal_id=2, due_on=DUE + timedelta(days=7), **LOST)
    assert [each.kind for each in label(replace(TERM, **kept()), second)] == [LabelKind.FLAT, LabelKind.CHURNED]


@pytest.mark.parametrize(("days", "kind"), [(-31, "churned"), (-30, "flat"), (30, "flat"), (31, "churned")])
def test_label_of_a_contract_merged_into_a_new_one_is_not_lost(days: int, kind: str) -> None:
    fresh = NewContract(
        account_id=1, contract_id=9, currency="EUR", starts_on=DUE + timedelta(days=days), arr=Decimal(100)
    )
    (found,) = label(replace(TERM, **LOST), contracts=(fresh,))
    assert found.kind == kind


def test_label_of_a_group_with_an_open_member_is_censored() -> None:
    second = replace(TERM, renewal_id=2, contract_id=2)
    assert {each.kind for each in label(replace(TERM, **kept()), second)} == {LabelKind.CENSORED}


def test_label_of_a_free_contract_that_goes_on_is_flat_without_a_ratio() -> None:
    (found,) = label(replace(TERM, target=Decimal(0), **kept(0)))
    assert (found.kind, found.ratio) == (LabelKind.FLAT, None)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 3),
            st.integers(1, 4),
            st.integers(0, 40),
            st.sampled_from(["", "churned", "flat"]),
            st.integers(0, 200),
        ),
        max_size=8,
    )
)
def test_labels_cover_each_renewal_once_and_each_group_has_one_lead(rows: list[tuple[int, int, int, str, int]]) -> None:
    terms = [
        replace(
            TERM,
            renewal_id=at,
            account_id=account,
            contract_id=10 * account + contract,
            due_on=DUE + timedelta(days=days),
            outcome=outcome,
            final=Decimal(0 if outcome == "churned" else final),
            decided_on=DUE + timedelta(days=days) if outcome else None,
        )
        for at, (account, contract, days, outcome, final) in enumerate(rows, start=1)
    ]
    found = label(*terms)
    assert sorted(each.renewal_id for each in found) == [each.renewal_id for each in terms]
    leads = [each.group_key for each in found if each.is_lead]
    assert sorted(leads) == sorted({each.group_key for each in found})
    assert all(each.labelled_on is None for each in found if each.kind is LabelKind.CENSORED)
