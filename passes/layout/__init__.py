"""Layouts of tensors: what ops allow, the integer program over them, and the rewrite of a chosen assignment."""
