"""Shipped playbooks, message templates and weights, as data. Read by queries; nothing here runs."""
