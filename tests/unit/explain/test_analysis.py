"""FAST's analysis: bytes and FLOPs by hand, attention where there is some, and FAST's own figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fastc.compilation import clean, read_model
from fastc.explain.analysis import analyze_models, share_at
from fastc.explain.records import Analysis
from fastc.files import Source
from tests.conftest import Fastc

ATTENTION = """\
module @attention {
  func.func public @main(%w: tensor<32x32xbf16>, %x: tensor<2x64x32xbf16>) -> tensor<2x64x32xbf16> {
    %q = stablehlo.dot_general %x, %w, contracting_dims = [2] x [0]
        : (tensor<2x64x32xbf16>, tensor<32x32xbf16>) -> tensor<2x64x32xbf16>
    %s = stablehlo.dot_general %q, %x, batching_dims = [0] x [0], contracting_dims = [2] x [2]
        : (tensor<2x64x32xbf16>, tensor<2x64x32xbf16>) -> tensor<2x64x64xbf16>
    %low = stablehlo.constant dense<0xFF80> : tensor<bf16>
    %zero = stablehlo.constant dense<0.0> : tensor<bf16>
    %m = stablehlo.reduce(%s init: %low) applies stablehlo.maximum across dimensions = [2]
        : (tensor<2x64x64xbf16>, tensor<bf16>) -> tensor<2x64xbf16>
    %mb = stablehlo.broadcast_in_dim %m, dims = [0, 1] : (tensor<2x64xbf16>) -> tensor<2x64x64xbf16>
    %d = stablehlo.subtract %s, %mb : tensor<2x64x64xbf16>
    %e = stablehlo.exponential %d : tensor<2x64x64xbf16>
    %t = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [2]
        : (tensor<2x64x64xbf16>, tensor<bf16>) -> tensor<2x64xbf16>
    %tb = stablehlo.broadcast_in_dim %t, dims = [0, 1] : (tensor<2x64xbf16>) -> tensor<2x64x64xbf16>
    %p = stablehlo.divide %e, %tb : tensor<2x64x64xbf16>
    %o = stablehlo.dot_general %p, %x, batching_dims = [0] x [0], contracting_dims = [2] x [1]
        : (tensor<2x64x64xbf16>, tensor<2x64x32xbf16>) -> tensor<2x64x32xbf16>
    return %o : tensor<2x64x32xbf16>
  }
}
"""


def _analysis(text: str, hw: str = "tpu-v3", **options: object) -> Analysis:
    model = read_model(Source("model.mlir", text.encode()))
    return analyze_models([model], hw, schedule="stock", **options).analyses[0]  # pyright: ignore[reportArgumentType]


@pytest.fixture(scope="module")
def attention() -> Analysis:
    """One head over 64 positions, two sequences at once."""
    return _analysis(ATTENTION, batch=2)


def test_intensity_before_and_after_fusion(attention: Analysis) -> None:
    """Bytes of a layer of attention: X is 8,192 bytes, its scores 16,384, its weights 2,048."""
    whole = attention.intensities[0]
    products = 2 * (2 * 64 * 32 * 32 + 2 * 2 * 64 * 64 * 32)
    # Per score a maximum, a difference, an exponential, a sum and a quotient.
    assert whole.flops == products + 5 * 2 * 64 * 64
    x, scores, row, w = 8192, 16384, 256, 2048
    alone = (2 * x + w) + (2 * x + scores) + (scores + row) + (2 * scores + row) + 2 * scores + (scores + row)
    alone += (2 * scores + row) + (scores + 2 * x)
    assert whole.op_bytes == alone
    # The softmax is fused with the scores: regions move X and W, then Q and X, then the scores and X.
    assert whole.region_bytes == (2 * x + w) + (2 * x + scores) + (scores + 2 * x)
    assert whole.of_ops < whole.of_regions
    assert attention.ridge == pytest.approx(123.2e12 / 900e9, rel=0.01)


def test_working_sets(attention: Analysis) -> None:
    """What each region reads and writes; weights apart."""
    sets = [(one.weight_bytes, one.input_bytes, one.output_bytes) for one in attention.working_sets]
    assert sets == [(2048.0, 8192.0, 8192.0), (0.0, 16384.0, 16384.0), (0.0, 24576.0, 8192.0)]
    assert attention.weight_bytes == 2048.0


def test_attention_is_products_of_activations_and_softmax(attention: Analysis) -> None:
    """Two of the three regions, of which one holds the softmax; the projection is none of it."""
    found = attention.attention
    assert found is not None
    assert found.sequence == 64
    products, softmax = 2 * 2 * 2 * 64 * 64 * 32, 5 * 2 * 64 * 64
    projection = 2 * 2 * 64 * 32 * 32
    assert found.flop_share == pytest.approx((products + softmax) / (products + softmax + projection))
    assert 0.0 < found.softmax_s < found.attention_s < attention.latency_s
    assert found.extrapolated[0] == (128, pytest.approx(share_at(found.attention_share, 2.0)))


def test_extrapolation_by_hand() -> None:
    """Of half the time, twice the sequence makes two thirds: 4 times 1 beside 2 times 1."""
    assert share_at(0.5, 2.0) == pytest.approx(2.0 / 3.0)
    assert share_at(1.0, 8.0) == 1.0


def test_a_model_without_attention_has_none(small_model: Path) -> None:
    """Products with weights are none."""
    assert _analysis(small_model.read_text()).attention is None


@pytest.fixture(scope="module")
def efficientnet() -> Analysis:
    """EfficientNet-B0 as FAST found its baseline: XLA's regions on the TPU v3, batch 64."""
    path = Path(__file__).parents[3] / "examples" / "efficientnet_b0.mlir"
    return _analysis(path.read_text(), batch=64)


