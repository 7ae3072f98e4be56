"""Figures beside their baselines; `python -m tests.bench` prints them."""
