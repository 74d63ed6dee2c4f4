"""Training: what is learned is proposed with its evidence, never put in force; bad outcomes are told in words."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from renewals.actions.scope import in_workspace
from renewals.models import Workspace
from signals.actions.learned import train as training
from signals.models import RiskModelVersion, RiskTraining, Snapshot
from signals.queries.learned.versions import model_in_force
from tests.signals.learned.factories import person
from tests.signals.learned.worlds import bring_in, learn, table, train


@pytest.fixture(scope="module")
def text() -> str:
    return table(240, signal=1.6)


@pytest.mark.requirement(16, 17)
def test_training_proposes_with_evidence_and_puts_nothing_in_force(inside: Workspace, text: str) -> None:
    made = learn(inside, text).training
    report = made.report
    assert (made.version.state, made.version.verdict, model_in_force()) == ("proposed", "learned", None)
    assert (report["what"]["outcomes"], report["what"]["dataset"], report["form"]) == (240, "tiny", "scorecard")
    assert report["members"]["scorecard"]["auc"] > 0.75
    assert report["members"]["scorecard"]["auc"] > report["members"]["prior"]["auc"]
    assert list(report["tests"]) == ["hash5"]
    assert {e["column"]: e["code"] for e in report["exclusions"]}["attribute.gender"] == "protected"
    assert {(a["attribute"], a["level"]) for a in report["audit"]} >= {
        ("attribute.gender", "f"),
        ("attribute.gender", "m"),
    }


def test_training_twice_makes_one_version(inside: Workspace, text: str) -> None:
    first = learn(inside, text)
    again = train(first.by)
    assert again.version.id == first.training.version.id
    assert (RiskModelVersion.objects.count(), Snapshot.objects.count()) == (1, 240)


@pytest.mark.requirement(16)
def test_noise_is_called_no_usable_signal(inside: Workspace) -> None:
    report = learn(inside, table(240, signal=0.0, seed=5)).training.report
    assert (report["verdict"], report["is_promotable"], report["form"]) == ("no_usable_signal", False, "prior")
    assert report["findings"][0].startswith("No usable signal")


def test_no_outcomes_at_all_is_said_and_keeps_nothing(inside: Workspace) -> None:
    made = train(person(inside))
    assert (made.version, made.report["verdict"]) == (None, "no_outcomes")
    assert made.report["findings"][0].startswith("No outcome is recorded yet")


def test_one_class_only_is_said(inside: Workspace) -> None:
    made = learn(inside, table(60, signal=1.0, more="one")).training
    assert (made.report["verdict"], made.version.verdict) == ("one_class", "one_class")


@pytest.mark.requirement(16)
@pytest.mark.parametrize(("more", "code"), [("leak", "leak"), ("constant", "constant"), ("wide", "identifier")])
def test_column_that_is_no_feature_is_left_out_and_named(inside: Workspace, more: str, code: str) -> None:
    report = learn(inside, table(200, signal=1.2, more=more)).training.report
    assert {e["column"]: e["code"] for e in report["exclusions"]}["attribute.more"] == code


def test_training_that_dies_leaves_no_half_version_and_goes_on(
    inside: Workspace, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = bring_in(inside, text)

    def dies(*args: object, **options: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken, pytest.raises(MemoryError):
        broken.setattr(training, "report_of", dies)
        train(by)
    assert (RiskModelVersion.objects.count(), Snapshot.objects.count()) == (0, 240)
    assert train(by).version.number == 1


def test_command_prints_the_report_and_writes_it(
    workspace: Workspace, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with in_workspace(workspace.id, by=person(workspace), why="test"):
        bring_in(workspace, table(60, signal=1.0))
    path = tmp_path / "report.json"
    call_command("train_risk_model", workspace="acme", json=True, report=path, now=None)
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(path.read_text())
    assert (printed["version"], printed["what"]["outcomes"]) == (1, 60)
    assert RiskTraining.objects.count() == 0


def test_command_for_a_workspace_that_is_not_there_is_wrong_usage(db: None) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("train_risk_model", workspace="nowhere")
    assert refused.value.returncode == 2
