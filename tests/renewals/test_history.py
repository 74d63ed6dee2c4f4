"""Every change of a state has its history, kept by a trigger of the table, whoever changes it and by whatever way."""

import pytest
from django.apps import apps
from django.db import connection

APPS = ("renewals", "signals", "playbooks", "offers", "dashboards")
STATES = {"state", "stage", "status"}
MODELS = [
    model
    for model in apps.get_models()
    if model._meta.app_label in APPS and not hasattr(model, "pgh_tracked_model") and model._meta.managed
]
TRACKED = [model for model in MODELS if hasattr(model, "pgh_event_model")]
ELSEWHERE = {
    "the log of decisions has an entry for each": {"playbooks.Message", "playbooks.StepRun"},
    "an errand of the machine, whose row says how often it was tried and how it ended": {
        "offers.OfferPlan",
        "offers.PolicySimulation",
        "offers.RevisedTerm",
        "playbooks.ChannelTrial",
        "playbooks.PageMail",
        "playbooks.ReplayRun",
        "playbooks.WebhookPost",
        "renewals.IdempotencyKey",
        "renewals.ImportRun",
        "renewals.Job",
        "signals.Delivery",
        "signals.ForecastRun",
        "signals.ForecastScenario",
        "signals.RiskTraining",
        "signals.Score",
        "signals.ScorecardPreview",
    },
    "it is worked out again from what has history, or from scores, which are only added": {
        "playbooks.PipelineSum",
        "playbooks.QueueEntry",
        "signals.CurrentExpansion",
        "signals.CurrentRisk",
        "signals.CurrentScore",
    },
}


def test_what_has_a_state_has_history_or_is_named_here_with_where_its_changes_are_kept() -> None:
    stateful = {model._meta.label for model in MODELS if STATES & {field.name for field in model._meta.fields}}
    without = stateful - {model._meta.label for model in TRACKED}
    assert without == set().union(*ELSEWHERE.values())


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model._meta.label)
def test_history_is_kept_by_triggers_of_the_table_that_are_on(model: type, db: None) -> None:
    """No code can forget it, and no bulk update goes round it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT split_part(tgname, '_', 2), tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass "
            "AND tgname ~ '^pgtrigger_(insert|update|delete)_'",
            [model._meta.db_table],
        )
        found = dict(cursor.fetchall())
    assert {"insert", "update"} <= set(found)
    assert set(found.values()) == {"O"}
