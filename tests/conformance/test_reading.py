"""Every form of StableHLO that frameworks write is read, verified, written and accepted again by jaxlib unchanged."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from xdsl.dialects.builtin import FileLineColLoc, ModuleOp, NameLoc, UnregisteredOp
from xdsl.printer import Printer

from dialects.stablehlo import ConstantOp
from fastc.frontends.context import make_context
from fastc.frontends.stablehlo import ReadError, canonical_text, read_stablehlo, write_stablehlo
from fastc.frontends.xdsl_text import mentions_our_dialects, read_module

EXAMPLES = Path(__file__).parents[2] / "examples"
MODELS = sorted(path.name for path in EXAMPLES.glob("*.mlir"))


def printed(module: ModuleOp) -> str:
    stream = StringIO()
    Printer(stream=stream).print_op(module)
    return stream.getvalue()


def assert_faithful(data: bytes, name: str) -> ModuleOp:
    """Read, verify, write generically and prettily: jaxlib gets the same module back, line by line."""
    module = read_stablehlo(data, name)
    module.verify()
    expected = canonical_text(data).splitlines()
    assert canonical_text(write_stablehlo(module)).splitlines() == expected
    assert canonical_text(printed(module)).splitlines() == expected
    return module


def unregistered(module: ModuleOp) -> list[str]:
    return [op.op_name.data for op in module.walk() if isinstance(op, UnregisteredOp)]


def test_the_examples_are_those_of_the_manifest() -> None:
    manifest = json.loads((EXAMPLES / "manifest.json").read_text())
    assert len(MODELS) == 6
    assert all(Path(name).stem in json.dumps(manifest) for name in MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_models(name: str) -> None:
    module = assert_faithful((EXAMPLES / name).read_bytes(), name)
    assert unregistered(module) == []


@pytest.mark.parametrize(
    "name", ["bert_base_s128.mlir", "efficientnet_b0.mlir", "mobilenet_v2.mlir", "resnet50v2.mlir"]
)
def test_models_in_other_forms(name: str) -> None:
    """Generic text, text with locations and bytecode give the very module that the pretty text gives."""
    operation = official(EXAMPLES / name).operation
    expected = read_stablehlo((EXAMPLES / name).read_bytes(), name)
    for form in (
        operation.get_asm(print_generic_op_form=True).encode(),
        operation.get_asm(enable_debug_info=True).encode(),
        bytecode(operation),
    ):
        module = read_stablehlo(form, name)
        module.verify()
        assert module.is_structurally_equivalent(expected)


@pytest.mark.parametrize("name", ["bert_base_s128.mlir", "mobilenet_v2.mlir"])
def test_portable_artifacts(name: str) -> None:
    """An artifact has the same ops, but says some defaults that the text leaves out."""
    mlir_module = without_chlo(official(EXAMPLES / name))
    expected = read_stablehlo(str(mlir_module).encode(), name)
    artifact = portable_artifact(mlir_module)  # takes the module apart
    module = assert_faithful(artifact, name)
    assert [op.name for op in module.walk()] == [op.name for op in expected.walk()]
    # jax.export puts the artifact into a FlatBuffer, with its length in front.
    exported = bytes(64) + len(artifact).to_bytes(4, "little") + artifact + bytes(64)
    assert read_stablehlo(exported, name).is_structurally_equivalent(module)


def official(path: Path) -> Any:
    from jaxlib.mlir import ir
    from jaxlib.mlir._mlir_libs import _jax_mlir_ext
    from jaxlib.mlir.dialects import chlo, stablehlo

    registry = ir.DialectRegistry()
    _jax_mlir_ext.register_dialects(registry)
    context = ir.Context()
    context.append_dialect_registry(registry)
    stablehlo.register_dialect(context)
    chlo.register_dialect(context)
    return ir.Module.parse(path.read_text(), context)


def bytecode(operation: Any) -> bytes:
    from io import BytesIO

    stream = BytesIO()
    operation.write_bytecode(stream)
    return stream.getvalue()


def portable_artifact(module: Any) -> bytes:
    from jaxlib.mlir.dialects import stablehlo

    return stablehlo.serialize_portable_artifact(module, stablehlo.get_minimum_version())


def lowerings() -> dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]:
    """A function per op of StableHLO and CHLO that JAX emits beyond those of the examples, and abstract arguments."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    def array(dtype: Any, *shape: int) -> Any:
        return jax.ShapeDtypeStruct(shape, dtype)

    vector, matrix, image = array(jnp.float32, 5), array(jnp.float32, 3, 5), array(jnp.float32, 1, 8, 8, 4)
    whole, index, flags = array(jnp.int32, 5), array(jnp.int32), array(jnp.bool_, 5)
    complexes = array(jnp.complex64, 8)
    layout = ("NHWC", "HWIO", "NHWC")
    unary = (
        "abs cbrt ceil cos erf erf_inv erfc exp expm1 floor is_finite lgamma digamma log log1p logistic neg round sign"
    )
    unary += " rsqrt sin sqrt square tan tanh acos acosh asin asinh atan atanh bessel_i1e cosh sinh"
    binary = "add atan2 div max min mul nextafter polygamma pow rem sub zeta"
    cases: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
        "unary": (lambda x: [getattr(lax, name)(x) for name in unary.split()], (vector,)),
        "binary": (lambda x, y: [getattr(lax, name)(x, y) for name in binary.split()], (vector, vector)),
        "bits": (lambda x: (~x, x & 3, x | 3, x ^ 3, x << 1, x >> 1, lax.clz(x), lax.population_count(x)), (whole,)),
        "accuracy": (lambda x: lax.exp(x, accuracy=lax.AccuracyMode.HIGHEST), (vector,)),
        "tolerance": (lambda x: lax.tanh(x, accuracy=lax.Tolerance(1e-5, 1e-4, 3)), (vector,)),
        "complex": (lambda x: (x * (1 + 2j), lax.real(x), lax.conj(x), jnp.abs(x)), (complexes,)),
        "fourier": (lambda x: (jnp.fft.fft(x), jnp.fft.rfft(lax.real(x))), (complexes,)),
        "choice": (
            lambda p, x, y: (lax.select(p, x, y), lax.clamp(0.0, x, 1.0), x < y, x != y),
            (flags, vector, vector),
        ),
        "types": (
            lambda x: (x.astype(jnp.float8_e4m3fn), x.astype(jnp.int4), lax.reduce_precision(x, 5, 10)),
            (vector,),
        ),
        "slices": (
            lambda x, i: lax.dynamic_update_slice(x, lax.dynamic_slice(x, (i, 0), (1, 2)), (0, i)),
            (matrix, index),
        ),
        "order": (lambda x: (jnp.sort(x), jnp.argsort(x), lax.top_k(x, 2), lax.rev(x, (0,)), jnp.argmax(x)), (vector,)),
        "sums": (lambda x: (jnp.cumsum(x), jnp.prod(x), jnp.max(x), jnp.any(x > 0), jax.nn.softmax(x)), (vector,)),
        "pool": (lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 3, 3, 1), (1, 2, 2, 1), "SAME"), (image,)),
        "pool gradient": (
            jax.grad(lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID").sum()),
            (image,),
        ),
        "convolution gradients": (
            jax.grad(
                lambda w, x: lax.conv_general_dilated(x, w, (2, 2), "SAME", dimension_numbers=layout).sum(), (0, 1)
            ),
            (array(jnp.float32, 3, 3, 4, 8), image),
        ),
        "transposed convolution": (
            lambda x, w: lax.conv_general_dilated(x, w, (1, 1), [(1, 1), (0, 2)], (2, 2), (1, 2)),
            (array(jnp.float32, 1, 4, 8, 8), array(jnp.float32, 8, 4, 3, 3)),
        ),
        "dots": (lambda x, y: (jnp.outer(x, y), jnp.dot(x, y, precision="highest")), (vector, vector)),
        "attention": (
            lambda q: jax.nn.dot_product_attention(q, q, q, is_causal=True),
            (array(jnp.bfloat16, 1, 4, 2, 8),),
        ),
        "indexing": (lambda x, i: (x[i], jnp.take(x, i), x.at[i].add(x), x.at[i].set(x)), (vector, whole)),
        "padding": (lambda x: (jnp.pad(x, 1), lax.pad(x, 0.0, [(1, -1, 2)]), x[1:4:2]), (vector,)),
        "loops": (
            lambda x: (lax.fori_loop(0, 3, lambda i, y: y * 2 + i, x), lax.scan(lambda c, y: (c + y, c), 0.0, x)),
            (vector,),
        ),
        "branches": (
            lambda i, x: (lax.cond(i > 0, jnp.sin, jnp.cos, x), lax.switch(i, [jnp.sin, jnp.cos], x)),
            (index, vector),
        ),
        "random": (lambda k: jax.random.normal(k, (3,)), (array(jnp.uint32, 2),)),
        "random bits": (lambda k: lax.rng_bit_generator(k, (3,)), (array(jnp.uint32, 4),)),
        "algebra": (lambda x: (jnp.linalg.cholesky(x), jnp.linalg.solve(x, x)), (array(jnp.float32, 3, 3),)),
        "barrier": (lambda x: lax.optimization_barrier((x, x * 2)), (vector,)),
        "composite": (lambda x: lax.composite(lambda y, *, k: y * k, "my.op")(x, k=2.0), (vector,)),
    }
    return cases


