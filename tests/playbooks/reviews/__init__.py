"""Tests of reviews as rows."""
