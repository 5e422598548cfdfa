"""A model and the passes in xDSL's own terminal UI: choose passes, and see what each makes of the module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastc import pipelines
from fastc.errors import InputError
from fastc.frontends import open_model
from fastc.frontends.context import known_dialects
from fastc.transform import print_module, run_passes
from fastc.universe import plugin_passes

if TYPE_CHECKING:
    from xdsl.interactive.app import InputApp


def make_app(model: str, pipeline: str = "", hw: str | None = None) -> InputApp:
    """The UI on the file ``model``, with the machine ``hw`` at its top if one is named and ``pipeline`` chosen already.

    It shows the passes that 'fastc passes' lists. Raises InputError, also where the extra ``gui`` is not installed.
    """
    try:
        from xdsl.interactive.app import InputApp
    except ImportError as error:
        raise InputError(
            f"'fastc gui' needs {error.name or 'textual'}, which is not installed: pip install 'fastc-compiler[gui]'"
        ) from error
    steps = pipelines.parse(pipeline).passes
    text = print_module(run_passes(open_model(model), "", hw))
    passes = pipelines.known_passes() | plugin_passes()
    return InputApp(
        tuple(known_dialects().items()),
        tuple((name, load()) for name, load in passes.items()),
        file_path=model,
        input_text=text,
        pass_pipeline=steps,
    )
