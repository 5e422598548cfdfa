"""The pages of the dialects, from their ops and attributes."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

from xdsl.dialects.builtin import ArrayOfConstraint
from xdsl.dialects.utils import EnumAttribute
from xdsl.ir import Attribute, Dialect, Operation, ParametrizedAttribute
from xdsl.irdl import (
    AllOf,
    AnyAttr,
    AnyOf,
    BaseAttr,
    EqAttrConstraint,
    IRDLOperation,
    MessageConstraint,
    OpDef,
    OptOperandDef,
    OptPropertyDef,
    OptResultDef,
    ParamAttrConstraint,
    RangeLengthConstraint,
    RangeOf,
    VarConstraint,
    VarOperandDef,
    VarResultDef,
)

from docs.generate.text import cell, code, markdown, one_line, table
from fastc.manual import texts_of_fields

_RULE = re.compile(r"# \((?P<name>[A-Z]\d+)\) (?P<text>.*(?:\n\s*# (?!\().*)*)")
"""How a verifier marks the rule that the next lines hold."""

_WORDS = {
    "StringAttr": "text",
    "StringData": "text",
    "UnitAttr": "flag",
    "DictionaryAttr": "dictionary",
    "IntAttr": "whole number",
    "IntegerAttr": "integer",
    "IntegerType": "integer type",
    "FloatAttr": "float",
    "DenseIntOrFPElementsAttr": "dense elements",
    "TensorType": "tensor",
    "TokenType": "token",
    "SymbolRefAttr": "symbol",
    "SymbolNameConstraint": "symbol name",
    "FlatSymbolRefAttrConstraint": "symbol",
    "DenseArrayBase": "array",
    "ComplexType": "complex number",
    "TupleType": "tuple",
    "BFloat16Type": "bf16",
    "Float16Type": "f16",
    "Float32Type": "f32",
    "Float64Type": "f64",
    "IndexType": "index",
}


def entries(dialect: Dialect) -> str:
    """A section for each op and each attribute of a dialect of ours, and its verifiers' rules."""
    parts = ["## Operations", *(operation_entry(op) for op in dialect.operations)]
    parts += ["## Attributes", *(attribute_entry(attribute) for attribute in dialect.attributes)]
    rules = rules_of(Path(inspect.getfile(next(iter(dialect.operations)))).parent)
    parts += ["## Rules of the verifiers", "An error names the rule that is broken.", table(("rule", "says"), rules)]
    return "\n\n".join(parts)


def operation_entry(op: type[Operation]) -> str:
    """The section of one op: its docstring, its syntax, and what it is made of."""
    assert issubclass(op, IRDLOperation)
    parts = [f"### {op.name}", markdown(op.__doc__)]
    syntax = op.__dict__.get("assembly_format")
    if syntax:
        parts.append(f'```text title="Syntax"\n{op.name} {" ".join(syntax.split())}\n```')
    rows = list(_parts(op))
    if rows:
        parts.append(table(("part", "what", "of", "meaning"), rows))
    return "\n\n".join(parts)


def _parts(op: type[IRDLOperation]) -> Iterator[tuple[str, str, str, str]]:
    definition = op.get_irdl_definition()
    texts: dict[str, str] = {}
    for base in reversed(op.__mro__):
        if issubclass(base, IRDLOperation) and base is not IRDLOperation:
            texts |= texts_of_fields(base)
    accessors = {name: accessor for accessor, (name, _) in definition.accessor_names.items()}
    for name, what, kind in _facts(definition):
        text = texts.get(accessors.get(name, name)) or texts.get(name) or ""
        yield code(name), what, cell(kind), cell(markdown(text))


def _facts(definition: OpDef) -> Iterator[tuple[str, str, str]]:
    """Name, role and kind of all that an op is made of."""
    for name, operand in definition.operands:
        yield (
            name,
            _many("operand", isinstance(operand, VarOperandDef), isinstance(operand, OptOperandDef)),
            _kind(operand.constr),
        )
    for name, result in definition.results:
        yield (
            name,
            _many("result", isinstance(result, VarResultDef), isinstance(result, OptResultDef)),
            _kind(result.constr),
        )
    for name, attribute in (definition.properties | definition.attributes).items():
        yield (
            name,
            "property, optional" if isinstance(attribute, OptPropertyDef) else "property",
            _kind(attribute.constr),
        )
    for name, _ in definition.regions:
        yield name, "region", ""


def _many(what: str, variadic: bool, optional: bool) -> str:
    return f"{what}s" if variadic and not optional else f"{what}, optional" if optional else what


