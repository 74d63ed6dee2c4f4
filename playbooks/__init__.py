"""WHAT WE DO NEXT: definitions, enrolments, cadence, sending."""
