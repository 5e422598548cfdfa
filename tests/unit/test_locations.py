"""Where an op comes from: read with the model, kept by passes, shown in text and in messages."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdsl.dialects.builtin import (
    CallSiteLoc,
    FileLineColLoc,
    FusedLoc,
    IntAttr,
    LocationAttr,
    ModuleOp,
    NameLoc,
    NoneAttr,
    StringAttr,
    UnknownLoc,
)
from xdsl.dialects.func import FuncOp

from dialects.region import FusedOp
from fastc import pipelines
from fastc.frontends import ReadError, make_context, read_module
from fastc.frontends.stablehlo import read_stablehlo
from fastc.transform import print_module
from passes.analysis.ops import main_of
from passes.analysis.place import place_of
from tests.conftest import Fastc

MODEL = Path(__file__).parents[1] / "data" / "locations.mlir"


def model() -> ModuleOp:
    return read_stablehlo(MODEL.read_bytes(), "locations.mlir")


def places(module: ModuleOp) -> dict[str, str]:
    """The place of each op of ``@main``, by its name; of several of one name, the last one's."""
    main = main_of(module)
    assert main is not None
    return {op.name: place_of(op) for op in main.body.block.ops}


def test_an_op_has_the_name_and_the_innermost_line_of_its_call_stack():
    found = places(model())
    assert found["stablehlo.dot_general"] == "layers.py:51:11 (jit(fn)/model/dense/dot_general)"
    assert found["func.call"] == "model.py:12:8 (jit(fn)/model/softmax)"


def test_arguments_have_their_names():
    main = next(op for op in model().ops if isinstance(op, FuncOp))
    assert [arg.location for arg in main.args] == [
        NameLoc(StringAttr(name), NoneAttr()) for name in ("weights[0]", "weights[1]", "args[0]")
    ]


def test_a_text_without_locations_is_its_own_place():
    text = b"module {\n  func.func @main(%x: tensor<f32>) -> tensor<f32> {\n    return %x : tensor<f32>\n  }\n}\n"
    assert places(read_stablehlo(text, "m.mlir")) == {"func.return": "m.mlir:3:5"}


@pytest.mark.parametrize(
    "pipeline",
    [
        "inline",
        "inline,canonicalize,cse,dce",
        "inline,softmax-form{passes=2}",
        "inline,softmax-form{passes=3}",
        "inline,pad-tensors{multiple-of=12}",
    ],
)
def test_passes_keep_places_and_give_new_ops_one(pipeline: str):
    module = model()
    pipelines.run(pipeline, make_context(), module)
    main = main_of(module)
    assert main is not None
    lost = [op.name for op in main.body.block.ops if not place_of(op)]
    assert lost == []
    assert places(module)["stablehlo.add"] == "layers.py:51:11 (jit(fn)/model/dense/add)"


def test_regions_keep_the_places_of_their_ops():
    module = model()
    pipelines.run("inline,form-regions,lower-to-stablehlo", make_context(), module)
    expected = model()
    pipelines.run("inline", make_context(), expected)
    assert places(module) == places(expected)


@pytest.mark.parametrize("pipeline", ["inline", "inline,form-regions"])
def test_printed_locations_are_read_back(pipeline: str):
    module = model()
    pipelines.run(pipeline, make_context(), module)
    again = read_module(print_module(module, locations=True).encode(), "again.mlir", make_context())
    pairs = list(zip(module.walk(), again.walk(), strict=True))
    known = [(op.location, read.location) for op, read in pairs if not isinstance(op.location, UnknownLoc)]
    assert len(known) > 10
    assert all(location == read for location, read in known)


def test_an_op_of_our_dialects_has_its_place_in_the_text():
    module = model()
    pipelines.run("inline,form-regions", make_context(), module)
    text = print_module(module)
    again = read_module(text.encode(), "regions.mlir", make_context())
    lines = text.splitlines()
    regions = [op for op in again.walk() if isinstance(op, FusedOp)]
    for op in (again, *regions, *(inner for region in regions for inner in region.body.block.ops)):
        file, line, column = place_of(op).split(":")
        shown = lines[int(line) - 1][int(column) - 1 :]
        assert file == "regions.mlir"
        assert op.name.removeprefix("func.") in shown
        assert not shown.startswith(" ")


def test_debuginfo_shows_them(fastc: Fastc):
    out = fastc("opt", MODEL, "-p", "inline", "--print-debuginfo").out
    assert 'loc("jit(fn)/model/dense/add"("layers.py":51:11))' in out
    assert '%arg2: tensor<1x8xf32> loc("args[0]")' in out
    assert "loc(" not in fastc("opt", MODEL, "-p", "inline").out


def test_an_error_names_the_place():
    text = MODEL.read_text().replace("tensor<1x16xf32>", "tensor<?x16xf32>").replace("tensor<1xf32>", "tensor<?xf32>")
    text = text[: text.index("    %1 =")] + "    return %0 : tensor<?x16xf32>\n  }\n}\n" + text[text.index("#line1") :]
    with pytest.raises(ReadError, match=r"^layers\.py:51:11 \(jit\(fn\)/model/dense/dot_general\): .* dynamic shape"):
        read_stablehlo(text.encode(), "m.mlir")


LINE = FileLineColLoc(StringAttr("a.py"), IntAttr(3), IntAttr(7))


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (UnknownLoc(), ""),
        (LINE, "a.py:3:7"),
        (NameLoc(StringAttr("layer/add"), NoneAttr()), "layer/add"),
        (NameLoc(StringAttr("layer/add"), LINE), "a.py:3:7 (layer/add)"),
        (CallSiteLoc(LINE, UnknownLoc()), "a.py:3:7"),
        (FusedLoc((UnknownLoc(), LINE), NoneAttr()), "a.py:3:7"),
    ],
)
def test_place_of(location: LocationAttr, expected: str):
    op = ModuleOp([])
    op.location = location
    assert place_of(op) == expected
