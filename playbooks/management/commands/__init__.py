"""The commands of playbooks."""
