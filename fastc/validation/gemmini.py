"""The model of Gemmini's cycles against its RTL, simulated on FPGAs by FireSim."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fastc.validation.records import Bar, Check, compare
from fastc.validation.tables import Row, read_table
from hwmodels.contractions import Extents
from hwmodels.gemmini import LOOPS, Workload, constants, cycles, hardware

FILE = "gemmini_firesim.csv"

BAR = Bar(mape=0.15, spearman=0.985, mapping_regret=0.07)

SOURCE = "DOSA (MICRO'23), UC Berkeley: Gemmini RTL on FireSim"

SHIPPED = Path(__file__).parent / "data" / FILE

# fmt: off
COLUMNS = (
    "op", "layer_id", "R", "S", "C", "K", "N", "stride", "array_dim", "measured_cycles", "tile_R", "tile_S",
    "dram_loop_order_outer_to_inner", "exec_P", "exec_Q", "exec_tile_P", "exec_tile_Q", "exec_tile_C", "exec_tile_K",
    "degenerate_tiles",
)
# fmt: on

TIE = 1e-9
"""Mappings whose predictions differ by less than this share rank alike."""


@dataclass(frozen=True)
class Measurements:
    """Layers under mappings and what they took, side by side."""

    layers: np.ndarray
    """[rows] layer ids: R_S_P_Q_C_K_N_stride."""
    work: Workload
    """Arrays [rows]."""
    cycles: np.ndarray
    """[rows] measured."""

    def select(self, rows: np.ndarray) -> Measurements:
        """Those of a mask [rows]."""
        fields = (
            Extents(*(axis[rows] for axis in field)) if isinstance(field, Extents) else field[rows]
            for field in self.work
        )
        return Measurements(self.layers[rows], Workload(*fields), self.cycles[rows])


def fitted_on(layer: str) -> bool:
    """Whether a layer of the shipped measurements belongs to the half that the constants were fitted on."""
    return zlib.crc32(layer.encode()) % 2 == 1


def fitted_layers() -> frozenset[str]:
    """Ids of the layers that the constants were fitted on: half of those of the shipped measurements."""
    return frozenset(layer for layer in read_measurements(SHIPPED)[0].layers if fitted_on(layer))


def checks(data: Path) -> tuple[Check, ...]:
    """The model of Gemmini against FireSim's cycles, over the layers of ``data`` that it was not fitted on.

    Raises FileNotFoundError where the file is not there, ValueError where it is malformed or leaves no row to judge.
    """
    measured, left_out = read_measurements(data / FILE)
    fitted = fitted_layers()
    judged = measured.select(np.array([layer not in fitted for layer in measured.layers]))
    rows_fitted = measured.cycles.size - judged.cycles.size
    if judged.cycles.size == 0:
        raise ValueError(f"{data / FILE}: every row is of a layer that the constants were fitted on; add other layers")
    predicted = cycles(judged.work, constants(), hardware())
    note = (
        f"{len(set(judged.layers))} layers; left out: {rows_fitted} rows of the layers that ten constants were fitted "
        f"on, {left_out} with degenerate tiles"
    )
    regret = mapping_regret(judged.layers, predicted, judged.cycles)
    return (
        compare("gemmini_firesim", "cycles", predicted, judged.cycles, BAR, SOURCE, mapping_regret=regret, note=note),
    )


def mapping_regret(groups: Sequence[str] | np.ndarray, predicted: np.ndarray, measured: np.ndarray) -> float:
    """Mean over ``groups`` (a name per row) of what the choice of the least predicted loses: its measured value over
    the group's least, less 1. Choices that rank alike count with their mean."""
    names = np.asarray(groups)
    losses: list[float] = []
    for name in np.unique(names):
        ours, theirs = predicted[names == name], measured[names == name]
        chosen = ours <= ours.min() * (1.0 + TIE)
        losses.append(float(theirs[chosen].mean() / theirs.min()) - 1.0)
    return float(np.mean(losses))


def read_measurements(path: Path) -> tuple[Measurements, int]:
    """The rows of a file that the model speaks of, and how many it does not: those with tiles in the padding alone."""
    rows = read_table(path, COLUMNS)
    kept = [row for row in rows if row.whole("degenerate_tiles", least=0) == 0]
    if not kept:
        raise ValueError(f"{path}: has only rows with degenerate tiles; add some without")
    layers = np.array([row.text("layer_id") for row in kept])
    measured = np.array([row.number("measured_cycles", least=1.0) for row in kept])
    return Measurements(layers, _workload(kept), measured), len(rows) - len(kept)


def _workload(rows: Sequence[Row]) -> Workload:
    def column(name: str) -> np.ndarray:
        return np.array([float(row.whole(name)) for row in rows])

    for row in rows:
        if row.whole("N") != 1:
            raise ValueError(f"{row.place}: N is {row.text('N')}; the model knows layers of one image, leave it out")
    one = np.ones(len(rows))
    bounds = Extents(one, one, *(column(name) for name in ("exec_P", "exec_Q", "K", "C", "R", "S")))
    names = ("exec_tile_P", "exec_tile_Q", "exec_tile_K", "exec_tile_C", "tile_R", "tile_S")
    tile = Extents(one, one, *(column(name) for name in names)).map(np.minimum, bounds)
    depth = np.array([_depths(row) for row in rows])
    return Workload(
        bounds=bounds,
        tile=tile,
        depth=Extents(one, one, *(depth[:, LOOPS.index(dim)] for dim in "pqkcrs")),
        stride=column("stride"),
        array_dim=column("array_dim"),
        convolution=np.array([_is_convolution(row) for row in rows]),
    )


def _is_convolution(row: Row) -> bool:
    kind = row.text("op")
    if kind not in ("conv", "matmul"):
        raise row.wrong("op", "conv or matmul")
    return kind == "conv"


def _depths(row: Row) -> list[float]:
    """Position of each of ``LOOPS`` from the inside, -1 where the row does not name it."""
    order = row.text("dram_loop_order_outer_to_inner").lower()
    if len(set(order)) != len(order) or not set(order) <= set(LOOPS):
        raise row.wrong("dram_loop_order_outer_to_inner", f"some of {LOOPS.upper()}, once")
    return [float(len(order) - 1 - order.index(dim)) if dim in order else -1.0 for dim in LOOPS]
