"""The step before any dependency is installed: wrong Python, no venv, no space, no index, wrong hashes."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from config.stack.places import CHECKOUT

PROGRAM = CHECKOUT / "config" / "stack" / "bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path: Path) -> ModuleType:
    """The program as a module that works on an empty project in a folder with a space."""
    spec = importlib.util.spec_from_file_location("bootstrap_under_test", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    root = tmp_path / "a project"
    (root / "config" / "requirements").mkdir(parents=True)
    module.ROOT, module.VENV = root, root / ".venv"
    module.VENV_PYTHON = module.VENV / "bin" / "python"
    return module


@pytest.fixture
def with_environment(bootstrap: ModuleType, without_ensurepip: None) -> ModuleType:
    """The same with an environment made, the quick way."""
    bootstrap.make_environment(sys.executable)
    return bootstrap


@pytest.fixture
def without_ensurepip(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Debian without python3-venv."""
    real = bootstrap.runs
    monkeypatch.setattr(bootstrap, "runs", lambda *words: "import ensurepip, venv" not in words and real(*words))


def require(bootstrap: ModuleType, text: str) -> None:
    (bootstrap.ROOT / "config" / "requirements" / "run.txt").write_text(text)


def test_chosen_python_fitting_is_itself(bootstrap: ModuleType) -> None:
    assert bootstrap.chosen_python((3, 11)) == sys.executable
    assert bootstrap.chosen_python((3, 12)) == sys.executable


def test_chosen_python_too_old_takes_a_fitting_one_beside_it(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", {"python3.12": "/opt/python3.12"}.get)
    assert bootstrap.chosen_python((3, 9)) == "/opt/python3.12"


@pytest.mark.parametrize("version", [(3, 9), (3, 13)])
def test_chosen_python_wrong_and_alone_is_refused(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int]
) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    sentence = rf"needs Python 3\.11 or 3\.12, and .* is 3\.{version[1]}\. Install one of them"
    with pytest.raises(bootstrap.Obstacle, match=sentence):
        bootstrap.chosen_python(version)


def test_check_writable_names_the_folder(bootstrap: ModuleType) -> None:
    with pytest.raises(bootstrap.Obstacle, match=r"^/proc/here is not writable"):
        bootstrap.check_writable(Path("/proc/here"))


def test_check_space_names_what_is_free_and_needed(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=7 * 1024**2)
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(bootstrap.Obstacle, match=r"No space: 7 MB are free .* need 1200 MB"):
        bootstrap.check_space("run")


@pytest.mark.parametrize(
    ("failing", "sentence"),
    [
        (["import ensurepip, venv", "import venv"], r"has no venv module. Install it \(on Debian: apt-get"),
        (["import ensurepip, venv", "pip"], r"has neither ensurepip nor pip"),
    ],
)
def test_make_environment_without_its_parts_is_refused(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, failing: list[str], sentence: str
) -> None:
    monkeypatch.setattr(bootstrap, "runs", lambda *words: words[0] == "python" and not set(failing) & set(words))
    with pytest.raises(bootstrap.Obstacle, match=sentence):
        bootstrap.make_environment("python")


def test_make_environment_keeps_a_good_one_and_replaces_a_broken_one(with_environment: ModuleType) -> None:
    mark = with_environment.VENV / "mark"
    mark.touch()
    with_environment.make_environment(sys.executable)
    assert mark.exists()
    with_environment.VENV_PYTHON.unlink()
    with_environment.VENV_PYTHON.symlink_to("/nowhere/python")
    with_environment.make_environment(sys.executable)
    assert not mark.exists()
    assert with_environment.runs(str(with_environment.VENV_PYTHON), "-c", "pass")


