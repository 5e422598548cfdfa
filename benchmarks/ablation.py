"""What each part of the compiler adds to a machine that is searched for it: `python -m benchmarks.ablation MODEL...`.

Stages from nothing but the datapath, under the stock schedule, to all that fastc does. For each the machine is searched
anew on the legal grid, from the baseline, from the machines of the stages before and from those that ``--from`` names
(results of ``fastc opt --search --json``): single moves, then pairs, while they help. The value is Perf/TDP over that
of the baseline under the stock schedule, within the baseline's area and TDP, as in ``fastc opt --search``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastc.compilation import Model, clean, regions_of
from fastc.driver import baseline_of, load
from fastc.dse import ModelProblem, Point, SearchProblem, Variant
from fastc.dse.exact import compile_network
from fastc.dse.polish import moved, moves
from fastc.machines import BASELINE, load_machine, load_space
from fastc.pipelines import STOCK_FLAGS, Flags
from fastc.scoring import make_goal
from hwmodels.chip import chip_cost
from hwmodels.mapper import NoMappingError
from hwmodels.placement import Residency
from hwmodels.records import ChipCost, Machine, Network
from passes.analysis.machine import machine_of

TRIALS = 150
"""Machines that are compiled for at each stage."""

FUSION: Flags = (("fold-normalization", None), ("assign-layout", None))
PADDED: Flags = (("pad-tensors", "multiple-of=8"),)
TWO_PASS: Flags = (("softmax-form", "passes=2"),)


@dataclass(frozen=True)
class Stage:
    """What the compiler may do."""

    name: str
    settings: tuple[Flags, ...]
    """Settings of the passes; of each machine the best counts."""
    weight_stationary: bool
    """Whether that is the only dataflow."""
    residency: Residency
    """What may stay on chip between regions."""


STAGES = (
    Stage("datapath", (STOCK_FLAGS,), True, "none"),
    Stage("+ schedule", (STOCK_FLAGS,), False, "none"),
    Stage("+ fusion", (FUSION,), False, "all"),
    Stage("+ padding and layout", ((), PADDED), False, "all"),
    Stage("+ softmax form", ((), PADDED, TWO_PASS), False, "all"),
)
"""Each can do what the one before can."""


def networks_of(model: Model) -> Callable[[Flags, int], Network]:
    """The model's regions by flags and batch, made once each."""

    @cache
    def network(flags: Flags, batch: int) -> Network:
        return regions_of(model, batch, flags)

    return network


def perf_per_s(network: Network, machine: Machine, stage: Stage) -> float:
    """Inferences per second; 0 where the network does not go onto the machine."""
    dataflow = "weight_stationary" if stage.weight_stationary else "any"
    try:
        return network.batch / compile_network(network, machine, dataflow, stage.residency).cost.latency_s
    except NoMappingError:
        return 0.0


class Ablation:
    """One model in the space of ``fastc opt --search``."""

    def __init__(self, model: Model, trials: int) -> None:
        self.network, self.trials, self.space = networks_of(clean(model)), trials, load_space(None)
        baseline = baseline_of(make_goal([model.name]), [clean(model)])
        assert baseline is not None, f"{model.name} does not go onto {BASELINE}"
        self.unit = baseline.value
        """Perf/TDP of the baseline under the stock schedule."""
        self.limits = chip_cost(machine_of(load_machine(BASELINE)))
        only = ModelProblem(model.name, 1.0, (Variant("default", (), lambda batch: self.network((), batch)),))
        self.problem = SearchProblem((only,), self.space, lambda _: 0.0, "", ())
        """Says which moves are legal; values are computed here."""
        self.moves = [move for group in moves(self.problem) for move in group]

    def fits(self, chip: ChipCost) -> bool:
        """Whether the chip is within the baseline's area and TDP."""
        return chip.area_m2 <= self.limits.area_m2 and chip.tdp_w <= self.limits.tdp_w

    def point(self, machine: dict[str, Any]) -> Point:
        """The legal point nearest to a machine with these parameters."""
        return Point(tuple((p.name, p.nearest(p.coordinate(machine[p.name]))) for p in self.space.parameters), (0,))

    def best(self, stage: Stage, seeds: Sequence[Point]) -> tuple[float, Point]:
        """The greatest Perf/TDP, over the baseline's, that climbing from each of ``seeds`` finds, and where."""
        known: dict[Point, float] = {}
        best, at = 0.0, seeds[0]

        def value(point: Point) -> float:
            if point not in known:
                machine = self.space.machine(dict(point.values))
                known[point] = self._value(stage, machine) if self.fits(chip_cost(machine)) else 0.0
            return known[point]

        # The most promising first; each may take an even share of what is left.
        for index, seed in enumerate(sorted(seeds, key=value, reverse=True)):
            limit = len(known) + (self.trials - len(known)) // (len(seeds) - index)
            reached = self._climbed(seed, value, lambda limit=limit: len(known) >= limit)
            if value(reached) > best:
                best, at = value(reached), reached
        return best, at

    def _value(self, stage: Stage, machine: Machine) -> float:
        batch = int(machine.native_batch)
        rates = [perf_per_s(self.network(flags, batch), machine, stage) for flags in stage.settings]
        return max(rates) / float(chip_cost(machine).tdp_w) / self.unit

    def _climbed(self, seed: Point, value: Callable[[Point], float], over: Callable[[], bool]) -> Point:
        at, climbing = seed, True
        while climbing and not over():
            climbing = False
            for point in self._near(at):
                if over():
                    break
                if value(point) > value(at):
                    at, climbing = point, True
                    break
        return at

    def _near(self, point: Point) -> Iterator[Point]:
        """Points one move away, then two."""
        for move in self.moves:
            near = moved(self.problem, point, move)
            if near is not None:
                yield near


def run(path: str, starts: Sequence[str], trials: int) -> dict[str, Any]:
    """Every stage for the model at ``path``: values and machines by the stage's name."""
    ablation = Ablation(load(path), trials)
    machines = [asdict(machine_of(load_machine(BASELINE)))]
    machines += [json.loads(Path(start).read_text())["hardware"]["parameters"] for start in starts]
    seeds = [ablation.point(machine) for machine in machines]
    found: dict[str, Any] = {}
    for stage in STAGES:
        value, at = ablation.best(stage, seeds)
        found[stage.name] = {"ratio": value, "parameters": dict(at.values)}
        seeds.append(at)
        print(f"{Path(path).stem:<18} {stage.name:<22} {value:5.2f}x", flush=True)
    return found


def main() -> int:
    """Every model that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", metavar="MODEL")
    parser.add_argument("--from", dest="starts", action="append", default=[], metavar="RESULT.json")
    parser.add_argument("--trials", type=int, default=TRIALS)
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    found = {Path(path).stem: run(path, options.starts, options.trials) for path in options.models}
    if options.json:
        Path(options.json).write_text(json.dumps(found, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
