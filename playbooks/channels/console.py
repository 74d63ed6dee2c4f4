"""The default channel: nothing leaves this installation; the message is kept and shown on /messages/."""

from playbooks.channels.base import OutgoingMessage, Receipt, SendResult


class ConsoleChannel:
    """Accepts every message at once. Keeping it is the outbox's work, so there is nothing to repeat or to lose."""

    name = "console"
    honours_idempotency_key = True
    is_instant = True
    timeout_seconds = 1.0

    def send(self, message: OutgoingMessage) -> SendResult:
        """Accept; the reference names the message itself."""
        return SendResult(receipt=Receipt.ACCEPTED, provider_ref=f"kept:{message.message_id}")
