"""Snapshots as a table: outcomes only when all of their date are known, flat tables by the same path, open renewals."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from renewals.actions.imports.load import ImportOrder
from renewals.actions.outcomes import record_outcome
from renewals.core.imports.mapping_file import read_mapping
from renewals.core.records import OutcomeRow
from renewals.models import Renewal, Workspace
from renewals.queries.imports.limits import COMMAND_LINE
from signals.actions.imports import all_kinds, import_file
from signals.actions.scores.versions import ensure_scorecards
from signals.actions.snapshots import fix_all_labels, sweep_snapshots
from signals.models import RenewalLabel, Snapshot
from signals.queries.snapshots.frames import FrameRows, frame_of, has_flat_rows, open_frame
from tests.signals.snapshots.world import DUE, LOOK, at, backfill, book, send, take, usual_signals

MAPPING = """
kind = "accounts"
dataset = "gyms"
[columns]
external_id = "id"
tenure_months = "months"
monthly_amount = "fee"
[constants]
currency = "USD"
[attributes]
include = "*"
exclude = ["left"]
[outcome]
column = "left"
churned = ["1"]
renewed = ["0"]
"""
TABLE = "id,months,fee,plan,visits,left\nm1,0,10.50,basic,3,1\nm2,24,20,gold,,0\nm3,6,30,basic,9,\n"


def close(workspace: Workspace, renewal: Renewal, *, final: int, decided_on: date) -> None:
    now = datetime.combine(decided_on, LOOK.timetz())
    with at(workspace, now) as by:
        row = OutcomeRow(
            renewal_id=renewal.id,
            final_amount=Decimal(final),
            primary_reason="price" if final == 0 else "habit",
            decided_on=decided_on,
            is_lost=final == 0,
        )
        record_outcome(row=row, by=by, now=now)


def frame(workspace: Workspace, as_of: datetime, **options: Any) -> FrameRows:
    with at(workspace, as_of) as by:
        fix_all_labels(workspace_id=workspace.id, by=by, now=as_of)
        rules = ensure_scorecards(workspace_id=workspace.id, by=by, now=as_of)
        return frame_of(workspace.id, as_of=as_of, rules=rules, **options)


def outcomes(found: FrameRows) -> dict[str, float]:
    return dict(zip(found.frame.keys, found.frame.outcome.tolist(), strict=True))


def load(workspace: Workspace, folder: Path, now: datetime = LOOK) -> None:
    path = folder / "gyms.csv"
    path.write_text(TABLE)
    with at(workspace, now) as by, path.open("rb") as stream:
        order = ImportOrder(
            stream=stream,
            file_name="gyms.csv",
            mapping=read_mapping(MAPPING, kinds=all_kinds()),
            limits=COMMAND_LINE,
            is_dry_run=False,
        )
        import_file(order=order, by=by, now=now, tell=lambda progress: None)


@pytest.mark.requirement(15)
def test_frame_knows_outcomes_only_once_lost_and_kept_of_that_date_are_known_alike(workspace: Workspace) -> None:
    first, second = book(workspace, accounts=2)
    take(workspace)
    close(workspace, first, final=12_000, decided_on=date(2025, 12, 20))
    close(workspace, second, final=0, decided_on=date(2025, 12, 28))
    day = datetime.combine(DUE, LOOK.timetz())
    keys = ["C-A1/1/30", "C-A2/1/30"]
    assert np.isnan(list(outcomes(frame(workspace, day + timedelta(days=29))).values())).tolist() == [True, True]
    assert outcomes(frame(workspace, day + timedelta(days=30))) == dict(zip(keys, (0.0, 1.0), strict=True))


def test_frame_of_an_earlier_moment_is_the_same_whatever_came_later(workspace: Workspace) -> None:
    first, second = book(workspace, accounts=2)
    send(workspace, *usual_signals("A1", LOOK), now=LOOK - timedelta(hours=1))
    take(workspace)
    before = frame(workspace, LOOK + timedelta(hours=1))
    close(workspace, first, final=12_000, decided_on=date(2025, 12, 20))
    close(workspace, second, final=0, decided_on=date(2025, 12, 28))
    fix = datetime.combine(DUE, LOOK.timetz()) + timedelta(days=60)
    frame(workspace, fix)
    again = frame(workspace, LOOK + timedelta(hours=1))
    assert again.frame.keys == before.frame.keys
    assert again.specs == before.specs
    assert np.isnan(again.frame.outcome).all()
    for mine, theirs in zip(again.frame.columns, before.frame.columns, strict=True):
        assert mine.values.tolist() == pytest.approx(theirs.values.tolist(), nan_ok=True) or mine.kind == "category"


def test_frame_leaves_out_monthly_rows_unless_they_are_asked_for(workspace: Workspace) -> None:
    book(workspace)
    backfill(workspace, LOOK)
    assert len(frame(workspace, LOOK).frame) == 5
    assert frame(workspace, LOOK, horizons=(240,)).frame.keys == ("C-A1/1/240",)


def test_frame_without_rows_is_empty(workspace: Workspace) -> None:
    found = frame(workspace, LOOK)
    assert (len(found.frame), found.specs) == (0, found.specs)


def test_frame_tells_a_kind_not_seen_from_a_family_never_heard(workspace: Workspace) -> None:
    book(workspace, accounts=3)
    send(workspace, *usual_signals("A1", LOOK), now=LOOK - timedelta(hours=1))
    others = [each | {"account": "A2"} for each in usual_signals("A2", LOOK) if each["kind"] == "usage.active_users"]
    send(workspace, *others, now=LOOK - timedelta(minutes=50))
    more = [each | {"account": "A3"} for each in usual_signals("A3", LOOK) if each["kind"] == "support.message"]
    send(workspace, *more, now=LOOK - timedelta(minutes=40))
    take(workspace)
    found = frame(workspace, LOOK).frame
    users = found.column("volume.usage.active_users.28").values
    assert users[:2].tolist() == [48.0, 48.0]
    assert np.isnan(users[2])
    tickets = found.column("volume.support.message.count_91").values
    assert (tickets[0], tickets[2]) == (1.0, 1.0)
    assert np.isnan(tickets[1])


def test_frame_of_open_renewals_has_exactly_the_columns_asked_for(workspace: Workspace) -> None:
    (renewal, *_) = book(workspace, accounts=2)
    send(workspace, *usual_signals("A1", LOOK), now=LOOK - timedelta(hours=1))
    take(workspace)
    learnt = frame(workspace, LOOK)
    with at(workspace, LOOK) as by:
        rules = ensure_scorecards(workspace_id=workspace.id, by=by, now=LOOK)
        found = open_frame(workspace.id, [renewal.id], specs=learnt.specs, rules=rules, now=LOOK)
        assert Snapshot.objects.count() == 2
    assert found.frame.names == learnt.frame.names
    assert found.renewal_ids == (renewal.id,)
    assert found.frame.days_to_renewal is not None and found.frame.days_to_renewal.tolist() == [30.0]
    amount = found.frame.column("contract.annual_amount").values
    assert amount.tolist() == [12_000.0]


def test_flat_table_goes_the_same_path_one_row_an_account(workspace: Workspace, tmp_path: Path) -> None:
    book(workspace)  # somebody must own the renewals
    load(workspace, tmp_path)
    found = backfill(workspace, LOOK + timedelta(minutes=1))
    assert sorted(each.horizon_days for each in found if each.horizon_days == 0) == [0, 0]
    with at(workspace, LOOK):
        assert has_flat_rows(workspace.id)
    table = frame(workspace, LOOK + timedelta(days=1), is_flat=True).frame
    assert table.keys == ("m1", "m2")
    assert table.outcome.tolist() == [1.0, 0.0]
    assert table.column("contract.tenure_months").values.tolist() == pytest.approx([0, 24], abs=0.1)
    assert table.column("contract.annual_amount").values.tolist() == [126.0, 240.0]
    assert table.column("attribute.plan").values.tolist() == ["basic", "gold"]
    assert table.column("attribute.visits").values[0] == 3.0
    assert "attribute.left" not in table.names
    assert "days_to_renewal" not in table.names


def test_sweep_takes_and_labels_and_again_does_nothing(workspace: Workspace) -> None:
    (renewal,) = book(workspace)
    with at(workspace, LOOK) as by:
        assert sweep_snapshots(workspace_id=workspace.id, by=by, now=LOOK) == 1
    close(workspace, renewal, final=15_000, decided_on=date(2025, 12, 10))
    for _ in range(2):
        with at(workspace, LOOK + timedelta(days=9)) as by:
            sweep_snapshots(workspace_id=workspace.id, by=by, now=LOOK + timedelta(days=9))
            (label,) = RenewalLabel.objects.all()
    assert (label.kind, label.manner, label.ratio, label.version) == ("expanded", "signed", 1.25, 1)
    assert label.matures_on == date(2026, 1, 31)
