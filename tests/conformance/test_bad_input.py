"""Bad input: one clear error, the right exit code, no traceback and no output file."""

from __future__ import annotations

import random
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SMALL_MODEL, Fastc

MODEL = SMALL_MODEL.encode()

BAD_FILES = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n\n", "the file is empty"),
    "truncated": (MODEL[: len(MODEL) * 2 // 3], "expected"),
    "noise": (random.Random(0).randbytes(4096), "neither text nor MLIR bytecode"),
    "bytecode cut short": (b"ML\xefR\x01\x02\x03", "damaged MLIR bytecode"),
    "not UTF-8": (MODEL.replace(b"@small", b"@sm\xffall"), "UTF-8"),
    "NUL bytes": (MODEL.replace(b"%0", b"%\x00"), "NUL"),
    "type error": (MODEL.replace(b"-> tensor<1x4xbf16>\n    return", b"-> tensor<1x5xbf16>\n    return"), "1x5"),
    "no main": (MODEL.replace(b"@main", b"@forward"), "no func @main"),
    "no function": (b"module {}\n", "no func @main"),
    "dynamic shape": (MODEL.replace(b"1x", b"?x"), "dynamic"),
    "unranked": (
        b"func.func @main(%x: tensor<*xf32>) -> tensor<*xf32> {\n return %x : tensor<*xf32>\n}",
        "the dynamic shape tensor<*xf32>",
    ),
    "bounded": (
        b"func.func @main(%x: tensor<4x8xf32>, %n: tensor<i32>) -> tensor<?x8xf32, #stablehlo.bounds<4, ?>> {\n"
        b"%0 = stablehlo.set_dimension_size %x, %n, dim = 0"
        b" : (tensor<4x8xf32>, tensor<i32>) -> tensor<?x8xf32, #stablehlo.bounds<4, ?>>\n"
        b"return %0 : tensor<?x8xf32, #stablehlo.bounds<4, ?>>\n}",
        ":2:6: stablehlo.set_dimension_size has the dynamic shape",
    ),
    "quantized": (
        b"func.func @main(%x: tensor<4xf32>) -> tensor<4x!quant.uniform<i8:f32, 0.5>> {\n"
        b"%0 = stablehlo.uniform_quantize %x : (tensor<4xf32>) -> tensor<4x!quant.uniform<i8:f32, 0.5>>\n"
        b"return %0 : tensor<4x!quant.uniform<i8:f32, 0.5>>\n}",
        ":2:6: jaxlib's parser knows no quantized types",
    ),
    "another language": (b"def main():\n    pass\n", "not valid StableHLO"),
    "undefined value": (MODEL.replace(b"return %5", b"return %9"), "undeclared"),
    "nested too deeply": (b"module {" * 600 + b"}" * 600, "nested 600 brackets deep"),
    "broken schedule": (b'module {\n  %0 = sched.region "a" conv (\n}\n', ":3:1: "),
}


@pytest.mark.parametrize("case", BAD_FILES)
@pytest.mark.parametrize(
    "command", [("opt", "-o"), ("opt", "--hw", "tpu-v3", "-o"), ("eval", "--hw", "tpu-v3", "--json")]
)
def test_bad_file(fastc: Fastc, tmp_path: Path, case: str, command: tuple[str, ...]):
    data, message = BAD_FILES[case]
    model, out = tmp_path / "bad.mlir", tmp_path / "out"
    model.write_bytes(data)
    run = fastc(command[0], model, *command[1:], out)
    assert run.code == 2
    assert run.out == ""
    assert run.err.startswith("fastc: error: ")
    assert "bad.mlir" in run.err
    assert message in run.err
    assert "Traceback" not in run.err
    assert "internal error" not in run.err
    assert run.err.count("\n") <= 4
    assert not out.exists()


def test_byte_order_mark_and_carriage_returns(fastc: Fastc, tmp_path: Path, small_model: Path):
    windows = tmp_path / "windows.mlir"
    windows.write_bytes(b"\xef\xbb\xbf" + MODEL.replace(b"\n", b"\r\n"))
    run = fastc("opt", windows)
    assert (run.code, run.out) == (0, fastc("opt", small_model).out)


@pytest.mark.parametrize("case", ["truncated", "type error", "undefined value"])
def test_error_names_the_line(fastc: Fastc, tmp_path: Path, case: str):
    model = tmp_path / "bad.mlir"
    model.write_bytes(BAD_FILES[case][0])
    assert "bad.mlir:" in fastc("opt", model).err


def test_missing_file_and_directory(fastc: Fastc, tmp_path: Path, small_model: Path):
    missing = fastc("opt", tmp_path / "smal.mlir")
    assert missing.code == 2
    assert "there is no such file; did you mean 'small.mlir'?" in missing.err
    folder = fastc("opt", tmp_path)
    assert folder.code == 2
    assert "this is a directory" in folder.err
    assert fastc("opt", "\0").code == 2


def test_empty_standard_input(fastc: Fastc):
    run = fastc("opt", "-")
    assert (run.code, run.out) == (2, "")
    assert "<stdin>: the file is empty" in run.err


@pytest.mark.parametrize(
    "text",
    [
        "module {" * 20_000 + "}" * 20_000,
        'func.func @main(%x: tensor<f32>) { "a.b"() ({' * 5_000,
        "func.func @main() { " + 'sched.region "a" conv () -> () {' * 5_000,
        f"module attributes {{a = {'[' * 50_000}{']' * 50_000}}} {{ func.func @main() {{ return }} }}",
    ],
    ids=["modules", "regions", "schedules", "attributes"],
)
def test_huge_nesting(tmp_path: Path, text: str):
    # In a process of its own: a parser that overflows its stack takes the process with it.
    model = tmp_path / "deep.mlir"
    model.write_text(text)
    command = [sys.executable, "-m", "fastc", "opt", str(model), "-o", str(tmp_path / "out.mlir")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2, done.stderr[-1000:]
    assert done.stderr.startswith("fastc: error: ")
    assert "Traceback" not in done.stderr
    assert len(done.stderr) < 2000
    assert not (tmp_path / "out.mlir").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("module {}", "0 arch.accelerator; a machine file has exactly one"),
        ("arch.accelerator @a clock_hz", "expected"),
        ("arch.accelerator @a clock_hz 1.0e9 node_nm 7 dtype bf16 native_batch 8 {}", "expected a single block"),
        ("\xff", "not UTF-8"),
    ],
)
def test_bad_machine(fastc: Fastc, tmp_path: Path, small_model: Path, text: str, message: str):
    machine = tmp_path / "machine.mlir"
    machine.write_bytes(text.encode("latin-1"))
    for command in (("opt", small_model, "--hw"), ("eval", small_model, "--hw"), ("hw", "show")):
        run = fastc(*command, machine)
        assert (run.code, run.out) == (2, "")
        assert message in run.err
        assert "machine.mlir" in run.err


