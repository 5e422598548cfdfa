"""What a search may be asked for: frozen parts, machines to begin with, fronts, and answers that are no."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from xdsl.dialects.builtin import ModuleOp

import fastc as library
from fastc.compilation import clean, regions_of
from fastc.driver import load
from fastc.machines import load_machine, load_space
from fastc.searching import SearchRequest, search_problem
from passes.analysis.machine import machine_of
from tests.conftest import ROOT, Fastc

RANDOM = ("--search", "--algorithm", "random")


def _space(fastc: Fastc, folder: Path, **entries: str) -> Path:
    """fast-small with the given ranges; of each op by its name."""
    text = fastc("hw", "show", "fast-small").out
    for op, space in entries.items():
        text, count = re.subn(rf"(arch\.{op} [^\n{{]*)", rf"\1 space {{{space}}}", text)
        assert count == 1
    path = folder / "space.mlir"
    path.write_text(text)
    return path


def test_frozen_hardware_leaves_the_flags(fastc: Fastc, small_model: Path, tmp_path: Path) -> None:
    """The machine that is found is the one that was named, and its value in the search that of eval."""
    result, expected = tmp_path / "r.json", tmp_path / "e.json"
    run = fastc("opt", small_model, "--search", "--hw", "fast-small", "--freeze", "hardware", "--json", result)
    assert run.code == 0
    found = json.loads(result.read_text())
    parameters = {name: value for name, value in found["hardware"]["parameters"].items() if name != "name"}
    fixed = machine_of(load_machine("fast-small"))
    assert parameters == {name: getattr(fixed, name) for name in parameters}
    assert found["search"]["exact_evaluations"] == 1
    assert (found["search"]["algorithm"], found["search"]["relaxed_value"]) == ("exhaustive", None)
    assert fastc("eval", small_model, "--hw", "fast-small", "--json", expected).code == 0
    assert json.loads(expected.read_text())["objective"]["value"] == found["search"]["exact_value"]
    # The winner is compiled once more, with what may pay.
    assert found["objective"]["value"] >= found["search"]["exact_value"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--freeze", "hardware"], "--freeze hardware needs the machine: name it with --hw"),
        (["--freeze", "hardware", "--hw", "tpu-v3", "--space", "x"], "leaves no hardware to search: leave --space out"),
        (["--freeze", "hardware", "--freeze", "flags", "--hw", "tpu-v3"], "leave nothing to search; 'fastc eval'"),
        (["--hw", "tpuv3"], "did you mean 'tpu-v3'?"),
        (["--objective", "perf * tdp, area"], "is more or less of 'perf * tdp' wanted?"),
        (["--objective", "perf, 1 / latency, perf"], "'perf' is twice in 'perf, 1 / latency, perf'"),
        (["--objective", "perf, "], "the objective is empty"),
        (["--algorithm", "gradiant"], "did you mean 'gradient'?"),
        (["--journal", ""], "--journal: the name is empty"),
    ],
)
def test_requests_that_make_no_sense(fastc: Fastc, small_model: Path, arguments: list[str], message: str) -> None:
    run = fastc("opt", small_model, "--search", *arguments)
    assert (run.code, run.out) == (2, "")
    assert message in run.err
    assert "internal error" not in run.err


def test_frozen_flags_leave_the_hardware(examples: Path) -> None:
    """BERT has two forms of its softmax; frozen, there is one. The problem is looked at, and not searched."""
    model = load(str(examples / "bert_base_s128.mlir"))
    asked = [search_problem(SearchRequest((model,))), search_problem(SearchRequest((model,), freeze=("flags",)))]
    assert [(len(one.models[0].variants), len(one.space.parameters)) for one in asked] == [(2, 17), (1, 17)]


def test_what_passes_make_is_verified_once(small_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the first batch that a search asks for; the networks are those that verification would have let pass."""
    request = SearchRequest((load(str(small_model)),))
    network = search_problem(request).models[0].variants[0].network
    verified: list[str] = []
    verify = ModuleOp.verify
    monkeypatch.setattr(ModuleOp, "verify", lambda self: verified.append("") or verify(self))
    first = network(4)
    assert verified
    verified.clear()
    others = [network(batch) for batch in (2, 8)]
    assert not verified
    assert [first, *others] == [regions_of(clean(request.models[0]), batch) for batch in (4, 2, 8)]


def test_around_a_machine(fastc: Fastc, small_model: Path, tmp_path: Path) -> None:
    """The first evaluation is of the machine itself, at the nearest legal values, and what the space leaves open (here
    the node and the kind of DRAM) is as the machine has it."""
    journal, result = tmp_path / "j.jsonl", tmp_path / "r.json"
    run = fastc(
        "opt", small_model, *RANDOM, "--trials", "3", "--hw", "tpu-v3", "--journal", journal, "--json", result,
        "--subject-to", "area <= 5000 mm^2",
    )  # fmt: skip
    assert run.code == 0
    header, first, *_ = [json.loads(line) for line in journal.read_text().splitlines()]
    machine = machine_of(load_machine("tpu-v3"))
    assert header["machine"]["node_nm"] == machine.node_nm == 16
    assert first["machine"]["array_rows"] == machine.array_rows == 128
    assert json.loads(result.read_text())["hardware"]["parameters"]["dram_kind"] == machine.dram_kind


