"""Call the cost model with a machine of your own, and differentiate it.

    python examples/differentiate_cost.py

The search does this with everything relaxed. Here a network keeps its schedules, and the machine moves under it.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import jax

import fastc
from fastc.problem import read_lowered
from hwmodels.chip import chip_cost
from hwmodels.totals import network_totals

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default=Path(__file__).with_name("mobilenet_v2.mlir"))
options = parser.parse_args()


# The lowered module holds all that its cost depends on; as numbers: the machine, the network, a mapping for each
# contraction, and where each tensor lives.
result = fastc.evaluate(options.model, "fast-large", baseline=False)
assert result.models[0].lowered is not None
lowered = read_lowered(result.models[0].lowered)

FIELDS = ("clock_hz", "dram_channel_bytes_per_s", "vector_multiplier", "l1_input_bytes", "global_buffer_bytes")
Scale = dict[str, jax.Array]


def machine(scale: Scale) -> fastc.Machine:
    """The network's machine, with fields that grew by these factors."""
    return replace(lowered.machine, **{name: getattr(lowered.machine, name) * scale[name] for name in FIELDS})


def latency_s(scale: Scale, temperature: float = 0.0) -> jax.Array:
    """Of one run. Temperature 0 is exact; at 1 the ceilings of vector operations are smooth, and have slopes."""
    network, mappings, placement = lowered.network, lowered.mappings, lowered.placement
    return network_totals(network, machine(scale), mappings, placement, temperature).latency_s


def tdp_w(scale: Scale) -> jax.Array:
    """Of the chip."""
    return chip_cost(machine(scale)).tdp_w


with jax.enable_x64(True):
    here = {name: jax.numpy.asarray(1.0) for name in FIELDS}
    print(f"{float(latency_s(here)) * 1e3:.5f} ms; the evaluation said {result.models[0].latency_s * 1e3:.5f} ms")

    # Elasticities: per cent of change for one per cent more of each field.
    latency, slopes = jax.value_and_grad(latency_s)(here, 1.0)
    tdp, tdp_slopes = jax.value_and_grad(tdp_w)(here)
    for name in FIELDS:
        faster = -float(slopes[name] / latency) + 0.0
        hotter = float(tdp_slopes[name] / tdp)
        print(f"1 % more {name}: {faster:.3f} % faster, {hotter:.3f} % more TDP, Perf/TDP {faster - hotter:+.3f} %")

    # Checked against small steps of the exact model.
    exact, step = jax.grad(latency_s)(here)["clock_hz"], 1e-6
    up, down = (latency_s(here | {"clock_hz": here["clock_hz"] + sign * step}) for sign in (1.0, -1.0))
    print(f"slope by the clock {float(exact):.5e}, by differences {float(up - down) / (2.0 * step):.5e}")
