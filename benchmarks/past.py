"""Years behind a book, and what is kept of them: closed renewals, scores, calls, movements, tallies.

Written by a few SQL statements, for measuring only. Sums that the product keeps are then made by the product itself.
"""

from datetime import datetime

from django.db import connection

from playbooks.actions.indicators import tally_months
from playbooks.actions.pipeline import sum_pipeline
from renewals.actions.metrics.changed import KEPT_QUARTERS
from renewals.actions.metrics.sums import sum_periods, sum_renewals
from renewals.core.metrics import Period, periods_until
from renewals.models import MetricMark, SliceTouch
from renewals.queries.metrics.books import metric_rates, rates_stamp, rules_stamp
from signals.actions.forecast.runs import laws_table
from signals.core.forecast.laws import learn_laws
from signals.models import ForecastRun
from signals.queries.library import forecast_rules

STATEMENTS = (
    """
UPDATE renewals_account SET owner_id = %(csm)s WHERE id %% 300 = 0
""",
    """
UPDATE renewals_renewal SET owner_id = %(csm)s, initiator_id = %(csm)s WHERE account_id %% 300 = 0
""",
    """
INSERT INTO renewals_renewal (workspace_id, account_id, contract_id, term_number, due_on, notice_on, opened_on,
    closed_on, stage, forecast_category, currency, target_amount, final_amount, owner_id, initiator_id, negotiator_id,
    finaliser_id, created_at, updated_at)
SELECT workspace_id, account_id, contract_id, %(past)s + 1 - k, due_on - make_interval(years => k),
    due_on - make_interval(years => k) - interval '30 days', due_on - make_interval(years => k) - interval '120 days',
    due_on - make_interval(years => k) - make_interval(days => (id %% 20)::int), 'closed', 'closed', 'USD',
    target_amount / (k + 1), target_amount / k, owner_id, owner_id, owner_id, owner_id, %(now)s, %(now)s
FROM renewals_renewal, generate_series(1, %(past)s) AS k WHERE closed_on IS NULL
""",
    """
INSERT INTO renewals_outcome (workspace_id, renewal_id, kind, primary_reason, contributing_reasons, comment, decided_on,
    recorded_at, recorded_by)
SELECT workspace_id, id, 'expanded', 'value', '{}', '', closed_on, closed_on, '' FROM renewals_renewal
WHERE closed_on IS NOT NULL
""",
    """
WITH written AS (
    INSERT INTO signals_score (workspace_id, account_id, scorecard_id, kind, state, as_of, recorded_at, value, coverage,
        input_hash, inputs, details)
    SELECT workspace_id, id, 0, 'health', 'scored', %(now)s, %(now)s, 20 + id %% 70, 0.8, md5(id::text)::uuid,
        (SELECT array_agg(ARRAY[(id * n %% 97) / 97.0, 50, 0.1, 1, 0.1, 5, 3, 3, 0, 4])
            FROM generate_series(1, 9) AS n),
        jsonb_build_object('facts', jsonb_build_object('segment', segment), 'keys', '["usage_velocity",
        "feature_adoption", "usage_depth", "support_sentiment", "backlog_resolution", "payment_timeliness",
        "sponsor_stability", "engagement", "marketing_engagement"]'::jsonb)
    FROM renewals_account
    RETURNING workspace_id, account_id, id)
UPDATE signals_currentscore AS c SET score_id = w.id FROM written AS w
WHERE c.workspace_id = w.workspace_id AND c.account_id = w.account_id
""",
    """
INSERT INTO signals_forecastcall (workspace_id, renewal_id, caller, category, amount, likelihood, currency, demand,
    reason, made_at, made_by_id)
SELECT workspace_id, id, 'csm', 'commit', target_amount, 0.8, currency, '', '', %(now)s - interval '20 days', owner_id
FROM renewals_renewal WHERE closed_on IS NULL AND id %% 2 = 0
""",
    """
INSERT INTO signals_currentcall (workspace_id, renewal_id, call_id, caller, category, amount, likelihood, made_at)
SELECT workspace_id, renewal_id, id, caller, category, amount, likelihood, made_at FROM signals_forecastcall
""",
    """
INSERT INTO signals_forecastdisagreement (workspace_id, renewal_id, first, second, kind, gap, opened_at)
SELECT workspace_id, renewal_id, 'csm', 'model', 'category', 2, %(now)s FROM signals_forecastcall WHERE id %% 20 = 0
""",
    """
INSERT INTO signals_forecasttally (workspace_id, quarter_on, caller, person_id, checkpoint_days, segment, calls,
    missing, called, actual, missed, chances, squares)
SELECT %(workspace)s, date_trunc('quarter', %(now)s) - make_interval(months => 3 * q), caller, %(user)s, days, segment,
    40, 2, 4000, 3900, 20, 40, 6.5
FROM generate_series(1, 8) AS q, unnest(ARRAY['csm', 'leader', 'model']) AS caller,
    unnest(ARRAY[30, 90, 180]) AS days, unnest(ARRAY['small', 'mid_market', 'strategic']) AS segment
""",
    """
INSERT INTO signals_forecastpart (workspace_id, quarter_on, segment, owner_id, team_id, figures)
SELECT workspace_id, date_trunc('quarter', due_on), segment, owner, 0, jsonb_build_object(
    'open', jsonb_build_array(count(*), sum(target_amount)), 'unknown', '[0, 0, 0]'::jsonb,
    'closed', '[0, 0, 0, 0]'::jsonb, 'commits', 0, 'last_year', '[0, null]'::jsonb) || (
    SELECT jsonb_object_agg(name, '[1, 2, 3, 2]'::jsonb)
    FROM unnest(ARRAY['total', 'kept', 'expansion', 'slipped', 'count']) AS name)
FROM renewals_renewal, unnest(ARRAY['', 'small', 'mid_market', 'strategic']) AS segment,
    unnest(ARRAY[0, %(user)s]) AS owner
WHERE closed_on IS NULL GROUP BY workspace_id, date_trunc('quarter', due_on), segment, owner
""",
    """
INSERT INTO playbooks_reviewseries (workspace_id, kind, name, every, weekday, at, zone, minutes, lead_days, segment,
    owner_id, invited, created_at, updated_at)
SELECT %(workspace)s, 'at_risk', 'Review ' || n, 'week', 1, '09:00', 'UTC', 60, 2, '', %(user)s, ARRAY[%(user)s],
    %(now)s, %(now)s
FROM generate_series(1, 10) AS n
""",
    """
INSERT INTO playbooks_review (workspace_id, series_id, held_on, starts_at, owner_id, state, rule_version,
    looked_since_at, left_out, minutes, pack, opened_at, built_at, ended_at, ended_by, ended_reason)
SELECT workspace_id, id, (%(now)s + week * interval '7 days')::date, %(now)s + week * interval '7 days', owner_id,
    CASE WHEN week < 0 THEN 'closed' ELSE 'open' END, '1', %(now)s, 0, '', CASE WHEN week < 0 THEN '{}'::jsonb END,
    %(now)s, %(now)s, CASE WHEN week < 0 THEN %(now)s END, '', ''
FROM playbooks_reviewseries, generate_series(-150, 0) AS week
""",
    """
INSERT INTO playbooks_reviewattendance (workspace_id, review_id, person_id, is_invited, presence)
SELECT workspace_id, id, owner_id, true, 'unknown' FROM playbooks_review
""",
)
MOVEMENTS = """
INSERT INTO renewals_arrmovement (workspace_id, account_id, period, kind, opening_amount, closing_amount,
    escalated_amount, multi_year_amount, closing_contracts, is_resting, is_renewing, is_anniversary, is_bridged,
    first_on, unrated)
SELECT workspace_id, account_id, period, CASE account_id %% 3 WHEN 0 THEN 'contraction' ELSE 'expansion' END,
    target_amount, CASE account_id %% 3 WHEN 0 THEN target_amount * 0.9 ELSE target_amount * 1.1 END, 0, 0, 1, false,
    account_id %% 4 = 0, false, account_id %% 50 = 0, due_on - interval '5 years', '{}'
FROM renewals_renewal, unnest(%(periods)s) AS period WHERE closed_on IS NULL
"""