def _kind(constraint: object) -> str:
    """What a constraint allows, in a word or two."""
    match constraint:
        case BaseAttr(attr=attr):
            return _name(attr)
        case EqAttrConstraint(attr=attr):
            return str(attr)
        case RangeOf(constr=inner):
            return _kind(inner)
        case RangeLengthConstraint(constraint=inner) | VarConstraint(constraint=inner):
            return _kind(inner)
        case MessageConstraint(constr=inner):
            return _kind(inner)
        case ArrayOfConstraint(elem_range_constraint=inner):
            return f"list of {_kind(inner)}"
        case AllOf(attr_constrs=parts):
            return _kind(parts[0])
        case AnyOf(attr_constrs=parts):
            return " or ".join(dict.fromkeys(_kind(part) for part in parts))
        case ParamAttrConstraint(base_attr=base, param_constrs=parts):
            widths = [part.attr for part in parts if isinstance(part, EqAttrConstraint)]
            exact = base.__name__ in ("IntegerAttr", "FloatAttr", "DenseArrayBase") and len(widths) == 1
            word = str(widths[0]) if exact else _name(base)
            return f"list of {word}" if base.__name__ == "DenseArrayBase" else word
        case AnyAttr():
            return "any"
        case _:
            return _WORDS.get(type(constraint).__name__, type(constraint).__name__)


def _name(attribute: type[Attribute]) -> str:
    if attribute.__name__ in _WORDS:
        return _WORDS[attribute.__name__]
    return code(attribute.name) if hasattr(attribute, "name") else attribute.__name__


def attribute_entry(attribute: type[Attribute]) -> str:
    """The section of one attribute: its docstring, and its words or parameters."""
    parts = [f"### {attribute.name}", markdown(attribute.__doc__)]
    words = words_of(attribute)
    if words is not None:
        texts = texts_of_fields(words)
        rows = [
            (code(str(word.value)), cell(markdown(texts.get(name, "")))) for name, word in words.__members__.items()
        ]
        parts.append(table(("word", "meaning"), rows))
    elif issubclass(attribute, ParametrizedAttribute):
        texts = texts_of_fields(attribute)
        parameters = attribute.get_irdl_definition().parameters
        rows = [
            (code(name), cell(_kind(part.constr)), cell(markdown(texts.get(name, "")))) for name, part in parameters
        ]
        if rows:
            parts.append(table(("parameter", "of", "meaning"), rows))
    return "\n\n".join(parts)


def words_of(attribute: type[Attribute]) -> type[Enum] | None:
    """The words of an attribute that is one of several words."""
    if not issubclass(attribute, EnumAttribute):
        return None
    bases: Iterable[Any] = attribute.__dict__.get("__orig_bases__", ())
    for base in bases:
        for argument in get_args(base):
            if isinstance(argument, type) and issubclass(argument, Enum):
                return argument
    return None


def rules_of(folder: Path) -> list[tuple[str, str]]:
    """The numbered rules in the sources of ``folder``, by name."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.py")):
        for match in _RULE.finditer(path.read_text(encoding="utf-8")):
            text = " ".join(re.sub(r"^\s*# ", "", line) for line in match["text"].splitlines())
            found.setdefault(match["name"], text)
    by_name = sorted(found, key=lambda name: (name[0], int(name[1:])))
    return [(name, cell(found[name])) for name in by_name]


def listing(dialect: Dialect) -> str:
    """A table of all ops, and one of the attributes, of a dialect whose specification lies elsewhere."""
    rows = [
        (
            code(op.name),
            one_line(op.__doc__),
            _signature(op),
            "ours" if op.__module__.startswith("dialects.") else "xdsl-jax",
        )
        for op in sorted(dialect.operations, key=lambda op: op.name)
    ]
    text = table(("op", "what it does", "made of", "from"), rows)
    attributes = sorted(dialect.attributes, key=lambda attribute: attribute.name)
    if attributes:
        lines = [(code(attribute.name), one_line(attribute.__doc__), _words(attribute)) for attribute in attributes]
        text += "\n\n**Attributes**\n\n" + table(("attribute", "what it is", "words"), lines)
    return text


def _words(attribute: type[Attribute]) -> str:
    words = words_of(attribute)
    return "" if words is None else ", ".join(code(str(word.value)) for word in words)


def _signature(op: type[Operation]) -> str:
    assert issubclass(op, IRDLOperation)
    facts = list(_facts(op.get_irdl_definition()))
    shown = [f"{code(name.strip('_'))} ({what})" for name, what, _ in facts if not what.startswith("result")]
    return ", ".join(shown)
