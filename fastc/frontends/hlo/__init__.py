"""XLA's HLO text, before or after optimisation, into StableHLO."""

from __future__ import annotations

from fastc.frontends.hlo.conversion import hlo_to_stablehlo, read_hlo
from fastc.frontends.hlo.parser import is_hlo, parse_hlo

__all__ = ["hlo_to_stablehlo", "is_hlo", "parse_hlo", "read_hlo"]
