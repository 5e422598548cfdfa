"""Tables of what the program can list: machines, commands, comparisons with measurements."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Mapping, Sequence
from typing import Any
from unittest import mock

from docs.generate.text import cell, code, table


def machines() -> str:
    """Every preset, what it takes, and the first lines of its file, which say where its figures come from."""
    from fastc.driver import presets
    from fastc.report import si, size

    rows = [
        (
            f"[`{name}`](#{name})",
            _arrays(machine.parameters),
            str(machine.parameters["dtype"]),
            size(machine.parameters["global_buffer_bytes"]),
            f"{machine.parameters['dram_kind']}, {si(machine.dram_bytes_per_s, 'B/s')}",
            f"{machine.area_mm2:.0f}",
            f"{machine.tdp_w:.3g}",
            f"{machine.cost_usd:.0f}",
            si(machine.peak_flops, "FLOP/s"),
        )
        for name, machine in presets()
    ]
    header = ("machine", "arrays", "type", "global buffer", "DRAM", "mm^2", "TDP, W", "chip and memory, $", "peak")
    return table(header, rows)


def _arrays(parameters: Mapping[str, Any]) -> str:
    pe_x, pe_y, rows, columns = (parameters[name] for name in ("pe_x", "pe_y", "array_rows", "array_columns"))
    return f"{pe_x:g} x {pe_y:g} of {rows:g} x {columns:g}"


def machine_files() -> str:
    """The file of each preset, with the comments that say where its figures come from."""
    from importlib.resources import files

    folder = files("hwmodels").joinpath("presets")
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".mlir")), key=lambda entry: entry.name)
    parts: list[str] = []
    for entry in found:
        lines = entry.read_text(encoding="utf-8").splitlines()
        notes = [line.removeprefix("//").strip() for line in lines if line.startswith("//")]
        body = "\n".join(line for line in lines if not line.startswith("//"))
        parts += [f"### {entry.name.removesuffix('.mlir')}", "\n".join(notes), f"```mlir\n{body.strip()}\n```"]
    return "\n\n".join(parts)


def commands() -> str:
    """What ``--help`` says of each command."""
    from fastc.cli import COMMANDS

    parts = [f"```text\n{_help('')}\n```"]
    parts += [f"## fastc {name}\n\n```text\n{_help(name)}\n```" for name in COMMANDS]
    return "\n\n".join(parts)


def _help(name: str) -> str:
    from fastc.cli import main

    captured = io.StringIO()
    wide = mock.patch.dict(os.environ, COLUMNS="100")
    with wide, contextlib.redirect_stdout(captured), contextlib.suppress(SystemExit):
        main([*name.split(), "--help"])
    return captured.getvalue().rstrip()


def validation(text: str) -> str:
    """The comparisons of ``fastc hw validate --json``: a table of errors and bars, and one of sources."""
    checks: Sequence[Mapping[str, Any]] = json.loads(text)["checks"]
    header = ("against", "what", "rows", "mean", "median", "most", "rank", "bar", "met")
    errors = table(header, [_check(check) for check in checks])
    return f"{errors}\n\n{table(('against', 'what', 'source'), [_source(check) for check in checks])}"


def _check(check: Mapping[str, Any]) -> tuple[str, ...]:
    shares = check["bar"].endswith("points")
    most = f"{100 * check['greatest_difference']:.1f} points" if shares else _percent(check["greatest_ape"])
    return (
        code(check["name"]),
        cell(check["quantity"]),
        str(check["rows"]),
        "" if shares else _percent(check["mape"]),
        "" if shares else _percent(check["median_ape"]),
        most,
        "" if check["spearman"] is None else f"{check['spearman']:.3f}",
        cell(check["bar"]).replace("<", "&lt;"),
        "yes" if check["met"] else "**no**",
    )


def _source(check: Mapping[str, Any]) -> tuple[str, str, str]:
    note = check["note"]
    if check.get("mapping_regret") is not None:
        note = f"choosing mappings by the model loses {_percent(check['mapping_regret'])}; {note}"
    return code(check["name"]), cell(check["quantity"]), cell(f"{check['source']}{f'; {note}' if note else ''}")


def _percent(fraction: float) -> str:
    number = f"{100 * fraction:.3g}" if fraction == 0 or fraction >= 1e-5 else "&lt; 0.001"
    return f"{number}&nbsp;%"
