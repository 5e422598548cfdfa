"""Pipelines are text: the ones that fastc runs by itself, and how any one is parsed and run.

A pipeline in xDSL's syntax (``inline,set-batch{size=8}``) is all that is needed to run the same compilation again.
"""

from __future__ import annotations

import difflib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias, get_args, get_type_hints

from xdsl.context import Context
from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Block, SSAValue
from xdsl.passes import ModulePass, PassPipeline
from xdsl.utils.arg_spec import ArgSpec, parse_pipeline
from xdsl.utils.exceptions import ArgSpecParseError, DiagnosticException

from fastc.errors import InputError, suggestion
from passes import get_all_passes

Schedule: TypeAlias = Literal["fastc", "stock"]
"""``fastc``: everything that the passes can do. ``stock``: as XLA runs a model on a TPU: its regions, nothing kept on
chip between them, weight-stationary."""

CLEANUP = "inline,fold-constants,simplify,cse,dce"
"""What every compilation starts with."""

REWRITES = ("fold-normalization", "softmax-form", "pad-tensors", "assign-layout")
"""Passes that rewrite a model of some batch before its regions are formed, in order."""

LOWERING = ("form-regions", "tile-chains", "place-tensors", "lower-to-schedule")

PassFactories: TypeAlias = dict[str, Callable[[], type[ModulePass]]]


Flags: TypeAlias = tuple[tuple[str, str | None], ...]
"""(pass, options) pairs that differ from the default: options such as ``sink=false`` (empty: run the pass as it is), or
None to leave the pass out."""

DEFAULT_FLAGS: Flags = (("softmax-form", None), ("pad-tensors", None), ("tile-chains", None))
"""The form of softmax and padding pay on some machines only: the search decides. Chains never make a network slower,
but the search, which compiles thousands of them, does without."""

STOCK_FLAGS: Flags = (
    *((name, None) for name in REWRITES),
    ("form-regions", "sink=false"),
    ("tile-chains", None),
    ("place-tensors", "residency=none"),
    ("lower-to-schedule", "dataflow=weight_stationary"),
)


def to_regions(schedule: Schedule, flags: Flags = ()) -> tuple[str, ...]:
    """The passes from cleaned-up StableHLO of the wanted batch to regions, each with its options."""
    return _steps((*REWRITES, LOWERING[0]), schedule, flags)


def lowering(schedule: Schedule, flags: Flags = ()) -> tuple[str, ...]:
    """The passes from cleaned-up StableHLO of the wanted batch to a schedule, each with its options."""
    return _steps((*REWRITES, *LOWERING), schedule, flags)


def _steps(names: Sequence[str], schedule: Schedule, flags: Flags) -> tuple[str, ...]:
    chosen = dict(STOCK_FLAGS if schedule == "stock" else DEFAULT_FLAGS) | dict(flags)
    options = {name: chosen.get(name, "") for name in names}
    return tuple(f"{name}{{{text}}}" if text else name for name, text in options.items() if text is not None)


def mapper_flags(budget: int | None) -> Flags:
    """Flags of the optimal mapper, which looks at ``budget`` mappings of each contraction; none for None."""
    if budget is None:
        return ()
    options = f"mapper=optimal mapper-budget={budget}"
    return ("place-tensors", options), ("lower-to-schedule", options)


def set_batch(size: int) -> str:
    """The step that makes a model run ``size`` inferences at once."""
    return f"set-batch{{size={size}}}"


def join(*parts: str) -> str:
    """One pipeline that runs ``parts`` one after the other; empty ones vanish."""
    return ",".join(part for part in parts if part)


def default_pipeline(batch: int | None, schedule: Schedule = "fastc") -> str:
    """The whole way from a model to its schedule, for ``batch`` inferences at once (None: as it was exported)."""
    return join(CLEANUP, set_batch(batch) if batch is not None else "", *lowering(schedule))


@dataclass(frozen=True)
class Step:
    """One pass has run."""

    name: str
    module: ModuleOp
    """The module as the pass left it; the next pass will change it."""
    seconds: float
    is_last: bool


def known_passes() -> PassFactories:
    """fastc's passes, and those of xDSL that every pipeline starts with."""
    from xdsl.transforms import get_all_passes as get_xdsl_passes

    builtin = get_xdsl_passes()
    return {name: builtin[name] for name in ("canonicalize", "cse", "dce")} | get_all_passes()


def _installed_passes() -> PassFactories:
    """All that xDSL and its plug-ins offer as well."""
    from xdsl.universe import Universe

    return Universe.get_multiverse().all_passes | known_passes()


def find_pass(name: str) -> type[ModulePass]:
    """The pass ``name``, of any package that is installed. Raises InputError where there is none."""
    known = known_passes()
    return _found(name, known if name in known else _installed_passes())


def parse(text: str) -> PassPipeline:
    """The passes that ``text`` names, with their options.

    Raises InputError, with what is near, where a pass or an option is not known or a value is not legal.
    """
    try:
        specs = tuple(parse_pipeline(text))
    except ArgSpecParseError as error:
        raise InputError(f"the pipeline cannot be parsed: {_brief(error)}") from None
    available = known_passes()
    if any(spec.name not in available for spec in specs):
        available = _installed_passes()
    return PassPipeline(tuple(_instantiate(spec, available) for spec in specs))


