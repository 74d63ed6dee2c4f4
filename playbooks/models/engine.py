"""Evidence about the engine itself, across workspaces: how often a fence or a lease had to act, and who is alive."""

from django.db import models


class EngineCounter(models.Model):
    """A named count, such as fenced_step; it names no workspace and no account."""

    name = models.CharField(max_length=40, primary_key=True)
    count = models.BigIntegerField(default=0)


class EnginePulse(models.Model):
    """When a worker last finished a round. A stall of everybody leaves no pulse, so it costs no step an attempt."""

    name = models.CharField(max_length=80, primary_key=True)
    finished_at = models.DateTimeField()
    steps = models.BigIntegerField(default=0)
