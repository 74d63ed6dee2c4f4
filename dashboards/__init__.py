"""WHAT PEOPLE SEE: every page. It owns no table."""
