"""Celery's entrance of the pages: it carries no data, and nothing is lost without it but time."""

from celery import shared_task

from dashboards.mailing import mail_pages as write_mails


@shared_task(name="dashboards.mail_pages", ignore_result=True, expires=5)
def mail_pages() -> None:
    """Write the mails of pages that are due; the sweep of the channels sends them."""
    write_mails()
