"""Whole networks on published chips: throughput, shares of the runtime, and what an on-chip memory is worth.

Each check compiles a model as ``fastc eval --schedule stock`` does, XLA's regions in front of the mapper, and costs it.
"""

from __future__ import annotations

import csv
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from fastc import pipelines
from fastc.compilation import clean, read_model
from fastc.files import read
from fastc.frontends import make_context
from fastc.machines import load_machine, preset_names
from fastc.validation.chips import nvdla_machine
from fastc.validation.records import Bar, Check, compare
from hwmodels.mapper import map_network
from hwmodels.network import evaluate
from hwmodels.placement import Residency, place
from hwmodels.records import Machine, Network, NetworkCost
from hwmodels.technology import technology
from passes.analysis.machine import machine_of
from passes.analysis.network import network_of

NETWORKS_FILE = "networks.toml"
MLPERF_FILE = "mlperf_tpu.csv"
NVDLA_FILE = "nvdla_resnet50.csv"

EXAMPLES = (
    "bert_base_s1024",
    "bert_base_s128",
    "efficientnet_b0",
    "efficientnet_b7",
    "mobilenet_v2",
    "resnet50v2",
)
"""The suite: fastc's example models."""

MEBIBYTE = 2**20
FULL_CMEM = 128 * MEBIBYTE

CMEM_BAR = Bar(greatest_difference=0.08)


def checks(data: Path) -> tuple[Check, ...]:
    """Checks against ``data/mlperf_tpu.csv``, ``data/nvdla_resnet50.csv`` and ``data/networks.toml`` (the shipped file
    where ``data`` has none).

    Raises FileNotFoundError without the tables or the example models, ValueError where a file is malformed.
    """
    published = published_networks(data)
    try:
        return (
            *mlperf_checks(data / MLPERF_FILE, published["mlperf"]),
            *shares_checks(published["efficientnet_b7"]),
            *cmem_checks(published["tpu-v4i"]),
            nvdla_check(data / NVDLA_FILE, published["nvdla_resnet50"]),
        )
    except KeyError as error:
        raise ValueError(f"{NETWORKS_FILE}: no entry {error}; compare it with the shipped file") from None


