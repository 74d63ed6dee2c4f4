"""Wiring only: settings, addresses, Celery, WSGI and the supervisor. It holds no rule of the product."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
