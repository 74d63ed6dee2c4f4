"""Starts and stops everything `make` needs on one machine: servers from wheels, the web process, worker and beat.

Standard library only, so that it runs before any dependency is installed. Knows nothing of the domain.
"""
