"""What each opcode of HLO is in StableHLO."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from fastc.errors import suggestion
from fastc.frontends.hlo import attributes as decode
from fastc.frontends.hlo.literals import dense, tensor_type
from fastc.frontends.hlo.parser import HloError, array_shapes_in
from fastc.frontends.hlo.records import ArrayShape, Instruction
from fastc.frontends.hlo.writer import Tree, Value, Writer, array_shapes, leaves

T = TypeVar("T")

IGNORED = frozenset(
    (
        "metadata", "backend_config", "frontend_attributes", "sharding", "control-predecessors", "origin", "statistics",
        "parameter_replication", "inlineable", "output_to_operand_aliasing",
    )
)  # fmt: skip
"""Attributes of any instruction that say nothing about what it computes."""

ELEMENTWISE = {
    "abs": ("abs", 1), "add": ("add", 2), "and": ("and", 2), "atan2": ("atan2", 2), "cbrt": ("cbrt", 1),
    "ceil": ("ceil", 1), "clamp": ("clamp", 3), "count-leading-zeros": ("count_leading_zeros", 1),
    "complex": ("complex", 2),
    "cosine": ("cosine", 1), "divide": ("divide", 2), "exponential": ("exponential", 1),
    "exponential-minus-one": ("exponential_minus_one", 1), "floor": ("floor", 1), "imag": ("imag", 1),
    "is-finite": ("is_finite", 1), "log": ("log", 1), "log-plus-one": ("log_plus_one", 1), "logistic": ("logistic", 1),
    "maximum": ("maximum", 2), "minimum": ("minimum", 2), "multiply": ("multiply", 2), "negate": ("negate", 1),
    "not": ("not", 1), "or": ("or", 2), "popcnt": ("popcnt", 1), "power": ("power", 2), "real": ("real", 1),
    "remainder": ("remainder", 2), "round-nearest-afz": ("round_nearest_afz", 1),
    "round-nearest-even": ("round_nearest_even", 1), "rsqrt": ("rsqrt", 1), "select": ("select", 3),
    "shift-left": ("shift_left", 2), "shift-right-arithmetic": ("shift_right_arithmetic", 2),
    "shift-right-logical": ("shift_right_logical", 2), "sign": ("sign", 1), "sine": ("sine", 1), "sqrt": ("sqrt", 1),
    "subtract": ("subtract", 2), "tan": ("tan", 1), "tanh": ("tanh", 1), "xor": ("xor", 2), "convert": ("convert", 1),
    "bitcast-convert": ("bitcast_convert", 1), "reshape": ("reshape", 1),
}  # fmt: skip
"""Opcodes without attributes: the op of StableHLO and how many operands it takes."""

API_VERSIONS = {
    "API_VERSION_ORIGINAL": 1,
    "API_VERSION_STATUS_RETURNING": 2,
    "API_VERSION_STATUS_RETURNING_UNIFIED": 3,
    "API_VERSION_TYPED_FFI": 4,
}
"""StableHLO's number for each way to call a custom call."""

TYPED_FFI = 4
"""The way whose configuration is a dictionary, written as MLIR does; that of the others is a string."""


@dataclass(frozen=True)
class Case:
    """One instruction on its way into StableHLO."""

    writer: Writer
    at: Instruction
    operands: Sequence[Tree]

    def fail(self, message: str) -> HloError:
        """The error to raise."""
        return HloError(self.at.line, self.at.column, f"{self.at.name}: {message}")

    def values(self, count: int | None = None) -> list[Value]:
        """The operands, all of them arrays, ``count`` of them unless it is None."""
        if count is not None:
            self.expect(count)
        values = [each for each in self.operands if isinstance(each, Value)]
        if len(values) != len(self.operands):
            raise self.fail(f"'{self.at.opcode}' takes arrays, not tuples")
        return values

    def expect(self, count: int) -> None:
        """Raise unless there are ``count`` operands."""
        if len(self.operands) != count:
            raise self.fail(f"'{self.at.opcode}' takes {count} operands, but {len(self.operands)} are given")

    @property
    def array(self) -> ArrayShape:
        """The shape of the result, an array."""
        if not isinstance(self.at.shape, ArrayShape):
            raise self.fail(f"'{self.at.opcode}' gives an array, not {self.at.shape}")
        return self.at.shape

    def has(self, key: str) -> bool:
        """Whether the instruction has this attribute."""
        return key in self.at.attributes

    def get(self, key: str, read: Callable[[str], T], default: T | None = None) -> T:
        """An attribute, decoded; without a default it must be there."""
        text = self.at.attributes.get(key)
        if text is None:
            if default is None:
                raise self.fail(f"'{self.at.opcode}' needs the attribute {key}")
            return default
        try:
            return read(text)
        except ValueError as error:
            raise self.fail(f"cannot read {key}={text}: {error}") from None

    def op(
        self, name: str, operands: Sequence[Value], attributes: Mapping[str, str] | None = None, *regions: str
    ) -> Tree:
        """Write the op of StableHLO that gives this instruction's result."""
        return self.writer.op(self.at, f"stablehlo.{name}", operands, self.at.shape, attributes, regions)


