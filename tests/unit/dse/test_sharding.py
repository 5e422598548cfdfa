"""Starts dealt out to several devices give what one device gives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[3]

PROGRAM = """
import json
import sys
from unittest.mock import patch

import jax
import numpy as np

from fastc.dse import Options, gradient
from fastc.dse.exact import Evaluator
from fastc.dse.gradient import Seen, Snapshot, descend
from fastc.dse.relaxed import relax
from fastc.dse.watch import Watch
from tests.unit.dse.dse_cases import SMALL_SPACE, at_most, problem



def toy(relaxed, optimizer, bounds):
    "Steps that compile at once: towards the mean of the recipes, as far as the start is from 0."

    def run(carry, mapped, temperature, multipliers):
        moved = carry.theta.coordinates * 0.5 + mapped.recipes.mean(axis=(1, 2, 3))[:, None] * temperature
        value = moved.sum(axis=-1) - multipliers.sum(axis=-1)
        theta = carry.theta._replace(coordinates=moved)
        return carry._replace(theta=theta, before=moved, value=value, excess=moved[:, :1])

    return run


if sys.argv[1] == "toy":
    gradient._block_runner = toy
case = problem(SMALL_SPACE, (at_most("tdp <= 2 W", "tdp_w", 2.0),))
relaxed = relax(case)
bounds = relaxed.bounds
starts = bounds[:, 0] + (bounds[:, 1] - bounds[:, 0]) * np.random.default_rng(0).uniform(size=(3, len(bounds)))


def found(devices):
    seen = Seen(Snapshot(starts, np.full(3, -np.inf), [np.zeros((3, 1))]))
    with patch.object(jax, "devices", lambda: devices):
        descend(relaxed, starts, seen, Watch(Options(steps=10), Evaluator(case)))
    return [seen.best.coordinates.tolist(), seen.best.values.tolist()]


all_devices = jax.devices()
print(json.dumps([len(all_devices), found(all_devices), found(all_devices[:1])]))
"""


@pytest.mark.parametrize("steps", ["toy", pytest.param("own", marks=pytest.mark.exhaustive)])
def test_two_devices_find_what_one_finds(steps: str) -> None:
    """Three starts on two devices, so that one start is there twice: the same coordinates and values as on one.

    The search's own steps take XLA more than a minute of CPU time to compile, so most runs take others.
    """
    environment = os.environ | {"XLA_FLAGS": "--xla_force_host_platform_device_count=2", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, steps], capture_output=True, text=True, cwd=ROOT, env=environment, check=False
    )
    assert run.returncode == 0, run.stderr
    devices, (coordinates, values), (expected, of_one) = json.loads(run.stdout)
    assert devices == 2
    assert np.isfinite(of_one).all()
    np.testing.assert_allclose(values, of_one, rtol=1e-5)
    np.testing.assert_allclose(coordinates, expected, rtol=1e-4, atol=1e-4)
    assert len({tuple(row) for row in expected}) == 3
