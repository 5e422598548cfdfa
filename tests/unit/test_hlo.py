"""HLO text: recognised, parsed, refused with a place; constants and layouts by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from xdsl.dialects.builtin import FileLineColLoc

from fastc import xla
from fastc.frontends import make_context, read_module
from fastc.frontends.hlo.conversion import read_hlo
from fastc.frontends.hlo.parser import parse_hlo
from fastc.frontends.hlo.recognition import is_hlo
from fastc.frontends.hlo.records import ArrayShape, TupleShape
from fastc.frontends.stablehlo import ReadError, canonical_text, write_stablehlo
from tests.conftest import Fastc


def text_of(*lines: str, before: str = "") -> str:
    """A module whose entry has these instructions: the first of them stands in line 4."""
    body = "\n".join(f"  {line}" for line in lines)
    return f"HloModule m\n{before}\nENTRY main {{\n{body}\n}}\n"


def outputs_of(text: str, *arguments: Any) -> tuple[np.ndarray[Any, Any], ...]:
    return xla.run(write_stablehlo(read_hlo(text.encode(), "m.hlo")), arguments)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"HloModule m\n", True),
        (b"\n// a comment\n/* another\n */ HloModule m, is_scheduled=true", True),
        (b"module @HloModule {}", False),
        (b"// HloModule m\nmodule {}", False),
        (b"HloModules\n", False),
        (b"", False),
    ],
)
def test_recognition(data: bytes, expected: bool) -> None:
    assert is_hlo(data) == expected


def test_records() -> None:
    module = parse_hlo(
        text_of(
            "%x = bf16[2,3]{0,1:T(8,128)S(1)} parameter(0), sharding={replicated}",
            "ROOT %out = (bf16[2,3]{1,0}, /*index=1*/(s32[], pred[4])) custom-call(bf16[2,3] %x, %x), "
            'custom_call_target="}, {", metadata={op_name="a{b" source_line=3}',
        ),
        "m.hlo",
    )
    x, out = module.entry.instructions
    assert (module.name, module.entry.name, module.entry.root) == ("m", "main", out)
    assert (x.name, x.opcode, x.literal, x.operands) == ("x", "parameter", "0", ())
    assert x.shape == ArrayShape("bf16", (2, 3), (0, 1), "T(8,128)S(1)")
    assert out.shape == TupleShape(
        (
            ArrayShape("bf16", (2, 3), (1, 0)),
            TupleShape((ArrayShape("s32", (), ()), ArrayShape("pred", (4,), (0,)))),
        )
    )
    assert out.operands == ("x", "x")
    assert out.attributes == {"custom_call_target": '"}, {"', "metadata": '{op_name="a{b" source_line=3}'}
    assert (out.line, out.column, out.is_root) == (5, 8, True)


def test_tables_signatures_and_attributes_of_computations_are_read_over() -> None:
    before = 'FileNames\n1 "a b.py"\n\nStackFrames\n1 {file_location_id=1 parent_frame_id=1}\n'
    text = (
        f"HloModule m, entry_computation_layout={{(f32[2]{{0}})->f32[2]{{0}}}}\n\n{before}\n"
        "%double (p: f32[2]) -> f32[2] {\n  %p = f32[2]{0} parameter(0)\n  ROOT %s = f32[2]{0} add(%p, %p)\n}\n"
        "ENTRY %main (x: f32[2]) -> f32[2] {\n  %x = f32[2]{0} parameter(0)\n"
        '  ROOT %f = f32[2]{0} fusion(%x), kind=kLoop, calls=%double\n}, execution_thread="main"\n'
    )
    (output,) = outputs_of(text, np.array([1.0, 2.5], np.float32))
    assert output.tolist() == [2.0, 5.0]


def test_parameters_keep_the_order_of_their_numbers() -> None:
    text = text_of("b = f32[] parameter(1)", "a = f32[] parameter(0)", "ROOT out = f32[] subtract(a, b)")
    (output,) = outputs_of(text, np.float32(5.0), np.float32(3.0))
    assert output == 2.0


def test_tuples_and_calls() -> None:
    """A call that takes and gives tuples: (a, (a + b, b))."""
    before = (
        "f {\n  t = (f32[], f32[]) parameter(0)\n  a = f32[] get-tuple-element(t), index=0\n"
        "  b = f32[] get-tuple-element(t), index=1\n  s = f32[] add(a, b)\n  u = (f32[], f32[]) tuple(s, b)\n"
        "  ROOT r = (f32[], (f32[], f32[])) tuple(a, u)\n}\n"
    )
    text = text_of(
        "a = f32[] parameter(0)",
        "b = f32[] parameter(1)",
        "t = (f32[], f32[]) tuple(a, b)",
        "ROOT c = (f32[], (f32[], f32[])) call(t), to_apply=f",
        before=before,
    )
    assert [float(output) for output in outputs_of(text, np.float32(1.0), np.float32(2.0))] == [1.0, 3.0, 2.0]


X = np.array([[1, 2, 3], [4, 5, 6]], np.float32)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("{1,0}", "f32[3,2]{1,0}", [[1, 2], [3, 4], [5, 6]]),
        ("{0,1}", "f32[3,2]{1,0}", [[1, 4], [2, 5], [3, 6]]),
        ("{1,0}", "f32[3,2]{0,1}", [[1, 4], [2, 5], [3, 6]]),
        ("{0,1}", "f32[6]{0}", [1, 4, 2, 5, 3, 6]),
        ("{1,0}", "f32[2,3]{0,1}", [[1, 3, 5], [2, 4, 6]]),
        ("{0,1}", "f32[2,3]{0,1}", [[1, 2, 3], [4, 5, 6]]),
        ("{0,1}", "f32[1,2,3]{2,0,1}", [[[1, 4, 2], [5, 3, 6]]]),
    ],
)
def test_a_bitcast_realises_layouts(source: str, target: str, expected: object) -> None:
    """Memory holds 1..6 for {1,0} and 1 4 2 5 3 6 for {0,1}; the target's layout says how it is read."""
    text = text_of(f"x = f32[2,3]{source} parameter(0)", f"ROOT out = {target} bitcast(x)")
    (output,) = outputs_of(text, X)
    assert output.tolist() == expected


