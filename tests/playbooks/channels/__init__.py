"""Tests of channels: providers, what comes back, breakers, posts to the outside."""
