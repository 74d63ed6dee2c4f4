"""Why an account is not in the list of accounts: the words searched for, and each filter in force."""

from collections.abc import Mapping

from dashboards.core.filters import address
from dashboards.core.missing import Check, Missing, Value, answer_of, filter_check, reach_check
from dashboards.core.parts import Link
from dashboards.core.wording import band_words, title
from dashboards.queries.accounts import PATH, UNFILTERED, chosen_words, filtered
from dashboards.queries.asker import Asker
from renewals.core.conditions import Answer
from renewals.core.roles import granted_scope
from renewals.models import Account
from signals.models import CurrentScore

RIGHT = "accounts.view"


def accounts_missing(asker: Asker, row: Account, chosen: Mapping[str, str]) -> Missing:
    """Return why the list under these filters has not the account, which the person may see, or where it is."""
    is_listed = filtered(Account.objects.filter(id=row.id), chosen).exists()
    narrow = {name: value for name, value in chosen.items() if name != "sort"}
    here = Link(text="Show its line", href=address(PATH, narrow, q=row.external_id)) if is_listed else None
    otherwise = "fits, and the list has changed meanwhile; look again"
    return answer_of(row.name, _checks(asker, row, chosen), here=here, where="", otherwise=otherwise)


def _checks(asker: Asker, row: Account, chosen: Mapping[str, str]) -> tuple[Check, ...]:
    reach = granted_scope(asker.member, RIGHT)
    owner = str(row.owner) if row.owner else "nobody"
    return (
        reach_check(reach, is_reached=True, owner=owner, noun="accounts", mend=Link(text="")),
        *(_filter(row, name, key, chosen) for name, key in chosen.items() if _is_in_force(name, key)),
    )


def _is_in_force(name: str, key: str) -> bool:
    """The order and the columns narrow nothing, nor does an owner that is no number."""
    return name not in UNFILTERED and (name != "owner" or key.isdecimal() or key == "nobody")


def _filter(row: Account, name: str, key: str, chosen: Mapping[str, str]) -> Check:
    take_off = Link(text="Take the filter off", href=address(PATH, chosen, **{name: ""}))
    if name == "q":
        return _words(row, key, take_off)
    wanted = Value(key=key, words=chosen_words(chosen).get(name) or title(key))
    return filter_check(name, wanted, _value(row, name), take_off)


def _words(row: Account, words: str, take_off: Link) -> Check:
    fits = words.upper() in row.name.upper() or row.external_id == words
    return Check(
        name="Name or external id",
        answer=Answer.YES if fits else Answer.NO,
        wanted=f"“{words}”",
        found=f"{row.name}, {row.external_id}",
        because="" if fits else f"“{words}” is not in its name and is not its external id {row.external_id}",
        mend=None if fits else take_off,
    )


def _value(row: Account, name: str) -> Value | None:
    if name == "health":
        score = CurrentScore.objects.filter(account_id=row.id).exclude(band="").first()
        if score is None or score.value is None:
            return None
        return Value(key=score.band, words=f"{band_words('health', score.band)[0]} ({score.value:.0f})")
    if name == "stage":
        return Value(key=row.stage.key, words=row.stage.name) if row.stage else None
    if name == "owner":
        return Value(key=str(row.owner_id), words=str(row.owner)) if row.owner else Value(key="nobody", words="Nobody")
    key = getattr(row, name)
    return Value(key=key, words=title(key)) if key else None