def test_a_machine_without_data_for_its_node(fastc: Fastc, tmp_path: Path, small_model: Path):
    machine = tmp_path / "machine.mlir"
    machine.write_text(fastc("hw", "show", "tpu-v3").out.replace("node_nm 16", "node_nm 3"))
    run = fastc("eval", small_model, "--hw", machine)
    assert (run.code, run.out) == (2, "")
    assert "machine.mlir: no technology data for a 3 nm node" in run.err
    assert "internal error" not in run.err


def test_no_machine(fastc: Fastc, small_model: Path):
    run = fastc("eval", small_model)
    assert (run.code, run.out) == (2, "")
    assert "no machine: name one with --hw (eyeriss, fast-large, " in run.err
    assert "tpu-v4i, or a file)" in run.err


def test_a_space_without_choices(fastc: Fastc, tmp_path: Path, small_model: Path):
    space = tmp_path / "space.mlir"
    space.write_text(fastc("hw", "show", "fast-small").out)
    run = fastc("opt", small_model, "--search", "--space", space)
    assert (run.code, run.out) == (2, "")
    assert "nothing to search" in run.err


@pytest.mark.parametrize(
    ("option", "text", "message"),
    [
        ("--objective", "perf / tpd", "did you mean 'tdp'?"),
        ("--objective", "perf <= 3", "a comparison belongs in --subject-to"),
        ("--subject-to", "area <= 400 W", "cannot be compared with W"),
        ("--subject-to", "latency(bert) <= 1 ms", "names no model of this run: there is small"),
        ("--weights", "1,2", "2 numbers for 1 models"),
        ("--weights", "inf", "every weight must be above 0 and finite"),
        ("--objective", "", "empty"),
        ("--objective", "perf / 0", "the objective 'perf / 0' cannot be computed: float division by zero"),
        ("--objective", "perf - perf", "is 0 on tpu-v3-7nm"),
        ("--objective", "0 - perf", "the search needs one that is above 0 and finite"),
    ],
)
def test_bad_goal(fastc: Fastc, tmp_path: Path, small_model: Path, option: str, text: str, message: str):
    out = tmp_path / "out.mlir"
    run = fastc("opt", small_model, "--search", option, text, "-o", out)
    assert (run.code, run.out) == (2, "")
    assert message in run.err
    assert not out.exists()


