"""The only writers of the tables of playbooks. Each action is one transaction; the engine is several short ones."""
