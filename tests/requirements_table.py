"""`make requirements`: requirement -> tests -> passed, failed, none; from what the last runs of the suite wrote.

Requirements are numbered from 1, what no other product has from X1.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[1] / ".perennial" / "requirements.json"
REQUIREMENTS = (*map(str, range(1, 116)), *(f"X{number}" for number in range(1, 21)))


def main(results: Path = RESULTS) -> int:
    """Print the table, running the suite first where it never ran. Returns 1 if a requirement's test has failed."""
    if not results.exists():
        subprocess.call([sys.executable, "-m", "pytest", "-q", "-m", "requirement"], cwd=results.parents[1])
    table = json.loads(results.read_text()) if results.exists() else {}
    states = {name: state(table.get(name, {})) for name in REQUIREMENTS}
    sys.stdout.write("".join(f"{line}\n" for line in lines(table, states)))
    return 1 if "failed" in states.values() else 0


def state(outcomes: Mapping[str, str]) -> str:
    """Return "failed" if any test of a requirement failed, "passed" if one passed, "none" if nothing proves it."""
    if "failed" in outcomes.values():
        return "failed"
    return "passed" if "passed" in outcomes.values() else "none"


def lines(table: Mapping[str, Mapping[str, str]], states: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each requirement, one for each of its tests, and the sums."""
    for name, found in states.items():
        yield f"{name:>3}  {found}"
        for test, outcome in sorted(table.get(name, {}).items()):
            yield f"       {outcome:<8} {test}"
    sums = ((word, list(states.values()).count(word)) for word in ("passed", "failed", "none"))
    yield ", ".join(f"{count} {word}" for word, count in sums) + f", of {len(states)} requirements"


if __name__ == "__main__":
    sys.exit(main())
