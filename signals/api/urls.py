"""Where the API of signals answers, below /api/v1/."""

from django.urls import path

from signals.api.batch import SignalBatch
from signals.api.hooks import HookMessage

urlpatterns = [
    path("signals/batch", SignalBatch.as_view(), name="api-signals-batch"),
    path("hooks/<str:source>/", HookMessage.as_view(), name="api-hook"),
]
