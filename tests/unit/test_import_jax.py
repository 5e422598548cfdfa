"""A JAX function as a model: how it is named, how its arguments are given, and what goes wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import fastc as library
from fastc import xla
from fastc.errors import InputError
from fastc.files import Source, names_function
from fastc.frontends.avals import Aval, parse_avals
from fastc.frontends.stablehlo import write_stablehlo
from tests.conftest import Fastc

MODULE = """
import jax
import jax.numpy as jnp

print("the module speaks")
Struct = jax.ShapeDtypeStruct


def product(x, y):
    return jnp.tanh(x @ y)


def with_defaults(x=Struct((2, 3), "float32"), *, w=Struct((3, 4), "float32"), scale=2.0):
    return x @ w * scale


def layer(weights, x):
    return x @ weights["w"] + weights["b"]


def made():
    return layer, ({"w": Struct((3, 4), "float32"), "b": Struct((4,), "float32")}, Struct((2, 3), "float32"))


def three():
    return 3


def broken():
    raise RuntimeError("no weights here")


def branches(x):
    if x.sum() > 0:
        return x
    return -x


def dynamic():
    (b,) = jax.export.symbolic_shape("b")
    return jnp.tanh, (Struct((b, 2), "float32"),)


class Net:
    @staticmethod
    def forward(x):
        return x + 1


