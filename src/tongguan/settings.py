"""Django's settings, read from ``server.configuration`` and nothing else."""

from __future__ import annotations

from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from tongguan.server.configuration import checkout, choice, home, is_on, mandates, read, second_factor, secret
from tongguan.server.logs import LOGGING as LOGGING
from tongguan.server.tls import tls

_NEVER = 2**62  # as often as no statement is asked


def _database() -> dict:
    url = read("DATABASE_URL")
    if not url:
        from tongguan.server.postgres import Cluster

        url = Cluster(home()).url
    given = conninfo_to_dict(url)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    database = {ours: given.pop(theirs, "") for ours, theirs in names.items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **database,
        # The driver prepares what asks for it (``journal.statements``), and nothing by its own count.
        "OPTIONS": {"prepare_threshold": _NEVER, **given},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": "test_tongguan"},
    }


SECRET_KEY = secret("django").hex()
MASTER_KEY = secret("master")  # wraps the monthly keys of personal data
MATCHING_KEY = secret("matching")  # keyed digests of names and numbers, so that documents match without being read
MONTH_SECRETS = home() / "secrets" / "months"  # without that of a month its key opens no more
FORGOTTEN = home() / "forgotten"  # which months were forgotten, for a database that came from a backup
OPEN_INTAKE = is_on("TONGGUAN_OPEN_INTAKE")
DEMO = is_on("TONGGUAN_DEMO")
SIGNATURES = choice("TONGGUAN_SIGNATURES", "required", "optional")
SIGNATURE_MODE = choice("TONGGUAN_SIGNATURE_MODE", "lenient", "strict")
MANDATES = mandates(demo=DEMO)  # of who declares for another
SECOND_FACTOR = second_factor(demo=DEMO)  # roles that sign in with one
TRIAL_KEYS = home() / "trial"  # what the demo signs with
BANK = read("TONGGUAN_BANK") or ("tongguan.exchange.bank.SimulatedBank" if DEMO else "")
ISSUING_BODY = read("TONGGUAN_ISSUING_BODY") or ("tongguan.exchange.issuing_body.SimulatedBody" if DEMO else "")
BUSINESS_REGISTER = read("TONGGUAN_BUSINESS_REGISTER") or (
    "tongguan.exchange.business_register.SimulatedRegister" if DEMO else ""
)
MAIL = "" if read("TONGGUAN_MAIL") == "none" else read("TONGGUAN_MAIL")
MAIL_FROM = read("TONGGUAN_MAIL_FROM")
MAIL_CARRIER = "tongguan.exchange.mail.Carrier"
OUTBOX = home() / "outbox"  # what would have been sent
REAL_NAME = read("TONGGUAN_REAL_NAME") or ("tongguan.exchange.real_name.SimulatedRealName" if DEMO else "")
EXAMPLES = checkout() and checkout() / "examples"  # what the demo files first, renumbered; a wheel has none
TEST_RUNS = (root / "var" if (root := checkout()) else home()) / "measures.json"  # what came of marked tests
DEBUG = is_on("TONGGUAN_DEBUG")
ALLOWED_HOSTS = [host.strip() for host in read("TONGGUAN_HOSTS").split(",")]
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "parties.Person"
ROOT_URLCONF = "tongguan.urls"
WSGI_APPLICATION = "tongguan.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    "tongguan.journal",
    "tongguan.ledgers",
    "tongguan.holds",
    "tongguan.parties",
    "tongguan.credit",
    "tongguan.tariff",
    "tongguan.licences",
    "tongguan.cargo",
    "tongguan.revenue",
    "tongguan.zones",
    "tongguan.declarations",
    "tongguan.inspections",
    "tongguan.compliance",
    "tongguan.ecommerce",
    "tongguan.exchange",
    "tongguan.sandbox",
    "tongguan.statistics",
    "tongguan.simulation",
    "tongguan.governance",
    "tongguan.needs",
    "tongguan.desk",
    "tongguan.api",
]

# Machine endpoints run without the session, user and page layers: see server.middleware.
MIDDLEWARE = [
    "tongguan.server.middleware.Proxied",
    "django.middleware.security.SecurityMiddleware",
    "tongguan.server.middleware.Observed",
    "tongguan.server.shedding.Shedding",
    "tongguan.server.middleware.PagesOnly",
]
PAGE_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tongguan.desk.middleware.Language",
    "tongguan.desk.account.watching.Watched",
]
MACHINE_PATHS = ("/cebcmsg", "/ceb", "/sandbox/ceb", "/sandbox/dxp", "/dxp", "/api/", "/healthz", "/readyz", "/metrics")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tongguan.desk.context.page",
            ],
            "builtins": ["tongguan.desk.templatetags.desk"],
        },
    }
]

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
USE_I18N = False  # texts live under law/texts, both languages under one code; see kernel.texts

STATIC_URL = "static/"
STATIC_ROOT = home() / "static"
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = ["tongguan.parties.signed_in.WithRoles"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

DATA_UPLOAD_MAX_MEMORY_SIZE = 33 * 1024 * 1024  # the largest legal 621 is about 12 MB; 32 MiB are read at most
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a declaration of fifty lines, every field shown
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = (
    uploads if (uploads := home() / "uploads").is_dir() else None
)  # ours alone: server.prepare makes it

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
if is_on("TONGGUAN_HTTPS") or tls() is not None:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"  # of this host alone, never of a sibling
    SECURE_HSTS_SECONDS = 31536000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # of who may say so: server.middleware.Proxied

BASE_DIR = Path(__file__).resolve().parent