Handler = Callable[[Case], Tree]
_HANDLERS: dict[str, tuple[Handler, frozenset[str]]] = {}


def _handles(opcode: str, *attributes: str) -> Callable[[Handler], Handler]:
    """Registers the function that converts ``opcode``, which may have these attributes."""

    def register(handler: Handler) -> Handler:
        _HANDLERS[opcode] = (handler, frozenset(attributes))
        return handler

    return register


def convert(writer: Writer, at: Instruction, operands: Sequence[Tree]) -> Tree:
    """Write the ops of one instruction and return its value. Raises HloError."""
    case = Case(writer, at, operands)
    simple = ELEMENTWISE.get(at.opcode)
    if simple is None and at.opcode not in _HANDLERS:
        near = suggestion(at.opcode, [*ELEMENTWISE, *_HANDLERS], likeness=0.75)
        raise case.fail(f"fastc does not know the opcode '{at.opcode}'{near}; export the model as StableHLO instead")
    handler, known = _HANDLERS[at.opcode] if simple is None else (None, frozenset[str]())
    unknown = at.attributes.keys() - known - IGNORED
    if unknown:
        key = sorted(unknown)[0]
        raise case.fail(f"fastc does not know the attribute {key}={at.attributes[key]} of '{at.opcode}'")
    if handler is not None:
        return handler(case)
    assert simple is not None
    name, arity = simple
    return case.op(name, case.values(arity))


def _array_of(kind: str, values: Iterable[int | bool]) -> str:
    words = [str(value).lower() for value in values]
    return f"array<{kind}: {', '.join(words)}>" if words else f"array<{kind}>"


def _i64s(values: Iterable[int]) -> str:
    return _array_of("i64", values)


def _pairs(values: Sequence[tuple[int, int]]) -> str:
    elements = ", ".join(f"[{low}, {high}]" for low, high in values)
    return f"dense<{f'[{elements}]' if values else ''}> : tensor<{len(values)}x2xi64>"


def _list(values: Iterable[int | str]) -> str:
    return f"[{', '.join(map(str, values))}]"


@_handles("constant")
def _constant(case: Case) -> Tree:
    try:
        value = f"{dense(case.at.literal, case.array)} : {tensor_type(case.array)}"
    except ValueError as error:
        raise case.fail(f"cannot read the constant: {error}") from None
    return case.op("constant", case.values(0), {"value": value})


@_handles("iota", "iota_dimension")
def _iota(case: Case) -> Tree:
    return case.op("iota", case.values(0), {"iota_dimension": f"{case.get('iota_dimension', decode.integer)} : i64"})


@_handles("broadcast", "dimensions")
def _broadcast(case: Case) -> Tree:
    dimensions = case.get("dimensions", decode.integers)
    return case.op("broadcast_in_dim", case.values(1), {"broadcast_dimensions": _i64s(dimensions)})


@_handles("transpose", "dimensions")
def _transpose(case: Case) -> Tree:
    return case.op("transpose", case.values(1), {"permutation": _i64s(case.get("dimensions", decode.integers))})


@_handles("reverse", "dimensions")
def _reverse(case: Case) -> Tree:
    return case.op("reverse", case.values(1), {"dimensions": _i64s(case.get("dimensions", decode.integers))})


@_handles("concatenate", "dimensions")
def _concatenate(case: Case) -> Tree:
    return case.op("concatenate", case.values(), {"dimension": f"{case.get('dimensions', decode.integer)} : i64"})


