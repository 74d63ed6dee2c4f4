"""The addresses of retention: the page, its rows down to contract lines, and targets."""

from django.urls import path

from dashboards.views import retention

RETENTION_PATHS = [
    path("retention/", retention.retention, name="retention"),
    path("retention/filters/<slug:name>/", retention.choices, name="retention_choices"),
    path("retention/groups/", retention.groups, name="retention_groups"),
    path("retention/cohorts/", retention.cohorts, name="retention_cohorts"),
    path("retention/chart.<slug:form>", retention.chart, name="retention_chart"),
    path("retention/lines.csv", retention.lines_file, name="retention_lines"),
    path("retention/accounts/<int:account_id>/", retention.lines, name="retention_account"),
    path("retention/restated/", retention.restated, name="retention_restated"),
    path("retention/bridged/", retention.bridged, name="retention_bridged"),
    path("retention/targets/", retention.targets, name="retention_targets"),
    path("retention/targets/new/", retention.new_target, name="retention_new_target"),
    path("retention/<slug:key>/", retention.metric, name="retention_metric"),
    path("retention/<slug:key>/rows.csv", retention.rows_file, name="retention_rows"),
]
