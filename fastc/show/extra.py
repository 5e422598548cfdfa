"""The libraries that draw and lay out: the extra ``plots``, loaded when first needed."""

from __future__ import annotations

from importlib import import_module

from fastc.errors import InputError

PACKAGES = {"matplotlib": "matplotlib", "jinja2": "Jinja2"}


def require_plots(option: str) -> None:
    """Raise InputError where a library that ``option`` needs is not installed, or does not load."""
    for module, distribution in PACKAGES.items():
        try:
            import_module(module)
        except ImportError as error:
            absent = isinstance(error, ModuleNotFoundError) and error.name == module
            why = "is not installed" if absent else f"does not load: {error}"
            raise InputError(
                f"{option} needs {distribution}, which {why}; pip install 'fastc-compiler[plots]'"
            ) from error
