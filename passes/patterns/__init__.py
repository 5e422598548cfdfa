"""What the clean-up passes rewrite, and the walk that they do it in."""