def published_networks(data: Path) -> dict[str, Any]:
    """The figures in ``data/networks.toml``, or in the shipped file."""
    own = data / NETWORKS_FILE
    place_of = own if own.exists() else files("fastc.validation").joinpath("data", NETWORKS_FILE)
    try:
        return tomllib.loads(place_of.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{place_of}: {error}; write it as TOML") from None


def model_path(name: str) -> Path:
    """The file of a model that fastc brings: one of ``EXAMPLES``, or one that only validation uses.

    Raises FileNotFoundError where an installation lacks it.
    """
    package = Path(str(files("fastc")))
    # A wheel holds the examples in the package, a clone beside it.
    places = [package / "validation" / "models", package / "examples", package.parent / "examples"]
    for folder in places:
        if (folder / f"{name}.mlir").is_file():
            return folder / f"{name}.mlir"
    searched = ", ".join(str(folder) for folder in places)
    raise FileNotFoundError(f"no model '{name}.mlir' in {searched}; install fastc from a wheel or run it in a clone")


@cache
def regions(name: str, batch: int, *, fused: bool = False) -> Network:
    """The regions of a model at ``batch`` inferences per run: those of the stock schedule or, ``fused``, those of
    form-regions at its best, where every value crosses a border in its narrowest type."""
    module = clean(read_model(read(str(model_path(name))))).module.clone()
    flags: pipelines.Flags = (("form-regions", ""),) if fused else ()
    steps = pipelines.join(pipelines.set_batch(batch), *pipelines.to_regions("stock", flags))
    pipelines.run(steps, make_context(), module)
    return network_of(module)


def stock_cost(network: Network, machine: Machine, residency: Residency = "none") -> NetworkCost:
    """Cost of ``network`` as the stock schedule runs it, with ``residency`` in the global buffer."""
    mappings = map_network(network, machine, "weight_stationary")
    return evaluate(network, machine, mappings, place(network, machine, mappings, residency))


def preset(name: str) -> Machine:
    """The machine of a preset."""
    return machine_of(load_machine(name))


def mlperf_checks(path: Path, published: Mapping[str, Any]) -> tuple[Check, ...]:
    """ResNet-50's throughput per chip, for the systems of ``path`` that presets describe; none where none does."""
    result: list[Check] = []
    for line, row in enumerate(_rows(path), 2):
        found = re.match(r"TPU (v\w+)[^(]*\((\d+) chips", _text(path, line, row, "system"))
        if found is None or _text(path, line, row, "benchmark") != "resnet50" or row.get("scenario") != "Offline":
            continue
        name, chips = f"tpu-{found[1]}", int(found[2])
        if name not in preset_names() or name not in published["cores"]:
            continue
        batch = published["resnet50_batch_per_core"] * published["cores"][name]
        cost = stock_cost(regions("resnet50_v1_5", batch), preset(name))
        measured = _number(path, line, row, "samples_per_s") / chips
        quantity = f"ResNet-50 on {name.replace('tpu-', 'TPU ')} (images/s per chip)"
        source = f"MLPerf inference {row.get('mlperf_inference') or ''}, Google"
        note = "ResNet-50 v1.5 in bf16; the two cores work on one batch"
        result.append(
            compare(
                path.stem, quantity, [batch / cost.latency_s], [measured], Bar(greatest_ape=0.15), source, note=note
            )
        )
    return tuple(result)


def shares_checks(published: Mapping[str, Any]) -> tuple[Check, ...]:
    """EfficientNet-B7's runtime by the kind of its regions; a fusion's time counts for the convolution in it."""
    network = regions("efficientnet_b7", published["batch"])
    cost = stock_cost(network, preset(published["machine"]))
    shares = dict.fromkeys(published["shares"], 0.0)
    for work, region in zip(network.regions, cost.regions, strict=True):
        kind = work.kind if work.kind in shares else "other"
        shares[kind] += work.runs * region.latency_s / cost.latency_s
    kinds = list(published["shares"])
    note = "depthwise, other convolutions, the rest; the measurement names neither variant nor chip"
    return (
        compare(
            "efficientnet_b7",
            "shares of the runtime on TPU v3",
            [shares[kind] for kind in kinds],
            [published["shares"][kind] for kind in kinds],
            Bar(greatest_difference=0.08),
            published["source"],
            note=note,
        ),
    )


def cmem_checks(published: Mapping[str, Any]) -> tuple[Check, ...]:
    """Performance of the suite on TPU v4i by the size of its CMEM, relative to 128 MiB, against the published means."""
    machine, source = preset(published["machine"]), published["source"]
    sizes = [MEBIBYTE * size for size in published["mebibytes"]]
    relative: list[list[float]] = []
    for name in EXAMPLES:
        network = regions(name, published["batch"])
        seconds = [
            stock_cost(network, replace(machine, global_buffer_bytes=size), "all").latency_s
            for size in (*sizes, FULL_CMEM)
        ]
        relative.append([seconds[-1] / value for value in seconds[:-1]])
    ours = np.mean(relative, axis=0)
    note = f"mean of the six examples, batch {published['batch']}; Google's production applications are not public"
    return tuple(
        compare("tpu-v4i", f"performance by CMEM ({suite})", ours, published[suite], CMEM_BAR, source, note=note)
        for suite in ("production", "mlperf")
    )


def nvdla_check(path: Path, published: Mapping[str, Any]) -> Check:
    """ResNet-50's frames per second on the configurations of NVDLA in ``path``."""
    network = regions("resnet50_v1_int8", 1, fused=True)
    ours: list[float] = []
    theirs: list[float] = []
    for line, row in enumerate(_rows(path), 2):
        macs, kilobytes, gigabytes_per_s, gigahertz, frames = (
            _number(path, line, row, column)
            for column in ("macs", "conv_buffer_KB", "sdram_GBps", "clock_GHz", "resnet50_int8_fps")
        )
        machine = nvdla_machine(macs, 1024.0 * kilobytes, 1e9 * gigabytes_per_s, 28, 1e9 * gigahertz)
        outputs = next(rate for least, rate in published["outputs_per_cycle"] if macs >= least)
        ours.append(1.0 / stock_cost(network, _as_estimated(machine, outputs * published["stages"])).latency_s)
        theirs.append(frames)
    note = "ResNet-50 v1 in 8-bit integers, batch 1"
    return compare(path.stem, "ResNet-50 (frames/s)", ours, theirs, Bar(mape=0.15), "NVIDIA, NVDLA primer", note=note)


def _as_estimated(machine: Machine, lanes: float) -> Machine:
    """NVDLA with ``lanes``, and the stated bandwidth as what DRAM gives."""
    efficiency = technology(machine.node_nm, machine.dram_kind).dram.efficiency
    return replace(
        machine,
        vector_multiplier=lanes / machine.array_columns,
        dram_channel_bytes_per_s=machine.dram_channel_bytes_per_s / efficiency,
    )


def _rows(path: Path) -> list[dict[str, str | None]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows:
        raise ValueError(f"{path}: no rows; expected one a line under the header")
    return rows


def _text(path: Path, line: int, row: Mapping[str, str | None], column: str) -> str:
    text = row.get(column)
    if not text:
        raise ValueError(f"{path}, line {line}, column '{column}': nothing; write a text there")
    return text


def _number(path: Path, line: int, row: Mapping[str, str | None], column: str) -> float:
    text = row.get(column)
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not 0.0 < value < math.inf:
        raise ValueError(f"{path}, line {line}, column '{column}': {text!r}; write a positive number")
    return value
