"""GET /accounts/ and /accounts/{id}/. Amounts show only to keys with the scope `terms:r`."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from renewals.models import Account
from renewals.queries.accounts import accounts, arr_of_accounts
from renewals.queries.clock import database_now
from renewals.rest.auth import ApiCaller, workspace_view
from renewals.rest.pages import Pages


class AccountSerializer(serializers.ModelSerializer):
    """One account; `arr_amount` is null for keys without `terms:r`."""

    parent_id = serializers.IntegerField(allow_null=True)
    owner_email = serializers.EmailField(source="owner.email", allow_null=True, default=None)
    stage = serializers.CharField(source="stage.key", allow_null=True, default=None)
    arr_amount = serializers.SerializerMethodField()

    class Meta:
        model = Account
        fields = (
            "id",
            "external_id",
            "name",
            "parent_id",
            "owner_email",
            "industry",
            "region",
            "country",
            "timezone",
            "currency",
            "product_complexity",
            "segment",
            "tier",
            "stage",
            "stage_entered_on",
            "arr_amount",
            "attributes",
            "updated_at",
        )

    def get_arr_amount(self, account: Account) -> str | None:
        """Return today's ARR in the account's currency as an exact decimal, None when the key may not see it."""
        found = self.context["arr"].get(account.id)
        return None if found is None else str(found.rounded().amount)


def _serialised(rows: list[Account], caller: ApiCaller) -> list[dict[str, object]]:
    may_see_prices = "terms:r" in caller.scopes
    arr = arr_of_accounts([row.id for row in rows], on=database_now().date()) if may_see_prices else {}
    return list(AccountSerializer(rows, many=True, context={"arr": arr}).data)


class AccountList(APIView):
    """All accounts of the workspace, in the order they were created."""

    scopes = {"GET": "accounts:r"}

    @extend_schema(responses=AccountSerializer(many=True))
    @workspace_view
    def get(self, request: Request) -> Response:
        """Return one page."""
        pages = Pages()
        rows = pages.paginate_queryset(accounts(), request, view=self)
        return pages.get_paginated_response(_serialised(rows, request.user))


class AccountDetail(APIView):
    """One account."""

    scopes = {"GET": "accounts:r"}

    @extend_schema(responses=AccountSerializer)
    @workspace_view
    def get(self, request: Request, account_id: int) -> Response:
        """Return it; 404 when this workspace has no such account."""
        row = accounts().filter(id=account_id).first()
        if row is None:
            raise Http404(f"There is no account {account_id} in this workspace.")
        return Response(_serialised([row], request.user)[0])
