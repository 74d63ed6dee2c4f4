"""What the calendar shows: the kept projections a person may see, and the work they mean for each person."""

from dashboards.queries.calendar.load import WorkloadPage, workload_page
from dashboards.queries.calendar.page import CalendarPage, calendar_choices, calendar_page

__all__ = ["CalendarPage", "WorkloadPage", "calendar_choices", "calendar_page", "workload_page"]
