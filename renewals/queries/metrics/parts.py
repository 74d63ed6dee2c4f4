"""The parts of metric contracts as expressions over kept rows: the same as `core.metrics.parts`; a test holds them."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db.models import Case, Count, DecimalField, ExpressionWrapper, F, Func, Q, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Greatest, Least

from renewals.core.metrics import MovementKind
from renewals.core.metrics.contracts import RowSet

AMOUNT = DecimalField(max_digits=30, decimal_places=4)
ZERO = Value(Decimal(0), output_field=AMOUNT)
ONE = Value(Decimal(1), output_field=AMOUNT)
OPENING, CLOSING, ESCALATED = (F(f"{name}_amount") for name in ("opening", "closing", "escalated"))
IS_THERE = Q(opening_amount__gt=0)


def _where(condition: Q, amount: Any) -> Case:
    return Case(When(condition, then=amount), default=ZERO, output_field=AMOUNT)


def _less(left: Any, right: Any) -> ExpressionWrapper:
    return ExpressionWrapper(left - right, output_field=AMOUNT)


def _of_kind(*kinds: MovementKind) -> Case:
    change = Func(_less(CLOSING, OPENING), function="abs", output_field=AMOUNT)
    return _where(Q(kind__in=[kind.value for kind in kinds]), change)


INCREASE = _where(IS_THERE, Greatest(_less(CLOSING, OPENING), ZERO))
ESCALATION = Least(ESCALATED, INCREASE)

ACCOUNT_PARTS: Mapping[str, Combinable] = MappingProxyType(
    {
        "opening": OPENING,
        "closing": CLOSING,
        "kept": Least(OPENING, CLOSING),
        "retained": _where(IS_THERE, CLOSING),
        "kept_plain": Least(OPENING, _less(CLOSING, ESCALATED)),
        "retained_plain": _where(IS_THERE, _less(CLOSING, ESCALATED)),
        "churned": _of_kind(MovementKind.CHURN),
        "contracted": _of_kind(MovementKind.CONTRACTION),
        "lost": _of_kind(MovementKind.CHURN, MovementKind.CONTRACTION),
        "expanded": _less(INCREASE, ESCALATION),
        "escalated": ESCALATION,
        "increased": INCREASE,
        "added": _of_kind(MovementKind.NEW),
        "reactivated": _of_kind(MovementKind.REACTIVATION),
        "multi_year": F("multi_year_amount"),
        "opening_accounts": _where(IS_THERE, ONE),
        "kept_accounts": _where(IS_THERE & (Q(closing_amount__gt=0) | Q(is_resting=True)), ONE),
        "closing_accounts": _where(Q(closing_amount__gt=0), ONE),
        "closing_contracts": Cast(F("closing_contracts"), AMOUNT),
    }
)

# Over renewals annotated by `renewal_rows`: target_home and final_home in the workspace's currency, and is_won.
WON = Q(is_won=True)
TARGET = Coalesce(F("target_home"), ZERO)
FINAL = _where(WON & Q(target_home__isnull=False), Coalesce(F("final_home"), ZERO))
ON_TIME = WON & Q(closed_on__lte=F("due_on"))

RENEWAL_PARTS: Mapping[str, Combinable] = MappingProxyType(
    {
        "target": TARGET,
        "final": FINAL,
        "final_capped": Least(FINAL, TARGET),
        "shrunk": _where(WON, Greatest(_less(TARGET, FINAL), ZERO)),
        "grown": _where(WON, Greatest(_less(FINAL, TARGET), ZERO)),
        "renewals": ONE,
        "won": _where(WON, ONE),
        "closed": _where(Q(closed_on__isnull=False), ONE),
        "on_time": _where(ON_TIME, ONE),
    }
)

ROW_SETS: Mapping[RowSet, Q] = MappingProxyType(
    {
        RowSet.ACCOUNTS: Q(),
        RowSet.ACCOUNTS_DUE: Q(is_renewing=True),
        RowSet.ACCOUNTS_ELIGIBLE: Q(is_renewing=True) | Q(is_anniversary=True),
    }
)


def part_sums(parts: Mapping[str, Combinable], names: Mapping[str, Q]) -> dict[str, Any]:
    """Return aggregates for the parts: `<part>` is the sum over the rows of the condition, `<part>_n` their number.

    Keys of `names` are "<prefix>:<part>"; the aggregates are called so with the colon as two underscores.
    """
    found: dict[str, Any] = {}
    for name, condition in names.items():
        alias = name.replace(":", "__")
        expression = parts[name.rpartition(":")[2]]
        found[alias] = Coalesce(Sum(expression, filter=condition or None), ZERO)
        found[f"{alias}__n"] = Count(_nonzero(expression), filter=condition or None)
    return found


def _nonzero(expression: Combinable) -> Func:
    return Func(expression, ZERO, function="nullif", output_field=AMOUNT)