def _brief(error: BaseException) -> str:
    """xDSL's diagnostic without its first line, which says that there is one."""
    _, _, rest = str(error).partition("\n")
    return "\n" + (rest or str(error)).rstrip()


def _found(name: str, available: PassFactories) -> type[ModulePass]:
    if name not in available:
        near = difflib.get_close_matches(name, list(available), n=1, cutoff=0.5)
        hint = f"did you mean '{near[0]}'?" if near else "'fastc passes' lists them"
        raise InputError(f"there is no pass '{name}'; {hint}")
    return available[name]()


def _instantiate(spec: ArgSpec, available: PassFactories) -> ModulePass:
    pass_type = _found(spec.name, available)
    names = [option.name for option in fields(pass_type) if option.init and option.name != "name"]
    parameters = spec.normalize_parameter_names().parameters
    for given in parameters:
        if given not in names:
            options = ", ".join(name.replace("_", "-") for name in names) or "none"
            raise InputError(
                f"pass '{spec.name}' has no option '{given.replace('_', '-')}'; its options: {options}"
                f"{suggestion(given.replace('_', '-'), [name.replace('_', '-') for name in names])}"
            )
    for name in names:
        if name in pass_type.required_fields() and name not in parameters:
            raise InputError(f"pass '{spec.name}' needs its option: '{spec.name}{{{name.replace('_', '-')}=...}}'")
    try:
        return pass_type.from_spec(spec)
    except ValueError as error:
        raise InputError(f"pass '{spec}': {_explained(pass_type, spec, str(error))}") from None


def _explained(pass_type: type[ModulePass], spec: ArgSpec, message: str) -> str:
    """Which option is wrong, where xDSL's message shows only the value."""
    hints = get_type_hints(pass_type)
    for name, value in spec.normalize_parameter_names().parameters.items():
        choices = get_args(hints[name]) if hints[name] not in (bool, int, float, str) else ()
        shown = ",".join(str(item) for item in value)
        if hints[name] is bool and value not in ((True,), (False,)):
            return f"option '{name.replace('_', '-')}' is true or false, not '{shown}'"
        if hints[name] is int and not (len(value) == 1 and type(value[0]) is int):
            return f"option '{name.replace('_', '-')}' is a whole number, not '{shown}'"
        if choices and all(isinstance(choice, str) for choice in choices) and shown not in choices:
            return f"option '{name.replace('_', '-')}' is one of {', '.join(choices)}, not '{shown}'"
    return message


def run(
    pipeline: PassPipeline | str,
    context: Context,
    module: ModuleOp,
    *,
    verify: bool = True,
    after_each: Callable[[Step], None] | None = None,
) -> None:
    """Run ``pipeline`` on ``module`` in place; verify what each pass made, and tell ``after_each``.

    Raises what passes raise (``PassFailedException``), and ``DiagnosticException`` that names the pass whose result
    does not verify.
    """
    steps = parse(pipeline) if isinstance(pipeline, str) else pipeline
    for index, step in enumerate(steps.passes):
        start = time.perf_counter()
        step.apply(context, module)
        seconds = time.perf_counter() - start
        if verify:
            _verify_after(step.name, module)
        if after_each is not None:
            after_each(Step(step.name, module, seconds, index == len(steps.passes) - 1))


def run_on_copy(pipeline: PassPipeline | str, context: Context, module: ModuleOp) -> ModuleOp:
    """A copy of ``module`` after ``pipeline``. Only what comes out is verified, since to verify after each pass takes a
    third of a compilation.

    Where that does not verify, or a pass fails on what another left, the passes run once more, each verified, so that
    the one to blame is named. Raises as ``run`` does.
    """
    steps = parse(pipeline) if isinstance(pipeline, str) else pipeline
    copy = module.clone()
    try:
        run(steps, context, copy, verify=False)
        if steps.passes:
            _verify_after(steps.passes[-1].name, copy)
    except Exception:
        # Before the only pass nothing could go wrong that was not there when the module was read.
        if len(steps.passes) > 1:
            run(steps, context, module.clone())
        raise
    return copy


def _verify_after(name: str, module: ModuleOp) -> None:
    try:
        module.verify()
    except DiagnosticException as error:
        raise DiagnosticException(f"the IR that '{name}' made does not verify: {error}") from error
    _verify_order(name, module.body.block, set())


def _verify_order(name: str, block: Block, defined: set[SSAValue]) -> None:
    """Refuse a use before its definition, which xDSL's verifier lets pass; ``defined`` is what is there before."""
    defined.update(block.args)
    for op in block.ops:
        for value in op.operands:
            if value not in defined:
                raise DiagnosticException(
                    f"the IR that '{name}' made does not verify: {op.name} uses a value before it is defined: {value}"
                )
        for region in op.regions:
            # Between several blocks, order says nothing.
            if len(region.blocks) == 1:
                _verify_order(name, region.block, defined)
        defined.update(op.results)
