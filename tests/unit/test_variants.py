"""The settings of the flags that a search may choose, and that it chooses well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import fastc as library
from fastc import driver
from fastc.compilation import Model, clean, model_of, regions_of
from fastc.dse.records import Variant
from fastc.errors import InputError
from fastc.frontends.stablehlo import read_stablehlo
from fastc.machines import load_machine
from fastc.searching import SearchRequest, search_problem
from fastc.variants import Searched
from tests.conftest import Fastc

UNEVEN = """\
func.func @main(%x: tensor<1x197x511xbf16>, %w: tensor<511x255xbf16>, %v: tensor<255x511xbf16>)
    -> tensor<1x197x511xbf16> {
  %0 = stablehlo.dot_general %x, %w, contracting_dims = [2] x [0]
      : (tensor<1x197x511xbf16>, tensor<511x255xbf16>) -> tensor<1x197x255xbf16>
  %1 = stablehlo.tanh %0 : tensor<1x197x255xbf16>
  %2 = stablehlo.dot_general %1, %v, contracting_dims = [2] x [0]
      : (tensor<1x197x255xbf16>, tensor<255x511xbf16>) -> tensor<1x197x511xbf16>
  return %2 : tensor<1x197x511xbf16>
}
"""
"""Sizes that divide into no even tiles, each one short of a power of two."""


CONVOLUTION = """\
func.func @main(%x: tensor<1x8x8x12xbf16>, %w: tensor<3x3x12x20xbf16>) -> tensor<1x6x6x20xbf16> {
  %0 = stablehlo.convolution(%x, %w) dim_numbers = [b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f],
      window = {stride = [1, 1], pad = [[0, 0], [0, 0]]}
      {batch_group_count = 1 : i64, feature_group_count = 1 : i64}
      : (tensor<1x8x8x12xbf16>, tensor<3x3x12x20xbf16>) -> tensor<1x6x6x20xbf16>
  return %0 : tensor<1x6x6x20xbf16>
}
"""


def _uneven() -> Model:
    return model_of(read_stablehlo(UNEVEN.encode(), "uneven"), "uneven")


def _variants(model: Model, *flags: Searched) -> tuple[Variant, ...]:
    return search_problem(SearchRequest((model,), flags=flags)).models[0].variants


def test_settings_that_make_the_same_regions_are_one() -> None:
    """511 and 255 become 512 and 256, whatever they shall be multiples of; there is no layout to choose."""
    variants = _variants(_uneven(), "pad-tensors", "assign-layout")
    assert [(variant.name, variant.flags) for variant in variants] == [
        ("default", ()),
        ("padded to 8", (("pad-tensors", "multiple-of=8"),)),
    ]


def test_settings_are_combined_and_each_makes_its_own_regions() -> None:
    """The networks are those of the flags, at a batch that was not looked at before, too."""
    model = model_of(read_stablehlo(CONVOLUTION.encode(), "convolution"), "convolution")
    variants = _variants(model, "assign-layout", "pad-tensors")
    names = ["default", "padded to 8", "padded to 16", "nchw", "nchw, padded to 8", "nchw, padded to 16"]
    assert [variant.name for variant in variants] == names
    networks = [variant.network(4) for variant in variants]
    assert all(one not in networks[:index] for index, one in enumerate(networks))
    assert networks == [regions_of(clean(model), 4, variant.flags) for variant in variants]


def test_by_default_only_the_form_of_softmax_is_searched() -> None:
    assert [variant.name for variant in _variants(_uneven())] == ["default"]


def test_a_search_pads_where_that_pays(fastc: Fastc, tmp_path: Path) -> None:
    """On nvdla-small, whose tiles of 511 are uneven: 6 % faster, as fastc's own evaluation of that pipeline says."""
    model, result = tmp_path / "uneven.mlir", tmp_path / "r.json"
    model.write_text(UNEVEN)
    run = fastc(
        "opt", model, "--search", "--hw", "nvdla-small", "--freeze", "hardware", "--flags", "pad-tensors",
        "--json", result,
    )  # fmt: skip
    assert run.code == 0
    found = json.loads(result.read_text())
    assert "pad-tensors{multiple-of=8}" in found["models"][0]["pipeline"]
    assert found["search"]["exact_evaluations"] == 2
    machine, padded = load_machine("nvdla-small"), (("pad-tensors", "multiple-of=8"),)
    plain, better = (driver.cost(clean(_uneven()), machine, "fastc", flags=flags).metrics for flags in ((), padded))
    assert found["search"]["exact_value"] == pytest.approx(better.perf_per_s / better.tdp_w, rel=1e-9)
    assert better.perf_per_s > 1.05 * plain.perf_per_s


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--search", "--freeze", "flags", "--flags", "pad-tensors"], "leave --flags pad-tensors out"),
        (["--search", "--flags", "pad-tensor"], "did you mean 'pad-tensors'?"),
        (["--search", "--flags", ""], "there is pad-tensors, assign-layout"),
        (["--flags", "pad-tensors"], "--flags needs --search"),
    ],
)
def test_requests_that_make_no_sense(fastc: Fastc, small_model: Path, arguments: list[str], message: str) -> None:
    run = fastc("opt", small_model, *arguments)
    assert (run.code, run.out) == (2, "")
    assert message in run.err


def test_the_library_refuses_what_is_no_pass_with_settings() -> None:
    with pytest.raises(InputError, match="pad-tensors"):
        library.search(_uneven().module, flags=["inline"])  # pyright: ignore[reportArgumentType]
