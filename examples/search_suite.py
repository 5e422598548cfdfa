"""Find one accelerator for several models, with a bound on the latency of one of them.

python examples/search_suite.py --trials 250
"""

import argparse
from pathlib import Path

import fastc

FOLDER = Path(__file__).parent

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("vision", nargs="?", default=FOLDER / "mobilenet_v2.mlir")
parser.add_argument("language", nargs="?", default=FOLDER / "bert_base_s128.mlir")
parser.add_argument("--trials", type=int, default=250, help="exact evaluations")
parser.add_argument("--algorithm", default="gradient", help="'random' needs no compilation of the objective")
options = parser.parse_args()

# The names are those of the expressions: 'latency(language)' is that of one run of BERT, with all of its batch.
suite = {"vision": options.vision, "language": options.language}

found = fastc.search(
    suite,
    objective="perf / tdp",  # of the suite: the geometric mean, here with vision twice as important
    weights=[2.0, 1.0],
    subject_to=["tdp <= 200 W", "latency(language) <= 100 ms"],
    hw="fast-small",  # tried first
    trials=options.trials,
    algorithm=options.algorithm,
)
assert found.baseline is not None
print(f"suite: {found.baseline.ratio:.2f}x the Perf/TDP of {found.baseline.hardware}")
for model in found.models:
    value = model.throughput_per_s / found.hardware.tdp_w
    ratio = value / found.baseline.model_values[model.name]
    print(f"{model.name}: {value:.1f} inferences/s/W, {ratio:.2f}x; {model.latency_s * 1e3:.2f} ms for {model.batch}")
for constraint in found.constraints:
    print(f"{constraint.expression}: {constraint.value:.4g}, {'met' if constraint.met else 'not met'}")

# When would it pay to build it?
returns = fastc.return_on_investment(found, years=3.0)
low, high = (f"{count:,.0f}" if count else "never" for count in (returns.break_even.low, returns.break_even.high))
print(f"pays for its engineering after {low} to {high} chips")
