"""The product's settings with the witness as the channel and short leases; only the fault suite uses them."""

import json
import os

from config.settings import *  # noqa: F403  # everything but what follows stays as it is

MESSAGE_CHANNEL = "tests.faults.channel.WitnessChannel"
ENGINE_LIMITS = json.loads(os.environ["FAULT_LIMITS"])
LOGGING = {"version": 1, "root": {"level": "ERROR", "handlers": []}}
