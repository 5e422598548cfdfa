"""What ``fold-normalization`` looks for, and what it writes instead."""
