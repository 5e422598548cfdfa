"""StableHLO into xDSL and back, through the official parser in jaxlib (JAX itself is not imported).

jaxlib parses text (pretty, generic, with or without locations) and bytecode (portable artifacts too) of a big model in
some 20 ms and verifies it. Its module is then walked once and rebuilt of xDSL's ops; every type and attribute is
translated once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import cache
from io import StringIO
from typing import TYPE_CHECKING, Any, NoReturn

from xdsl.context import Context
from xdsl.dialects.builtin import (
    FileLineColLoc,
    IntAttr,
    LocationAttr,
    ModuleOp,
    NameLoc,
    NoneAttr,
    StringAttr,
    TensorType,
    UnknownLoc,
    UnrankedTensorType,
    UnregisteredOp,
)
from xdsl.dialects.func import FuncOp
from xdsl.ir import Attribute, Block, Operation, Region, SSAValue
from xdsl.irdl import IRDLOperation
from xdsl.utils.exceptions import ParseError, VerifyException

from dialects.stablehlo import ExactParser, ExactPrinter, dense_from_text
from fastc.errors import InputError
from fastc.frontends.context import make_context
from passes.analysis.ops import op_name
from passes.analysis.place import place_of

if TYPE_CHECKING:
    from jaxlib.mlir import ir

# As JAX does: read when jaxlib is loaded, which else writes about its devices to standard error when XLA starts.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "1")

BYTECODE_MAGIC = b"ML\xefR"
"""How MLIR bytecode begins."""

_PORTABLE_PRODUCER = b"StableHLO_v"
_LOCATION = re.compile(r'"((?:[^"\\]|\\.)*)"(?::(\d+):(\d+))?')
"""A part of a location: a place in a file, or a name. The innermost comes first."""
_UNNAMED = "-"
"""What MLIR calls a source that has no file name."""
_UNKNOWN = UnknownLoc()


class ReadError(InputError):
    """A file is not a model that fastc can read: the text says why, where and what to do."""


def read_stablehlo(data: bytes, name: str) -> ModuleOp:
    """The module in ``data``: StableHLO as text or bytecode, recognised by content.

    ``name`` is the file's, for messages and locations. The result has a ``func.func @main`` and static shapes, and
    jaxlib has verified it. Raises ReadError.
    """
    translator = _Translator(name)
    module = translator.module(_parse(data, name))
    _require_main(module, name)
    if any(map(_is_dynamic, translator.types.values())):
        _require_static_shapes(module, name)
    return module


def write_stablehlo(module: ModuleOp) -> str:
    """The module as generic text, which jaxlib (and MLIR with StableHLO) accepts."""
    stream = StringIO()
    ExactPrinter(stream=stream, print_generic_format=True).print_op(module)
    return stream.getvalue() + "\n"


def canonical_text(text: str | bytes) -> str:
    """The text as jaxlib itself prints it, to compare two texts or to show one. Raises ReadError."""
    data = text.encode() if isinstance(text, str) else text
    return str(_parse(data, "<text>").operation.get_asm())


def is_bytecode(data: bytes) -> bool:
    """Whether this is MLIR bytecode, bare or inside the FlatBuffer that ``jax.export`` writes."""
    return BYTECODE_MAGIC in data


def _bytecode(data: bytes) -> bytes:
    """The bytecode itself. A serialized ``jax.export.Exported`` has its length in the four bytes in front of it."""
    start = data.index(BYTECODE_MAGIC)
    size = int.from_bytes(data[start - 4 : start], "little") if start >= 4 else len(data)
    return data[start : start + size]


def _mlir_context() -> ir.Context:
    from jaxlib.mlir import ir
    from jaxlib.mlir._mlir_libs import _jax_mlir_ext
    from jaxlib.mlir.dialects import chlo, sdy, stablehlo

    registry = ir.DialectRegistry()
    _jax_mlir_ext.register_dialects(registry)
    context = ir.Context()
    context.append_dialect_registry(registry)
    stablehlo.register_dialect(context)
    chlo.register_dialect(context)
    sdy.register_dialect(context)
    context.allow_unregistered_dialects = True
    return context


def _parse(data: bytes, name: str) -> ir.Module:
    if not data.strip():
        raise ReadError(f"{name}: the file is empty; expected a model in StableHLO, as text or MLIR bytecode")
    return _parse_bytecode(_bytecode(data), name) if is_bytecode(data) else _parse_text(decoded(data, name), name)


def _parse_text(text: str, name: str) -> ir.Module:
    from jaxlib.mlir import ir

    try:
        return ir.Module.parse(text, _mlir_context())
    except ir.MLIRError as error:
        _raise_diagnostic(error, name)


def _parse_bytecode(data: bytes, name: str) -> ir.Module:
    from jaxlib.mlir import ir
    from jaxlib.mlir.dialects import stablehlo

    context = _mlir_context()
    complaints: list[str] = []

    def take(diagnostic: ir.Diagnostic) -> bool:
        try:
            complaints.append(diagnostic.message)
        except RuntimeError:  # the damage is in a name that the message quotes
            complaints.append("a name in it is not UTF-8")
        return True

    # MLIR writes its complaints about bytecode to standard error unless somebody takes them.
    context.attach_diagnostic_handler(take)
    try:
        if _PORTABLE_PRODUCER in data[:32]:
            return stablehlo.deserialize_portable_artifact(context, data)
        return ir.Module.parse(data, context)
    except (ir.MLIRError, ValueError) as error:
        diagnostics = error.error_diagnostics if isinstance(error, ir.MLIRError) else []
        complaint = [*(diagnostic.message for diagnostic in diagnostics), *complaints, str(error)][0]
        raise ReadError(f"{name}: damaged MLIR bytecode: {complaint}; export the model again") from error


def decoded(data: bytes, name: str) -> str:
    """The text in ``data``. Raises ReadError."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        text, place = "", f", but byte {error.start} is {data[error.start]:#04x}"
    else:
        place = ", but holds NUL bytes"
    if not text or "\0" in text:
        raise ReadError(
            f"{name}: neither text nor MLIR bytecode: text must be UTF-8{place}; expected a model in StableHLO, for "
            "example what jax.jit(f).lower(...).as_text() gives"
        )
    return text


def _raise_diagnostic(error: ir.MLIRError, name: str) -> NoReturn:
    """Raise MLIR's first complaint, with its place."""
    diagnostics = error.error_diagnostics
    message, place = (diagnostics[0].message, name) if diagnostics else (str(error), name)
    match = _LOCATION.search(str(diagnostics[0].location)) if diagnostics else None
    if match and match[1] in (_UNNAMED, name) and match[2] not in (None, "0"):
        place = f"{name}:{match[2]}:{match[3]}"
    if "!quant." in message:
        raise ReadError(
            f"{place}: jaxlib's parser knows no quantized types (!quant.uniform); write them in integers first, as "
            "'stablehlo-opt --stablehlo-legalize-quant-to-math' does"
        ) from error
    raise ReadError(f"{place}: not valid StableHLO: {message}") from error


def _require_main(module: ModuleOp, name: str) -> None:
    functions = [op.sym_name.data for op in module.ops if isinstance(op, FuncOp)]
    if "main" in functions:
        return
    found = f"it has {', '.join(f'@{function}' for function in functions[:5])}" if functions else "it has no function"
    raise ReadError(f"{name}: the module has no func @main, where a model starts; {found}; rename the entry to @main")


def _require_static_shapes(module: ModuleOp, name: str) -> None:
    for op in module.walk():
        arguments = (arg.type for region in op.regions for block in region.blocks for arg in block.args)
        for value_type in (*op.result_types, *arguments):
            if _is_dynamic(value_type):
                raise ReadError(
                    f"{place_of(op) or name}: {op_name(op)} has the dynamic shape {value_type}; fastc schedules static "
                    "shapes only: export the model with fixed sizes"
                )


def _is_dynamic(value_type: Attribute) -> bool:
    if isinstance(value_type, TensorType):
        return not value_type.has_static_shape()
    return isinstance(value_type, UnrankedTensorType)


@cache
def _column(number: int) -> IntAttr:
    """Lines are many, columns few."""
    return IntAttr(number)


class _Translator:
    """Rebuilds one parsed module of xDSL's ops."""

    def __init__(self, name: str):
        self.name = name
        self.context: Context = make_context(allow_unregistered=True)
        self.types: dict[ir.Type, Attribute] = {}
        self.attributes: dict[ir.Attribute, Attribute] = {}
        self.locations: dict[ir.Location, LocationAttr] = {}
        self.files: dict[str, StringAttr] = {}
        self.op_types: dict[str, tuple[type[Operation], frozenset[str]]] = {}
        self.values: dict[ir.Value, SSAValue] = {}

    def module(self, module: ir.Module) -> ModuleOp:
        op = self.operation(module.operation)
        if not isinstance(op, ModuleOp):
            raise ReadError(f"{self.name}: expected a builtin.module, not {op.name}")
        return op

    def operation(self, source: ir.Operation) -> Operation:
        op_type, property_names = self.op_type(source.name)
        properties: dict[str, Attribute] = {}
        attributes: dict[str, Attribute] = {}
        for key, value in self.named_attributes(source):
            (properties if key in property_names else attributes)[key] = value
        results = source.results
        op = op_type.create(
            operands=[self.values[operand] for operand in source.operands],
            result_types=[self.type(result.type) for result in results],
            properties=properties,
            attributes=attributes,
            regions=[self.region(region) for region in source.regions],
            location=self.location(source.location),
        )
        for result, value in zip(results, op.results, strict=True):
            self.values[result] = value
        return op

    def region(self, source: ir.Region) -> Region:
        blocks = list(source.blocks)
        if len(blocks) > 1:
            raise ReadError(
                f"{self.name}: a function branches between {len(blocks)} blocks; express it with stablehlo.case or "
                "stablehlo.while"
            )
        return Region([self.block(block) for block in blocks])

    def block(self, source: ir.Block) -> Block:
        arguments = source.arguments
        block = Block(arg_types=[self.type(argument.type) for argument in arguments])
        for index, (argument, value) in enumerate(zip(arguments, block.args, strict=True)):
            value.name_hint = f"arg{index}"
            value.location = self.location(argument.location)
            self.values[argument] = value
        block.add_ops([self.operation(op.operation) for op in source.operations])
        return block

    def op_type(self, name: str) -> tuple[type[Operation], frozenset[str]]:
        """The class of an op, and which of its attributes are properties."""
        known = self.op_types.get(name)
        if known is None:
            op_type = self.context.get_op(name)
            names: Iterable[str] = ()
            if issubclass(op_type, IRDLOperation) and not issubclass(op_type, UnregisteredOp):
                names = op_type.get_irdl_definition().properties
            known = self.op_types[name] = (op_type, frozenset(names))
        return known

    def named_attributes(self, source: ir.Operation) -> Sequence[tuple[str, Attribute]]:
        try:
            return [(key, self.attribute(value)) for key, value in source.attributes.items()]
        except TypeError:
            # jaxlib has no Python class for a constant of complex numbers; only its text can be had.
            text = source.get_asm(print_generic_op_form=True, skip_regions=True)
            op = ExactParser(self.context, str(text)).parse_op()
            return [*op.properties.items(), *op.attributes.items()]

    def type(self, source: ir.Type) -> Attribute:
        known = self.types.get(source)
        if known is None:
            known = self.types[source] = self.parsed(str(source), is_type=True)
        return known

    def attribute(self, source: ir.Attribute) -> Attribute:
        known = self.attributes.get(source)
        if known is None:
            known = self.attributes[source] = self.translated(source)
        return known

    def translated(self, source: Any) -> Attribute:
        from jaxlib.mlir import ir

        if isinstance(source, ir.StringAttr):
            try:
                return StringAttr(source.value)
            except RuntimeError:  # what the bindings raise where a str would hold bytes that are not UTF-8
                raise ReadError(
                    f"{self.name}: the string {source.value_bytes!r} in an attribute is not UTF-8; write it in UTF-8"
                ) from None
        text = str(source)
        if text.startswith("dense<"):
            return dense_from_text(text[len("dense<") : text.index(">")], self.type(source.type))
        return self.parsed(text)

    def parsed(self, text: str, is_type: bool = False) -> Attribute:
        parser = ExactParser(self.context, text, self.name)
        try:
            return parser.parse_type() if is_type else parser.parse_attribute()
        except (ParseError, VerifyException, ValueError) as error:
            raise ReadError(f"{self.name}: fastc cannot represent '{text[:200]}': {error}") from error

    def location(self, source: ir.Location) -> LocationAttr:
        known = self.locations.get(source)
        if known is None:
            known = self.locations[source] = self.parsed_location(str(source))
        return known

    def parsed_location(self, text: str) -> LocationAttr:
        """The name that the framework gave, the innermost place in a file, or both; the rest of its call stack is
        dropped."""
        found = _LOCATION.match(text, len("loc("))
        if found is None:
            found = _LOCATION.search(text)
        if found is None:
            return _UNKNOWN
        if found[2] is not None:
            return self.file_location(*found.groups())
        place = next((part for part in _LOCATION.finditer(text, found.end()) if part[2] is not None), None)
        return NameLoc(StringAttr(found[1]), NoneAttr() if place is None else self.file_location(*place.groups()))

    def file_location(self, file: str, line: str, column: str) -> FileLineColLoc:
        known = self.files.get(file)
        if known is None:
            known = self.files[file] = StringAttr(self.name if file == _UNNAMED else file)
        return FileLineColLoc(known, IntAttr(int(line)), _column(int(column)))