def test_make_environment_without_ensurepip_installs_from_outside(with_environment: ModuleType) -> None:
    assert not with_environment.runs(str(with_environment.VENV_PYTHON), "-m", "pip", "--version")
    assert with_environment.pip_command(sys.executable)[:4] == [sys.executable, "-m", "pip", "--python"]
    require(with_environment, "# nothing\n")
    with_environment.install(sys.executable, "run")
    assert (with_environment.VENV / "perennial-run.stamp").exists()


def test_make_environment_with_ensurepip_installs_from_inside(bootstrap: ModuleType) -> None:
    bootstrap.make_environment(sys.executable)
    assert bootstrap.pip_command(sys.executable)[:3] == [str(bootstrap.VENV_PYTHON), "-m", "pip"]


def test_install_runs_once_for_one_lock(with_environment: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    require(with_environment, "# nothing\n")
    with_environment.install(sys.executable, "run")
    monkeypatch.setattr(with_environment, "run", lambda command: pytest.fail("installed twice"))
    with_environment.install(sys.executable, "run")


def test_parts_deal_every_package_out_once_with_its_hashes(bootstrap: ModuleType) -> None:
    lock = CHECKOUT / "config" / "requirements" / "run.txt"
    bootstrap.VENV.mkdir()
    dealt = "".join(path.read_text() for path in bootstrap.parts(lock))
    assert len(bootstrap.parts(lock)) == bootstrap.PIPS_AT_ONCE
    for sign in ("==", "--hash=sha256:"):
        assert dealt.count(sign) == lock.read_text().count(sign) > 0
    packages = [line for line in lock.read_text().splitlines() if "==" in line and not line.startswith((" ", "#"))]
    assert sorted(line for line in dealt.splitlines() if not line.startswith(" ")) == sorted(packages)


@pytest.mark.parametrize(
    ("locked", "sentence"),
    [
        ("no-such-package-of-ours==1 --hash=sha256:" + "0" * 64, r"does not offer a locked version"),
        ("six", r"could not be installed: .*All that pip said is in .*perennial-install\.log"),
    ],
)
def test_install_that_fails_says_why_and_is_tried_again(
    with_environment: ModuleType, monkeypatch: pytest.MonkeyPatch, locked: str, sentence: str
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    require(with_environment, locked)
    with pytest.raises(with_environment.Obstacle, match=sentence):
        with_environment.install(sys.executable, "run")
    assert not (with_environment.VENV / "perennial-run.stamp").exists()


def test_install_of_a_changed_file_is_refused_by_its_hash(with_environment: ModuleType, tmp_path: Path) -> None:
    wheel = tmp_path / "changed-1-py3-none-any.whl"
    wheel.write_bytes(b"not what was locked")
    require(with_environment, f"changed @ {wheel.as_uri()} --hash=sha256:{'0' * 64}")
    with pytest.raises(with_environment.Obstacle, match=r"its hash differs\)\. Do not install it by force"):
        with_environment.install(sys.executable, "run")


def test_keep_bytecode_lets_processes_keep_it_in_the_environment_or_a_chosen_place(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    bootstrap.keep_bytecode()
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
    assert os.environ["PYTHONPYCACHEPREFIX"] == str(bootstrap.VENV / "bytecode")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "/chosen")
    bootstrap.keep_bytecode()
    assert os.environ["PYTHONPYCACHEPREFIX"] == "/chosen"


def test_reason_knows_a_network_that_is_down_and_falls_back_to_the_last_line(bootstrap: ModuleType) -> None:
    assert bootstrap.reason("WARNING: NewConnectionError ...\nERROR: No matching distribution") == bootstrap.UNREACHABLE
    assert bootstrap.reason("OSError: [Errno 28] No space left on device").startswith("there is no space left")
    assert bootstrap.reason("one\nERROR: two\n\n") == "ERROR: two"


def test_program_becomes_the_module_and_passes_its_status_on() -> None:
    command = [sys.executable, str(PROGRAM), "run", "config.stack.manage"]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/")
    assert (done.returncode, done.stderr.splitlines()[-1][:14]) == (2, "Which command?")
