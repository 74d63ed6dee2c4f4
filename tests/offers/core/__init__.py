"""Tests of the app offers."""