def test_depthwise_convolutions_take_the_time_and_others_the_flops(efficientnet: Analysis) -> None:
    """FAST's table (of EfficientNet, in the notes of Stanford's CS229S): depthwise convolutions 5.0 % of the FLOPs and
    65.3 % of the time, others 94.7 % and 34.2 %. B0 has small images, so more of its FLOPs are depthwise."""
    kinds = {kind.kind: kind for kind in efficientnet.summary.kinds}
    assert kinds["depthwise"].share == pytest.approx(0.653, abs=0.04)
    assert kinds["conv"].share == pytest.approx(0.342, abs=0.04)
    assert kinds["depthwise"].flop_share == pytest.approx(0.05, abs=0.07)
    assert kinds["conv"].flop_share == pytest.approx(0.947, abs=0.07)
    assert efficientnet.intensities[0].of_regions < efficientnet.ridge


def test_analyze_prints_tables_that_fit_and_writes_json(fastc: Fastc, tmp_path: Path) -> None:
    """Two models with attention share one table by sequence."""
    path, longer = tmp_path / "attention.mlir", tmp_path / "longer.mlir"
    path.write_text(ATTENTION)
    longer.write_text(ATTENTION.replace("x64x", "x128x").replace("x64x", "x128x").replace("x64xbf16", "x128xbf16"))
    done = fastc("analyze", path, longer, "--hw", "tpu-v3", "--batch", 2, "--json", tmp_path / "a.json")
    assert done.code == 0, done.err
    assert max(map(len, done.out.splitlines())) <= 100
    assert "…" not in done.out
    assert "attention by sequence" in done.out
    assert "128" in done.out
    document = json.loads((tmp_path / "a.json").read_text())
    assert [one["attention"]["sequence"] for one in document["analyses"]] == [64, 128]
    piped = fastc("analyze", path, "--hw", "tpu-v3", "--json", "-")
    assert json.loads(piped.out)["analyses"][0]["schedule"] == "fastc"
    assert "ridge point" in piped.err


def test_a_lowered_module_is_analyzed_as_it_is(fastc: Fastc, small_model: Path, tmp_path: Path) -> None:
    """Its machine and schedule are its own."""
    lowered = tmp_path / "lowered.mlir"
    assert fastc("opt", small_model, "--hw", "tpu-v3", "-o", lowered).code == 0
    done = fastc("analyze", lowered)
    assert done.code == 0, done.err
    assert "lowered schedule" in done.out


def test_a_model_without_a_machine_is_refused(fastc: Fastc, small_model: Path) -> None:
    """The message names presets."""
    done = fastc("analyze", small_model)
    assert done.code == 2
    assert "--hw" in done.err
    assert "tpu-v3" in done.err


def test_cleaning_leaves_the_model_as_it_is() -> None:
    """The same text analyzed twice gives the same."""
    model = clean(read_model(Source("model.mlir", ATTENTION.encode())))
    once, again = (analyze_models([model], "tpu-v3", batch=2) for _ in range(2))
    assert once.analyses == again.analyses
