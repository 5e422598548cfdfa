"""The command line: what it prints where, its exit codes, and that a failed run changes nothing."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import fastc as library
from fastc import driver, transform
from fastc.commands import COMMANDS
from fastc.commands.opt import default_jobs
from fastc.files import Outputs
from tests.conftest import Fastc


def test_version(fastc: Fastc):
    run = fastc("--version")
    assert (run.code, run.out, run.err) == (0, f"fastc {library.__version__}\n", "")


def test_help_shows_an_example_first(fastc: Fastc):
    run = fastc("--help")
    assert run.code == 0
    assert run.out.splitlines()[2].strip() == "fastc opt examples/efficientnet_b0.mlir --search"
    for command in COMMANDS:
        assert f"\n  {command}" in run.out
    assert all(len(line) <= 100 for line in run.out.splitlines())


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(
    fastc: Fastc, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    for columns in ("200", "80"):
        monkeypatch.setenv("COLUMNS", columns)
        with pytest.raises(SystemExit) as caught:
            fastc(command, "--help")
        assert caught.value.code == 0
        shown = capsys.readouterr().out.splitlines()
        assert re.match(rf"example: .*fastc {command}\b", shown[0])
        assert shown[2].startswith(f"usage: fastc {command}")
        assert [line for line in shown if len(line) > 100] == []
        groups = [line for line in shown if re.fullmatch(r"[a-z].*:", line)]
        assert groups[-1] == "options:" or shown[-1] != "  -h, --help"


@pytest.mark.parametrize(
    ("trials", "budget_s", "cpus", "jobs"),
    [
        (None, None, 2, 2),
        (None, None, 64, 8),
        (200, None, 2, 2),
        (199, None, 2, 1),
        (None, 30.0, 2, 2),
        (None, 29.0, 2, 1),
        (10_000, None, 1, 1),
    ],
)
def test_a_long_search_uses_every_cpu(
    trials: int | None, budget_s: float | None, cpus: int, jobs: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(cpus)), raising=False)
    assert default_jobs(trials, budget_s) == jobs


def test_nothing_asked_for(fastc: Fastc):
    run = fastc()
    assert run.code == 2
    assert run.out == ""
    assert "fastc opt" in run.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["otp"], "there is no command 'otp'; did you mean 'opt'?"),
        (["frobnicate"], "there is no command 'frobnicate'; there is opt, verify, import, eval, "),
        (["opt"], "the following arguments are required: MODEL; see fastc opt --help"),
        (["opt", "m.mlir", "--serch"], "unrecognized arguments: --serch; did you mean '--search'?"),
        (["opt", "m.mlir", "--zzz"], "unrecognized arguments: --zzz; see fastc opt --help"),
        (["opt", "m.mlir", "--search", "-p", "cse"], "--search chooses the passes"),
        (["opt", "m.mlir", "--search", "--freeze", "software"], "there is no 'software'; there is hardware, flags"),
        (["opt", "m.mlir", "--search", "--jobs", "2", "--scheduler", "tcp://x:1"], "not allowed with"),
        (["opt", "m.mlir", "--journal", "j.jsonl"], "--journal needs --search"),
        (["opt", "m.mlir", "--jobs", "2"], "--jobs needs --search"),
        (["opt", "m.mlir", "--search", "--batch", "4"], "--search chooses the batch"),
        (["opt", "m.mlir", "--search", "--trials", "0"], "0 is too small"),
        (["opt", "m.mlir", "--search", "--trials", "many"], "'many' is not a whole number"),
        (["opt", "m.mlir", "--search", "--trials", "5", "--budget", "5s"], "not allowed with"),
        (["opt", "m.mlir", "--search", "--seed", "\u0663"], "'\u0663' is not a whole number"),
        (["opt", "m.mlir", "-o", ""], "-o: the name is empty"),
        (["opt", "m.mlir", "--search", "--budget", "soon"], "'soon' is not a time such as 60s"),
        (["opt", "m.mlir", "--search", "--seed", "-1"], "'-1' is not a whole number"),
        (["opt", "m.mlir", "--search", "--weights", "1,x"], "is not a list of numbers"),
        (["opt", "m.mlir", "--search", "--budget", "-3s"], "argument --budget: '-3s' is below 0; give a time such as"),
        (["opt", "m.mlir", "--search", "--budget", "-.5s"], "'-.5s' is below 0"),
        (["opt", "m.mlir", "--search", "--budget", "0s"], "'0s' is not a time such as"),
        (["opt", "m.mlir", "--search", "--algorithm", "gradiant"], "did you mean 'gradient'?"),
        (["opt", "m.mlir", "--search", "--time-passes"], "--time-passes goes with -p"),
        (["opt", "m.mlir", "--seed", "0"], "--seed needs --search"),
        (["opt", "m.mlir", "--subject-to", "area <= 1"], "--subject-to needs --search"),
        (["opt", "m.mlir", "--batch", "2"], "--batch goes with --hw and without -p"),
        (["opt", "m.mlir", "--json", "x.json"], "--json goes with --search or with --hw"),
        (["opt", "-", "-", "-p", "cse"], "'-' is given twice"),
        (["eval", "m.mlir", "--schedule", "stok"], "there is no 'stok'; there is stock, fastc; did you mean 'stock'?"),
        (["hw"], "required: list|show"),
        (["hw", "lst"], "there is no 'lst'; there is list, show, validate; did you mean 'list'?"),
        (["hw", "show"], "write 'fastc hw list', 'fastc hw show NAME' or 'fastc hw validate'"),
        (["hw", "list", "--json", "x.json"], "--data and --json go with 'fastc hw validate'"),
        (["hw", "show", "tpu-v9"], "there is no machine 'tpu-v9'"),
        (["hw", "show", "tpuv3"], "did you mean 'tpu-v3'?"),
        (["verify", "m.mlir"], "required: -p/--passes"),
        (["verify", "m.mlir", "--pases", "cse"], "unrecognized arguments: --pases; did you mean '--passes'?"),
        (["opt", "m.mlir", "--batchs=3"], "unrecognized arguments: --batchs=3; did you mean '--batch'?"),
        (["completoin"], "there is no command 'completoin'; did you mean 'completion'?"),
    ],
)
def test_usage_errors(fastc: Fastc, arguments: list[str], message: str):
    run = fastc(*arguments)
    assert run.code == 2
    assert run.out == ""
    assert run.err.startswith("fastc: error: ")
    assert message in run.err
    assert run.err.count("\n") == 1


@pytest.mark.parametrize(
    ("pipeline", "message"),
    [
        ("canonicalise", "there is no pass 'canonicalise'; did you mean 'canonicalize'?"),
        ("zzz", "there is no pass 'zzz'; 'fastc passes' lists them"),
        ("inline{", "the pipeline cannot be parsed"),
        (
            "set-batch{sise=3}",
            "has no option 'sise'; its options: size, inputs, dimensions; did you mean 'size'?",
        ),
        ("pad-tensors{multiple=8}", "columns, waste, assume-finite; did you mean 'multiple-of'?"),
        ("set-batch{size=x}", "option 'size' is a whole number, not 'x'"),
        ("set-batch", "pass 'set-batch' needs its option: 'set-batch{size=...}'"),
        ("form-regions{sink=maybe}", "option 'sink' is true or false, not 'maybe'"),
        ("place-tensors{residency=al}", "option 'residency' is one of all, weights, activations, none, not 'al'"),
        ("place-tensors", "place-tensors needs a machine"),
        ("form-regions,form-regions", "form-regions: @main already holds region.fused"),
    ],
)
def test_pipeline_errors(fastc: Fastc, small_model: Path, pipeline: str, message: str):
    run = fastc("opt", small_model, "-p", pipeline)
    assert (run.code, run.out) == (2, "")
    assert message in run.err
    assert "Traceback" not in run.err


def test_opt_prints_the_module(fastc: Fastc, small_model: Path):
    run = fastc("opt", small_model)
    assert (run.code, run.err) == (0, "")
    assert run.out.startswith("builtin.module @small")
    assert "stablehlo.multiply" in run.out
    assert run.out.endswith("}\n")
    again = fastc("opt", "-", stdin=run.out.encode())
    assert again.out == run.out


def test_opt_runs_passes(fastc: Fastc, small_model: Path):
    run = fastc("opt", small_model, "-p", "canonicalize,cse,dce,set-batch{size=8},form-regions")
    assert run.code == 0
    assert "stablehlo.multiply" not in run.out
    assert run.out.count(" = region.fused ") == 2
    assert "tensor<8x4xbf16>" in run.out


def test_opt_runs_passes_of_xdsl(fastc: Fastc, small_model: Path):
    assert fastc("opt", small_model, "-p", "constant-fold-interp").code == 0


def test_opt_puts_the_machine_first(fastc: Fastc, small_model: Path):
    run = fastc("opt", small_model, "-p", "dce", "--hw", "tpu-v3")
    assert run.out.splitlines()[1].startswith("  arch.accelerator @tpu_v3 ")
    replaced = fastc("opt", "-", "-p", "dce", "--hw", "fast-small", stdin=run.out.encode())
    assert replaced.out.count("arch.accelerator") == 1
    assert "@fast_small" in replaced.out


def test_opt_generic_and_locations(fastc: Fastc, small_model: Path):
    generic = fastc("opt", small_model, "--print-op-generic").out
    assert generic.startswith('"builtin.module"()')
    assert fastc("opt", "-", stdin=generic.encode()).out == fastc("opt", small_model).out
    assert "small.mlir:4:" in fastc("opt", small_model, "--print-debuginfo").out.replace('"', "")


def test_several_models(fastc: Fastc, small_model: Path):
    one = fastc("opt", small_model).out
    assert fastc("opt", small_model, small_model).out == f"{one}// -----\n{one}"


def test_debugging_output_goes_to_standard_error(fastc: Fastc, small_model: Path):
    plain = fastc("opt", small_model, "-p", "cse,dce")
    run = fastc("opt", small_model, "-p", "cse,dce", "--time-passes", "--print-between-passes")
    assert run.out == plain.out
    assert "pass cse took 0." in run.err
    assert "pass dce took 0." in run.err
    assert run.err.count("// IR after cse") == 1
    assert "// IR after dce" not in run.err


def test_split_input_file(fastc: Fastc, small_model: Path, tmp_path: Path):
    bad = "\n\nmodule { func.func @main( }\n"
    both = tmp_path / "both.mlir"
    both.write_text(f"{small_model.read_text()}// -----{bad}// -----\n{small_model.read_text()}")
    one = fastc("opt", small_model).out
    failed = fastc("opt", both, "--split-input-file")
    assert (failed.code, failed.out) == (2, "")
    line = both.read_text().split("\n").index("module { func.func @main( }") + 1
    assert f"both.mlir:{line}:" in failed.err
    expected = fastc("opt", both, "--split-input-file", "--verify-diagnostics")
    assert expected.code == 0
    first, middle, last = expected.out.split("// -----\n")
    assert (first, last) == (one, one)
    assert f"both.mlir:{line}:" in middle


def test_output_file(fastc: Fastc, small_model: Path, tmp_path: Path):
    out = tmp_path / "out.mlir"
    run = fastc("opt", small_model, "-o", out)
    assert (run.code, run.out) == (0, "")
    assert out.read_text() == fastc("opt", small_model, "-o", "-").out
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(out.stat().st_mode) == 0o666 & ~umask
    out.chmod(0o600)
    link = tmp_path / "link.mlir"
    link.symlink_to(out)
    assert fastc("opt", small_model, "-p", "dce", "-o", link).code == 0
    assert link.is_symlink()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "stablehlo.multiply" not in out.read_text()
    assert fastc("opt", small_model, "-o", "/dev/null").code == 0


def test_failed_run_leaves_the_output_alone(fastc: Fastc, small_model: Path, tmp_path: Path):
    out, new = tmp_path / "out.mlir", tmp_path / "new.mlir"
    out.write_text("mine")
    for target in (out, new):
        assert fastc("opt", small_model, "-p", "place-tensors", "-o", target).code == 2
    assert out.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.mlir", "small.mlir"]


def test_outputs_that_cannot_be_written(fastc: Fastc, small_model: Path, tmp_path: Path):
    for target, message in [
        (tmp_path, "this is a directory"),
        (tmp_path / "no" / "out.mlir", "there is no directory"),
    ]:
        run = fastc("opt", small_model, "-o", target)
        assert run.code == 2
        assert message in run.err
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for target in ("n" * 5000, "\0", tmp_path / "loop"):
        for option in ("--json", "--report", "--plots"):
            name = f"{target}.md" if option == "--report" and target != tmp_path / "loop" else target
            run = fastc("eval", small_model, "--hw", "tpu-v3", option, name)
            assert run.code == 2
            assert "internal error" not in run.err
    full = fastc("opt", small_model, "-o", "/dev/full")
    assert full.code == 2
    assert "/dev/full: cannot be written" in full.err
    same = fastc("opt", small_model, "--hw", "tpu-v3", "-o", tmp_path / "x", "--json", tmp_path / "x")
    assert same.code == 2
    assert "-o already writes this file" in same.err


def test_files_that_cannot_be_read(fastc: Fastc, small_model: Path, tmp_path: Path):
    dangling = tmp_path / "dangling.mlir"
    dangling.symlink_to(tmp_path / "gone")
    for arguments, message in [
        (["n" * 5000], "File name too long"),
        ([""], "the name of a file is empty"),
        ([dangling], f"a link to '{tmp_path / 'gone'}', which is not there"),
        (["-", "-"], "'-' is given twice"),
        (["-", "--hw", "-"], "'-' is given twice"),
        ([small_model, "--batch", "9" * 30], "has 30 digits; give at most 18"),
        ([small_model, "--json", small_model], "this file is read as well, and would be lost"),
    ]:
        run = fastc("eval", *arguments, *([] if "--hw" in arguments else ["--hw", "tpu-v3"]))
        assert run.code == 2
        assert message in run.err
    assert "module" in small_model.read_text()
    run = fastc("opt", small_model, "--search", "--journal", "-")
    assert run.code == 2
    assert "a journal is read again" in run.err


def test_outputs_are_written_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    first, second = tmp_path / "first", tmp_path / "second"
    outputs = Outputs()
    outputs.add(str(first), "1")
    outputs.add(str(tmp_path / "gone" / "second"), "2")
    with pytest.raises(library.InputError, match="cannot be written"):
        outputs.commit()
    assert not first.exists()
    assert list(tmp_path.iterdir()) == []
    outputs = Outputs()
    outputs.add(str(first), "1")
    outputs.add(str(second), "2")
    outputs.commit()
    assert (first.read_text(), second.read_text()) == ("1", "2")


def test_hw_list_and_show(fastc: Fastc, tmp_path: Path):
    listed = fastc("hw", "list")
    assert (listed.code, listed.err) == (0, "")
    assert all(len(line) <= 100 for line in listed.out.splitlines())
    names = [line.split()[0] for line in listed.out.splitlines()[1:]]
    assert names == sorted(names)
    assert {"eyeriss", "fast-large", "fast-small", "gemmini-16x16", "nvdla-large", "nvdla-small"} <= set(names)
    assert {"tpu-v1", "tpu-v2", "tpu-v3", "tpu-v3-7nm", "tpu-v4", "tpu-v4i"} <= set(names)
    for name in names:
        shown = fastc("hw", "show", name)
        assert shown.out.startswith("// area ")
        file = tmp_path / f"{name}.mlir"
        file.write_text(shown.out)
        assert fastc("hw", "show", file).out == shown.out


def test_passes(fastc: Fastc):
    run = fastc("passes")
    assert run.code == 0
    entries = {entry.splitlines()[0]: entry for entry in run.out.split("\n\n")}
    assert list(entries)[:5] == ["canonicalize", "cse", "dce", "inline", "fold-constants"]
    assert "size = whole number (required)" in entries["set-batch"]
    assert "residency = all | weights | activations | none (default: all)" in entries["place-tensors"]
    assert all(len(entry.splitlines()) > 1 for entry in entries.values())


def test_one_pass(fastc: Fastc):
    """Its whole docstring: an example, code as it stands there, prose that fits, and options."""
    run = fastc("passes", "fold-normalization")
    assert (run.code, run.err) == (0, "")
    text, lines = " ".join(run.out.split()), run.out.splitlines()
    assert lines[0] == "fold-normalization"
    assert "  Before, with %s and %b computed from weights alone:" in lines
    assert lines.index("  After:") > lines.index("  Before, with %s and %b computed from weights alone:")
    assert "      %0 = stablehlo.convolution(%x, %w) ... -> tensor<8x56x56x64xbf16>" in lines
    assert "a kernel in bfloat16 is then rounded to it again" in text
    assert "  narrow = true | false (default: true)" in lines
    assert all(len(line) <= 100 for line in lines)
    assert "rows = whole number | none (default: none)" in fastc("passes", "pad-tensors").out
    wrong = fastc("passes", "fold-normalisation")
    assert (wrong.code, wrong.out) == (2, "")
    assert "there is no pass 'fold-normalisation'; did you mean 'fold-normalization'?" in wrong.err


def test_constraints_are_judged(fastc: Fastc, small_model: Path, tmp_path: Path):
    """By how much each is met, in the unit it was written in; one that is not makes 1, and the JSON says so."""
    area, tdp = "area <= 0.001e6 mm^2", "tdp<=191.6 W"
    run = fastc(
        "eval", small_model, "--hw", "tpu-v3", "--json", tmp_path / "r.json", "--objective", "1 / latency",
        "--subject-to", area, "--subject-to", tdp, "--subject-to", "latency <= 1 us", "--subject-to",
        "1 <= tdp / area",
    )  # fmt: skip
    assert run.code == 1
    assert "constraint area <= 0.001e6 mm^2: 679.46 mm^2, met, 32.1% to spare" in run.err
    assert "constraint tdp<=191.6 W: 383.2 W, NOT met, 100% too much" in run.err
    assert re.search(r"constraint latency <= 1 us: [1-9]\.\d+ us, NOT met, \d+\.?\d*% too much", run.err)
    assert "0.56397 against 1, NOT met, 43.6% too little" in run.err
    result = json.loads((tmp_path / "r.json").read_text())
    assert [each["met"] for each in result["constraints"]] == [True, False, False, False]
    assert result["objective"]["expression"] == "1 / latency"
    run = fastc("eval", small_model, "--hw", "tpu-v3", "--subject-to", area)
    assert run.code == 0
    run = fastc("eval", small_model, "--hw", "fast-small", "--hw", "tpu-v3", "--subject-to", "tdp <= 100 W")
    assert run.code == 1
    assert run.err.splitlines()[-1] == "tpu_v3: tdp <= 100 W: 383.2 W, NOT met, 283% too much"
    run = fastc("eval", small_model, "--hw", "tpu-v3", "--subject-to", "area <= 1 W", "--json", tmp_path / "n.json")
    assert run.code == 2
    assert "cannot be compared with W" in run.err
    assert not (tmp_path / "n.json").exists()


@pytest.mark.parametrize(
    ("option", "text", "message"),
    [
        ("--objective", "perf / (tdp - tdp)", "the objective 'perf / (tdp - tdp)' comes to inf on this machine"),
        ("--objective", "perf, tdp", "the objective 'perf, tdp' is several, for the front of a search"),
        ("--subject-to", "1 / (tdp - tdp) <= 3", "'1 / (tdp - tdp) <= 3': the constraint cannot be computed"),
        ("--subject-to", "", "the constraint is empty"),
        ("--weights", "1,2", "--weights has 2 numbers for 1 models"),
    ],
)
def test_what_cannot_be_judged(fastc: Fastc, small_model: Path, tmp_path: Path, option: str, text: str, message: str):
    run = fastc("eval", small_model, "--hw", "fast-small", option, text, "--json", tmp_path / "r.json")
    assert (run.code, run.out) == (2, "")
    assert message in run.err
    assert run.err.count("\n") == 1
    assert not (tmp_path / "r.json").exists()


def test_verify_tells_equal_from_different(fastc: Fastc, small_model: Path):
    same = fastc("verify", small_model, "-p", "canonicalize,cse,dce,form-regions,place-tensors", "--hw", "fast-small")
    assert (same.code, same.out) == (0, "")
    assert "1 outputs agree" in same.err
    batch = fastc("verify", small_model, "-p", "set-batch{size=2}")
    assert batch.code == 2
    assert "changes what @main takes" in batch.err


def test_verify_finds_a_difference(fastc: Fastc, small_model: Path, monkeypatch: pytest.MonkeyPatch):
    original = driver.pipelines.run

    def wrong(pipeline: object, context: object, module: object, **options: object) -> None:
        original(pipeline, context, module, **options)  # pyright: ignore[reportArgumentType]
        for op in list(module.walk()):  # pyright: ignore[reportAttributeAccessIssue]
            if op.name == "stablehlo.maximum":
                op.results[0].replace_all_uses_with(op.operands[0])

    monkeypatch.setattr(driver.pipelines, "run", wrong)
    run = fastc("verify", small_model, "-p", "cse")
    assert run.code == 1
    assert "output 0 differs by" in run.err


def test_interrupt_is_quiet(fastc: Fastc, small_model: Path, monkeypatch: pytest.MonkeyPatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(transform, "run_passes", interrupted)
    run = fastc("opt", small_model)
    assert (run.code, run.out, run.err) == (130, "", "")


def test_internal_errors_have_no_traceback(fastc: Fastc, small_model: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object, **__: object) -> None:
        raise LookupError("surprise")

    monkeypatch.setattr(transform, "run_passes", broken)
    run = fastc("opt", small_model)
    assert run.code == 2
    assert run.err.startswith("fastc: error: internal error: LookupError: surprise; ")
    assert run.err.count("\n") == 1
    monkeypatch.setenv("FASTC_TRACEBACK", "1")
    with pytest.raises(LookupError):
        fastc("opt", small_model)


def test_closed_pipe_is_quiet(examples: Path):
    command = f"{sys.executable} -m fastc opt {examples / 'mobilenet_v2.mlir'} | head -c 10"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("builtin.mo", "")


def test_plain_text_without_a_terminal(fastc: Fastc, small_model: Path):
    run = fastc("eval", small_model, "--hw", "fast-small")
    assert run.code == 0
    assert run.err.isascii()
    assert "\x1b" not in run.err
    assert run.out == ""


def test_several_machines_stand_beside_each_other(fastc: Fastc, small_model: Path, tmp_path: Path):
    run = fastc("eval", small_model, "--hw", "fast-small", "--hw", "tpu-v3")
    assert (run.code, run.out) == (0, "")
    title, head, *rows = run.err.rstrip().splitlines()
    assert (title, head.split()[0]) == ("small", "machine")
    assert all(len(line) <= 100 for line in run.err.splitlines())
    assert rows[0].split()[:2] == ["fast_small", "7"]
    assert rows[1].split()[:4] == ["tpu_v3", "16", "679.5", "383.2"]
    alone = fastc("eval", small_model, "--hw", "tpu-v3").err.splitlines()
    latency = next(line for line in alone if line.startswith("small")).split()[2:4]
    assert rows[1].split()[5:7] == latency
    refused = fastc("eval", small_model, "--hw", "fast-small", "--hw", "tpu-v3", "--json", tmp_path / "x")
    assert refused.code == 2
    assert "--json and -o hold one machine" in refused.err
    assert not (tmp_path / "x").exists()


def test_machines_of_one_name_go_by_their_files(
    fastc: Fastc, small_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    shown = fastc("hw", "show", "fast-small").out
    Path("one.mlir").write_text(shown)
    Path("two.mlir").write_text(shown)
    run = fastc("eval", small_model, "--hw", "one.mlir", "--hw", "two.mlir", "--hw", "tpu-v3")
    assert run.code == 0, run.err
    assert [line.split()[0] for line in run.err.splitlines()[2:5]] == ["one.mlir", "two.mlir", "tpu_v3"]