number = 3
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The current directory, with a package whose modules are forgotten afterwards."""
    package = tmp_path / "zoo"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "models.py").write_text(MODULE)
    (package / "needy.py").write_text("import nothing_of_that_name\n")
    (package / "misspelt.py").write_text("def f(:\n")
    (package / "leaves.py").write_text("import sys\nsys.exit(3)\n")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] == "zoo"]:
        del sys.modules[name]


def values(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    return [generator.standard_normal(shape).astype(np.float32) for shape in shapes]


def test_arguments_from_the_command_line(fastc: Fastc, folder: Path):
    run = fastc("import", "zoo.models:product", "--args", "f32[2,3], f32[3,4]")
    assert run.code == 0
    assert run.out.startswith("module @jit_product")
    assert run.err == "the module speaks\n"
    x, y = values((2, 3), (3, 4))
    (out,) = xla.run(run.out, [x, y])
    np.testing.assert_allclose(out, np.tanh(x @ y), rtol=1e-5)


def test_arguments_from_defaults(fastc: Fastc, folder: Path):
    run = fastc("import", "zoo.models:with_defaults", "-o", folder / "out.mlir")
    assert (run.code, run.out) == (0, "")
    x, w = values((2, 3), (3, 4))
    (out,) = xla.run((folder / "out.mlir").read_text(), [x, w])
    np.testing.assert_allclose(out, x @ w * 2, rtol=1e-5)


def test_arguments_from_a_function_that_makes_them(fastc: Fastc, folder: Path):
    run = fastc("import", "zoo.models:made")
    b, w, x = values((4,), (3, 4), (2, 3))
    (out,) = xla.run(run.out, [b, w, x])  # the leaves of a dict are in the order of its keys
    np.testing.assert_allclose(out, x @ w + b, rtol=1e-5)


def test_every_command_takes_a_function(fastc: Fastc, folder: Path):
    run = fastc("opt", "zoo.models:made", "-p", "form-regions")
    assert run.code == 0
    assert run.out.count("region.fused") == 1
    assert "models.py" in fastc("opt", "zoo.models:made", "--print-debuginfo").out
    assert fastc("eval", "zoo.models:made", "--hw", "fast-small").code == 0
    assert fastc("verify", "zoo.models:made", "-p", "cse,form-regions").code == 0


def test_a_method_and_a_file_of_the_same_name(fastc: Fastc, folder: Path):
    assert fastc("import", "zoo.models:Net.forward", "--args", "f32[2]").code == 0
    text = "func.func @main(%x: tensor<2xf32>) -> tensor<2xf32> { return %x : tensor<2xf32> }"
    (folder / "zoo.models:product").write_text(text)
    run = fastc("import", "zoo.models:product")
    assert run.code == 0
    assert "tanh" not in run.out


def test_the_current_directory_is_importable_only_meanwhile(fastc: Fastc, folder: Path):
    before = list(sys.path)
    fastc("import", "zoo.models:made")
    assert sys.path == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["zoo.models:product"], "nothing says what 'x', 'y' are; give their types and shapes with --args"),
        (["zoo.models:branches"], "nothing says what 'x' are"),
        (["zoo.models:prduct"], "module 'zoo.models' has no 'prduct'; did you mean 'product'?"),
        (["zoo.models:number"], "this is no function but of type 'int'"),
        (["zoo.model:product"], "there is no module 'zoo.model' in the current directory or where Python looks; did"),
        (["zo:product"], "there is no module 'zo'"),
        (["zoo.models.py:product"], "name the module without '.py': 'zoo.models:product'"),
        (
            ["zoo.needy:f"],
            "importing 'zoo.needy' failed: ModuleNotFoundError: No module named 'nothing_of_that_name' (",
        ),
        (["zoo.misspelt:f"], "zoo/misspelt.py:1)"),
        (["zoo.leaves:f"], "importing 'zoo.leaves' failed: SystemExit: 3"),
        (["zoo.models:three"], "takes no arguments, so it must return a function and the tuple"),
        (["zoo.models:broken"], "RuntimeError: no weights here ("),
        (["zoo.models:dynamic"], "has the dynamic shape tensor<?x2xf32>"),
        (["zoo.models:branches", "--args", "f32[2]"], "TracerBoolConversionError: Attempted boolean conversion"),
        (["zoo.models:product", "--args", "f32[2,3],f32[4,4]"], "TypeError: dot_general requires contracting dim"),
        (["zoo.models:product", "--args", "f32[2,3]"], "missing 1 required positional argument: 'y'"),
        (["zoo.models:product", "--args", "f32[b,3]"], "the size 'b' in [b,3] is not a whole number"),
        (["zoo.models:product", "--args", "f23[2,3]"], "there is no type 'f23'; did you mean 'f32'?"),
        (["zoo.models:product", "--args", "f32[2] f32[2]"], "expected ',' before 'f32[2]'"),
        (
            ["zoo.models:product", "--args", "f32"],
            "'f32' does not begin with a type and shape such as f32[1,224,224,3]",
        ),
        (["zoo.models:product", "--args", "i64[2,3],i64[3,1]"], "JAX makes int32 of int64; set JAX_ENABLE_X64=1"),
    ],
)
def test_errors(fastc: Fastc, folder: Path, arguments: list[str], message: str):
    run = fastc("import", *arguments, "-o", folder / "out.mlir")
    assert (run.code, run.out) == (2, "")
    assert message in run.err
    assert "Traceback" not in run.err
    assert "internal error" not in run.err
    assert not (folder / "out.mlir").exists()


def test_errors_under_tracing_name_the_place(fastc: Fastc, folder: Path):
    line = MODULE.splitlines().index("    if x.sum() > 0:") + 1
    assert f"zoo/models.py:{line})" in fastc("import", "zoo.models:branches", "--args", "f32[2]").err


def test_args_go_with_models_that_leave_them_open(fastc: Fastc, small_model: Path):
    run = fastc("import", small_model, "--args", "f32[2]")
    assert run.code == 2
    assert "--args goes with 'package.module:function', .onnx and .pt2" in run.err


def test_from_jax():
    struct = jax.ShapeDtypeStruct
    weights = {"w": struct((3, 4), jnp.bfloat16), "b": struct((4,), jnp.bfloat16)}

    def model(weights: dict[str, jax.Array], x: jax.Array, unused: jax.Array) -> tuple[jax.Array, dict[str, jax.Array]]:
        y = x @ weights["w"] + weights["b"]
        return y, {"sum": y.sum()}

    module = library.from_jax(model, weights, struct((2, 3), jnp.bfloat16), struct((5,), jnp.int32))
    main = xla.main_of(module)
    assert [str(each) for each in main.function_type.inputs] == [
        "tensor<4xbf16>",
        "tensor<3x4xbf16>",
        "tensor<2x3xbf16>",
        "tensor<5xi32>",
    ]
    b, w, x = (each.astype(jnp.bfloat16) for each in values((4,), (3, 4), (2, 3)))
    unused = np.zeros(5, np.int32)
    got = xla.run(write_stablehlo(module), [b, w, x, unused])
    expected = jax.tree.leaves(jax.jit(model)({"w": w, "b": b}, x, unused))
    for left, right in zip(got, expected, strict=True):
        np.testing.assert_array_equal(left, right)


def test_from_jax_refuses_what_jax_refuses():
    with pytest.raises(InputError, match="cannot be called"):
        library.from_jax(3)  # pyright: ignore[reportArgumentType]
    with pytest.raises(InputError, match=r"raised while JAX traced it: TypeError"):
        library.from_jax(jnp.dot, jax.ShapeDtypeStruct((2, 3), "float32"), jax.ShapeDtypeStruct((2, 3), "float32"))


def test_avals():
    assert parse_avals("f32[1,224,224,3], bf16[],bool[2] , u8[0]") == (
        Aval("float32", (1, 224, 224, 3)),
        Aval("bfloat16", ()),
        Aval("bool", (2,)),
        Aval("uint8", (0,)),
    )
    assert parse_avals("float32[2]") == parse_avals("f32[ 2 ]")
    assert parse_avals("") == ()


@pytest.mark.parametrize(
    ("path", "is_function"),
    [
        ("m:f", True),
        ("a.b.c:d.e", True),
        ("model.mlir", False),
        ("a/b:f", False),
        ("m:f:g", False),
        ("m:", False),
        (":f", False),
        ("1m:f", False),
        ("m:f()", False),
        ("-", False),
    ],
)
def test_names_of_functions(path: str, is_function: bool):
    assert names_function(path) is is_function


def test_a_function_gives_its_model_the_name():
    assert Source("zoo.models:Net.forward", b"").name == "forward"
    assert Source("folder/model.v2.mlir", b"").name == "model"
