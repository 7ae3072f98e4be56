"""Tests of the engine under every noun."""
