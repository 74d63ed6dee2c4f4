"""The words of contributions to a proposal."""

from collections.abc import Mapping

FUNCTIONS: Mapping[str, str] = {
    "sales": "Sales",
    "success": "Customer success",
    "product": "Product",
    "finance": "Finance",
    "legal": "Legal",
}
STATES: Mapping[str, tuple[str, str]] = {"asked": ("Asked for", "watch"), "ready": ("Ready", "good")}
