"""What can be set from outside: every environment variable the program reads, with its default and its meaning.

Nothing else reads the environment. ``docs/operate/settings.md`` names each of these; a test of the house checks it.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Setting:
    """One environment variable."""

    name: str
    default: str
    meaning: str


SETTINGS = {
    s.name: s
    for s in (
        Setting("DATABASE_URL", "", "PostgreSQL to use; empty: the embedded one is started"),
        Setting("TONGGUAN_HOME", "", "folder of the service; empty: /var/lib/tongguan/<checkout> as root, else ./var"),
        Setting("TONGGUAN_HOSTS", "127.0.0.1,localhost,[::1]", "host names the portal answers to, comma separated"),
        Setting("TONGGUAN_HTTPS", "no", "yes when served behind TLS: secure cookies and HSTS"),
        Setting("TONGGUAN_PROXIES", "local", "whose X-Forwarded-Proto is believed: local, any, none, or networks"),
        Setting("TONGGUAN_TLS_CERT", "", "certificate in PEM with its chain; with its key the program itself ends TLS"),
        Setting("TONGGUAN_TLS_KEY", "", "key of TONGGUAN_TLS_CERT in PEM, without a passphrase"),
        Setting("TONGGUAN_OPEN_INTAKE", "no", "yes: message intake from this machine needs no token (demo only)"),
        Setting("TONGGUAN_DEMO", "no", "yes: the sign-in page lists the demo people and their passwords"),
        Setting(
            "TONGGUAN_SIGNATURES", "required", "optional: what must be signed is taken unsigned too, with a warning"
        ),
        Setting(
            "TONGGUAN_SIGNATURE_MODE", "lenient", "strict: signatures must keep to the letter of the specification"
        ),
        Setting(
            "TONGGUAN_MANDATES",
            "",
            "required: who declares for another needs his mandate; optional: a warning; off; empty: optional, off in the demo",
        ),
        Setting(
            "TONGGUAN_SECOND_FACTOR",
            "",
            "roles that need a second factor, comma separated; empty: officer, operator, auditor, authority, and none in the demo",
        ),
        Setting(
            "TONGGUAN_BANK", "", "class of the bank that pays tax; empty: the simulated one in the demo, else none"
        ),
        Setting(
            "TONGGUAN_ISSUING_BODY",
            "",
            "class of the body that issues licences; empty: the simulated one in the demo, else this window issues them",
        ),
        Setting(
            "TONGGUAN_BUSINESS_REGISTER",
            "",
            "class of the register that applications are checked by; empty: the simulated one in the demo, else none",
        ),
        Setting(
            "TONGGUAN_MAIL",
            "folder",
            "how mail is sent: smtp://user:password@host:587, smtps://host:465, folder (files under outbox in the home) or none",
        ),
        Setting("TONGGUAN_MAIL_FROM", "Tongguan <tongguan@localhost>", "the address that mail comes from"),
        Setting(
            "TONGGUAN_REAL_NAME",
            "",
            "class of the real-name login by which visitors prove who they are; empty: the simulated one in the demo, else none",
        ),
        Setting("TONGGUAN_DEBUG", "no", "yes: Django's debug pages; never in service"),
        Setting("TONGGUAN_WEB_WORKERS", "2", "web processes"),
        Setting("TONGGUAN_LOG", "json", "form of the log: json or plain"),
        Setting("TONGGUAN_METRICS", "local", "who may read /metrics: local, any, none, or networks, comma separated"),
        Setting("TONGGUAN_SLOW_MS", "500", "milliseconds above which a statement to the database is logged as slow"),
        Setting("TONGGUAN_INTAKE_PLACES", "4", "messages a web process takes in at the same time"),
        Setting("TONGGUAN_INTAKE_QUEUE", "12", "messages that may wait for a place, for each web process"),
        Setting("TONGGUAN_INTAKE_PATIENCE", "10", "seconds a message waits for a place before it is turned away"),
        Setting("TONGGUAN_JOBS_BEHIND", "5000", "waiting jobs above which the sandbox takes nothing; 0: never"),
        Setting("TONGGUAN_CLIENT_RATE", "200", "requests a second for each machine client, of each web process"),
        Setting(
            "TONGGUAN_PARTY_RATE", "400", "requests a second for all clients of one enterprise, of each web process"
        ),
        Setting("TONGGUAN_STOP_SECONDS", "30", "seconds in which requests under way are finished when told to stop"),
        Setting("LANG", "en", "language of the command line without --lang: zh_CN.UTF-8, or any other for English"),
    )
}


def read(name: str) -> str:
    """Return a setting from the environment, or its default. A name not listed here raises KeyError."""
    return os.environ.get(name, SETTINGS[name].default)


def is_on(name: str) -> bool:
    """Say whether a yes/no setting is on."""
    return read(name).strip().lower() in {"yes", "1", "true", "on"}


def choice(name: str, *allowed: str) -> str:
    """Return a setting that is one of a few words; raises ValueError for another."""
    found = read(name).strip().lower()
    if found not in allowed:
        raise ValueError(f"{name} is one of {', '.join(allowed)}, not {found!r}")
    return found


def mandates(*, demo: bool) -> str:
    """Return whether mandates are *off*, *optional* or *required*; nothing is off in the demonstration, else optional."""
    if not read("TONGGUAN_MANDATES").strip():
        return "off" if demo else "optional"
    return choice("TONGGUAN_MANDATES", "off", "optional", "required")


def second_factor(*, demo: bool) -> frozenset[str]:
    """Return the roles that sign in with a second factor; ``none`` is nobody, as is nothing in the demonstration."""
    written = read("TONGGUAN_SECOND_FACTOR").strip().lower()
    if not written:
        return frozenset() if demo else frozenset({"officer", "operator", "auditor", "authority"})
    return frozenset(name.strip() for name in written.split(",")) - {"none", ""}


def checkout() -> Path | None:
    """Return the project's folder when run from a checkout, else None (installed from a wheel)."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").exists() else None


def home() -> Path:
    """Return the folder that holds the embedded server, the secrets and the logs.

    Root keeps services under /var/lib, one folder a checkout so that two clones do not share a database.
    """
    if named := read("TONGGUAN_HOME"):
        return Path(named).resolve()
    root = checkout()
    if os.geteuid() != 0:
        return (root or Path.cwd()) / "var"
    name = hashlib.sha256(str(root).encode()).hexdigest()[:8] if root else "default"
    return Path("/var/lib/tongguan") / name


def is_demo() -> bool:
    """Say whether this is a demonstration: by the setting, or because the portal of this home was started as one."""
    return is_on("TONGGUAN_DEMO") or (home() / "demo").exists()


def put_demo() -> None:
    """Let this process be part of the demonstration; call it before the settings are loaded."""
    os.environ["TONGGUAN_DEMO"] = "yes"


def note_demo(demo: bool) -> None:
    """Note in the home folder whether its portal is a demonstration, for commands that run beside it."""
    home().mkdir(parents=True, exist_ok=True)
    if demo:
        (home() / "demo").touch()
    else:
        (home() / "demo").unlink(missing_ok=True)


def secret(name: str) -> bytes:
    """Return 32 secret bytes kept in the home folder, made on first use and readable by the owner only."""
    path = home() / "secrets" / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_bytes(os.urandom(32))
        try:
            os.link(draft, path)  # the first of two starters wins; a half-written key is never seen
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def language() -> str:
    """Return the language of the caller's terminal: zh, or en for every other."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if locale := os.environ.get(name):
            return "zh" if locale.lower().startswith("zh") else "en"
    return SETTINGS["LANG"].default
