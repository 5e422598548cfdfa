"""Tests of the program and its packages."""
