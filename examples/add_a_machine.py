"""Add a machine: change a preset, give it another DRAM, and search around it.

    python examples/add_a_machine.py

A kind of DRAM that fastc has no data of is one table more in hwmodels/data/technology.toml.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import fastc

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default=Path(__file__).with_name("mobilenet_v2.mlir"))
parser.add_argument("--trials", type=int, default=24, help="exact evaluations of the search")
options = parser.parse_args()

# A machine is a record. This one is FAST-Large with half the PEs and, instead of eight channels of GDDR6, one stack of
# HBM2E (460 GB/s on the chip's own package).
base = fastc.machine("fast-large")
stacked = replace(base, name="stacked", pe_y=4, dram_kind="hbm2e", dram_channels=1, dram_channel_bytes_per_s=460e9)

for machine in (base, stacked):
    result = fastc.evaluate(options.model, machine, baseline=False)
    hardware = result.hardware
    print(
        f"{machine.name}: {result.models[0].throughput_per_s:.0f} inferences/s, {hardware.area_mm2:.0f} mm^2, "
        f"{hardware.tdp_w:.0f} W, ${hardware.cost_usd:.0f}"
    )

# The legal space is a record, too: the machine, and the values that each searched field may take. All else is fixed.
space = fastc.Space(
    stacked,
    (
        fastc.Parameter("pe_y", (2.0, 4.0, 8.0)),
        fastc.Parameter("dram_channels", (1.0, 2.0)),
        fastc.Parameter("global_buffer_bytes", (2.0**25, 2.0**26, 2.0**27, 2.0**28)),
    ),
)
found = fastc.search(
    options.model,
    space=space,
    objective="perf / cost",
    subject_to=["tdp <= 300 W"],
    algorithm="exhaustive",
    trials=options.trials,
)
chosen = found.hardware.parameters
print(f"best per dollar: {', '.join(f'{parameter.name} {chosen[parameter.name]:g}' for parameter in space.parameters)}")

# As a file it is a preset of your own: 'fastc eval MODEL --hw FILE', and 'fastc opt --search --hw FILE' around it.
assert found.models[0].lowered is not None
print(next(str(op) for op in found.models[0].lowered.ops if op.name == "arch.accelerator"))