def test_a_copy_changes_the_layout_that_a_bitcast_sees() -> None:
    text = text_of("x = f32[2,3]{1,0} parameter(0)", "y = f32[2,3]{0,1} copy(x)", "ROOT out = f32[6]{0} bitcast(y)")
    (output,) = outputs_of(text, X)
    assert output.tolist() == [1, 4, 2, 5, 3, 6]


def test_a_bitcast_to_another_type_takes_the_bits() -> None:
    text = text_of("x = f32[2]{0} parameter(0)", "ROOT out = s32[2]{0} bitcast(x)")
    (output,) = outputs_of(text, np.array([1.0, -2.0], np.float32))
    assert output.tolist() == [0x3F800000, -0x40000000]


@pytest.mark.parametrize(
    ("shape", "literal", "bits"),
    [
        ("bf16[]", "-inf", "80ff"),
        ("bf16[]", "0.1", "cd3d"),
        ("f32[]", "1e-12", "ccbc8c2b"),
        ("f32[2]{0}", "{nan, -0}", "0000c07f00000080"),
        ("f32[2,2]{0,1}", "{ {1, 2}, {3, 4} }", "0000803f000000400000404000008040"),
        ("f16[]", "65504", "ff7b"),
        ("s32[3]{0}", "{1, -2, /*i*/ 3}", "01000000feffffff03000000"),
        ("u8[2]{0}", "{255, 0}", "ff00"),
        ("pred[3]{0}", "{1, 0, 1}", "010001"),
        ("pred[]", "false", "00"),
        ("c64[]", "(1, -2)", "0000803f000000c0"),
        ("f32[0]{0}", "{}", ""),
        ("f32[2]{0}", "{2, 2}", "0000004000000040"),
    ],
)
def test_constants_to_the_last_bit(shape: str, literal: str, bits: str) -> None:
    """Logical order, whatever the layout; IEEE 754 bits, little-endian."""
    (output,) = outputs_of(text_of(f"ROOT c = {shape} constant({literal})"))
    assert output.tobytes().hex() == bits


