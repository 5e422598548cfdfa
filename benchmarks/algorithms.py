"""The search's algorithms beside each other: best value against wall time and against exact evaluations.

``python -m benchmarks.algorithms`` runs the whole protocol, which takes half a day: gradient, tpe, gp, nsga2 and
random on EfficientNet-B0, ResNet-50v2, BERT-128 and the three together, three seeds, 10 minutes each, and tpe with
1,000 trials.
``--short`` is one seed and 100 trials of each on EfficientNet-B0, in minutes. ``--enumerate 10`` asks instead how many
seeds of the gradient search find the best of a space that is tried machine by machine.

All run in this process, on one problem whose networks are there before the clock starts. Bars, median over the seeds:
gradient reaches the best value of tpe's trials in at most 1/20 of their wall time; it ends at least as high as every
other; of 10 seeds on the small space 9 find the optimum. A missed bar gives exit code 1. ``--plots DIR`` needs
matplotlib, which the extra ``plots`` brings.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median

from fastc.driver import load_all
from fastc.dse import Options, SearchProblem, search
from fastc.searching import SearchRequest, search_problem
from hwmodels.space import Parameter

EXAMPLES = Path(__file__).parents[1] / "examples"
MODELS = ("efficientnet_b0", "resnet50v2", "bert_base_s128")
SUITE = "suite"
ALGORITHMS = ("gradient", "tpe", "gp", "nsga2", "random")

REACHED_IN = 1 / 20
"""Of tpe's wall time."""

TOLERANCE = 1e-9
"""Values that differ by less are equal."""

FOUND_SHARE = 0.9
"""Of the seeds, on the small space."""

SMALL = {
    "native_batch": (8.0, 16.0, 32.0),
    "global_buffer_bytes": (2.0**23, 2.0**24, 2.0**25, 2.0**26),
    "pe_x": (1.0, 2.0, 4.0, 8.0),
    "pe_y": (1.0, 2.0, 4.0),
    "vector_multiplier": (2.0, 4.0, 8.0, 16.0),
    "dram_channels": (1.0, 2.0, 4.0),
}
"""1,728 machines around fast-small."""


@dataclass(frozen=True)
class Run:
    """One search."""

    case: str
    algorithm: str
    limit: str
    """'trials' or 'budget': what ended it."""
    seed: int
    value: float
    wall_s: float
    cpu_s: float
    """Of this process."""
    evaluations: int
    trajectory: tuple[tuple[float, int, float], ...]
    """(seconds, exact evaluations, best value)."""

    def reached_s(self, value: float) -> float | None:
        """Seconds until ``value`` was reached; None where it never was."""
        return next((at for at, _, best in self.trajectory if best >= value * (1.0 - TOLERANCE)), None)


def problem_of(case: str) -> SearchProblem:
    """The problem of one model, or of the suite, with every network there."""
    names = MODELS if case == SUITE else (case,)
    asked = search_problem(SearchRequest(load_all([str(EXAMPLES / f"{name}.mlir") for name in names])))
    batches = next(parameter.values for parameter in asked.space.parameters if parameter.name == "native_batch")
    for model in asked.models:
        for variant in model.variants:
            for batch in batches:
                variant.network(int(batch))
    return asked


def run(case: str, asked: SearchProblem, algorithm: str, seed: int, options: Options, limit: str) -> Run:
    """Search once, and print a line."""
    cpu_s = time.process_time()
    found = search(asked, replace(options, seed=seed), algorithm)
    cpu_s = time.process_time() - cpu_s
    value = found.best.value if found.feasible else 0.0
    done = Run(case, algorithm, limit, seed, value, found.wall_s, cpu_s, found.exact_evaluations, found.trajectory)
    print(
        f"{case:<16} {algorithm:<9} seed {seed} {limit:<7} value {value:9.3f}  {found.exact_evaluations:5d} evaluations"
        f"  {found.wall_s:7.1f} s  {cpu_s:7.1f} s of CPU",
        flush=True,
    )
    return done


def judge(runs: Sequence[Run], case: str) -> bool:
    """Print the bars of ``case`` that the runs can tell, and say whether all are met."""
    kept = True
    mine = [one for one in runs if one.case == case]
    for limit in ("budget", "trials"):
        ends = {
            algorithm: median(values)
            for algorithm in ALGORITHMS
            if (values := [one.value for one in mine if (one.algorithm, one.limit) == (algorithm, limit)])
        }
        if "gradient" in ends and len(ends) > 1:
            best = max(value for algorithm, value in ends.items() if algorithm != "gradient")
            met = ends["gradient"] >= best * (1.0 - TOLERANCE)
            kept = kept and met
            print(
                f"{case}: gradient ends at {ends['gradient']:.3f}, the best other at {best:.3f} ({limit}): {_word(met)}"
            )
    tpe = {one.seed: one for one in mine if (one.algorithm, one.limit) == ("tpe", "trials")}
    shares: list[float] = []
    for one in mine:
        if one.algorithm == "gradient" and one.seed in tpe:
            reached_s = one.reached_s(tpe[one.seed].value)
            shares.append(float("inf") if reached_s is None else reached_s / tpe[one.seed].wall_s)
    if shares:
        met = median(shares) <= REACHED_IN
        kept = kept and met
        print(
            f"{case}: gradient reaches the best of {next(iter(tpe.values())).evaluations} trials of tpe in "
            f"{median(shares):.3f} of their wall time, the bar is {REACHED_IN}: {_word(met)}"
        )
    return kept


