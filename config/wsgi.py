"""The WSGI entry point of the web process; it refuses to start with unsafe settings."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.guard import check_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
check_settings(settings)
application = get_wsgi_application()
# What is loaded by now stays for good: searching it for rubbish again and again would hold up every fiftieth answer.
gc.freeze()
