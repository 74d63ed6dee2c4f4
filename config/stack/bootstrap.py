"""Makes .venv and fills it from the locked requirements, then becomes the wanted command inside it.

Runs by path on whatever Python the machine has, so it imports nothing of ours and uses no new syntax: an old Python
must get as far as the sentence about its version. Usage: bootstrap.py (run|dev) MODULE [ARGUMENT ...]
"""

import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 12)
ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
PIPS_AT_ONCE = 2
MEGABYTES_NEEDED = {"run": 1200, "dev": 1800}
UNREACHABLE = (
    "the package index cannot be reached. Check the network, a proxy (HTTPS_PROXY) or pip's own settings "
    "(pip config list), and start again"
)
# What pip's own words mean for the person, in the order in which they are looked for.
REASONS = (
    ("No space left", "there is no space left on the disk. Free some and start again"),
    (
        "DO NOT MATCH THE HASHES",
        "a file that was downloaded is not the one that was locked (its hash differs). Do not install it by force: "
        "clear pip's cache (pip cache purge), check the package mirror you use, and start again",
    ),
    ("Could not fetch URL", UNREACHABLE),
    ("Failed to establish a new connection", UNREACHABLE),
    ("NewConnectionError", UNREACHABLE),
    ("NameResolutionError", UNREACHABLE),
    ("ConnectionResetError", "the connection to the package index broke. Start again: what came is kept"),
    ("ReadTimeoutError", "the package index answers too slowly. Start again: what came is kept"),
    (
        "No matching distribution",
        "the package index does not offer a locked version for this machine and Python. If you use a mirror, it may "
        "be behind; if not, please report your system and Python version",
    ),
)


class Obstacle(Exception):
    """Something stands in the way; the text is the whole sentence."""