def write_past(*, workspace_id: int, user_id: int, csm_id: int, past: int, now: datetime) -> None:
    """Give every open renewal of the workspace one is in so many closed ones before it; calls, scores, movements."""
    values = {"workspace": workspace_id, "user": user_id, "csm": csm_id, "past": past, "now": now}
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, values)
        cursor.execute(MOVEMENTS, {"periods": [period.key for period in _periods(now)]})
    ForecastRun.objects.create(
        workspace_id=workspace_id,
        state=ForecastRun.State.DONE,
        ordered_at=now,
        made_at=now,
        checked_at=now,
        laws=laws_table(learn_laws((), forecast_rules())),
    )


def add_up(*, workspace_id: int, now: datetime) -> None:
    """Make the sums of the workspace one is in, as the product keeps them."""
    periods = _periods(now)
    sum_periods([period.key for period in periods], workspace_id=workspace_id, since=periods[-2])
    sum_renewals(periods, rates=metric_rates(), workspace_id=workspace_id)
    SliceTouch.objects.all().delete()
    MetricMark.objects.create(
        workspace_id=workspace_id,
        through_on=now.date(),
        rates_stamp=rates_stamp(),
        rules_stamp=rules_stamp(),
        refreshed_at=now,
    )
    sum_pipeline(workspace_id=workspace_id, now=now)
    tally_months(workspace_id=workspace_id, now=now)


def _periods(now: datetime) -> tuple[Period, ...]:
    return periods_until(today=now.date(), quarters=KEPT_QUARTERS)
