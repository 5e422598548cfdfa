"""Fit the constants of the model of Gemmini's cycles; with ``--splits``, fit and judge on other splits too.

Prints the ``[fitted]`` table of ``hwmodels/data/gemmini.toml``. Least squares on the logarithm of predicted over
measured cycles, large residuals counted linearly, over the layers that ``fastc.validation.gemmini.fitted_on`` names.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import astuple, fields

import numpy as np
from scipy.optimize import least_squares

from fastc.validation.gemmini import SHIPPED, Measurements, fitted_on, mapping_regret, read_measurements
from fastc.validation.records import Bar, compare
from hwmodels.gemmini import Constants, cycles, hardware

START = Constants(
    start_cycles=1000.0,
    convolution_issue_cycles=250.0,
    product_issue_cycles=125.0,
    short_read_cycles=1.0,
    read_gap_cycles=1.0,
    l2_miss_cycles=5.0,
    llc_miss_cycles=5.0,
    store_cycles=2.0,
    store_miss_cycles=10.0,
    compute_cycles_per_dim=0.5,
)
"""Round numbers of the right size."""

PRIOR = 0.02
"""Weight of a constant's logarithmic distance from ``START`` against one row's: holds those that no row speaks of."""

SEEDS = 8


def fit(measured: Measurements) -> Constants:
    """The constants that come nearest to ``measured``."""
    start = np.log(astuple(START))

    def residuals(logarithms: np.ndarray) -> np.ndarray:
        predicted = cycles(measured.work, Constants(*np.exp(logarithms)), hardware())
        return np.append(np.log(predicted / measured.cycles), PRIOR * (logarithms - start))

    result = least_squares(residuals, start, loss="soft_l1", f_scale=0.1, x_scale=1.0)
    return Constants(*(float(value) for value in np.exp(result.x)))


def splits(measured: Measurements) -> Iterator[tuple[str, np.ndarray]]:
    """Names and masks [rows] of what is fitted on; the rest judges. Layers stay whole but where hardware is split."""
    shipped = np.array([fitted_on(layer) for layer in measured.layers])
    yield "the shipped half", shipped
    yield "the other half", ~shipped
    names = np.unique(measured.layers)
    for seed in range(SEEDS):
        half = np.random.default_rng(seed).permutation(names)[: len(names) // 2]
        yield f"half of the layers, seed {seed}", np.isin(measured.layers, half)
    yield "convolutions only", measured.work.convolution
    for dim in np.unique(measured.work.array_dim):
        yield f"all arrays but {dim:g} x {dim:g}", measured.work.array_dim != dim


def judgement(measured: Measurements, constants: Constants) -> str:
    """Errors of the model on ``measured``, one line."""
    predicted = cycles(measured.work, constants, hardware())
    check = compare("gemmini_firesim", "cycles", predicted, measured.cycles, Bar(), "")
    by_layer = mapping_regret(measured.layers, predicted, measured.cycles)
    machines = [f"{layer} {dim:g}" for layer, dim in zip(measured.layers, measured.work.array_dim, strict=True)]
    by_machine = mapping_regret(machines, predicted, measured.cycles)
    return (
        f"{check.rows:5} rows  MAPE {100 * check.mape:5.1f} %  median {100 * check.median_ape:4.1f} %  Spearman "
        f"{check.spearman:.4f}  regret {100 * by_layer:4.1f} % (per layer and array {100 * by_machine:.1f} %)"
    )


def main() -> None:
    """Print the constants, and how they do on the rows that did not make them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--splits", action="store_true", help="fit and judge on other splits of the rows too")
    everything = splits(read_measurements(SHIPPED)[0])
    measured = read_measurements(SHIPPED)[0]
    for name, rows in everything if parser.parse_args().splits else [next(everything)]:
        constants = fit(measured.select(rows))
        print(f"# fitted on {name}, judged on the rest: {judgement(measured.select(~rows), constants)}")
        for field in fields(constants):
            print(f"{field.name} = {getattr(constants, field.name):.4g}")


if __name__ == "__main__":
    main()