JAX_CASES = (
    "unary", "binary", "bits", "accuracy", "tolerance", "complex", "fourier", "choice", "types", "slices",
    "order", "sums", "pool", "pool gradient", "convolution gradients", "transposed convolution", "dots",
    "attention", "indexing", "padding", "loops", "branches", "random", "random bits", "algebra", "barrier",
    "composite",
)  # fmt: skip


@pytest.mark.parametrize("case", JAX_CASES)
def test_what_jax_emits(case: str) -> None:
    import jax

    function, arguments = lowerings()[case]
    module = assert_faithful(jax.jit(function).lower(*arguments).as_text().encode(), case)
    assert unregistered(module) == []


def test_every_case_of_jax_is_named() -> None:
    assert sorted(lowerings()) == sorted(JAX_CASES)


def without_chlo(module: Any) -> Any:
    """Artifacts have StableHLO only."""
    from jaxlib.mlir.dialects import stablehlo
    from jaxlib.mlir.passmanager import PassManager

    stablehlo.register_stablehlo_passes()
    with module.context:
        PassManager.parse("builtin.module(func.func(chlo-legalize-to-stablehlo))").run(module.operation)
    return module


def test_unknown_ops_and_attributes_stay_readable() -> None:
    text = """
      func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> attributes {my.note = #my.thing<"a", 3>} {
        %0 = "my.op"(%x) {k = #sdy.sharding<@mesh, [{}]>} : (tensor<2xf32>) -> tensor<2xf32>
        return %0 : tensor<2xf32>
      }
    """
    assert unregistered(assert_faithful(text.encode(), "unknown.mlir")) == ["my.op"]


