"""Draw the accounts of the synthetic world: who they are, what they pay, how healthy they tend to be."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from playbooks.core.world.laws import Laws, SegmentLaw


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldContact:
    """A person at an account; `roles` are the roles of `renewals`."""

    external_id: str
    name: str
    email: str
    title: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldAccount:
    """An account as drawn; `health_mean` and `time_to_value_days` are part of the sealed truth."""

    external_id: str
    name: str
    industry: str
    country: str
    timezone: str
    currency: str
    region: str
    segment: str
    complexity: str
    employees: int
    seats: int
    arr: int
    term_months: int
    is_auto_renewing: bool
    notice_days: int
    started_on: date
    health_mean: float
    time_to_value_days: int
    has_telemetry: bool
    contacts: tuple[WorldContact, ...]


def draw_accounts(laws: Laws, *, count: int, today: date, months: int, rng: np.random.Generator) -> list[WorldAccount]:
    """Return `count` accounts, some older than the `months` of history, none younger than six weeks."""
    names = _names(laws, count, rng)
    shares = np.array([law.share for law in laws.segments])
    kinds = rng.choice(len(shares), size=count, p=shares / shares.sum())
    oldest = months * 30 + 540
    ages = rng.integers(45, oldest, size=count)
    return [
        _account(
            laws, laws.segments[kinds[i]], name=names[i], number=i, started_on=today - timedelta(int(ages[i])), rng=rng
        )
        for i in range(count)
    ]


def _names(laws: Laws, count: int, rng: np.random.Generator) -> list[str]:
    pairs = [f"{first} {second}" for first in laws.names["first"] for second in laws.names["second"]]
    rounds = math.ceil(count / len(pairs))
    pool = [f"{pair} {k + 1}" if k else pair for k in range(rounds) for pair in pairs]
    return [pool[k] for k in rng.permutation(len(pool))[:count]]


def _account(
    laws: Laws, law: SegmentLaw, *, name: str, number: int, started_on: date, rng: np.random.Generator
) -> WorldAccount:
    country, zone, currency, region = str(rng.choice(laws.names["place"])).split("|")
    arr = max(1200, round(law.arr_median * math.exp(rng.normal(0, law.arr_sigma)) / 100) * 100)
    seats = max(3, round(arr / law.seat_price))
    lengths = [months for months, _ in law.term_months]
    return WorldAccount(
        external_id=f"A-{number + 1:05d}",
        name=name,
        industry=str(rng.choice(laws.names["industry"])),
        country=country,
        timezone=zone,
        currency=currency,
        region=region,
        segment=law.key,
        complexity=str(rng.choice(["low", "standard", "high"], p=[0.25, 0.5, 0.25])),
        employees=round(seats * float(rng.uniform(3, 20))),
        seats=seats,
        arr=arr,
        term_months=int(rng.choice(lengths, p=[share for _, share in law.term_months])),
        is_auto_renewing=bool(rng.random() < law.auto_renew_share),
        notice_days=law.notice_days,
        started_on=started_on,
        health_mean=float(rng.normal(0, laws.health_spread)),
        time_to_value_days=max(3, round(45 * math.exp(rng.normal(0, 0.6)))),
        has_telemetry=bool(rng.random() >= laws.no_telemetry_share),
        contacts=_contacts(laws, law.key, name=name, number=number, rng=rng),
    )


ROLES_BY_SEGMENT = {
    "small": (("Owner", ("economic_buyer", "champion")), ("Office lead", ("user",))),
    "mid_market": (
        ("Head of operations", ("economic_buyer",)),
        ("Team lead", ("champion",)),
        ("Analyst", ("user",)),
    ),
    "strategic": (
        ("Chief operating officer", ("executive_sponsor",)),
        ("Director of procurement", ("procurement", "economic_buyer")),
        ("Programme lead", ("champion",)),
        ("Counsel", ("legal",)),
        ("Analyst", ("user",)),
    ),
}


def _contacts(
    laws: Laws, segment: str, *, name: str, number: int, rng: np.random.Generator
) -> tuple[WorldContact, ...]:
    domain = name.lower().replace(" ", "-") + ".example"
    people = []
    for position, (title, roles) in enumerate(ROLES_BY_SEGMENT[segment]):
        given, family = str(rng.choice(laws.names["given"])), str(rng.choice(laws.names["family"]))
        local = f"{given}.{family}".lower().replace("î", "i")
        people.append(
            WorldContact(
                external_id=f"P-{number + 1:05d}-{position + 1}",
                name=f"{given} {family}",
                email=f"{local}@{domain}",
                title=title,
                roles=roles,
            )
        )
    return tuple(people)