@_handles("pad", "padding")
def _pad(case: Case) -> Tree:
    operands = case.values(2)
    entries = case.get("padding", decode.padding)
    names = ("edge_padding_low", "edge_padding_high", "interior_padding")
    return case.op("pad", operands, {name: _i64s(entry[i] for entry in entries) for i, name in enumerate(names)})


@_handles("slice", "slice")
def _slice(case: Case) -> Tree:
    entries = case.get("slice", decode.slices)
    names = ("start_indices", "limit_indices", "strides")
    return case.op("slice", case.values(1), {name: _i64s(each[i] for each in entries) for i, name in enumerate(names)})


@_handles("dynamic-slice", "dynamic_slice_sizes")
def _dynamic_slice(case: Case) -> Tree:
    sizes = case.get("dynamic_slice_sizes", decode.integers)
    return case.op("dynamic_slice", case.values(1 + len(sizes)), {"slice_sizes": _i64s(sizes)})


@_handles("dynamic-update-slice")
def _dynamic_update_slice(case: Case) -> Tree:
    return case.op("dynamic_update_slice", case.values(2 + len(case.array.dims)))


@_handles("compare", "direction", "type")
def _compare(case: Case) -> Tree:
    direction = case.get("direction", str)
    if direction not in ("EQ", "NE", "LT", "LE", "GT", "GE"):
        raise case.fail(f"direction={direction} is none of EQ, NE, LT, LE, GT, GE")
    attributes = {"comparison_direction": f"#stablehlo<comparison_direction {direction}>"}
    if case.has("type"):
        kind = case.get("type", str)
        if kind not in ("FLOAT", "TOTALORDER", "SIGNED", "UNSIGNED"):
            raise case.fail(f"type={kind} is none of FLOAT, TOTALORDER, SIGNED, UNSIGNED")
        attributes["compare_type"] = f"#stablehlo<comparison_type {kind}>"
    return case.op("compare", case.values(2), attributes)


@_handles("bitcast")
def _bitcast(case: Case) -> Tree:
    """The same bytes under another shape: both layouts are realised as transposes around a reshape."""
    (operand,) = case.values(1)
    source, target = operand.shape, case.array
    for shape in (source, target):
        if shape.tiling.startswith("T") or "T(" in shape.tiling:
            raise case.fail(f"a bitcast of the tiled layout of {shape} cannot be expressed in StableHLO")
    value = _transposed(case, operand, source.major_to_minor)
    physical = tuple(target.dims[dim] for dim in target.major_to_minor)
    if value.shape.element != target.element:
        value = _one(case, "bitcast_convert", value, ArrayShape(target.element, value.shape.dims, ()))
    if value.shape.dims != physical:
        value = _one(case, "reshape", value, ArrayShape(target.element, physical, ()))
    logical = [target.major_to_minor.index(dim) for dim in range(len(target.dims))]
    return _transposed(case, value, logical)


def _transposed(case: Case, value: Value, permutation: Sequence[int]) -> Value:
    if list(permutation) == sorted(permutation):
        return value
    shape = ArrayShape(value.shape.element, tuple(value.shape.dims[dim] for dim in permutation), ())
    return _one(case, "transpose", value, shape, {"permutation": _i64s(permutation)})


def _one(case: Case, name: str, value: Value, shape: ArrayShape, attributes: Mapping[str, str] | None = None) -> Value:
    (result,) = leaves(case.writer.op(case.at, f"stablehlo.{name}", [value], shape, attributes))
    return result


@_handles("copy")
def _copy(case: Case) -> Tree:
    """A copy moves bytes, perhaps into another layout; the values stay."""
    (operand,) = case.values(1)
    return operand


@_handles(
    "dot", "lhs_batch_dims", "lhs_contracting_dims", "rhs_batch_dims", "rhs_contracting_dims", "operand_precision"
)
def _dot(case: Case) -> Tree:
    numbers = ", ".join(
        f"{name} = {_list(case.get(key, decode.integers, ()))}"
        for name, key in (
            ("lhs_batching_dimensions", "lhs_batch_dims"),
            ("rhs_batching_dimensions", "rhs_batch_dims"),
            ("lhs_contracting_dimensions", "lhs_contracting_dims"),
            ("rhs_contracting_dimensions", "rhs_contracting_dims"),
        )
    )
    attributes = {"dot_dimension_numbers": f"#stablehlo.dot<{numbers}>"} | _precision(case)
    return case.op("dot_general", case.values(2), attributes)


