"""Drafts of playbooks: what may be done with their content, and how two of them differ."""
