"""The front doors: whatever form a model or a module comes in, an xDSL module comes out."""

from __future__ import annotations

from fastc.frontends.context import make_context
from fastc.frontends.opening import open_model
from fastc.frontends.stablehlo import ReadError
from fastc.frontends.xdsl_text import read_module

__all__ = ["ReadError", "make_context", "open_model", "read_module"]