def test_impossible_budget(fastc: Fastc, tmp_path: Path, small_model: Path):
    outputs = [tmp_path / name for name in ("out.mlir", "hw.mlir", "result.json")]
    run = fastc(
        "opt", small_model, "--search", "--algorithm", "random", "--trials", "5", "--subject-to", "area <= 0.001 mm^2",
        "-o", outputs[0], "--hw-out", outputs[1], "--json", outputs[2],
    )  # fmt: skip
    assert (run.code, run.out) == (1, "")
    assert "fastc: error: no machine of the space meets 'area <= 0.001 mm^2'" in run.err
    assert not any(path.exists() for path in outputs)


def test_a_lowered_module_keeps_its_machine_and_batch(fastc: Fastc, small_model: Path):
    lowered = fastc("opt", small_model, "--hw", "fast-small").out.encode()
    other = fastc("eval", "-", "--hw", "fast-large", stdin=lowered)
    assert other.code == 2
    assert "lowered for the machine @fast_small already" in other.err
    batch = fastc("eval", "-", "--batch", "2", stdin=lowered)
    assert batch.code == 2
    assert "lowered for a batch of 64 already, not 2" in batch.err
    assert fastc("eval", "-", "--hw", "fast-small", "--batch", "64", stdin=lowered).code == 0


