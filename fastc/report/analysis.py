"""What limits a model on a machine: shares, intensities, working sets, attention."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from fastc.explain.records import Analysis, AnalysisResult, WorkingSet
from fastc.report.explanation import print_kinds
from fastc.report.text import console_for, short, si, table

GREATEST = 5
"""Working sets that a table shows."""


def print_analysis(result: AnalysisResult, *, to_standard_error: bool = False) -> None:
    """Each model on its machine, and those with attention by their sequence."""
    console = console_for(to_standard_error=to_standard_error)
    for analysis in result.analyses:
        inferences = "1 inference" if analysis.batch == 1 else f"{analysis.batch} inferences"
        console.print(
            f"{analysis.model} on {analysis.hardware}, {analysis.schedule} schedule, {inferences} in "
            f"{si(analysis.latency_s, 's')}",
            style="bold",
        )
        console.print()
        print_kinds(console, analysis.summary)
        _print_intensities(console, analysis)
        _print_working_sets(console, analysis)
    _print_attention(console, [analysis for analysis in result.analyses if analysis.attention is not None])


def _print_intensities(console: Console, analysis: Analysis) -> None:
    console.print(f"FLOPs for each byte of DRAM; ridge point {analysis.ridge:.4g} FLOP/B", style="bold")
    rows = table(["kind"], ["FLOPs", "ops alone", "regions", "as compiled"])
    rows.add_column("limit of the roofline", no_wrap=True)
    for one in analysis.intensities:
        rows.add_row(
            one.kind,
            si(one.flops, "FLOP"),
            f"{one.of_ops:.4g}",
            f"{one.of_regions:.4g}",
            f"{one.placed:.4g}",
            "peak" if one.placed >= analysis.ridge else f"DRAM, at {one.placed / analysis.ridge:.0%} of peak",
        )
    console.print(rows)
    console.print()


def _print_working_sets(console: Console, analysis: Analysis) -> None:
    console.print(f"greatest working sets of {len(analysis.working_sets)} regions", style="bold")
    rows = table(["region", "kind"], ["weights", "inputs", "outputs"])
    for one in sorted(analysis.working_sets, key=_total, reverse=True)[:GREATEST]:
        rows.add_row(
            short(one.region),
            one.kind,
            *(si(size, "B") for size in (one.weight_bytes, one.input_bytes, one.output_bytes)),
        )
    console.print(rows)
    weights = max((one.weight_bytes for one in analysis.working_sets), default=0.0)
    activations = max((one.activation_bytes for one in analysis.working_sets), default=0.0)
    console.print(
        f"all weights {si(analysis.weight_bytes, 'B')}; of one region at most {si(weights, 'B')} of weights and "
        f"{si(activations, 'B')} of activations"
    )
    console.print()


def _total(one: WorkingSet) -> float:
    return one.weight_bytes + one.activation_bytes


def _print_attention(console: Console, analyses: Sequence[Analysis]) -> None:
    """By sequence: what was compiled, then what the longest of them becomes for longer sequences."""
    if not analyses:
        return
    console.print("attention by sequence: products of activations and softmax", style="bold")
    rows = table(["model"], ["sequence", "batch", "latency", "FLOPs", "time", "softmax"])
    for analysis in sorted(analyses, key=lambda one: one.attention.sequence if one.attention else 0):
        one = analysis.attention
        if one is not None:
            rows.add_row(
                short(analysis.model),
                str(one.sequence),
                str(analysis.batch),
                si(analysis.latency_s, "s"),
                f"{one.flop_share:.1%}",
                f"{one.attention_share:.1%}",
                f"{one.softmax_share:.1%}",
            )
    console.print(rows)
    for analysis in analyses:
        if analysis.attention is not None:
            longer = ", ".join(f"{share:.0%} at {sequence}" for sequence, share in analysis.attention.extrapolated)
            console.print(
                f"{short(analysis.model)}, extrapolated with the square of the sequence: {longer}", soft_wrap=True
            )
    console.print()