def _precision(case: Case) -> dict[str, str]:
    if not case.has("operand_precision"):
        return {}
    words = [word.upper() for word in case.get("operand_precision", decode.names)]
    for word in words:
        if word not in ("DEFAULT", "HIGH", "HIGHEST"):
            raise case.fail(f"the precision {word.lower()} is none of default, high, highest")
    return {"precision_config": _list(f"#stablehlo<precision {word}>" for word in words)}


@_handles("convolution", "window", "dim_labels", "feature_group_count", "batch_group_count", "operand_precision")
def _convolution(case: Case) -> Tree:
    operands = case.values(2)
    window = case.get("window", decode.window, decode.window(""))
    labels = case.get("dim_labels", decode.dim_labels)
    if len(window.size) != len(labels.lhs) - 2:
        raise case.fail(f"the window has {len(window.size)} dimensions, dim_labels {len(labels.lhs) - 2}")
    return case.op(
        "convolution",
        operands,
        {
            "window_strides": _i64s(window.stride),
            "padding": _pairs(window.padding),
            "lhs_dilation": _i64s(window.lhs_dilation),
            "rhs_dilation": _i64s(window.rhs_dilation),
            "window_reversal": _array_of("i1", window.reversal),
            "dimension_numbers": f"#stablehlo.conv<{_list(labels.lhs)}x{_list(labels.rhs)}->{_list(labels.output)}>",
            "feature_group_count": f"{case.get('feature_group_count', decode.integer, 1)} : i64",
            "batch_group_count": f"{case.get('batch_group_count', decode.integer, 1)} : i64",
        }
        | _precision(case),
    )


@_handles("reduce", "dimensions", "to_apply")
def _reduce(case: Case) -> Tree:
    attributes = {"dimensions": _i64s(case.get("dimensions", decode.integers))}
    return case.op("reduce", _with_initial_values(case), attributes, _body(case, "to_apply"))


@_handles("reduce-window", "window", "to_apply")
def _reduce_window(case: Case) -> Tree:
    window = case.get("window", decode.window)
    attributes = {
        "window_dimensions": _i64s(window.size),
        "window_strides": _i64s(window.stride),
        "base_dilations": _i64s(window.lhs_dilation),
        "window_dilations": _i64s(window.rhs_dilation),
        "padding": _pairs(window.padding),
    }
    if any(window.reversal):
        raise case.fail("StableHLO has no reduce_window with rhs_reversal")
    return case.op("reduce_window", _with_initial_values(case), attributes, _body(case, "to_apply"))


def _with_initial_values(case: Case) -> list[Value]:
    operands = case.values()
    if not operands or len(operands) % 2:
        raise case.fail(
            f"'{case.at.opcode}' takes as many initial values as arrays, but {len(operands)} operands are given"
        )
    return operands


def _body(case: Case, key: str) -> str:
    return case.writer.region(_callee(case, key), case.at)


def _callee(case: Case, key: str) -> str:
    return case.get(key, str).removeprefix("%")


@_handles("select-and-scatter", "window", "select", "scatter")
def _select_and_scatter(case: Case) -> Tree:
    window = case.get("window", decode.window)
    if set(window.lhs_dilation + window.rhs_dilation) - {1} or any(window.reversal):
        raise case.fail("StableHLO has no select_and_scatter with a dilated or reversed window")
    attributes = {
        "window_dimensions": _i64s(window.size),
        "window_strides": _i64s(window.stride),
        "padding": _pairs(window.padding),
    }
    return case.op("select_and_scatter", case.values(3), attributes, _body(case, "select"), _body(case, "scatter"))


@_handles(
    "gather", "offset_dims", "collapsed_slice_dims", "start_index_map", "operand_batching_dims",
    "start_indices_batching_dims", "index_vector_dim", "slice_sizes", "indices_are_sorted",
)  # fmt: skip
def _gather(case: Case) -> Tree:
    attributes = {
        "dimension_numbers": _index_numbers(
            case, "offset_dims collapsed_slice_dims operand_batching_dims start_indices_batching_dims start_index_map"
        ),
        "slice_sizes": _i64s(case.get("slice_sizes", decode.integers)),
        "indices_are_sorted": _flag(case, "indices_are_sorted"),
    }
    return case.op("gather", case.values(2), attributes)


