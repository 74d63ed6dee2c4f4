"""The names that people, scripts and documents rely on; a change of one is a change for them all."""

PAGES = frozenset(
    {
        "/", "/queue/", "/accounts/", "/renewals/", "/pipeline/", "/at-risk/", "/forecast/", "/retention/", "/signals/",
        "/scores/", "/playbooks/", "/calendar/", "/messages/", "/notices/", "/offers/", "/approvals/", "/experiments/",
        "/learnings/", "/reviews/", "/content/", "/imports/", "/audit/", "/settings/", "/glossary/", "/operations/",
        "/playbooks/triggers/", "/settings/workload/", "/ownership/", "/indicators/", "/indicators/quality/",
        "/indicators/lift/",
        "/subscriptions/", "/audit/compliance/", "/playbooks/replay/", "/offers/policy/", "/offers/policy/simulations/",
        "/offers/assignment/", "/offers/leakage/", "/offers/trees/", "/offers/negotiations/",
        "/ownership/fit/", "/ownership/skills/", "/contracts/chains/", "/pipeline/win-backs/",
        "/pipeline/running-on/", "/search/", "/queue/beside/",
    }
)  # fmt: skip

MAKE_TARGETS = frozenset(
    {"run", "manage", "test", "check", "fix", "bench", "faults", "requirements", "acceptance", "lock", "help"}
)
