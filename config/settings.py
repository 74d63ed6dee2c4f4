"""Settings, read loudly from the environment: a value that cannot be read stops the start.

Services that `make run` has started are found through its state file; DATABASE_URL and REDIS_URL win over them.
"""

import os
from pathlib import Path

import environ
import pghistory

from config.stack.state import environment_defaults

# Web and worker run a process per core. Threads of the numeric libraries on top of them spin for each other's cores:
# training took twenty times as long on two busy ones. Read by those libraries when they are first loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
for name, value in environment_defaults().items():
    env.ENVIRON.setdefault(name, value)

DEBUG = env.bool("DEBUG", default=False)
TESTING = env.bool("PERENNIAL_TESTING", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env.str("PUBLIC_URL", default="http://localhost:8000")
# host:port of own systems that pulls may reach although they are private or speak plain http.
PULL_ALLOWED_HOSTS = env.list("PULL_ALLOWED_HOSTS", default=[])
# provider=https://… of a mail provider that is reached at another address than its usual one (a region, a relay).
PROVIDER_API_URLS = env.dict("PROVIDER_API_URLS", default={})
PERENNIAL_HOME = Path(env.str("PERENNIAL_HOME", default=str(BASE_DIR / ".perennial")))

INSTALLED_APPS = [
    "renewals",
    "signals",
    "offers",
    "playbooks",
    "dashboards",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "heroicons",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dashboards.views.errors.led_to_the_page",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# The application connects as a role that row-level security binds; "owner" is for migrations alone.
DATABASES = {
    "default": env.db_url("DATABASE_URL", default="postgres://perennial_app@localhost/perennial"),
    "owner": env.db_url(
        "DATABASE_OWNER_URL", default=env.str("DATABASE_URL", default="postgres://localhost/perennial")
    ),
}
# Everybody who wants a table stands in line behind a migration that waits for it, so it does not wait for long.
DATABASES["owner"].setdefault("OPTIONS", {}).setdefault("options", "-c lock_timeout=2s")
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "TEST": {"MIRROR": "owner"}}
DATABASES["owner"] |= {"TEST": {"NAME": env.str("TEST_DATABASE", default="test_perennial"), "DEPENDENCIES": []}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 900
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# A killed worker's message comes back in seconds: kombu's own sweep would take minutes.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1200,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_timeout": 3,
    "socket_connect_timeout": 2,
}
CELERY_BEAT_SCHEDULE_FILENAME = str(PERENNIAL_HOME / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    name: {"task": name, "schedule": seconds, "options": {"expires": 5}}
    for name, seconds in {
        "playbooks.look_now": 5.0,
        "playbooks.enrol_due": 60.0,
        "playbooks.tend_channels": 5.0,
        "playbooks.refresh_queue": 15.0,
        "playbooks.tend_notices": 60.0,
        "playbooks.tend_ownership": 60.0,
        "playbooks.tend_reviews": 60.0,
        "playbooks.project_ahead": 60.0,
        "playbooks.replay_history": 60.0,
        "playbooks.tally_months": 300.0,
        "playbooks.check_books": 300.0,
        "playbooks.tend_seals": 300.0,
        "dashboards.mail_pages": 60.0,
        "offers.work_orders": 60.0,
        "playbooks.tend_contracts": 300.0,
        "playbooks.tend_metrics": 20.0,
        "signals.refresh_changed": 10.0,
        "signals.run_imports": 5.0,
        "signals.settle_deliveries": 5.0,
        "signals.settle_unmatched": 30.0,
        "signals.tend_scores": 10.0,
        "signals.run_pulls": 20.0,
        "signals.tend_sources": 600.0,
        "signals.learn_tones": 21_600.0,
        "signals.mark_outdated": 600.0,
        "signals.tend_months": 600.0,
        "signals.tend_models": 3600.0,
        "signals.train_due": 60.0,
        "signals.report_honesty": 3600.0,
        "signals.take_snapshots": 900.0,
        "signals.tend_forecast": 300.0,
    }.items()
}

AUTH_USER_MODEL = "renewals.User"
AUTHENTICATION_BACKENDS = ["dashboards.accounts.MemberBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "dashboards.accounts.ClosedSignupAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/m/ip,5/5m/key"}
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Perennial"
CSRF_FAILURE_VIEW = "dashboards.views.errors.csrf_failure"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = env.bool("STATIC_FROM_SOURCE", default=False)
STATIC_ROOT = None if WHITENOISE_USE_FINDERS or TESTING else BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

_email = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email.get("EMAIL_HOST", "")
EMAIL_PORT = _email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Perennial <renewals@localhost>")

# An upload beyond the limit of imports is read off the line and never kept.
FILE_UPLOAD_HANDLERS = [
    "dashboards.forms.uploads.QuotaUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
IS_HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if IS_HTTPS else "session"
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-src": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["renewals.rest.auth.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["renewals.rest.auth.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "renewals.rest.problems.exception_handler",
}
SPECTACULAR_SETTINGS = {"TITLE": "Perennial API", "VERSION": "1", "SERVE_INCLUDE_SCHEMA": False}

# Who and why stand in each history row, so that it needs no second table; statement triggers keep bulk loads quick.
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_CONTEXT_ID_FIELD = pghistory.ContextUUIDField(null=True)
PGHISTORY_LEVEL = pghistory.Statement
PGHISTORY_APPEND_ONLY = True
# History is dated by the one clock, so that what was known at a moment can be read back under a moved clock as well.
PGHISTORY_CREATED_AT_FUNCTION = "perennial_now()"
PGTRIGGER_MIGRATIONS = False  # `migrate` installs the triggers from the models, beside the policies
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
}