@_handles(
    "scatter", "update_window_dims", "inserted_window_dims", "scatter_dims_to_operand_dims", "input_batching_dims",
    "scatter_indices_batching_dims", "index_vector_dim", "indices_are_sorted", "unique_indices", "to_apply",
)  # fmt: skip
def _scatter(case: Case) -> Tree:
    attributes = {
        "scatter_dimension_numbers": _index_numbers(
            case,
            "update_window_dims inserted_window_dims input_batching_dims scatter_indices_batching_dims "
            "scatter_dims_to_operand_dims",
        ),
        "indices_are_sorted": _flag(case, "indices_are_sorted"),
        "unique_indices": _flag(case, "unique_indices"),
    }
    return case.op("scatter", case.values(), attributes, _body(case, "to_apply"))


def _index_numbers(case: Case, keys: str) -> str:
    """The dimension numbers of a gather or scatter, which both sides call the same; empty lists are left out."""
    lists = {key: case.get(key, decode.integers, ()) for key in keys.split()}
    written = [f"{key} = {_list(values)}" for key, values in lists.items() if values]
    written.append(f"index_vector_dim = {case.get('index_vector_dim', decode.integer)}")
    return f"#stablehlo.{case.at.opcode}<{', '.join(written)}>"


def _flag(case: Case, key: str) -> str:
    return str(case.get(key, decode.truth, False)).lower()


@_handles("sort", "dimensions", "is_stable", "to_apply")
def _sort(case: Case) -> Tree:
    attributes = {"dimension": f"{case.get('dimensions', decode.integer)} : i64", "is_stable": _flag(case, "is_stable")}
    return case.op("sort", case.values(), attributes, _body(case, "to_apply"))


@_handles("map", "dimensions", "to_apply")
def _map(case: Case) -> Tree:
    attributes = {"dimensions": _i64s(case.get("dimensions", decode.integers))}
    return case.op("map", case.values(), attributes, _body(case, "to_apply"))


@_handles("reduce-precision", "exponent_bits", "mantissa_bits")
def _reduce_precision(case: Case) -> Tree:
    keys = ("exponent_bits", "mantissa_bits")
    return case.op("reduce_precision", case.values(1), {key: f"{case.get(key, decode.integer)} : i32" for key in keys})


@_handles("rng-bit-generator", "algorithm")
def _rng_bit_generator(case: Case) -> Tree:
    algorithm = case.get("algorithm", str).removeprefix("rng_").upper()
    if algorithm not in ("DEFAULT", "THREE_FRY", "PHILOX"):
        raise case.fail(f"the algorithm {algorithm} is none of rng_default, rng_three_fry, rng_philox")
    attributes = {"rng_algorithm": f"#stablehlo<rng_algorithm {algorithm}>"}
    return case.op("rng_bit_generator", case.values(1), attributes)


@_handles("fft", "fft_type", "fft_length")
def _fft(case: Case) -> Tree:
    kind = case.get("fft_type", str)
    if kind not in ("FFT", "IFFT", "RFFT", "IRFFT"):
        raise case.fail(f"fft_type={kind} is none of FFT, IFFT, RFFT, IRFFT")
    lengths = _i64s(case.get("fft_length", decode.integers))
    return case.op("fft", case.values(1), {"fft_type": f"#stablehlo<fft_type {kind}>", "fft_length": lengths})


@_handles("cholesky", "lower")
def _cholesky(case: Case) -> Tree:
    return case.op("cholesky", case.values(1), {"lower": _flag(case, "lower")})


@_handles("erf")
def _erf(case: Case) -> Tree:
    return case.writer.op(case.at, "chlo.erf", case.values(1), case.at.shape)


@_handles("topk", "k", "largest")
def _topk(case: Case) -> Tree:
    if not case.get("largest", decode.truth, True):
        raise case.fail("StableHLO has no top_k of the smallest elements")
    return case.writer.op(
        case.at, "chlo.top_k", case.values(1), case.at.shape, {"k": f"{case.get('k', decode.integer)} : i64"}
    )


@_handles("opt-barrier")
def _opt_barrier(case: Case) -> Tree:
    case.expect(1)
    return case.op("optimization_barrier", list(leaves(case.operands[0])))


@_handles("tuple")
def _tuple(case: Case) -> Tree:
    return tuple(case.operands)


@_handles("get-tuple-element", "index")
def _get_tuple_element(case: Case) -> Tree:
    case.expect(1)
    (operand,) = case.operands
    index = case.get("index", decode.integer)
    if isinstance(operand, Value) or not 0 <= index < len(operand):
        raise case.fail(f"there is no element {index} of its operand")
    return operand[index]