def main(arguments: "list[str]") -> None:
    """Prepare the virtual environment for `arguments[0]` and become the module `arguments[1]` in it."""
    kind, module = arguments[0], arguments[1:]
    python = chosen_python(sys.version_info[:2])
    check_writable(ROOT)
    # Two commands at once must not fill one environment; the lock ends by itself when we become the command.
    lock = os.open(str(ROOT / "config" / "requirements"), os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    make_environment(python)
    install(python, kind)
    keep_bytecode()
    os.chdir(str(ROOT))
    # Becoming the command, not starting it: a signal to this process must reach it.
    os.execv(str(VENV_PYTHON), [str(VENV_PYTHON), "-m", *module])  # noqa: S606 - no shell is wanted


def keep_bytecode() -> None:
    """Let Python keep what it compiles, in .venv unless somebody chose another place.

    Where a machine forbids to keep it, every process of ours compiles all it imports anew and takes twice as long.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "bytecode"))


def chosen_python(version: "tuple[int, ...]") -> str:
    """Return the program to make the environment with: this one, or a fitting one beside it on the PATH."""
    if OLDEST <= version <= NEWEST:
        return sys.executable
    for minor in (11, 12):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    raise Obstacle(
        f"Perennial needs Python 3.11 or 3.12, and {sys.executable} is {version[0]}.{version[1]}. Install one of "
        "them, or name it: make run PYTHON=/path/to/python3.11"
    )


def check_writable(folder: Path) -> None:
    """Raise Obstacle if `folder` is not ours to write to."""
    if not os.access(str(folder), os.W_OK):
        raise Obstacle(
            f"{folder} is not writable, and .venv has to be made there. Copy the project to a folder of your own, "
            "or change who owns it."
        )


def make_environment(python: str) -> None:
    """Make .venv unless a working one is there."""
    fits = f"import sys; sys.exit(not {OLDEST} <= sys.version_info[:2] <= {NEWEST})"
    if runs(str(VENV_PYTHON), "-c", fits):
        return
    say(f"Making .venv with {python}")
    # Debian splits ensurepip off into python3-venv; without it, the system's pip installs from outside.
    bare = [] if runs(python, "-c", "import ensurepip, venv") else ["--without-pip"]
    if bare and not runs(python, "-c", "import venv"):
        raise Obstacle(f"{python} has no venv module. Install it (on Debian: apt-get install python3-venv).")
    if bare and not runs(python, "-m", "pip", "--version"):
        raise Obstacle(
            f"{python} has neither ensurepip nor pip, so nothing can be installed. Install one of them (on Debian: "
            "apt-get install python3-venv, or python3-pip)."
        )
    made = run([python, "-m", "venv", "--clear", *bare, str(VENV)])
    if made.returncode:
        raise Obstacle(f"The virtual environment .venv could not be made: {reason(made.stdout)}")


def install(python: str, kind: str) -> None:
    """Install config/requirements/<kind>.txt unless exactly that was installed before."""
    wanted = ROOT / "config" / "requirements" / f"{kind}.txt"
    mark = hashlib.sha256(wanted.read_bytes()).hexdigest()
    stamp = VENV / f"perennial-{kind}.stamp"
    if stamp.exists() and stamp.read_text() == mark:
        return
    check_space(kind)
    log = VENV / "perennial-install.log"
    say(f"Installing the locked requirements into .venv (some minutes the first time; details in {log})")
    pip = pip_command(python)
    done = run(*([*pip, "--require-hashes", "--no-deps", "-r", str(part)] for part in parts(wanted)))
    log.write_text(done.stdout)
    if done.returncode:
        raise Obstacle(
            f"The requirements could not be installed: {reason(done.stdout)}. All that pip said is in {log}."
        )
    stamp.write_text(mark)


def parts(wanted: Path) -> "list[Path]":
    """Deal the locked packages out to files in .venv, one for each pip: half of its time it waits for the network.

    The lock names every package there is to install, so no pip has to know what another one installs.
    """
    packages = re.findall(r"^[^\s#].*(?:\n[ \t].*)*", wanted.read_text(), re.MULTILINE)
    made = []
    for number in range(min(PIPS_AT_ONCE, len(packages))):
        made.append(VENV / f"perennial-requirements-{number}.txt")
        made[-1].write_text("\n".join(packages[number::PIPS_AT_ONCE]) + "\n")
    return made


def pip_command(python: str) -> "list[str]":
    """Return the pip that installs into .venv: its own, or the system's pointed at it."""
    pip = [str(VENV_PYTHON), "-m", "pip"]
    if not runs(*pip, "--version"):
        pip = [python, "-m", "pip", "--python", str(VENV_PYTHON)]
    # Wheels only: nothing is built, and no package's own code runs while it is installed. Python compiles what it
    # imports; compiling all the rest takes pip longer than unpacking it.
    options = ["--disable-pip-version-check", "--no-input"]
    return [*pip, *options, "install", "--progress-bar=off", "--only-binary=:all:", "--no-compile"]


def check_space(kind: str) -> None:
    """Raise Obstacle if the packages would not fit."""
    free = shutil.disk_usage(str(ROOT)).free // 1024**2
    if free < MEGABYTES_NEEDED[kind]:
        raise Obstacle(
            f"No space: {free} MB are free where {ROOT} is, and the packages need {MEGABYTES_NEEDED[kind]} MB. "
            "Free some and start again."
        )


def reason(output: str) -> str:
    """Return what went wrong, from pip's output; its last line if it is none of the known ones."""
    for words, meaning in REASONS:
        if words in output:
            return meaning
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def run(*commands: "list[str]") -> "subprocess.CompletedProcess[str]":
    """Run commands side by side to their end, all they say in `stdout`; they end with us when we are told to stop.

    The status is that of the first that failed.
    """
    started = [
        subprocess.Popen(each, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
        for each in commands
    ]
    try:
        output = "".join([process.communicate()[0] for process in started])
    except BaseException:
        for process in started:
            process.terminate()
            process.wait()
        raise
    statuses = [process.returncode for process in started]
    return subprocess.CompletedProcess(commands[0] if commands else [], next(filter(None, statuses), 0), output, "")


def runs(*command: str) -> bool:
    """Return whether `command` can be run and succeeds."""
    try:
        return run(list(command)).returncode == 0
    except OSError:
        return False


def say(sentence: str) -> None:
    """Write one line for the person, at once, to standard error: a command's own output must stay clean."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        main(sys.argv[1:])
    except Obstacle as obstacle:
        sys.exit(str(obstacle))
    except KeyboardInterrupt:
        sys.exit(130)
