"""A lowered module as a reader sees it: the text of each region, and what is in the global buffer when."""

from __future__ import annotations

from io import StringIO

from xdsl.dialects.builtin import ModuleOp
from xdsl.ir import Operation

from dialects.arch import AcceleratorOp
from dialects.region import BoundRegionOp
from dialects.sched.memory import MemoryOp, Timeline, occupants
from dialects.stablehlo import ExactPrinter
from fastc.show.records import Details, Resident
from passes.analysis.network import network_view


class _MarkingPrinter(ExactPrinter):
    """A printer that remembers where in its text the ops stand that somebody wants to find there."""

    def __init__(self, wanted: set[Operation]) -> None:
        self._text = StringIO()
        super().__init__(stream=self._text)
        self._wanted = wanted
        self._found: dict[Operation, tuple[int, int]] = {}

    def print_op(self, op: Operation) -> None:
        start = self._text.tell()
        super().print_op(op)
        if op in self._wanted:
            self._found[op] = start, self._text.tell()

    def text_of(self, op: Operation) -> str:
        """The lines of ``op``, moved to the left margin."""
        start, end = self._found[op]
        text = self._text.getvalue()
        margin = start - (text.rfind("\n", 0, start) + 1)
        first, *others = text[start:end].split("\n")
        return "\n".join([first, *(line[min(margin, len(line) - len(line.lstrip())) :] for line in others)])


def details_of(module: ModuleOp) -> Details:
    """What ``module``, a lowered one with its machine, says of its regions and its global buffer."""
    regions = network_view(module).regions
    machines = [op for op in module.ops if isinstance(op, AcceleratorOp)]
    printer = _MarkingPrinter({*regions, *machines})
    printer.print_op(module)
    return Details(
        regions=tuple(printer.text_of(op) for op in regions),
        residents=_residents(module, regions),
        machine="\n".join(printer.text_of(op) for op in machines),
    )


def _residents(module: ModuleOp, regions: tuple[BoundRegionOp, ...]) -> tuple[Resident, ...] | None:
    if not any(isinstance(op, MemoryOp) for op in module.ops):
        return None
    timeline = Timeline.of(module)
    assert tuple(timeline.regions) == regions, "both go through the regions in the order in which they run first"
    return tuple(
        Resident(
            name=each.name.removeprefix("the "),
            kind=each.kind,
            first=each.first,
            last=each.last,
            segments=tuple((segment.start, segment.end) for segment in each.place.segments),
        )
        for each in occupants(timeline)
    )
