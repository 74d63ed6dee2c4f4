"""Where the embedded servers live: their user, data folder, socket folder and reachable copies of their programs.

As root the servers run as `nobody` (PostgreSQL refuses root). Nobody's permissions outside our own folders are touched.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.stack.errors import StackError

CHECKOUT = Path(__file__).resolve().parents[2]
# Short by tradition and open to every user; what we put there is private and looked at before use.
SHORT = Path("/tmp")  # noqa: S108 - see above
ROOTS_STATE = Path("/var/lib/perennial")
# A unix socket's path may have 107 bytes; ".s.PGSQL.5432.lock" needs 18 of them and the slash one.
LONGEST_SOCKET_FOLDER = 88
FREE_BYTES_NEEDED = 300 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceUser:
    """The user the servers run as: `uid`/`gid` are None when they run as the person who started them."""

    uid: int | None = None
    gid: int | None = None

    @property
    def owner(self) -> int:
        """The numeric user that must own data and socket folders."""
        return os.geteuid() if self.uid is None else self.uid

    def give(self, folder: Path) -> None:
        """Makes the service user the owner of `folder`, closed to everybody else."""
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)

    def can_reach(self, folder: Path) -> bool:
        """Whether the service user may walk down to `folder` (which need not exist)."""
        if self.uid is None:
            return True
        existing = (parent for parent in (folder, *folder.parents) if parent.exists())
        return all(parent.stat().st_mode & stat.S_IXOTH for parent in existing)

    def may_run(self, program: Path) -> bool:
        """Whether `program --version` succeeds as the service user."""
        try:
            done = subprocess.run([program, "--version"], capture_output=True, cwd="/", **self.as_arguments())
        except OSError:
            return False
        return done.returncode == 0

    def as_arguments(self) -> dict[str, Any]:
        """The `subprocess` arguments that drop to this user; empty when no drop is needed."""
        if self.uid is None or self.gid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def service_user() -> ServiceUser:
    """`nobody` for root, otherwise the person. Raises StackError if root has no `nobody` to drop to."""
    if os.geteuid() != 0:
        return ServiceUser()
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as problem:
        raise StackError(
            "You are root, PostgreSQL refuses to run as root, and this machine has no user 'nobody' to run it as. "
            "Run the command as a normal user, or set DATABASE_URL and REDIS_URL to servers of your own."
        ) from problem
    return ServiceUser(uid=entry.pw_uid, gid=entry.pw_gid)


def prepared_home(home: Path) -> Path:
    """`home`, absolute, made if absent and proven writable with room to spare. Raises StackError otherwise."""
    home = home.expanduser().absolute()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            pass
        free = shutil.disk_usage(home).free
    except OSError as problem:
        raise StackError(
            f"PERENNIAL_HOME is {home}, but it is not writable ({problem.strerror}). "
            "Set PERENNIAL_HOME to a folder that you may write to."
        ) from problem
    if free < FREE_BYTES_NEEDED:
        raise StackError(
            f"No space: {free // 1024**2} MB are free where {home} is, and the servers need "
            f"{FREE_BYTES_NEEDED // 1024**2} MB. Free some, or set PERENNIAL_HOME to a folder on another disk."
        )
    return home


def data_folder(home: Path, user: ServiceUser, *, ephemeral: bool) -> Path:
    """The folder under which the servers' data are kept: `home`, or a stand-in if `nobody` cannot walk down to it.

    A stand-in is linked from `home/servers`, so that the next start finds it and a person can follow it.
    """
    link = home / "servers"
    if link.is_symlink() and link.is_dir():
        return link.resolve()
    if home.stat().st_uid == os.geteuid() and user.uid is not None:
        home.chmod(home.stat().st_mode | stat.S_IXOTH)
    if user.can_reach(home):
        link.mkdir(exist_ok=True)
        return link
    parent = SHORT if ephemeral else ROOTS_STATE
    parent.mkdir(parents=True, exist_ok=True)
    stand_in = Path(tempfile.mkdtemp(prefix="perennial-", dir=parent))
    stand_in.chmod(0o711)
    link.unlink(missing_ok=True)
    link.symlink_to(stand_in)
    return stand_in


def socket_folder(home: Path, user: ServiceUser, *, ephemeral: bool) -> Path:
    """A short, private (0700) folder for the sockets, owned by the service user. Raises StackError if none is safe."""
    for parent in _socket_parents(user):
        if ephemeral:
            folder = Path(tempfile.mkdtemp(prefix="prn-", dir=parent))
            user.give(folder)
            return folder
        folder = parent / f"perennial-{user.owner}-{_mark(home)}"
        if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
            return _private_folder(folder, user)
    raise StackError("No folder for the servers' sockets: neither XDG_RUNTIME_DIR, TMPDIR nor /tmp can be used.")


def reachable(program: Path, package: Path, user: ServiceUser) -> Path:
    """`program`, or a copy of it that the service user can run (a virtual environment under /root is closed to it).

    `package` is the folder to copy whole; a sibling `<package>.libs` holds the wheel's shared libraries and goes along.
    """
    if user.may_run(program):
        return program
    age = program.stat().st_mtime_ns
    place = ROOTS_STATE / "programs" / hashlib.sha256(f"{program}:{age}".encode()).hexdigest()[:12]
    copied = place / package.name / program.relative_to(package)
    if not copied.exists():
        _copy_open(package, place)
    if not user.may_run(copied):
        raise StackError(
            f"The user 'nobody' may not run {program}, nor its copy {copied}. Run the command as a normal user, "
            "or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return copied


def _copy_open(package: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=place.parent))
    for source in (package, package.with_name(f"{package.name}.libs")):
        if source.is_dir():
            shutil.copytree(source, draft / source.name, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or os.access(path, os.X_OK) else 0o044))
    for path in (draft, *(folder for folder in draft.rglob("*") if folder.is_dir())):
        path.chmod(0o755)
    try:
        draft.rename(place)
    except OSError:
        # Another start put the same copy there first; ours is not needed.
        shutil.rmtree(draft, ignore_errors=True)


def _socket_parents(user: ServiceUser) -> list[Path]:
    wanted = [Path("/run")] if os.geteuid() == 0 else [Path(os.environ.get("XDG_RUNTIME_DIR") or "/nowhere")]
    wanted += [Path(tempfile.gettempdir()), SHORT]
    return [
        folder
        for folder in wanted
        if os.access(folder, os.W_OK | os.X_OK) and user.can_reach(folder) and len(os.fsencode(folder)) <= 60
    ]


def _private_folder(folder: Path, user: ServiceUser) -> Path:
    try:
        folder.mkdir(mode=0o700)
        user.give(folder)
    except FileExistsError:
        # The name can be guessed, so somebody else may have made it (or a link) before us: never trust, look first.
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.owner or found.st_mode & 0o077:
            raise StackError(
                f"{folder} is meant to be a private folder of ours, but it belongs to somebody else, is a link, or is "
                "open to others. Look at it, remove it, and start again."
            ) from None
    return folder


def _mark(path: Path) -> str:
    return hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:10]