def test_one_legal_value_is_frozen(fastc: Fastc, tmp_path: Path) -> None:
    """A range of one value, and no entry at all, are not searched; the value is the range's."""
    space = load_space(str(_space(fastc, tmp_path, pe_grid="x = #arch.range<4 to 4>, y = #arch.range<2 to 8>")))
    assert [(p.name, p.values) for p in space.parameters] == [("pe_y", (2.0, 4.0, 8.0))]
    assert space.base.pe_x == 4


def test_a_machine_file_with_its_own_space(fastc: Fastc, tmp_path: Path) -> None:
    path = str(_space(fastc, tmp_path, pe_grid="y = #arch.range<2 to 8>"))
    assert [p.name for p in load_space(None, path).parameters] == ["pe_y"]
    assert len(load_space(None, "fast-small").parameters) == 17


def test_a_front(fastc: Fastc, small_model: Path, tmp_path: Path) -> None:
    """Every machine of a small space by hand: those of the front, with their values as eval gives them."""
    space = _space(fastc, tmp_path, pe_grid="x = #arch.range<1 to 4>, y = #arch.range<1 to 4>")
    result = tmp_path / "r.json"
    run = fastc(
        "opt", small_model, "--search", "--space", space, "--objective", "perf, tdp", "--subject-to", "tdp <= 1 kW",
        "--json", result,
    )  # fmt: skip
    assert run.code == 0
    found = json.loads(result.read_text())
    front = found["search"]["front"]
    assert found["objective"]["expression"] == "perf, tdp"
    assert f"Pareto front, {len(front)} machines" in run.err
    values = [tuple(point["values"].values()) for point in front]
    assert list(front[0]["values"]) == ["perf", "tdp"]
    every: list[tuple[float, float]] = []
    for x in (1, 2, 4):
        for y in (1, 2, 4):
            machine = tmp_path / "machine.mlir"
            text = fastc("hw", "show", "fast-small").out
            machine.write_text(re.sub(r"pe_grid x \d+ y \d+", f"pe_grid x {x} y {y}", text))
            assert fastc("eval", small_model, "--hw", machine, "--json", tmp_path / "e.json").code == 0
            one = json.loads((tmp_path / "e.json").read_text())
            every.append((one["models"][0]["throughput_per_s"], one["hardware"]["tdp_w"]))
    expected = {a for a in every if not any(b[0] >= a[0] and b[1] <= a[1] and b != a for b in every)}
    assert {tuple(f"{v:.9g}" for v in pair) for pair in values} == {tuple(f"{v:.9g}" for v in a) for a in expected}
    assert values == sorted(values, reverse=True)
    for point in front:
        assert point["hardware"]["tdp_w"] == point["values"]["tdp"]
        assert point["flags"] == {"small": "default"}
    best = max(values, key=lambda pair: pair[0] / pair[1])
    assert found["objective"]["value"] == pytest.approx((best[0] / best[1]) ** 0.5)


def test_infeasible_says_what_binds_and_by_how_much(fastc: Fastc, small_model: Path, tmp_path: Path) -> None:
    """Of two machines the smaller comes nearest to a bound of power that is a thousand times too low, and its area,
    which is met by 1 %, would not let it grow either; a bound that is far is not named."""
    space = _space(fastc, tmp_path, pe_grid="x = #arch.range<1 to 2>")
    space.write_text(re.sub(r"pe_grid x \d+", "pe_grid x 2", space.read_text()))
    result, small = tmp_path / "r.json", tmp_path / "small.mlir.hw"
    text = fastc("hw", "show", "fast-small").out
    small.write_text(re.sub(r"pe_grid x \d+", "pe_grid x 1", text))
    assert fastc("eval", small_model, "--hw", small, "--json", result).code == 0
    one = json.loads(result.read_text())
    area = one["hardware"]["area_mm2"]
    run = fastc(
        "opt", small_model, "--search", "--space", space, "--subject-to", f"area <= {1.01 * area!r} mm^2",
        "--subject-to", f"tdp <= {1e-3 * one['hardware']['tdp_w']!r} W", "--subject-to", "latency <= 1 s",
    )  # fmt: skip
    assert (run.code, run.out) == (1, ""), run.err
    error = run.err.splitlines()[-1]
    assert error.startswith("fastc: error: no machine of the space meets 'tdp <= ")
    assert "1000 times too much)" in error
    assert f"'area <= {1.01 * area!r} mm^2' ({area:.4g} of {1.01 * area:.4g})" in error
    assert "latency" not in error
    assert "hold it back too, being met by less than 5%" in error


def test_the_example_of_the_documents(
    small_model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An algorithm of one's own, as docs/search.md writes it: three machines, and the baseline before them."""
    text = (ROOT / "docs" / "search.md").read_text()
    code = text.split("```python\n")[1].split("```")[0]
    small_model.rename(small_model.parent / "model.mlir")
    monkeypatch.chdir(small_model.parent)
    names: dict[str, object] = {}
    exec(compile(code, "search.md", "exec"), names)
    found = names["found"]
    assert isinstance(found, library.Result)
    assert found.search is not None
    assert (found.search.algorithm, found.search.exact_evaluations) == ("Halves", 4)
    lines = [tuple(map(float, line.split())) for line in capsys.readouterr().out.splitlines()]
    assert found.search.exact_value == max(value for value, violation in lines if violation == 0.0)
    assert found.objective.value >= found.search.exact_value
