"""The pass softmax-form: what it takes for a softmax, what it must not, and what it writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdsl.dialects.builtin import ModuleOp
from xdsl.passes import PassPipeline
from xdsl.transforms.canonicalize import CanonicalizePass
from xdsl.transforms.common_subexpression_elimination import CommonSubexpressionElimination
from xdsl.utils.exceptions import PassFailedException

from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import read_stablehlo, write_stablehlo
from hwmodels.records import Rows, VectorWork
from passes.analysis.ops import main_of, op_name
from passes.analysis.vector import vector_work_of
from passes.softmax.match import find_softmax
from passes.softmax_form import SoftmaxFormPass

HEADER = """
%low = stablehlo.constant dense<0xFF800000> : tensor<f32>
%zero = stablehlo.constant dense<0.0> : tensor<f32>
%one = stablehlo.constant dense<1.0> : tensor<f32>
"""
TOP = "%m = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [1] : {RED}"
BELOW = """
%mb = stablehlo.broadcast_in_dim %m, dims = [0] : (tensor<4xf32>) -> tensor<4x4xf32>
%d = stablehlo.subtract %x, %mb : tensor<4x4xf32>
"""
EXP = "%e = stablehlo.exponential %d : tensor<4x4xf32>"
SUM = "%s = stablehlo.reduce(%e init: %zero) applies stablehlo.add across dimensions = [1] : {RED}"
OVER = """
%sb = stablehlo.broadcast_in_dim %s, dims = [0] : (tensor<4xf32>) -> tensor<4x4xf32>
%y = stablehlo.divide %e, %sb : tensor<4x4xf32>
"""
CLASSIC = (TOP, BELOW, EXP, SUM, OVER)


def module_of(*parts: str, results: str = "%y : tensor<4x4xf32>") -> ModuleOp:
    """A function of ``%x`` and ``%z``, both 4 x 4; ``{RED}`` is the type of a reduction of one."""
    body = "\n".join((HEADER, *parts)).replace("{RED}", "(tensor<4x4xf32>, tensor<f32>) -> tensor<4xf32>")
    types = results.partition(" : ")[2]
    text = f"func.func @main(%x: tensor<4x4xf32>, %z: tensor<4x4xf32>) -> ({types}) {{\n{body}\nreturn {results}\n}}"
    return read_stablehlo(text.encode(), "test")


def names(module: ModuleOp) -> list[str]:
    main = main_of(module)
    assert main is not None
    return [op_name(op).partition(".")[2] for op in main.body.block.ops if op_name(op) != "stablehlo.constant"]


def formed(module: ModuleOp, passes: int) -> ModuleOp:
    copy = module.clone()
    SoftmaxFormPass(passes).apply(make_context(), copy)
    copy.verify()
    return copy


def test_the_classic_form_is_left_as_it_is():
    module = module_of(*CLASSIC)
    expected = ["reduce", "broadcast_in_dim", "subtract", "exponential", "reduce", "broadcast_in_dim", "divide"]
    assert names(formed(module, 3)) == [*expected, "return"]
    spaces = SoftmaxFormPass.schedule_space(make_context(), module)
    assert spaces == (SoftmaxFormPass(2), SoftmaxFormPass(3))


def test_two_passes_reduce_once():
    two = formed(module_of(*CLASSIC), 2)
    once = ["broadcast_in_dim", "reduce", "broadcast_in_dim", "subtract", "exponential", "broadcast_in_dim", "divide"]
    assert names(two) == [*once, "return"]
    assert names(formed(two, 3)) == names(formed(module_of(*CLASSIC), 3))


@pytest.mark.parametrize("passes", [2, 3])
def test_it_is_idempotent_after_cleaning_up_and_through_text(passes: int):
    once = formed(module_of(*CLASSIC), passes)
    assert once.is_structurally_equivalent(formed(once, passes))
    PassPipeline((CanonicalizePass(), CommonSubexpressionElimination())).apply(make_context(), once)
    again = read_stablehlo(write_stablehlo(once).encode(), "again")
    assert [softmax.is_online for softmax in find_softmax(again)] == [passes == 2]
    assert names(formed(again, 2)) == names(formed(module_of(*CLASSIC), 2))


def test_each_form_costs_what_it_computes():
    """Of 16 elements: an exponential each, or three; a reduction of two ops each, or none; and the quotients.

    Both read x once more; three passes store the exponentials and read them again too.
    """

    def work(passes: int) -> VectorWork:
        main = main_of(formed(module_of(*CLASSIC), passes))
        assert main is not None
        return vector_work_of(main.body.block)

    assert work(3) == VectorWork(alu=16, transcendental=16, divide=16, reduce=32, rows=Rows(3 * 64, 64, 16))
    assert work(2) == VectorWork(alu=16 * (1 + 9), transcendental=16 * 3, divide=16, rows=Rows(64, 64, 16))


SPELLINGS = {
    "floor": (
        "%m0 = stablehlo.reduce(%x init: %low) applies stablehlo.maximum across dimensions = [1] : {RED}",
        "%lows = stablehlo.broadcast_in_dim %low, dims = [] : (tensor<f32>) -> tensor<4xf32>",
        "%m = stablehlo.maximum %lows, %m0 : tensor<4xf32>",
        *CLASSIC[1:],
    ),
    "lowest finite number": (
        "%f = stablehlo.constant dense<0xFF7FFFFF> : tensor<f32>",
        "%m = stablehlo.reduce(%x init: %f) applies stablehlo.maximum across dimensions = [1] : {RED}",
        *CLASSIC[1:],
    ),
    "kept dimensions": (
        TOP,
        "%mk = stablehlo.reshape %m : (tensor<4xf32>) -> tensor<4x1xf32>",
        "%mb = stablehlo.broadcast_in_dim %mk, dims = [0, 1] : (tensor<4x1xf32>) -> tensor<4x4xf32>",
        "%d = stablehlo.subtract %x, %mb : tensor<4x4xf32>",
        *CLASSIC[2:],
    ),
    "transposed": (
        TOP,
        "%mt = stablehlo.broadcast_in_dim %m, dims = [1] : (tensor<4xf32>) -> tensor<4x4xf32>",
        "%mb = stablehlo.transpose %mt, dims = [1, 0] : (tensor<4x4xf32>) -> tensor<4x4xf32>",
        "%d = stablehlo.subtract %x, %mb : tensor<4x4xf32>",
        *CLASSIC[2:],
    ),
    "maximum before a transpose": (
        "%xt = stablehlo.transpose %x, dims = [1, 0] : (tensor<4x4xf32>) -> tensor<4x4xf32>",
        TOP.replace("%x", "%xt").replace("= [1]", "= [0]"),
        *CLASSIC[1:],
    ),
    "reciprocal": (
        *CLASSIC[:4],
        "%ones = stablehlo.broadcast_in_dim %one, dims = [] : (tensor<f32>) -> tensor<4xf32>",
        "%r = stablehlo.divide %ones, %s : tensor<4xf32>",
        "%rb = stablehlo.broadcast_in_dim %r, dims = [0] : (tensor<4xf32>) -> tensor<4x4xf32>",
        "%y = stablehlo.multiply %rb, %e : tensor<4x4xf32>",
    ),
    "computed twice": (
        "%w = stablehlo.multiply %x, %z : tensor<4x4xf32>",
        "%v = stablehlo.multiply %x, %z : tensor<4x4xf32>",
        TOP.replace("%x", "%w"),
        BELOW.replace("%x", "%v"),
        *CLASSIC[2:],
    ),
    "wider inside": (
        "%x6 = stablehlo.convert %x : (tensor<4x4xf32>) -> tensor<4x4xf64>",
        TOP,
        "%m6 = stablehlo.convert %m : (tensor<4xf32>) -> tensor<4xf64>",
        "%mb = stablehlo.broadcast_in_dim %m6, dims = [0] : (tensor<4xf64>) -> tensor<4x4xf64>",
        "%d = stablehlo.subtract %x6, %mb : tensor<4x4xf64>",
        "%e6 = stablehlo.exponential %d : tensor<4x4xf64>",
        "%z6 = stablehlo.constant dense<0.0> : tensor<f64>",
        "%s6 = stablehlo.reduce(%e6 init: %z6) applies stablehlo.add across dimensions = [1]",
        "  : (tensor<4x4xf64>, tensor<f64>) -> tensor<4xf64>",
        "%s = stablehlo.convert %s6 : (tensor<4xf64>) -> tensor<4xf32>",
        "%e = stablehlo.convert %e6 : (tensor<4x4xf64>) -> tensor<4x4xf32>",
        OVER,
    ),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings(spelling: str):
    module = module_of(*SPELLINGS[spelling])
    (found,) = find_softmax(module)
    assert (found.dimensions, found.is_online) == ((1,), False)
    assert next(find_softmax(formed(module, 2))).is_online
    assert names(formed(formed(module, 2), 3)) == names(formed(module, 3))


LOOKALIKES = {
    "maximum along another dimension": (TOP.replace("= [1]", "= [0]"), *CLASSIC[1:]),
    "maximum spread along another dimension": (TOP, BELOW.replace("[0]", "[1]"), *CLASSIC[2:]),
    "maximum of the transpose": (
        "%xt = stablehlo.transpose %x, dims = [1, 0] : (tensor<4x4xf32>) -> tensor<4x4xf32>",
        TOP.replace("%x", "%xt"),
        *CLASSIC[1:],
    ),
    "maximum of the transpose, spread along another dimension": (
        "%xt = stablehlo.transpose %x, dims = [1, 0] : (tensor<4x4xf32>) -> tensor<4x4xf32>",
        TOP.replace("%x", "%xt").replace("= [1]", "= [0]"),
        BELOW.replace("[0]", "[1]"),
        *CLASSIC[2:],
    ),
    "sum spread along another dimension": (*CLASSIC[:4], OVER.replace("[0]", "[1]")),
    "sum along another dimension": (*CLASSIC[:3], SUM.replace("= [1]", "= [0]"), OVER),
    "sum of another tensor": (*CLASSIC[:3], SUM.replace("%e", "%z"), OVER),
    "maximum of another tensor": (TOP.replace("%x", "%z"), *CLASSIC[1:]),
    "minimum": (TOP.replace("maximum", "minimum"), *CLASSIC[1:]),
    "product": (*CLASSIC[:3], SUM.replace(".add", ".multiply"), OVER),
    "sum that starts at 1": (*CLASSIC[:3], SUM.replace("%zero", "%one"), OVER),
    "maximum that starts at 1": (TOP.replace("%low", "%one"), *CLASSIC[1:]),
    "maximum with another": (
        TOP.replace("%m =", "%m0 ="),
        "%n = stablehlo.reduce(%z init: %low) applies stablehlo.maximum across dimensions = [1] : {RED}",
        "%m = stablehlo.maximum %n, %m0 : tensor<4xf32>",
        *CLASSIC[1:],
    ),
    "maximum that lost digits": (
        TOP.replace("%m =", "%m0 ="),
        "%m1 = stablehlo.convert %m0 : (tensor<4xf32>) -> tensor<4xbf16>",
        "%m = stablehlo.convert %m1 : (tensor<4xbf16>) -> tensor<4xf32>",
        *CLASSIC[1:],
    ),
    "hyperbolic tangent": (TOP, BELOW, EXP.replace("exponential", "tanh"), SUM, OVER),
    "reversed difference": (TOP, BELOW.replace("%x, %mb", "%mb, %x"), EXP, SUM, OVER),
    "reversed quotient": (*CLASSIC[:4], OVER.replace("%e, %sb", "%sb, %e")),
    "product with the sum": (*CLASSIC[:4], OVER.replace("divide", "multiply")),
    "quotient of another": (*CLASSIC[:4], OVER.replace("%e,", "%z,")),
    "no maximum": (EXP.replace("%d", "%x"), SUM, OVER),
    "mask in the sum alone": (
        *CLASSIC[:3],
        "%zeros = stablehlo.broadcast_in_dim %zero, dims = [] : (tensor<f32>) -> tensor<4x4xf32>",
        "%p = stablehlo.compare GT, %z, %zeros : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xi1>",
        "%me = stablehlo.select %p, %e, %zeros : tensor<4x4xi1>, tensor<4x4xf32>",
        SUM.replace("%e", "%me"),
        OVER,
    ),
}


@pytest.mark.parametrize("lookalike", LOOKALIKES)
def test_lookalikes_stay_as_they_are(lookalike: str):
    module = module_of(*LOOKALIKES[lookalike])
    assert SoftmaxFormPass.schedule_space(make_context(), module) == ()
    for passes in (2, 3):
        assert module.is_structurally_equivalent(formed(module, passes))


def test_a_model_without_softmax_stays_as_it_is():
    path = Path(__file__).parent / "models" / "convolutional.mlir"
    module = read_stablehlo(path.read_bytes(), path.name)
    assert SoftmaxFormPass.schedule_space(make_context(), module) == ()
    assert module.is_structurally_equivalent(formed(module, 2))


def test_other_users_keep_what_they_use():
    module = module_of(*CLASSIC, results="%y, %e, %s : tensor<4x4xf32>, tensor<4x4xf32>, tensor<4xf32>")
    two = formed(module, 2)
    assert names(two).count("reduce") == 2
    assert two.is_structurally_equivalent(formed(two, 2))


def test_another_number_of_passes_is_refused():
    with pytest.raises(PassFailedException, match=r"passes=4 is no form of softmax; it must be 2 or 3"):
        SoftmaxFormPass(4).apply(make_context(), ModuleOp([]))
