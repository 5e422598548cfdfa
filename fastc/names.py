"""Names that the command line must know before anything that is slow to import."""

ALGORITHMS = ("gradient", "tpe", "gp", "nsga2", "random", "exhaustive")
"""What ``--algorithm`` knows."""

DEFAULT_OBJECTIVE = "perf / tdp"
"""What a machine is valued by where nothing else is asked for."""
