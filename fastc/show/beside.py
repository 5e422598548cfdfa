"""Other searches for the same, that plots of a search show for comparison."""

from __future__ import annotations

from collections.abc import Sequence

from fastc.errors import InputError
from fastc.files import Source
from fastc.reading import read_result
from fastc.results import Result

HOW = "give what 'fastc opt --search --json' wrote for the same models, objective and constraints"


def read_search(source: Source, objective: str) -> Result:
    """The result of a search for ``objective``. Raises InputError where it is none."""
    result = read_result(source)
    if result.search is None:
        raise InputError(f"--beside {source.label}: this result is of no search; {HOW}")
    _require_same(source.label, "objective", _plain(result.objective.expression), _plain(objective))
    return result


def require_same_problem(
    results: Sequence[tuple[str, Result]], models: Sequence[str], constraints: Sequence[str]
) -> None:
    """Raise InputError where a result, each with the name of its file, is of models of other files than those with the
    digests ``models``, or was found under other constraints."""
    for label, result in results:
        if sorted(model.source_sha256 for model in result.models) != sorted(models):
            names = ", ".join(model.name for model in result.models)
            raise InputError(f"--beside {label}: was found for other files than these models: for {names}; {HOW}")
        theirs = ", ".join(sorted(_plain(each.expression) for each in result.constraints))
        _require_same(label, "constraints", theirs, ", ".join(sorted(map(_plain, constraints))))


def _require_same(label: str, what: str, theirs: str, ours: str) -> None:
    if theirs != ours:
        raise InputError(f"--beside {label}: its {what}: '{theirs}', not '{ours}'; {HOW}")


def _plain(expression: str) -> str:
    return "".join(expression.split())


def labels(results: Sequence[Result]) -> list[str]:
    """What each search is called: its algorithm, with the seed and then a number as far as that tells them apart."""
    names = [result.search.algorithm if result.search else "" for result in results]
    seeds = [f"{name}, seed {result.seed}" for name, result in zip(names, results, strict=True)]
    found = [seed if names.count(name) > 1 else name for name, seed in zip(names, seeds, strict=True)]
    return [
        f"{name} ({found[: place + 1].count(name)})" if found.count(name) > 1 else name
        for place, name in enumerate(found)
    ]
