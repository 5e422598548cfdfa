"""Why a result is as it is: its time by the kinds of regions, and its levers."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from fastc.explain.records import Effect, KindSummary, Lever, Levers, ModelSummary
from fastc.report.text import BOUNDS, short, si, table

SHOWN_LEVERS = 10
"""Levers that a table shows."""

BEST = 3
"""Levers of each kind of regions."""

LEAST = 0.0005
"""A change below this counts as none."""

SHORT_BOUNDS = {"array": "array", "vector": "vector", "global_buffer": "L3", "dram": "DRAM", "issue": "start"}
"""How narrow columns call what bounds a region; the global buffer is the third level of buffers."""


def print_kinds(console: Console, summary: ModelSummary) -> None:
    """One model's time by the kinds of its regions: its shares of time and FLOPs, what bounds it, the share of peak
    multiply-accumulates, time over the lower bound, and what it would save were a resource twice as fast."""
    console.print(f"time of {summary.model} by kind of region", style="bold")
    rows = table(["kind"], ["time", "share", "FLOPs"])
    rows.add_column("bound by, %", no_wrap=True)
    for name in ("utilized", "gap"):
        rows.add_column(name, justify="right", no_wrap=True)
    rows.add_column("twice as fast saves, %", no_wrap=True)
    for kind in (*summary.kinds, summary.total):
        rows.add_row(*_kind_cells(kind))
    console.print(rows)
    console.print()


def _kind_cells(kind: KindSummary) -> list[str]:
    over = kind.over_bound
    return [
        kind.kind,
        si(kind.latency_s, "s"),
        f"{kind.share:.0%}",
        f"{kind.flop_share:.0%}",
        _percents({name: seconds / kind.latency_s for name, seconds in kind.bound_s.items() if kind.latency_s}, 2),
        f"{kind.utilization:.1%}",
        "-" if over is None else f"{si(over, '').strip()}x",
        _percents(kind.relief, BEST),
    ]


def _percents(shares: dict[str, float], most: int) -> str:
    """The greatest shares, 'vector 88, DRAM 12', those that round to 0 left out."""
    shown = [(SHORT_BOUNDS.get(name, name), round(100.0 * share)) for name, share in shares.items()]
    return ", ".join(f"{name} {share}" for name, share in shown[:most] if share) or "-"


def print_levers(console: Console, levers: Levers) -> None:
    """The best levers, what their derivative says beside what compiling again finds, and the best of each kind."""
    console.print(f"levers on {levers.objective}", style="bold")
    rows = table(["step"], ["by gradient", "exact", "latency", "exact"])
    rows.add_column("breaks", no_wrap=True, overflow="ellipsis")
    shown = levers.levers[:SHOWN_LEVERS]
    several = len({effect.model for lever in shown for effect in lever.effects if effect.model is not None}) > 1
    for lever in shown:
        rows.add_row(*_lever_cells(lever, several))
    console.print(rows)
    rank = levers.rank_correlation
    agreement = "" if rank is None else f"; gradients and exact changes have rank correlation {rank:.2f}"
    left = len(levers.levers) - len(shown)
    console.print(
        f"{left} more in --json; " if left > 0 else "",
        f"{levers.exact_evaluations} compilations{agreement}",
        sep="",
    )
    console.print()


def print_best_steps(console: Console, model: str, levers: Levers) -> None:
    """For the model and each kind of its regions the steps that save most of its time, as compiling again finds."""
    kinds = dict.fromkeys(
        effect.kind for lever in levers.levers for effect in lever.effects if effect.model == model and effect.kind
    )
    rows = table(["kind", "best step", "second", "third"], [])
    for kind in (None, *kinds):
        best = _best_steps(levers.levers, model, kind)
        if best:
            rows.add_row(kind or "all", *best)
    if rows.row_count:
        console.print(f"what would save time of {model}", style="bold")
        console.print(rows)
        console.print()


def _best_steps(levers: Sequence[Lever], model: str, kind: str | None) -> list[str]:
    """The ``BEST`` steps by their exact change of the latency; a batch of another size is no step that saves time."""
    found = [
        (effect.exact, lever.text.replace("twice the", "2x").replace("half the", "half"))
        for lever in levers
        if lever.name != "native_batch" and lever.model in (None, model)
        for effect in lever.effects
        if (effect.quantity, effect.model, effect.kind) == ("latency", model, kind) and effect.exact is not None
    ]
    found.sort(key=lambda pair: pair[0])
    return [f"{text} {100.0 * saved:.1f}%" for saved, text in found[:BEST] if saved <= -LEAST]


def _lever_cells(lever: Lever, several: bool) -> list[str]:
    latency = next(
        (effect for effect in lever.effects[1:] if effect.kind is None and lever.model in (None, effect.model)), None
    )
    text = f"{lever.text} ({short(lever.model)})" if several and lever.model is not None else lever.text
    return [
        text,
        "exact only" if lever.objective.gradient is None else _change(lever.objective.gradient),
        "no mapping" if lever.reason else _exact(lever.objective.exact),
        *_latency_cells(latency if not several else None),
        "; ".join(lever.breaks),
    ]


def _latency_cells(effect: Effect | None) -> list[str]:
    return ["", ""] if effect is None else [_change(effect.gradient), _exact(effect.exact)]


def _exact(value: float | None) -> str:
    return "untried" if value is None else _change(value)


def _change(value: float | None) -> str:
    if value is None:
        return "-"
    return "0.0 %" if abs(value) < LEAST else f"{100.0 * value:+.1f} %"


def bound_words(shares: dict[str, float], total_s: float) -> str:
    """'DRAM 60%, systolic array 40%': whose regions take how much of the time."""
    return ", ".join(f"{BOUNDS.get(name, name)} {seconds / total_s:.0%}" for name, seconds in shares.items())
