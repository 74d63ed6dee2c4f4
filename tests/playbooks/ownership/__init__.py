"""Tests of who is accountable, hand-overs and escalation."""