def _word(met: bool) -> str:
    return "met" if met else "missed"


def plot(runs: Sequence[Run], folder: Path) -> None:
    """Best value against wall time and against exact evaluations, one SVG for each case."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    folder.mkdir(parents=True, exist_ok=True)
    for case in dict.fromkeys(one.case for one in runs):
        figure, axes = pyplot.subplots(1, 2, figsize=(10.0, 4.0), sharey=True, layout="constrained")
        for which, algorithm in enumerate(ALGORITHMS):
            label: str | None = algorithm
            for one in runs:
                if (one.case, one.algorithm) != (case, algorithm) or not one.trajectory:
                    continue
                seconds, evaluations, values = zip(*one.trajectory, strict=True)
                style = {"color": f"C{which}", "where": "post", "alpha": 0.8, "label": label}
                axes[0].step([*seconds, one.wall_s], [*values, values[-1]], **style)
                axes[1].step([*evaluations, one.evaluations], [*values, values[-1]], **style)
                label = None
        axes[0].set(xlabel="wall time, s", xscale="log", ylabel="best Perf/TDP, inferences/s/W", title=case)
        axes[1].set(xlabel="exact evaluations", xscale="log")
        axes[1].legend()
        figure.savefig(folder / f"algorithms-{case}.svg")
        pyplot.close(figure)


def compare(given: argparse.Namespace) -> bool:
    """Run the protocol; whether all bars that it tells are met."""
    runs: list[Run] = []
    kept = True
    for case in given.cases:
        asked = problem_of(case)
        for seed in given.seeds:
            for algorithm in given.algorithms:
                if given.budget is not None:
                    options = Options(trials=None, budget_s=given.budget)
                    runs.append(run(case, asked, algorithm, seed, options, "budget"))
                if given.trials is not None and (given.budget is None or algorithm == "tpe"):
                    runs.append(run(case, asked, algorithm, seed, Options(trials=given.trials), "trials"))
                if given.json is not None:
                    given.json.write_text(json.dumps([asdict(one) for one in runs]) + "\n")
        kept = judge(runs, case) and kept
    if given.plots is not None:
        plot(runs, given.plots)
    return kept


def enumerate_space(given: argparse.Namespace) -> bool:
    """How many seeds of the gradient search find the best of all machines of the small space."""
    request = SearchRequest(load_all([str(EXAMPLES / f"{given.cases[0]}.mlir")]), hw="fast-small")
    asked = search_problem(request)
    parameters = tuple(Parameter(name, values) for name, values in SMALL.items())
    asked = replace(asked, space=replace(asked.space, parameters=parameters), seeds=())
    best = search(asked, Options(trials=None), "exhaustive").best
    print(f"best of {asked.space.size()} machines: {best.value:.6f} at {dict(best.point.values)}", flush=True)
    found = 0
    for seed in range(given.enumerate):
        result = search(asked, Options(seed=seed, trials=given.trials or 250))
        hit = result.best.value >= best.value * (1.0 - TOLERANCE)
        found += hit
        print(
            f"seed {seed}: {result.best.value:.6f} after {result.exact_evaluations} evaluations, "
            f"{'the optimum' if hit else 'not the optimum'}",
            flush=True,
        )
    met = found >= FOUND_SHARE * given.enumerate
    print(f"{found} of {given.enumerate} seeds find the optimum, the bar is {FOUND_SHARE:.0%}: {_word(met)}")
    return met


def main() -> int:
    """Parse the options and run."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cases", nargs="+", default=(*MODELS, SUITE), choices=(*MODELS, SUITE))
    options.add_argument("--algorithms", nargs="+", default=ALGORITHMS, choices=ALGORITHMS)
    options.add_argument("--seeds", nargs="+", type=int, default=(0, 1, 2))
    options.add_argument("--budget", type=float, default=600.0, help="seconds for each search; 0: only --trials")
    options.add_argument("--trials", type=int, default=1000, help="of tpe beside the budget, or of all without one")
    options.add_argument("--short", action="store_true", help="EfficientNet-B0, seed 0, 100 trials, no budget")
    options.add_argument(
        "--enumerate", type=int, default=0, metavar="SEEDS", help="the small space, with so many seeds"
    )
    options.add_argument("--json", type=Path, help="write every run")
    options.add_argument("--plots", type=Path, metavar="DIR", help="write an SVG for each case")
    given = options.parse_args()
    if given.short:
        given.cases, given.seeds, given.budget, given.trials = ("efficientnet_b0",), (0,), None, 100
    given.budget = given.budget or None
    if not given.enumerate:
        return 0 if compare(given) else 1
    given.trials = None if given.trials == 1000 else given.trials
    with tempfile.TemporaryDirectory() as cache:
        # All seeds run one program: XLA compiles it once.
        os.environ["JAX_COMPILATION_CACHE_DIR"] = cache
        return 0 if enumerate_space(given) else 1


if __name__ == "__main__":
    sys.exit(main())