def test_places_in_the_text_become_locations() -> None:
    module = read_hlo(text_of("x = f32[] parameter(0)", "ROOT y = f32[] negate(x)").encode(), "m.hlo")
    (location,) = [op.location for op in module.walk() if op.name == "stablehlo.negate"]
    assert isinstance(location, FileLineColLoc)
    assert (location.filename.data, location.line.data, location.column.data) == ("m.hlo", 5, 8)


def test_names_like_our_dialects_do_not_confuse() -> None:
    before = "region.1 {\n  ROOT p = f32[] parameter(0)\n}\n"
    text = text_of("x = f32[] parameter(0)", "ROOT y = f32[] call(x), to_apply=region.1", before=before)
    read_module(text.encode(), "m.hlo", make_context())


TWICE = "f {\n  p = f32[2]{0} parameter(0)\n  ROOT r = f32[2]{0} add(p, p)\n}\n"
MINUS = "g {\n  q = f32[2]{0} parameter(0)\n  ROOT r = f32[2]{0} negate(q)\n}\n"
SUM = "h {\n  a = f32[] parameter(0)\n  b = f32[] parameter(1)\n  ROOT r = f32[] add(a, b)\n}\n"
CHOICE = "true_computation=%f, false_computation=%g"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["c = pred[] constant(true)", f"q = f32[2]{{0}} conditional(c, p, p), {CHOICE}"], [2, 6]),
        (["c = pred[] constant(false)", f"q = f32[2]{{0}} conditional(c, p, p), {CHOICE}"], [-1, -3]),
        (["c = s32[] constant(1)", "q = f32[2]{0} conditional(c, p, p), branch_computations={%f, %g}"], [-1, -3]),
        (["q = f32[2]{0} map(p, p), dimensions={0}, to_apply=h"], [2, 6]),
        (["z = f32[2]{0} subtract(p, p)", "q = f32[2]{0} logistic(z)"], [0.5, 0.5]),
        (["z = f32[2]{0} negate(p)", "c = c64[2]{0} complex(p, z)", "q = f32[2]{0} real(c)"], [1, 3]),
        (["z = f32[2]{0} negate(p)", "c = c64[2]{0} complex(p, z)", "q = f32[2]{0} imag(c)"], [-1, -3]),
    ],
)
def test_what_jax_does_not_write(lines: list[str], expected: object) -> None:
    text = text_of("p = f32[2]{0} parameter(0)", *lines, before=TWICE + MINUS + SUM)
    (output,) = outputs_of(text, np.array([1.0, 3.0], np.float32))
    assert output.tolist() == expected


@pytest.mark.parametrize(("reversal", "expected"), [("0", [21, 32]), ("1", [12, 23])])
def test_a_reversed_kernel(reversal: str, expected: list[float]) -> None:
    """1 2 3 under the kernel 1 10, from left to right or from right to left."""
    text = text_of(
        "x = f32[1,3,1]{2,1,0} parameter(0)",
        "w = f32[2,1,1]{2,1,0} parameter(1)",
        f"ROOT c = f32[1,2,1]{{2,1,0}} convolution(x, w), window={{size=2 rhs_reversal={reversal}}}, "
        "dim_labels=b0f_0io->b0f, operand_precision={highest,default}",
    )
    x, w = np.array([1, 2, 3], np.float32).reshape(1, 3, 1), np.array([1, 10], np.float32).reshape(2, 1, 1)
    (output,) = outputs_of(text, x, w)
    assert output.ravel().tolist() == expected


def test_cholesky() -> None:
    """The lower factor of [[4, 2], [2, 5]]; what is above the diagonal is left open."""
    text = text_of("x = f32[2,2]{1,0} parameter(0)", "ROOT c = f32[2,2]{1,0} cholesky(x), lower=true")
    (output,) = outputs_of(text, np.array([[4, 2], [2, 5]], np.float32))
    assert np.tril(output) == pytest.approx(np.array([[2, 0], [1, 2]]))


