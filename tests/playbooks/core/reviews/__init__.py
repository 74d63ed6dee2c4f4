"""Tests of reviews that need no database."""
