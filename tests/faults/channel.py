"""The channel that talks to the witness; used only by the fault suite, through its own settings."""

import http.client
import json
import os

from playbooks.channels.base import OutgoingMessage, Receipt, SendResult


class WitnessChannel:
    """Hand messages to the fake provider over loopback HTTP, with the key in a header."""

    name = "witness"
    is_instant = False
    timeout_seconds = 2.0

    def __init__(self) -> None:
        """Find the provider through the environment of the harness."""
        self.port = int(os.environ["WITNESS_PORT"])
        self.honours_idempotency_key = os.environ["WITNESS_MODE"] == "idempotent"

    def send(self, message: OutgoingMessage) -> SendResult:
        """Try once; refused connections are certain, everything else that breaks is unknown."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout_seconds)
        try:
            connection.connect()
        except OSError as error:
            return SendResult(receipt=Receipt.TRY_LATER, reason=f"no connection: {error}")
        try:
            connection.request(
                "POST",
                "/send",
                json.dumps({"message_id": message.message_id, "to": message.to_address}),
                {"Idempotency-Key": message.idem_key, "Content-Type": "application/json"},
            )
            answer = connection.getresponse()
            body = json.loads(answer.read() or b"{}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            return SendResult(receipt=Receipt.UNKNOWN, reason=repr(error)[:200])
        finally:
            connection.close()
        if answer.status == 200:
            return SendResult(receipt=Receipt.ACCEPTED, provider_ref=body["ref"])
        return SendResult(receipt=Receipt.TRY_LATER, reason=f"{answer.status} {body}")
