"""Limits on time, and tables, each a module to be run: `python -m benchmarks.startup`."""
