"""Tests, mirroring the app tree."""
