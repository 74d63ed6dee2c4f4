"""The addresses of the pages."""

from django.urls import path

from dashboards.views import account, accounts, health, home, queue, renewal, saved_views, search, tasks

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("views/", saved_views.views, name="views"),
    path("views/<int:view_id>/removal/", saved_views.removal, name="view_removal"),
    path("healthz", health.healthz, name="healthz"),
    path("queue/", queue.queue, name="queue"),
    path("tasks/<int:task_id>/completion/", tasks.completion, name="task_completion"),
    path("tasks/<int:task_id>/snooze/", tasks.snooze, name="task_snooze"),
    path("tasks/<int:task_id>/waking/", tasks.waking, name="task_waking"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/<int:account_id>/", account.account, name="account"),
    path("accounts/<int:account_id>/history/", account.account_history, name="account_history"),
    path("renewals/<int:renewal_id>/", renewal.renewal, name="renewal"),
    path("renewals/<int:renewal_id>/outcome/", renewal.outcome, name="renewal_outcome"),
    path("readyz", health.readyz, name="readyz"),
]
