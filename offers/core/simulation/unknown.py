"""Which facts a policy asks that were not known: they are counted, never guessed."""

from collections.abc import Iterator

from offers.core.judging import Basis, Judged
from offers.core.policy import Policy, Scope
from renewals.core.conditions import Answer, Facts, evaluate


def unknown_to(policy: Policy, basis: Basis, judged: Judged) -> tuple[str, ...]:
    """Return the facts and measures that the policy asks of this basis and nobody knew, by name, each once."""
    measures = {finding.measure for finding in judged.verdict.findings if finding.code == "unknown"}
    facts = {**basis.facts, "proposal.term_months": judged.price.term_months}
    return tuple(sorted(measures | set(_unknown_facts(policy, basis, facts))))


def _unknown_facts(policy: Policy, basis: Basis, known: Facts) -> Iterator[str]:
    """A condition that is decided by what is known leaves nothing open, even when it asks for more."""
    for limit in policy.limits:
        for facts in _asked_of(limit.scope, basis, known):
            found = evaluate(limit.when, facts)
            if found.answer is Answer.UNKNOWN:
                yield from (each.field for each in found.evidence if each.answer is Answer.UNKNOWN)


def _asked_of(scope: Scope, basis: Basis, known: Facts) -> tuple[Facts, ...]:
    if scope is Scope.WHOLE:
        return (known,)
    return tuple({**known, "line.product": line.product or None} for line in basis.lines)
