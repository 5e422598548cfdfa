"""Libraries that only some forms of a model need: the extras of the distribution."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Literal

from fastc.errors import InputError

PACKAGES = {
    "torch": {"torch": "torch", "torchax": "torchax", "torchax.export": "torchax", "torchax.ops.mappings": "torchax"},
    "onnx": {
        "onnx": "onnx",
        "onnx.version_converter": "onnx",
        "torch_mlir.ir": "torch-mlir",
        "torch_mlir.passmanager": "torch-mlir",
        "torch_mlir.dialects.torch": "torch-mlir",
        "torch_mlir.extras.onnx_importer": "torch-mlir",
    },
}
"""For each extra the modules that it is used through, with the distribution that each comes from."""


FORMS = {"torch": "a program of torch.export", "onnx": "an ONNX model"}
"""What each extra is needed for."""


class MissingExtraError(InputError):
    """A library that reads this form is not installed, or does not load; the text says what to install."""


def load_extra(extra: Literal["torch", "onnx"], name: str) -> list[Any]:
    """The modules of ``extra``, in the order of ``PACKAGES``; ``name`` is the model that needs them."""
    modules: list[Any] = []
    for module, distribution in PACKAGES[extra].items():
        try:
            modules.append(import_module(module))
        except (ImportError, AttributeError) as error:
            absent = isinstance(error, ModuleNotFoundError) and error.name == module.partition(".")[0]
            # What a library meets in another one's version that it was not made for is an AttributeError too.
            why = "is not installed" if absent else f"does not load: {error}"
            raise MissingExtraError(
                f"{name}: {FORMS[extra]} needs {distribution}, which {why}; pip install 'fastc-compiler[{extra}]'"
            ) from error
    return modules
