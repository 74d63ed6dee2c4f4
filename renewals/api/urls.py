"""Where the API of this app answers, below /api/v1/."""

from django.urls import path

from renewals.api.accounts import AccountDetail, AccountList

urlpatterns = [
    path("accounts/", AccountList.as_view(), name="api-accounts"),
    path("accounts/<int:account_id>/", AccountDetail.as_view(), name="api-account"),
]
