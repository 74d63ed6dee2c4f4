"""Tests of the pure rules of channels."""
