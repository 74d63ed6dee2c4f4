"""Playbooks as pages show and edit them: forms of each part, problems beside their field, words, the picture."""