def test_places_are_kept() -> None:
    text = "func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> {\n  %0 = stablehlo.tanh %x : tensor<2xf32>\n  return %0 : tensor<2xf32>\n}"  # noqa: E501
    module = read_stablehlo(text.encode(), "model.mlir")
    (tanh,) = (op for op in module.walk() if op.name == "stablehlo.tanh")
    assert isinstance(tanh.location, FileLineColLoc)
    assert (tanh.location.filename.data, tanh.location.line.data) == ("model.mlir", 2)
    named = text.replace(": tensor<2xf32>\n  return", ': tensor<2xf32> loc("layer/tanh")\n  return')
    (tanh,) = (op for op in read_stablehlo(named.encode(), "model.mlir").walk() if op.name == "stablehlo.tanh")
    assert isinstance(tanh.location, NameLoc)
    assert tanh.location.desc.data == "layer/tanh"


def body(text: str, result: str = "tensor<2xf32>") -> bytes:
    return f"func.func @main(%x: tensor<2xf32>) -> {result} {{\n  {text}\n}}".encode()


BAD = {
    "empty": (b"", "bad.mlir: the file is empty"),
    "blank": (b" \n\t\n", "bad.mlir: the file is empty"),
    "noise": (bytes(range(256)), "bad.mlir: neither text nor MLIR bytecode: text must be UTF-8, but byte 128 is 0x80"),
    "NUL bytes": (b"module {\0}", "but holds NUL bytes"),
    "Latin-1": ("// é\nmodule {}".encode("latin-1"), "text must be UTF-8, but byte 3 is 0xe9"),
    "truncated": (body("%0 = stablehlo.tanh %x : tensor<2xf32>")[:-2], r"bad.mlir:\d:\d+: not valid StableHLO: "),
    "prose": (b"Dear compiler,\n", r"bad.mlir:1:1: not valid StableHLO"),
    "unknown op": (
        body("%0 = stablehlo.foo %x : tensor<2xf32>"),
        "bad.mlir:2:8: not valid .* custom op 'stablehlo.foo'",
    ),
    "wrong type": (
        body("return %x : tensor<2xf32>", "tensor<3xf32>"),
        "bad.mlir:2:3: not valid .* type of return operand",
    ),
    "no function": (b"module {}", "the module has no func @main, .* it has no function"),
    "no main": (b"func.func @f() { return }\nfunc.func @g() { return }", "no func @main, .* it has @f, @g; rename"),
    "dynamic argument": (
        b"func.func @main(%x: tensor<?xf32>) -> tensor<?xf32> { return %x : tensor<?xf32> }",
        r"bad.mlir:1:1: func.func has the dynamic shape tensor<\?xf32>; .* export the model with fixed sizes",
    ),
    "dynamic result": (
        body(
            "%0 = stablehlo.convert %x : (tensor<2xf32>) -> tensor<?xf32>\n  return %0 : tensor<?xf32>", "tensor<?xf32>"
        ),
        "bad.mlir:2:8: stablehlo.convert has the dynamic shape",
    ),
    "branches": (b"func.func @main() { cf.br ^a\n^a: return }", "branches between 2 blocks; .* stablehlo.case"),
    "damaged bytecode": (b"ML\xefR" + bytes(40), "bad.mlir: damaged MLIR bytecode: .* export the model again"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_clear_error(case: str, capfd: pytest.CaptureFixture[str]) -> None:
    data, message = BAD[case]
    with pytest.raises(ReadError, match=message) as caught:
        read_stablehlo(data, "bad.mlir")
    assert len(str(caught.value).splitlines()) == 1
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_truncated_models(share: float, capfd: pytest.CaptureFixture[str]) -> None:
    path = EXAMPLES / "mobilenet_v2.mlir"
    mlir_module = official(path)
    for data in (path.read_bytes(), bytecode(mlir_module.operation), portable_artifact(mlir_module)):
        with pytest.raises(ReadError, match="bad"):
            read_stablehlo(data[: int(len(data) * share)], "bad.mlir")
    assert capfd.readouterr() == ("", "")


MIXED = """
arch.accelerator @tiny clock_hz 1.000000e+09 node_nm 7 dtype bf16 native_batch 1 {
  arch.dram "gddr6" channels 8 channel_bytes_per_s 5.600000e+10
  arch.global_buffer bytes 134217728
  arch.pe_grid x 8 y 8
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 32768 weight 32768 output 32768
  arch.systolic_array rows 32 columns 32
  arch.vector_unit multiplier 1
}
func.func @main(%x: tensor<2xbf16>) -> tensor<2xbf16> {
  %0 = region.fused "vector_0" vector (%a = %x : tensor<2xbf16> in dram) -> (tensor<2xbf16> in dram) {
    %c = stablehlo.constant dense<0xFF80> : tensor<2xbf16>
    %1 = stablehlo.maximum %a, %c : tensor<2xbf16>
    region.yield %1 : tensor<2xbf16>
  }
  return %0 : tensor<2xbf16>
}
"""


def test_text_of_our_dialects_is_read_back() -> None:
    text = MIXED.replace("  return", "  func.return")
    module = read_module(text.encode(), "lowered.mlir", make_context())
    again = read_module(printed(module).encode(), "lowered.mlir", make_context())
    assert again.is_structurally_equivalent(module)
    (constant,) = (op for op in module.walk() if isinstance(op, ConstantOp))
    assert constant.value.data.data.hex() == "80ff" * 2


def test_stablehlo_goes_to_the_official_parser() -> None:
    data = (EXAMPLES / "mobilenet_v2.mlir").read_bytes()
    assert not mentions_our_dialects(data)
    module = read_module(data, "mobilenet_v2.mlir", make_context())
    assert module.is_structurally_equivalent(read_stablehlo(data, "mobilenet_v2.mlir"))


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("arch.accelerator @a {}", True),
        ('  %0 = "region.fused"() : () -> tensor<f32>', True),
        ("  sched.yield", True),
        ("module attributes {region.batch = 8 : i64} {", False),
        ("// region.fused is what form-regions makes", False),
        ('  %0 = "my.op"() {note = "region.fused"} : () -> tensor<f32>', False),
        ("func.func @main(%x: tensor<f32> {region.role = \"weight\"}) {", False),
    ],
)  # fmt: skip
def test_content_decides(text: str, ours: bool) -> None:
    assert mentions_our_dialects(f"module {{\n{text}\n}}".encode()) == ours


def test_attributes_of_ours_pass_the_official_parser() -> None:
    """What set-batch writes is still StableHLO."""
    main = 'func.func @main(%x: tensor<f32> {region.role = "input"}) { return }'
    text = f"module attributes {{region.batch = 8 : i64}} {{ {main} }}".encode()
    assert "region.batch" in printed(read_module(text, "batched.mlir", make_context()))


def test_errors_of_our_text_have_a_place() -> None:
    with pytest.raises(ReadError, match=r"^lowered.mlir:2:\d+: ") as caught:
        read_module(b"module {\n  arch.accelerator 3\n}", "lowered.mlir", make_context())
    assert len(str(caught.value).splitlines()) == 1
