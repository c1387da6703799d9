"""Django settings, taken from three environment variables and nothing else.

``AMENDS_HOME``
    Folder of the ledger (database, sealed artefacts, key). Required.
``AMENDS_DATABASE_URL``
    ``postgresql://user:password@host:port/name`` when SQLite has been outgrown. Optional.
``AMENDS_KEY_FILE``
    Key file, when it does not lie in the home folder. Optional.
"""

from __future__ import annotations

import os
from pathlib import Path

from amends.ledger.home import LedgerHome
from amends.server.database import database_settings

HOME = LedgerHome(Path(os.environ.get("AMENDS_HOME", "amends-home")))

SECRET_KEY = HOME.web_secret()
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ROOT_URLCONF = "amends.server.urls"
ASGI_APPLICATION = "amends.server.asgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "amends.ledger",
    "amends.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
DATABASES = {"default": database_settings(os.environ.get("AMENDS_DATABASE_URL", ""), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "incidents"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SAMESITE = "Strict"
# Not "no-referrer": with it a browser sends the origin "null" with a form, and the log-in is refused.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        # The report is one self-contained page, so its style sheet stands inside it.
        "style-src": ["'unsafe-inline'"],
        "img-src": ["data:"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
# Django's debug pages and mails print local variables; a traceback here may hold a register.
LOGGING_CONFIG = None
