"""The pages of /playbooks/."""