def test_a_string_without_its_end_is_refused_at_once(tmp_path: Path, fastc: Fastc, small_model: Path):
    # xDSL's own pattern takes time exponential in what follows the quote, so this runs in a process of its own.
    lowered = fastc("opt", small_model, "--hw", "fast-small").out
    model = tmp_path / "open.mlir"
    model.write_text(lowered.replace("sched.contraction [", 'sched.contraction "', 1))
    assert model.read_text() != lowered
    command = [sys.executable, "-m", "fastc", "eval", str(model)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 2
    assert "open.mlir:" in done.stderr


NO_WORK = {
    "only a return": ("func.func @main() { return }", "@main computes nothing"),
    "the input itself": (
        "func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> { return %x : tensor<4xf32> }",
        "@main computes nothing",
    ),
    "no rows": (
        "func.func @main(%x: tensor<0x4xf32>, %w: tensor<4x4xf32>) -> tensor<0x4xf32> {\n"
        "%0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]"
        " : (tensor<0x4xf32>, tensor<4x4xf32>) -> tensor<0x4xf32>\nreturn %0 : tensor<0x4xf32> }",
        "a tensor has a dimension of size 0",
    ),
    "no taps": (
        "func.func @main(%x: tensor<2x0xf32>, %w: tensor<0x4xf32>) -> tensor<2x4xf32> {\n"
        "%0 = stablehlo.dot_general %x, %w, contracting_dims = [1] x [0]"
        " : (tensor<2x0xf32>, tensor<0x4xf32>) -> tensor<2x4xf32>\nreturn %0 : tensor<2x4xf32> }",
        "a tensor has a dimension of size 0",
    ),
}


@pytest.mark.parametrize("case", NO_WORK)
def test_a_model_without_work(fastc: Fastc, tmp_path: Path, case: str):
    text, message = NO_WORK[case]
    model = tmp_path / "idle.mlir"
    model.write_text(text)
    for command in (("eval", model, "--hw", "tpu-v3"), ("opt", model, "--search")):
        run = fastc(*command)
        assert (run.code, run.out) == (2, "")
        assert message in run.err
        assert "internal error" not in run.err


def test_set_batch_of_results_without_rows(fastc: Fastc, tmp_path: Path):
    model = tmp_path / "idle.mlir"
    model.write_text(
        "func.func @main(%x: tensor<0x4xf32>) -> tensor<0x4xf32> {\n"
        "%0 = stablehlo.add %x, %x : tensor<0x4xf32>\nreturn %0 : tensor<0x4xf32> }"
    )
    run = fastc("opt", model, "-p", "set-batch{size=2}")
    assert (run.code, run.out) == (2, "")
    assert "the leading dimension 0, which holds no inference" in run.err


def test_an_attribute_that_is_not_utf8(fastc: Fastc, tmp_path: Path):
    model = tmp_path / "latin.mlir"
    model.write_text(SMALL_MODEL.replace("@small", '@"caf\\E9"'))
    run = fastc("opt", model)
    assert (run.code, run.out) == (2, "")
    assert "latin.mlir: the string b'caf\\xe9' in an attribute is not UTF-8" in run.err


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("stablehlo.custom_call @foo(%x) : (tensor<4xf32>) -> tensor<4xf32>", "XLA cannot run this model on the CPU"),
        ("func.call @outside(%x) : (tensor<4xf32>) -> tensor<4xf32>", "@outside has no body"),
        ("func.call @main(%x) : (tensor<4xf32>) -> tensor<4xf32>", "the calls @main -> @main are recursive"),
        (
            "stablehlo.custom_call @xla_ffi_python_cpu_callback(%x) {api_version = 4 : i32,"
            " backend_config = {index = 0 : ui64}} : (tensor<4xf32>) -> tensor<4xf32>",
            "calls the Python process that exported the model",
        ),
        (
            'stablehlo.add %x, %x : tensor<4xf32>\n %t = "stablehlo.create_token"() : () -> !stablehlo.token\n'
            ' %u = "stablehlo.outfeed"(%x, %t) {outfeed_config = ""}'
            " : (tensor<4xf32>, !stablehlo.token) -> !stablehlo.token",
            "stablehlo.outfeed waits for a host",
        ),
        (
            "stablehlo.rng %low, %low, %shape, distribution = UNIFORM"
            " : (tensor<f32>, tensor<f32>, tensor<1xi64>) -> tensor<4xf32>",
            "stablehlo.rng draws other numbers on each run",
        ),
    ],
)
def test_verify_of_what_xla_cannot_run(tmp_path: Path, body: str, message: str):
    # In a process of its own: XLA ends the process, or waits for ever, on most of these.
    model = tmp_path / "model.mlir"
    outside = "func.func private @outside(tensor<4xf32>) -> tensor<4xf32>\n" if "@outside" in body else ""
    model.write_text(
        f"{outside}func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {{\n"
        "%low = stablehlo.constant dense<0.0> : tensor<f32>\n%shape = stablehlo.constant dense<4> : tensor<1xi64>\n"
        f"%0 = {body}\nreturn %0 : tensor<4xf32> }}"
    )
    command = [sys.executable, "-m", "fastc", "verify", str(model), "-p", "cse"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert message in done.stderr
    assert "internal error" not in done.stderr


def test_unknown_ops_are_read_back_and_misspelt_ones_refused(fastc: Fastc, tmp_path: Path):
    """What fastc lowers it reads again, ops that nobody knows included; a slip in the name of an own op is an error."""
    model, lowered = tmp_path / "model.mlir", tmp_path / "lowered.mlir"
    model.write_text(
        "func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {\n"
        '  %0 = "foo.bar"(%x) {scale = 2 : i64} : (tensor<4xf32>) -> tensor<4xf32>\n'
        "  return %0 : tensor<4xf32>\n}\n"
    )
    assert fastc("opt", model, "--hw", "fast-small", "-o", lowered).code == 0
    assert fastc("eval", lowered).code == 0
    for generic, wanted in ((False, "no dialect here has this op"), (True, "there is no op 'sched.yeild'")):
        text = fastc("opt", lowered, *(["--print-op-generic"] if generic else [])).out
        misspelt = tmp_path / "misspelt.mlir"
        misspelt.write_text(text.replace("sched.yield", "sched.yeild"))
        run = fastc("eval", misspelt)
        assert run.code == 2
        assert wanted in run.err


@pytest.mark.parametrize(
    ("command", "redirection", "message"),
    [
        ("opt {model}", ">/dev/full", "standard output cannot be written: No space left on device"),
        ("hw list", ">/dev/full", "standard output cannot be written: No space left on device"),
        ("opt {model}", ">&-", "standard output cannot be written: Bad file descriptor"),
        ("opt -", "<&-", "<stdin>: standard input is closed"),
    ],
)
def test_standard_streams_that_cannot_be_used(small_model: Path, command: str, redirection: str, message: str):
    shell = (
        f"{shlex.quote(sys.executable)} -m fastc {command.format(model=shlex.quote(str(small_model)))} {redirection}"
    )
    done = subprocess.run(shell, shell=True, cwd=ROOT, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith(f"fastc: error: {message}")
    assert done.stderr.count("\n") == 1


def test_a_closed_standard_output_does_not_matter_where_nothing_is_written_to_it(tmp_path: Path, small_model: Path):
    out = tmp_path / "out.mlir"
    shell = f"{shlex.quote(sys.executable)} -m fastc opt {shlex.quote(str(small_model))} -o {shlex.quote(str(out))} >&-"
    assert subprocess.run(shell, shell=True, cwd=ROOT, check=False, timeout=60).returncode == 0
    assert "stablehlo.dot_general" in out.read_text()