def test_flags_are_kept() -> None:
    """They promise something to a compiler, or ask for it; results on a CPU do not show them."""
    before = (
        "less {\n  a = f32[] parameter(0)\n  b = f32[] parameter(1)\n  ROOT r = pred[] compare(a, b), direction=LT\n}\n"
    )
    text = text_of(
        "x = f32[4]{0} parameter(0)",
        "i = s32[1,1]{1,0} constant({ {2} })",
        "g = f32[1]{0} gather(x, i), offset_dims={}, collapsed_slice_dims={0}, start_index_map={0}, "
        "index_vector_dim=1, slice_sizes={1}, indices_are_sorted=true",
        "s = f32[4]{0} scatter(x, i, g), update_window_dims={}, inserted_window_dims={0}, "
        "scatter_dims_to_operand_dims={0}, index_vector_dim=1, unique_indices=true, to_apply=h",
        "ROOT o = f32[4]{0} sort(s), dimensions={0}, is_stable=true, to_apply=less",
        before=SUM + before,
    )
    written = canonical_text(write_stablehlo(read_hlo(text.encode(), "m.hlo")))
    assert '"stablehlo.gather"' in written
    assert written.count("indices_are_sorted = true") == 1
    assert "unique_indices = true" in written
    assert "is_stable = true" in written


