"""What the user names as a model, opened: a file in whatever framework's form, or a JAX function."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from io import BytesIO

from fastc.errors import InputError
from fastc.files import Source, names_function, read
from fastc.frontends.avals import Aval
from fastc.frontends.stablehlo import ReadError

ZIP_MAGIC = b"PK\x03\x04"
HOW_TO_EXPORT = "docs/importing.md shows how to get StableHLO out of each framework"


def open_model(path: str, avals: Sequence[Aval] | None = None) -> Source:
    """The model at ``path``: a file, '-' or ``package.module:function``; its data are what ``read_module`` reads.

    A JAX function, a program of torch.export and an ONNX model become StableHLO text. ``avals`` are the types and
    shapes of the inputs, where the model leaves them open. Raises InputError.
    """
    if names_function(path):
        from fastc.frontends.python_function import trace_named

        return trace_named(path, avals)
    if os.path.isfile(os.path.join(path, "saved_model.pb")):  # unlike pathlib's, no error for a name that is too long
        raise InputError(f"{path}: this is a TensorFlow SavedModel, which needs TensorFlow; {HOW_TO_EXPORT}")
    source = read(path)
    text = _foreign_to_stablehlo(source, avals)
    if text is not None:
        return Source(path, text.encode(), source.data)
    if avals is not None:
        raise InputError(
            f"{source.label}: --args goes with 'package.module:function', .onnx and .pt2; StableHLO and HLO say "
            "themselves what @main takes"
        )
    return source


def _foreign_to_stablehlo(source: Source, avals: Sequence[Aval] | None) -> str | None:
    """The StableHLO text of a model in another framework's form; None for what ``read_module`` reads."""
    if source.data.startswith(ZIP_MAGIC):
        from fastc.frontends.torch_export import is_torch_export, read_torch_export

        members = _members(source)
        if is_torch_export(members):
            return read_torch_export(source.data, source.label, avals)
        raise ReadError(f"{source.label}: {_archive_kind(members)}; {HOW_TO_EXPORT}")
    from fastc.frontends.onnx import is_onnx, read_onnx

    if is_onnx(source.data):
        return read_onnx(source.data, source.label, avals)
    kind = _binary_kind(source)
    if kind is not None:
        raise ReadError(f"{source.label}: {kind}; {HOW_TO_EXPORT}")
    return None


def _members(source: Source) -> list[str]:
    try:
        with zipfile.ZipFile(BytesIO(source.data)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ReadError(f"{source.label}: damaged zip archive: {error}; export the model again") from error


def _archive_kind(members: Sequence[str]) -> str:
    endings = {member.rpartition("/")[2] for member in members}
    if "data.pkl" in endings:
        return (
            "this is what torch.save writes, weights or a pickled module, which is no program; write "
            "torch.export.save(torch.export.export(module, inputs), 'model.pt2')"
        )
    if "model.weights.h5" in endings:
        return "this is a Keras model, which only Keras runs; load it there and trace it as a JAX function"
    return "this zip archive is no program of torch.export"


def _binary_kind(source: Source) -> str | None:
    """What a file is that people take for a model and that holds no program for fastc; None for all others."""
    if source.data.startswith(b"\x89HDF\r\n"):
        return "this is an HDF5 file, as Keras writes weights; load it in Keras and trace it as a JAX function"
    if source.data[4:8] == b"TFL3":
        return "this is a TensorFlow Lite model; start from the model that it was made of"
    if source.path.endswith(".onnx") and b"\0" in source.data:
        return "this is no whole ONNX model: it may end too early; export it again"
    return None
