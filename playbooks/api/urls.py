"""Where the API of playbooks answers, below /api/v1/."""

from django.urls import path

from playbooks.api.channels import ChannelEvents, ChannelMail

urlpatterns = [
    path("channels/<str:door>/events/", ChannelEvents.as_view(), name="api-channel-events"),
    path("channels/<str:door>/mail/", ChannelMail.as_view(), name="api-channel-mail"),
]