P = "p = f32[2]{0} parameter(0)"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([P, "q = f32[2]{0} frobnicate(p)"], "m.hlo:5:3: q: fastc does not know the opcode 'frobnicate'; export"),
        ([P, "q = f32[2]{0} negat(p)"], "m.hlo:5:3: q: fastc does not know the opcode 'negat'; did you mean 'negate'?"),
        ([P, "q = f32[2]{0} add(p)"], "m.hlo:5:3: q: 'add' takes 2 operands, but 1 are given"),
        ([P, "q = f32[2]{0} negate(p, p)"], "m.hlo:5:3: q: 'negate' takes 1 operands, but 2 are given"),
        (
            [P, "q = f32[2]{0} negate(p), foo={1}"],
            "m.hlo:5:3: q: fastc does not know the attribute foo={1} of 'negate'",
        ),
        (
            [P, "q = f32[2]{0} reverse(p), dimensions={0}, dimensions={}"],
            "m.hlo:5:43: the attribute dimensions is given twice",
        ),
        ([P, "q = f32[2]{0} negate(r)"], "m.hlo:5:3: q uses r, which no line above defines"),
        ([P, "q = f32[2]{0} negate(q)"], "m.hlo:5:3: q uses q, which no line above defines"),
        ([P, "p = f32[2]{0} negate(p)"], "m.hlo:5:3: there is another instruction p in line 4; names must differ"),
        ([P, "q = f32[3]{0} negate(p)"], "m.hlo:5:3: not valid StableHLO: "),
        ([P, "q = f32[3]{0} copy(p)"], "m.hlo:5:3: q is f32[3], but its copy gives f32[2]"),
        ([P, "q = f32[3]{0} bitcast(p)"], "m.hlo:5:3: not valid StableHLO: "),
        ([P, "q = f32[2]{0:T(2)} bitcast(p)"], "m.hlo:5:3: q: a bitcast of the tiled layout of f32[2] cannot be"),
        ([P, "q = f32[2]{1} negate(p)"], "m.hlo:5:7: the layout of f32[2]{1} must name each of its 1 dimensions once"),
        ([P, "q = f32[<=2]{0} negate(p)"], "m.hlo:5:7: the shape f32[<=2]{0} is not an array of fixed sizes"),
        ([P, "q = q7[2]{0} negate(p)"], "m.hlo:5:3: q: StableHLO has no numbers of type q7"),
        ([P, "q = f32[2]{0} call(p), to_apply=f"], "m.hlo:5:3: q calls f, but no computation above has that name"),
        ([P, "q = f32[2]{0} call(p), to_apply=main"], "m.hlo:5:3: q calls main, but no computation above"),
        ([P, "q = f32[2]{0} call(p)"], "m.hlo:5:3: q: 'call' needs the attribute to_apply"),
        ([P, "q = f32[2]{0} transpose(p), dimensions={x}"], "m.hlo:5:3: q: cannot read dimensions={x}: "),
        ([P, "q = f32[] get-tuple-element(p), index=0"], "m.hlo:5:3: q: there is no element 0 of its operand"),
        ([P, "q = f32[2]{0} compare(p, p), direction=UP"], "m.hlo:5:3: q: direction=UP is none of EQ, NE, LT"),
        ([P, "t = (f32[2]) tuple(p)", "q = f32[2]{0} negate(t)"], "m.hlo:6:3: q: 'negate' takes arrays, not tuples"),
        (["p = f32[2]{0} parameter(1)"], "m.hlo:3:1: the parameters of main must be numbered 0 to 0"),
        (["c = f32[9]{0} constant({...})"], "m.hlo:4:3: c: cannot read the constant: its elements were left out"),
        (["c = f32[2]{0} constant({1})"], "m.hlo:4:3: c: cannot read the constant: f32[2] has 2 elements, but 1 are"),
        (["c = u8[] constant(256)"], "m.hlo:4:3: c: cannot read the constant: 256 is no u8"),
        (["ROOT a = f32[] constant(1)", "ROOT b = f32[] constant(1)"], "m.hlo:5:1: main has a ROOT already, a"),
        ([P, "q = f32[2]{0} negate(p"], "m.hlo:6:1: not valid HLO text: cannot read on at '}'"),
        (["a = f32[] parameter(0), b"], "m.hlo:4:25: not valid HLO text: cannot read on at ', b'"),
    ],
)
def test_refusals(lines: list[str], message: str) -> None:
    with pytest.raises(ReadError) as error:
        read_hlo(text_of(*lines).encode(), "m.hlo")
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"HloModule m\n", "m.hlo:1: not valid HLO text: it ends inside a computation or before the first"),
        (text_of(P).encode()[:-3], "m.hlo:4: not valid HLO text: it ends inside a computation"),
        (b"HloModule m\n\0\0", "m.hlo: neither text nor MLIR bytecode"),
        (b"HloModule m\n\xff", "m.hlo: neither text nor MLIR bytecode"),
        (
            b"HloModule m\nf {\n  a = f32[] parameter(0)\n}\n",
            "m.hlo:2:1: a module has one computation marked ENTRY, but",
        ),
    ],
)
def test_files_that_are_no_module(data: bytes, message: str) -> None:
    with pytest.raises(ReadError) as error:
        read_hlo(data, "m.hlo")
    assert str(error.value).startswith(message)


def test_import_writes_stablehlo(fastc: Fastc) -> None:
    run = fastc("import", "-", stdin=text_of("x = f32[2]{0} parameter(0)", "ROOT y = f32[2]{0} negate(x)").encode())
    assert (run.code, run.err) == (0, "")
    assert "stablehlo.negate %arg0 : tensor<2xf32>" in run.out


def test_import_of_a_lowered_module_says_what_to_do(fastc: Fastc, small_model: Any, tmp_path: Any) -> None:
    lowered = tmp_path / "lowered.mlir"
    assert fastc("opt", small_model, "--hw", "tpu-v3", "-o", lowered).code == 0
    run = fastc("import", lowered)
    assert (run.code, run.out) == (2, "")
    assert "-p lower-to-stablehlo" in run.err


def test_a_failed_import_leaves_the_output_alone(fastc: Fastc, tmp_path: Any) -> None:
    source, output = tmp_path / "m.hlo.txt", tmp_path / "m.mlir"
    source.write_text("HloModule m\n")
    output.write_text("before")
    run = fastc("import", source, "-o", output)
    assert (run.code, output.read_text()) == (2, "before")
    assert run.err.startswith(f"fastc: error: {source}:1: not valid HLO text")
