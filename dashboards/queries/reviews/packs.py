"""The pack of a review for one reader: the one that was kept, or as it stands while the review is open."""

from dashboards.core.dates import instant_cell
from dashboards.core.review_sheet import Sheet, Sight, sheet_of
from dashboards.queries.asker import Asker
from dashboards.queries.prices import PriceSight, price_sight
from dashboards.queries.reviews.access import sees_sums, visible_items
from playbooks.core.reviews.pack import read_pack
from playbooks.core.reviews.rules import ReviewKind
from playbooks.models import Review, ReviewItem
from playbooks.queries.library import review_rules
from playbooks.queries.reviews.packs import pack_of


def review_sheet(asker: Asker, review: Review) -> Sheet:
    """Return the pack in words; what the person may not see is left out, of a kept one by the rights of today."""
    pack = pack_of(review, now=asker.now) if review.pack is None else read_pack(review.pack)
    items = list(visible_items(asker, review).select_related("renewal__account", "account"))
    sight = price_sight(asker.member, account_ids=[row.account_id for row in items if row.account_id])
    kind = review_rules().kinds[ReviewKind(review.series.kind)]
    at = asker.now if review.ended_at is None else review.ended_at
    return sheet_of(
        pack,
        Sight(
            items=frozenset(row.id for row in items),
            priced=frozenset(row.id for row in items if _is_priced(row, sight)),
            sees_sums=sees_sums(asker, review.series),
        ),
        rule_names={rule.key: rule.name for rule in kind.rules},
        as_of=instant_cell(at, now=asker.now, zone=review.series.zone).full,
        is_draft=review.pack is None,
    )


def _is_priced(row: ReviewItem, sight: PriceSight) -> bool:
    if row.renewal is None:
        return sight.sees_account(row.account) if row.account else True
    return sight.sees_renewal(row.renewal, row.renewal.account)
