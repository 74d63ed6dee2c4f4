"""Deciding: budgets, reactions, pauses, absences, triggers."""