@_handles("call", "to_apply", "is_composite")
def _call(case: Case) -> Tree:
    return case.writer.call(_callee(case, "to_apply"), case.operands, case.at)


@_handles("fusion", "calls", "kind")
def _fusion(case: Case) -> Tree:
    computation = case.writer.called(_callee(case, "calls"), case.at)
    return case.writer.inline(computation, case.operands, case.at)


@_handles("while", "condition", "body")
def _while(case: Case) -> Tree:
    case.expect(1)
    return case.op("while", list(leaves(case.operands[0])), None, _body(case, "condition"), _body(case, "body"))


@_handles("conditional", "branch_computations", "true_computation", "false_computation")
def _conditional(case: Case) -> Tree:
    if case.has("branch_computations"):
        names = case.get("branch_computations", decode.names)
    else:
        names = (_callee(case, "true_computation"), _callee(case, "false_computation"))
    case.expect(1 + len(names))
    index, *arguments = case.operands
    if not isinstance(index, Value):
        raise case.fail("a conditional's first operand is a pred or s32 scalar, not a tuple")
    regions = [case.writer.region(name, case.at, [argument]) for name, argument in zip(names, arguments, strict=True)]
    if index.shape.element != "pred":
        return case.op("case", [index], None, *regions)
    if len(regions) != 2:
        raise case.fail(f"a conditional on a pred has 2 branches, not {len(regions)}")
    return case.op("if", [index], None, *regions)


@_handles(
    "custom-call", "custom_call_target", "api_version", "custom_call_has_side_effect", "operand_layout_constraints",
    "called_computations",
)  # fmt: skip
def _custom_call(case: Case) -> Tree:
    target = case.get("custom_call_target", str)
    if target == '"TopK"':
        return _top_k_call(case)
    if case.has("called_computations"):
        raise case.fail(f"a custom-call of {target} with computations of its own is not supported")
    version = case.get("api_version", str, "API_VERSION_ORIGINAL")
    if version not in API_VERSIONS:
        raise case.fail(f"a custom-call of {version} is not supported; there is {', '.join(API_VERSIONS)}")
    config = case.at.attributes.get("backend_config", "")
    if API_VERSIONS[version] == TYPED_FFI:
        config = config or "{}"
    elif not config.startswith('"'):
        config = f'"{_escaped(config)}"'
    flat = [value for operand in case.operands for value in leaves(operand)]
    attributes = {
        "call_target_name": target,
        "api_version": f"{API_VERSIONS[version]} : i32",
        "has_side_effect": _flag(case, "custom_call_has_side_effect"),
        "backend_config": config,
        "operand_layouts": _layouts(_constrained(case, flat)),
        "result_layouts": _layouts(array_shapes(case.at.shape)),
    }
    return case.op("custom_call", flat, attributes)


def _constrained(case: Case, operands: Sequence[Value]) -> list[ArrayShape]:
    """The shapes that the custom call wants its operands in: before XLA has assigned layouts, an attribute says so."""
    shapes = case.get("operand_layout_constraints", array_shapes_in, [each.shape for each in operands])
    if [each.dims for each in shapes] != [each.shape.dims for each in operands]:
        raise case.fail("operand_layout_constraints must name the shape of each operand")
    return shapes


def _layouts(shapes: Iterable[ArrayShape]) -> str:
    """What a custom call is promised about its buffers, as StableHLO says it."""
    return _list(
        f"dense<{_list(shape.minor_to_major) if shape.dims else ''}> : tensor<{len(shape.dims)}xindex>"
        for shape in shapes
    )


def _top_k_call(case: Case) -> Tree:
    """XLA's own call for the largest elements of each row, which optimisation makes of a sort."""
    results = list(array_shapes(case.at.shape))
    for name in case.get("called_computations", decode.names, ()):
        if case.writer.called(name, case.at).root.attributes.get("direction") != "GT":
            raise case.fail("a TopK that does not compare with GT cannot be expressed in StableHLO")
    if len(results) != 2 or not results[0].dims:
        raise case.fail(f"TopK gives values and indices, not {case.at.shape}")
    attributes = {"k": f"{results[0].dims[-1]} : i64"}
    return case.writer.op(case.at, "chlo.top_k", case.values(1), case.at.shape, attributes)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\0A")
