"""Whole networks on published chips: throughput, shares of the runtime, and what an on-chip memory is worth.

Each check compiles a model as ``fastc eval --schedule stock`` does, XLA's regions in front of the mapper, and costs it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np

from fastc import pipelines
from fastc.compilation import Model, clean, read_model, stock_cost
from fastc.files import read
from fastc.frontends import make_context
from fastc.machines import load_machine, preset_names
from fastc.validation.chips import NVDLA_COLUMNS, Nvdla, nvdla_machine
from fastc.validation.documents import Entry, read_toml
from fastc.validation.records import Bar, Check, compare
from fastc.validation.suite import brought
from fastc.validation.tables import read_table
from hwmodels.mapper import NoMappingError
from hwmodels.records import Machine, Network
from hwmodels.technology import technology
from passes.analysis.machine import machine_of
from passes.analysis.network import network_of

NETWORKS_FILE = "networks.toml"
MLPERF_FILE = "mlperf_tpu.csv"
NVDLA_FILE = "nvdla_resnet50.csv"

MLPERF_COLUMNS = ("mlperf_inference", "system", "benchmark", "scenario", "samples_per_s")

SYSTEM = re.compile(r"TPU (v\w+)[^(]*\(([1-9]\d{0,5}) chips", re.ASCII)
"""A system of several chips, such as 'TPU v3-8 (4 chips, tpu-v3.8x1)'."""

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


GREATEST_BATCH = 4096


class Mlperf(NamedTuple):
    """How MLPerf's submissions ran."""

    batch_per_core: int
    cores: dict[str, int]
    """Of a chip, by preset."""


class Shares(NamedTuple):
    """A network's runtime by the kind of its regions."""

    machine: str
    batch: int
    shares: dict[str, float]
    source: str


class CmemCurve(NamedTuple):
    """Performance by the size of an on-chip memory, relative to all of it."""

    machine: str
    batch: int
    mebibytes: list[float]
    suites: dict[str, list[float]]
    source: str


class NvdlaProcessor(NamedTuple):
    """The single-point processor behind NVDLA's arrays."""

    outputs_per_cycle: list[tuple[float, float]]
    """(MACs from, outputs), falling."""
    stages: float


class PublishedNetworks(NamedTuple):
    """What ``networks.toml`` says."""

    mlperf: Mlperf
    efficientnet_b7: Shares
    cmem: CmemCurve
    nvdla: NvdlaProcessor


def checks(data: Path) -> tuple[Check, ...]:
    """All checks of this module: see ``mlperf_checks``, ``published_checks`` and ``nvdla_checks``."""
    return (*mlperf_checks(data), *published_checks(data), *nvdla_checks(data))


def published_checks(data: Path) -> tuple[Check, ...]:
    """Checks against figures that are in ``data/networks.toml`` alone, or in the shipped file.

    Raises FileNotFoundError without the example models, ValueError where the file is malformed.
    """
    published = published_networks(data)
    return (*shares_checks(published.efficientnet_b7), *cmem_checks(published.cmem))


def published_networks(data: Path) -> PublishedNetworks:
    """The figures in ``data/networks.toml``, or in the shipped file; ValueError where it is malformed."""
    tables = read_toml(brought(data, NETWORKS_FILE))
    mlperf, shares, nvdla = tables["mlperf"], tables["efficientnet_b7"], tables["nvdla_resnet50"]
    return PublishedNetworks(
        Mlperf(
            mlperf["resnet50_batch_per_core"].whole(most=GREATEST_BATCH),
            {name: count.whole(most=64) for name, count in mlperf["cores"].table().items()},
        ),
        Shares(
            _preset_name(shares["machine"]),
            shares["batch"].whole(most=GREATEST_BATCH),
            {kind: share.number(least=0.0, most=1.0) for kind, share in shares["shares"].table().items()},
            shares["source"].text(),
        ),
        _cmem_curve(tables["tpu-v4i"]),
        NvdlaProcessor(_outputs_per_cycle(nvdla["outputs_per_cycle"]), nvdla["stages"].positive(most=1e3)),
    )


def _cmem_curve(table: Entry) -> CmemCurve:
    sizes = [entry.number(least=0.0, most=1e6) for entry in table["mebibytes"].items(64)]
    suites: dict[str, list[float]] = {}
    for suite in ("production", "mlperf"):
        suites[suite] = [entry.number(least=0.0) for entry in table[suite].items(64)]
        if len(suites[suite]) != len(sizes) or not sizes:
            raise table[suite].wrong("one share for each of 'mebibytes', one at least")
    batch = table["batch"].whole(most=GREATEST_BATCH)
    return CmemCurve(_preset_name(table["machine"]), batch, sizes, suites, table["source"].text())


def _outputs_per_cycle(table: Entry) -> list[tuple[float, float]]:
    pairs = [[value.positive() for value in entry.items(2)] for entry in table.items(64)]
    if not pairs or any(len(pair) != 2 for pair in pairs) or pairs[-1][0] != 1.0:
        raise table.wrong("pairs of least MACs and outputs, falling to 1 MAC: [[257, 2], [1, 1]]")
    return [(least, outputs) for least, outputs in pairs]


def _preset_name(entry: Entry) -> str:
    if entry.text() not in preset_names():
        raise entry.wrong(f"one of {', '.join(preset_names())}")
    return entry.text()


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
def _cleaned(name: str) -> Model:
    return clean(read_model(read(str(model_path(name)))))


