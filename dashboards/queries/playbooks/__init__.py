"""Reads of the pages of /playbooks/."""
