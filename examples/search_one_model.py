"""Find an accelerator for one model, and say what bounds it.

python examples/search_one_model.py --trials 250
"""

import argparse
from pathlib import Path

import fastc

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("model", nargs="?", default=Path(__file__).with_name("mobilenet_v2.mlir"))
parser.add_argument("--trials", type=int, default=250, help="exact evaluations")
parser.add_argument("--algorithm", default="gradient", help="'random' needs no compilation of the objective")
options = parser.parse_args()

# The best inferences per second and watt on a chip of at most 150 mm^2 and 100 W, in FAST's space; `hw` is a machine to
# try first. The same seed gives the same chip.
found = fastc.search(
    options.model,
    objective="perf / tdp",
    subject_to=["area <= 150 mm^2", "tdp <= 100 W"],
    hw="fast-small",
    trials=options.trials,
    algorithm=options.algorithm,
    seed=0,
)

# A result is a frozen record in the shape of the JSON; in a notebook, `found` alone shows a table.
hardware, (model,) = found.hardware, found.models
print(f"{hardware.peak_flops / 1e12:.1f} TFLOP/s, {hardware.area_mm2:.1f} mm^2, {hardware.tdp_w:.1f} W")
print(f"{model.throughput_per_s:.0f} inferences/s, batch {model.batch}, {model.utilization:.0%} of the peak")

time_s = {}
for region in model.regions:
    time_s[region.bound] = time_s.get(region.bound, 0.0) + region.latency_s * region.count
for bound, seconds in sorted(time_s.items(), key=lambda item: -item[1]):
    print(f"bound by {bound}: {seconds / model.latency_s:.0%} of the time")

# The same machine, at other batches: the hardware of a result is a machine like any other.
for batch in (1, 8):
    again = fastc.evaluate(options.model, found.hardware, batch=batch, baseline=False)
    print(f"batch {batch}: {again.models[0].latency_s * 1e3:.2f} ms")

# What ran is IR: print it, or run the pipeline again.
print(found.pipeline)
