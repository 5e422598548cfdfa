"""Programs of ``torch.export``, as ``torch.export.save`` writes them to .pt2 files, into StableHLO through torchax."""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from fastc.errors import InputError
from fastc.frontends.avals import Aval, fixed_shape
from fastc.frontends.extras import load_extra
from fastc.frontends.stablehlo import ReadError


def is_torch_export(members: Sequence[str]) -> bool:
    """Whether an archive with these ``members`` is a program of torch.export, in today's form or that of torch 2.1."""
    names = {member.partition("/")[2] for member in members}
    return {"archive_format", "models/model.json"} <= names or "serialized_exported_program.json" in members


def read_torch_export(data: bytes, name: str, avals: Sequence[Aval] | None = None) -> str:
    """The StableHLO text of the program in ``data``.

    ``@main`` takes the parameters and floating-point buffers that the program reads, in its order, and then its inputs;
    the values of these weights stay behind. Other buffers and captured tensors, such as positions and masks, are
    constants. Indices are 32 bits wide, as JAX has them, unless JAX_ENABLE_X64 is set. ``avals`` are the types and
    shapes of the inputs, for a program that leaves sizes open. Raises InputError.
    """
    torch, torchax, export, mappings = load_extra("torch", name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            program = torch.export.load(BytesIO(data))
        except Exception as error:
            raise ReadError(f"{name}: torch {torch.__version__} cannot load this program: {_reason(error)}") from error
        inputs = _inputs(program, name, avals)
        try:
            torchax.default_env()  # brings the lowerings of torch's ops along
            return _lower(program, inputs, export, mappings)
        except Exception as error:
            raise ReadError(
                f"{name}: torchax {torchax.__version__} cannot bring this program to StableHLO: {_reason(error)}"
            ) from error


def _lower(program: Any, inputs: Sequence[Aval | Any], export: Any, mappings: Any) -> str:
    import jax

    # The states are the values of the parameters, the buffers, and last of the captured tensors, which have no names.
    names, values, function = export.exported_program_to_jax(program, export_raw=True)
    captured = (f"constant_{index}" for index in range(len(values) - len(names)))
    states = dict(zip((*names, *captured), values, strict=True))
    read = _states_read(program)
    weights = OrderedDict(
        (name, jax.ShapeDtypeStruct(tuple(state.shape), mappings.t2j_dtype(state.dtype)))
        for name, state in states.items()
        if name in read and state.is_floating_point()
    )
    tensors = [jax.ShapeDtypeStruct(each.shape, each.dtype) for each in inputs if isinstance(each, Aval)]

    def main(weights: dict[str, Any], *tensors: Any) -> Any:
        given = [weights[name] if name in weights else mappings.t2j(state) for name, state in states.items()]
        following = iter(tensors)
        return function(given, [next(following) if isinstance(each, Aval) else each for each in inputs])

    return jax.jit(main, keep_unused=True).lower(weights, *tensors).as_text(debug_info=True)


def _states_read(program: Any) -> set[str]:
    """Names of the parameters and buffers that some op of ``program`` reads."""
    users = {node.name: node.users for node in program.graph.nodes if node.op == "placeholder"}
    return {spec.target for spec in program.graph_signature.input_specs if spec.target and users.get(spec.arg.name)}


def _inputs(program: Any, name: str, avals: Sequence[Aval] | None) -> list[Aval | Any]:
    """What the program takes beside its states: abstract tensors, and values that it was exported for."""
    metas = {node.name: node.meta.get("val") for node in program.graph.nodes if node.op == "placeholder"}
    specs = [spec for spec in program.graph_signature.input_specs if spec.kind.name == "USER_INPUT"]
    tensors = [spec.arg.name for spec in specs if hasattr(metas[spec.arg.name], "shape")]
    if avals is not None and len(avals) != len(tensors):
        raise InputError(f"{name}: --args gives {len(avals)} arrays, but the program takes {len(tensors)}: {tensors}")
    given = dict(zip(tensors, avals or [None] * len(tensors), strict=True))
    inputs: list[Aval | Any] = []
    for spec in specs:
        argument = spec.arg.name
        if argument not in given:
            inputs.append(getattr(spec.arg, "value", None))
            continue
        meta = metas[argument]
        # A size that was left open is a symbol, which torch prints by its name.
        sizes = [size if isinstance(size, int) else str(size) for size in meta.shape]
        dtype = str(meta.dtype).removeprefix("torch.")
        inputs.append(Aval(dtype, fixed_shape(f"{name}: input '{argument}'", dtype, sizes, given[argument])))
    return inputs


def _reason(error: Exception) -> str:
    """What ``error`` says first, and its kind where it says too little."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
