"""``fastc import`` of each form of a model: recognised by content, the same numbers, clear where a library is missing.

What needs torch or onnx runs where the extras are installed: ``pip install 'fastc-compiler[torch,onnx]'``.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from fastc import xla
from fastc.frontends.onnx import is_onnx
from fastc.frontends.torch_export import is_torch_export
from tests.conftest import Fastc

SMALLEST_ONNX = b"\x08\x0a" + b"\x3a\x03\x12\x01g" + b"\x42\x02\x10\x14"
"""By hand: field 1, version 10; field 7, a graph named g; field 8, operators of version 20."""


def archive(*members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as writer:
        for member in members:
            writer.writestr(zipfile.ZipInfo(member), b"")  # without the time, which would be part of a test's name
    return stream.getvalue()


def artifact(bytecode: bytes) -> bytes:
    """As jax.export serializes it: a FlatBuffer, here only its bytes around the module, which has its length before."""
    return bytes(24) + len(bytecode).to_bytes(4, "little") + bytecode + bytes(8)


PT2 = archive("m/models/model.json", "m/archive_format", "m/data/weights/weight_0")


def test_every_form_of_one_function_gives_the_same_numbers(fastc: Fastc, tmp_path: Path):
    @jax.jit
    def function(w: jax.Array, x: jax.Array) -> jax.Array:
        return jax.nn.softmax(x @ w) * 3

    abstract = jax.ShapeDtypeStruct((3, 4), jnp.float32), jax.ShapeDtypeStruct((2, 3), jnp.float32)
    lowered = function.lower(*abstract)
    module: Any = lowered.compiler_ir()
    generic = module.operation.get_asm(print_generic_op_form=True)
    bytecode = jax.export.export(function)(*abstract).mlir_module_serialized
    forms = {
        "text.mlir": lowered.as_text().encode(),
        "located.mlir": lowered.as_text(debug_info=True).encode(),
        "generic.mlir": generic.encode(),
        "bytecode.mlirbc": bytecode,
        "artifact.bin": artifact(bytecode),
        "before.hlo": lowered.as_text("hlo").encode(),
        "after.hlo": lowered.compile().as_text().encode(),  # pyright: ignore[reportOptionalMemberAccess]
    }
    generator = np.random.default_rng(0)
    values = [generator.standard_normal(each.shape).astype(np.float32) for each in abstract]
    expected = np.asarray(function(*values))
    for name, data in forms.items():
        path, out = tmp_path / name, tmp_path / f"{name}.mlir"
        path.write_bytes(data)
        run = fastc("import", path, "-o", out)
        assert (run.code, run.out) == (0, ""), (name, run.err)
        np.testing.assert_allclose(xla.run(out.read_text(), values)[0], expected, rtol=1e-5, err_msg=name)


def test_onnx_is_recognised_by_content():
    assert is_onnx(SMALLEST_ONNX)
    for other in (
        b"",
        SMALLEST_ONNX[:-1],
        SMALLEST_ONNX + b"\x00",
        SMALLEST_ONNX[:2],  # no graph
        SMALLEST_ONNX[2:],  # no version
        b"\x4a\x00" + SMALLEST_ONNX,  # field 9, which ONNX does not have
        b"module {\n}\n",
        b"HloModule m\n",
        b"ML\xefR" + bytes(20),
        PT2,
        b"\x80" * 30,
    ):
        assert not is_onnx(other)


def test_torch_export_is_recognised_by_content():
    assert is_torch_export(["cnn/models/model.json", "cnn/archive_format", "cnn/byteorder"])
    assert is_torch_export(["version", "serialized_exported_program.json"])
    assert not is_torch_export(["archive/data.pkl", "archive/version"])


@pytest.mark.parametrize(
    ("data", "absent", "message"),
    [
        (PT2, "torch", "a program of torch.export needs torch, which is not installed"),
        (SMALLEST_ONNX, "onnx", "an ONNX model needs onnx, which is not installed"),
    ],
)
@pytest.mark.parametrize("name", ["model", "model.mlir"])
def test_a_missing_extra_says_what_to_install(
    fastc: Fastc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, absent: str, message: str, name: str
):
    monkeypatch.setitem(sys.modules, absent, None)
    path, out = tmp_path / name, tmp_path / "out.mlir"
    path.write_bytes(data)
    run = fastc("import", path, "-o", out)
    remedy = f"pip install 'fastc-compiler[{absent}]'"
    assert (run.code, run.out, run.err) == (2, "", f"fastc: error: {path}: {message}; {remedy}\n")
    assert not out.exists()
    assert fastc("eval", path, "--hw", "tpu-v3").err == run.err


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("weights.pth", archive("archive/data.pkl", "archive/version"), "this is what torch.save writes"),
        ("model.keras", archive("config.json", "model.weights.h5"), "this is a Keras model"),
        ("some.zip", archive("readme.txt"), "this zip archive is no program of torch.export"),
        ("model.pt2", PT2[:40], "damaged zip archive"),
        ("model.h5", b"\x89HDF\r\n\x1a\n" + bytes(40), "this is an HDF5 file"),
        ("model.tflite", b"\x1c\x00\x00\x00TFL3" + bytes(40), "this is a TensorFlow Lite model"),
        ("model.onnx", SMALLEST_ONNX[:4] + b"\0", "this is no whole ONNX model"),
    ],
)
def test_other_files_of_frameworks(fastc: Fastc, tmp_path: Path, name: str, data: bytes, message: str):
    path = tmp_path / name
    path.write_bytes(data)
    run = fastc("import", path)
    assert (run.code, run.out) == (2, "")
    assert message in run.err
    assert run.err.count("\n") == 1


def test_a_saved_model_of_tensorflow(fastc: Fastc, tmp_path: Path):
    (tmp_path / "saved_model.pb").touch()
    assert "this is a TensorFlow SavedModel" in fastc("import", tmp_path).err


def test_brackets_in_binary_files_do_not_nest(fastc: Fastc, tmp_path: Path):
    bytecode = jax.export.export(jax.jit(jnp.tanh))(jax.ShapeDtypeStruct((2,), jnp.float32)).mlir_module_serialized
    path = tmp_path / "artifact"
    path.write_bytes(b"(" * 1000 + artifact(bytecode))
    assert fastc("import", path).code == 0


def torch_network(torch: Any) -> Any:
    """Convolution with batch normalization, an attention with a mask as buffer, and products of stacked matrices."""

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.convolution = torch.nn.Conv2d(3, 16, 3, stride=2, padding=1)
            self.norm = torch.nn.BatchNorm2d(16)
            self.attention = torch.nn.Linear(16, 48)
            self.head = torch.nn.Linear(16, 10)
            self.register_buffer("mask", torch.ones(16, 16, dtype=torch.bool).tril())

        def forward(self, image: Any) -> Any:
            x = torch.nn.functional.relu6(self.norm(self.convolution(image))).flatten(2).transpose(1, 2)
            query, key, value = self.attention(x).chunk(3, -1)
            scores = (query @ key.transpose(1, 2) / 4).masked_fill(~self.mask, float("-inf"))
            return self.head(torch.nn.functional.gelu(scores.softmax(-1) @ value)).mean(1)

    torch.manual_seed(0)
    network = Network().eval()
    network.norm.running_mean.normal_()
    network.norm.running_var.uniform_(0.5, 1.5)
    return network


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("open_batch", [False, True])
def test_torch_export(fastc: Fastc, tmp_path: Path, open_batch: bool):
    torch = pytest.importorskip("torch")
    pytest.importorskip("torchax")
    network, image = torch_network(torch), torch.randn(2, 3, 8, 8)
    path, out = tmp_path / "network.bin", tmp_path / "network.mlir"
    shapes = ({0: torch.export.Dim("batch")},) if open_batch else None
    torch.export.save(torch.export.export(network, (image,), dynamic_shapes=shapes), path)
    if open_batch:
        assert (
            "fastc schedules static shapes only: give the shapes of all inputs with --args" in fastc("import", path).err
        )
        assert "and --args gives f32[2,3,8,9]" in fastc("import", path, "--args", "f32[2,3,8,9]").err
    run = fastc("import", path, "-o", out, *(["--args", "f32[2,3,8,8]"] if open_batch else []))
    assert (run.code, run.out, run.err) == (0, "", "")
    states = (*network.parameters(), *network.buffers())
    weights = [state.detach().numpy() for state in states if state.is_floating_point()]
    (got,) = xla.run(out.read_text(), [*weights, image.numpy()])
    np.testing.assert_allclose(got, network(image).detach().numpy(), rtol=1e-5, atol=1e-6)
    assert fastc("eval", out, "--hw", "fast-small").code == 0


def onnx_network(onnx: Any) -> tuple[Any, dict[str, np.ndarray]]:
    """Convolution, batch normalization, and a product of stacked rows with one matrix, in operators of version 9."""
    generator = np.random.default_rng(0)
    float32 = onnx.TensorProto.FLOAT
    weights = {
        "kernel": generator.standard_normal((4, 3, 3, 3)),
        "scale": generator.uniform(0.5, 1.5, 4),
        "bias": generator.standard_normal(4),
        "mean": generator.standard_normal(4),
        "variance": generator.uniform(0.5, 1.5, 4),
        "matrix": generator.standard_normal((6, 5)),
    }
    weights = {name: value.astype(np.float32) for name, value in weights.items()}
    node = onnx.helper.make_node
    graph = onnx.helper.make_graph(
        [
            node("Conv", ["image", "kernel"], ["a"], kernel_shape=[3, 3]),
            node("BatchNormalization", ["a", "scale", "bias", "mean", "variance"], ["b"], epsilon=1e-5),
            node("Dropout", ["b"], ["c"]),
            node("MatMul", ["c", "matrix"], ["d"]),
            node("Relu", ["d"], ["result"]),
        ],
        "network",
        [onnx.helper.make_tensor_value_info("image", float32, ["batch", 3, 8, 8])],
        [onnx.helper.make_tensor_value_info("result", float32, ["batch", 4, 6, 5])],
        [onnx.numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 9)], ir_version=8)
    return model, weights


def test_onnx(fastc: Fastc, tmp_path: Path):
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("torch_mlir")
    model, weights = onnx_network(onnx)
    path, out = tmp_path / "network.bin", tmp_path / "network.mlir"
    path.write_bytes(model.SerializeToString())
    run = fastc("import", path)
    assert "input 'image' is f32[batch,3,8,8]; fastc schedules static shapes only" in run.err
    run = fastc("import", path, "--args", "f32[2,3,8,8]", "-o", out)
    assert (run.code, run.out, run.err) == (0, "", "")
    # One product of all rows, rather than one matrix repeated for each of the stack.
    assert re.search(r"dot_general.*\(tensor<48x6xf32>, tensor<6x5xf32>\)", out.read_text())
    image = np.random.default_rng(1).standard_normal((2, 3, 8, 8)).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3), axis=(2, 3))
    a = np.einsum("nchwrs,kcrs->nkhw", windows, weights["kernel"])
    scale, bias, mean, variance = (weights[name][:, None, None] for name in ("scale", "bias", "mean", "variance"))
    b = (a - mean) / np.sqrt(variance + 1e-5) * scale + bias
    expected = np.maximum(b @ weights["matrix"], 0)
    (got,) = xla.run(out.read_text(), [*weights.values(), image])
    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-5)
    assert fastc("eval", out, "--hw", "fast-small").code == 0


def test_an_onnx_operator_without_a_lowering(fastc: Fastc, tmp_path: Path):
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("torch_mlir")
    info = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Det", ["x"], ["y"])],
        "determinant",
        [info("x", onnx.TensorProto.FLOAT, [3, 3])],
        [info("y", onnx.TensorProto.FLOAT, [])],
    )
    path = tmp_path / "det.onnx"
    path.write_bytes(onnx.helper.make_model(graph, ir_version=8).SerializeToString())
    run = fastc("import", path)
    assert run.code == 2
    assert "torch-mlir cannot bring this model to StableHLO" in run.err
    assert "linalg_det" in run.err
    assert run.err.count("\n") == 1