@cache
def regions(name: str, batch: int, *, fused: bool = False) -> Network:
    """The regions of a model at ``batch`` inferences per run: those of the stock schedule or, ``fused``, those of
    form-regions at its best, where every value crosses a border in its narrowest type."""
    flags: pipelines.Flags = (("form-regions", ""),) if fused else ()
    steps = pipelines.join(pipelines.set_batch(batch), *pipelines.to_regions("stock", flags))
    return network_of(pipelines.run_on_copy(steps, make_context(), _cleaned(name).module))


def preset(name: str) -> Machine:
    """The machine of a preset."""
    return machine_of(load_machine(name))


def mlperf_checks(data: Path) -> tuple[Check, ...]:
    """ResNet-50's throughput per chip, for the systems of ``data/mlperf_tpu.csv`` that presets describe; none where
    none does.

    Raises FileNotFoundError without the file or the model, ValueError where a file is malformed.
    """
    result: list[Check] = []
    published = published_networks(data).mlperf
    for row in read_table(data / MLPERF_FILE, MLPERF_COLUMNS):
        measured = row.positive("samples_per_s")
        found = SYSTEM.match(row.text("system"))
        if found is None or (row.text("benchmark"), row.text("scenario")) != ("resnet50", "Offline"):
            continue
        name, chips = f"tpu-{found[1]}", int(found[2])
        if name not in preset_names() or name not in published.cores:
            continue
        batch = published.batch_per_core * published.cores[name]
        cost = stock_cost(regions("resnet50_v1_5", batch), preset(name))
        result.append(
            compare(
                "mlperf_tpu",
                f"ResNet-50 on {name.replace('tpu-', 'TPU ')} (images/s per chip)",
                [batch / cost.latency_s],
                [measured / chips],
                Bar(greatest_ape=0.15),
                f"MLPerf inference {row.text('mlperf_inference')}, Google",
                note="ResNet-50 v1.5 in bf16; the two cores work on one batch",
            )
        )
    return tuple(result)


def shares_checks(published: Shares) -> tuple[Check, ...]:
    """EfficientNet-B7's runtime by the kind of its regions; a fusion's time counts for the convolution in it."""
    network = regions("efficientnet_b7", published.batch)
    cost = stock_cost(network, preset(published.machine))
    shares = dict.fromkeys(published.shares, 0.0)
    for work, region in zip(network.regions, cost.regions, strict=True):
        kind = work.kind if work.kind in shares else "other"
        shares[kind] += work.runs * region.latency_s / cost.latency_s
    kinds = list(published.shares)
    note = "depthwise, other convolutions, the rest; the measurement names neither variant nor chip"
    return (
        compare(
            "efficientnet_b7",
            "shares of the runtime on TPU v3",
            [shares[kind] for kind in kinds],
            [published.shares[kind] for kind in kinds],
            Bar(greatest_difference=0.08),
            published.source,
            note=note,
        ),
    )


def cmem_checks(published: CmemCurve) -> tuple[Check, ...]:
    """Performance of the suite on TPU v4i by the size of its CMEM, relative to 128 MiB, against the published means."""
    machine = preset(published.machine)
    sizes = [MEBIBYTE * size for size in published.mebibytes]
    relative: list[list[float]] = []
    for name in EXAMPLES:
        network = regions(name, published.batch)
        seconds = [
            stock_cost(network, replace(machine, global_buffer_bytes=size), "all").latency_s
            for size in (*sizes, FULL_CMEM)
        ]
        relative.append([seconds[-1] / value for value in seconds[:-1]])
    ours = np.mean(relative, axis=0)
    note = f"mean of the six examples, batch {published.batch}; Google's production applications are not public"
    return tuple(
        compare("tpu-v4i", f"performance by CMEM ({suite})", ours, theirs, CMEM_BAR, published.source, note=note)
        for suite, theirs in published.suites.items()
    )


def nvdla_checks(data: Path) -> tuple[Check, ...]:
    """ResNet-50's frames per second on the configurations of NVDLA in ``data/nvdla_resnet50.csv``.

    Raises FileNotFoundError without the file or the model, ValueError where a file is malformed.
    """
    published = published_networks(data).nvdla
    network = regions("resnet50_v1_int8", 1, fused=True)
    rows = read_table(data / NVDLA_FILE, (*NVDLA_COLUMNS, "resnet50_int8_fps"))
    ours: list[float] = []
    for row in rows:
        config = Nvdla.of(row)
        outputs = next(rate for least, rate in published.outputs_per_cycle if config.macs >= least)
        machine = _as_estimated(nvdla_machine(config, 28), outputs * published.stages)
        try:
            ours.append(1.0 / stock_cost(network, machine).latency_s)
        except NoMappingError as error:
            raise row.wrong("conv_buffer_KB", f"more: {error}") from None
    theirs = [row.positive("resnet50_int8_fps") for row in rows]
    note = "ResNet-50 v1 in 8-bit integers, batch 1; of some 14 ways to buffer and fuse, the one nearest to the table"
    bar, source = Bar(mape=0.15), "NVIDIA, NVDLA primer"
    return (compare("nvdla_resnet50", "ResNet-50 (frames/s)", ours, theirs, bar, source, note=note),)


def _as_estimated(machine: Machine, lanes: float) -> Machine:
    """NVDLA with ``lanes``, and the stated bandwidth as what DRAM gives."""
    efficiency = technology(machine.node_nm, machine.dram_kind).dram.efficiency
    return replace(
        machine,
        vector_multiplier=lanes / machine.array_columns,
        dram_channel_bytes_per_s=machine.dram_channel_bytes_per_s / efficiency,
    )
