"""Whole networks against what was published: the models that ship, the rows that are read, and every bar."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fastc.validation import networks
from fastc.validation.networks import (
    EXAMPLES,
    MLPERF_FILE,
    NETWORKS_FILE,
    mlperf_checks,
    model_path,
    nvdla_checks,
    preset,
    regions,
    stock_cost,
)

DATA = Path(networks.__file__).parent / "data"
PUBLISHED = networks.published_networks(DATA)


def test_models_that_ship_are_the_published_networks():
    # He et al. give 3.8 x 10^9 multiply-adds for ResNet-50; v1.5 does the 3x3 of three blocks on a bigger image: 3 more
    # times 9 x c x c multiplications for each pixel of the smaller image, and the 1x1 before it likewise.
    first, later = regions("resnet50_v1_int8", 1, fused=True), regions("resnet50_v1_5", 1)
    assert first.macs == pytest.approx(3.86e9, rel=2e-3)
    moved = sum(
        3 * pixels * inputs * inner for pixels, inputs, inner in ((784, 256, 128), (196, 512, 256), (49, 1024, 512))
    )
    assert later.macs - first.macs == moved
    weights = {
        name: sum(t.bytes for t in net.tensors if t.role == "weight") for name, net in (("i8", first), ("bf16", later))
    }
    assert weights["i8"] == pytest.approx(25.6e6, rel=0.02)
    assert weights["bf16"] == pytest.approx(2 * 25.6e6, rel=0.02)


@pytest.mark.parametrize("name", [*EXAMPLES, "resnet50_v1_5", "resnet50_v1_int8"])
def test_every_model_is_found(name: str):
    assert model_path(name).is_file()


def test_a_missing_model_says_where_it_was_looked_for():
    with pytest.raises(FileNotFoundError, match=r"no model 'vgg.mlir' in .*models.*examples"):
        model_path("vgg")


def test_integer_model_keeps_bytes_between_regions():
    network = regions("resnet50_v1_int8", 1, fused=True)
    # The biggest activation is that of 56 x 56 x 256, or the first of 112 x 112 x 64, of one byte each.
    assert max(tensor.bytes for tensor in network.tensors if tensor.role == "activation") == 112 * 112 * 64


def mlperf(folder: Path, *rows: str) -> Path:
    header = "mlperf_inference,system,benchmark,scenario,samples_per_s,source"
    (folder / MLPERF_FILE).write_text("\n".join((header, *rows)) + "\n")
    return folder


def test_resnet50_on_tpu_v3():
    (found,) = mlperf_checks(DATA)
    assert found.rows == 1
    assert found.met


def test_rows_of_other_systems_and_models_are_left_out(tmp_path: Path):
    rows = ('v0.5,"TPU v3-8 (4 chips, x)",gnmt,Offline,3082.08,s', "v3.1,TPU v5e-4,resnet50,Offline,9.8,s")
    assert mlperf_checks(mlperf(tmp_path, *rows)) == ()


def test_a_bad_number_names_its_place(tmp_path: Path):
    folder = mlperf(tmp_path, 'v0.5,"TPU v3-8 (4 chips, x)",resnet50,Offline,many,s')
    with pytest.raises(ValueError, match=r"mlperf_tpu.csv:2: samples_per_s is 'many'; write a finite number"):
        mlperf_checks(folder)


def test_missing_and_malformed_files(tmp_path: Path):
    with pytest.raises(FileNotFoundError, match=MLPERF_FILE):
        networks.checks(tmp_path)
    (tmp_path / NETWORKS_FILE).write_text("[mlperf]\n")
    (tmp_path / MLPERF_FILE).write_text("system,benchmark\nTPU,bert\n")
    with pytest.raises(ValueError, match=r"networks.toml: has no 'efficientnet_b7'; write it as"):
        networks.checks(tmp_path)


def test_nvdla():
    (found,) = nvdla_checks(DATA)
    assert found.rows == 7
    assert found.spearman == 1.0
    assert found.met


def test_depthwise_takes_the_array_in_the_stock_schedule():
    network, machine = regions("mobilenet_v2", 8), preset("tpu-v3")
    cost = stock_cost(network, machine)
    work = next(work for work in network.regions if work.kind == "depthwise" and work.contraction)
    found = cost.regions[network.regions.index(work)]
    assert work.contraction is not None
    g, n, p, q, _, _, r, s = work.contraction.bounds
    # 32 channels of 3 taps a row of the kernel fill 96 of 128 rows; 4 arrays share the pixels.
    assert (g, r, s) == (32, 3, 3)
    assert found.compute_s * machine.clock_hz == pytest.approx(n * p * q * 3 / 4, rel=0.01)


@pytest.mark.slow
def test_efficientnet_b7():
    (found,) = networks.shares_checks(PUBLISHED.efficientnet_b7)
    assert found.met


@pytest.mark.slow
def test_cmem_matters_as_for_mlperf():
    production, mlperf_suite = networks.cmem_checks(PUBLISHED.cmem)
    assert production.spearman == 1.0
    assert mlperf_suite.met


def test_more_cmem_is_never_slower():
    network, machine = regions("mobilenet_v2", 1), preset("tpu-v4i")
    seconds = [
        stock_cost(network, replace(machine, global_buffer_bytes=size << 20), "all").latency_s for size in (0, 4, 128)
    ]
    assert seconds[0] > seconds[1] >= seconds[2]
