"""Read what playbooks decide about, as frozen facts. Nothing here writes, decides or reads a clock."""
