"""fastc: compile a model, search the accelerator for it, and see what it buys per watt."""

__version__ = "0.1.0"
