"""fastc sim on depth-first chains: tile by tile against XLA, by hand, and faults in their slices and places."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import pytest

from tests.conformance.test_sim import attention, fault, lowered_text, mobile_block
from tests.conftest import Fastc

MACHINE = """\
arch.accelerator @small clock_hz 1.0e9 node_nm 7 dtype bf16 native_batch 2 {{
  arch.dram "gddr6" channels 1 channel_bytes_per_s 1.0e8
  arch.global_buffer bytes {buffer}
  arch.pe_grid x 1 y 1
  arch.l2 disabled input_multiplier 1 weight_multiplier 1 output_multiplier 1
  arch.l1 private input 4096 weight 4096 output 4096
  arch.systolic_array rows 8 columns 8
  arch.vector_unit multiplier 1
}}
"""
"""DRAM is slow and the buffer small, so that slices pay."""


def perceptron(x: Any, first: Any, second: Any) -> jax.Array:
    return jax.nn.gelu(x @ first) @ second


MODELS: dict[str, tuple[int, Callable[[], str]]] = {
    "mobile block": (
        16384,
        lambda: lowered_text(
            mobile_block, (2, 16, 16, 8), (1, 1, 8, 48), (3, 3, 1, 48), (48, 4), (4, 48), (1, 1, 48, 8)
        ),
    ),
    "attention": (32768, lambda: lowered_text(attention, (2, 64, 64), *(((64, 64),) * 4), (64,), (64,))),
    "perceptron": (32768, lambda: lowered_text(perceptron, (256, 32), (32, 256), (256, 32))),
}


def lower(fastc: Fastc, folder: Path, name: str, halo: str) -> Path:
    buffer, text = MODELS[name]
    model, hw, lowered = folder / "model.mlir", folder / "hw.mlir", folder / "lowered.mlir"
    model.write_text(text())
    hw.write_text(MACHINE.format(buffer=buffer))
    cleanup = "inline,fold-constants,simplify,cse,dce,form-regions"
    passes = f"{cleanup},tile-chains{{halo={halo}}},place-tensors,lower-to-schedule"
    run = fastc("opt", model, "--hw", hw, "-p", passes, "-o", lowered)
    assert run.code == 0, run.err
    return lowered


@pytest.mark.parametrize(
    ("name", "halo"),
    [("mobile block", "keep"), ("mobile block", "recompute"), ("attention", "any"), ("perceptron", "any")],
)
def test_values_are_those_of_xla(fastc: Fastc, tmp_path: Path, name: str, halo: str):
    lowered = lower(fastc, tmp_path, name, halo)
    text = lowered.read_text()
    assert " in tile at [" in text
    assert "sched.memory global" in text
    # The block's mean is summed up over tiles, and tiles share rows.
    assert ("gathered" in text and "from -1 to 1" in text) == (name == "mobile block")
    record = tmp_path / "sim.json"
    run = fastc("sim", lowered, "--check", "--json", record)
    assert run.code == 0, run.err
    assert "computed tile by tile, agree with XLA's" in run.err
    found = json.loads(record.read_text())
    tiles = {region["name"]: region["tiles"] for region in found["regions"]}
    assert max(tiles.values()) >= 8
    assert min(tiles.values()) == 1 or name == "perceptron"
    # The cost model counts the same tiles.
    assert found["ratio"] == pytest.approx(1.0, abs=0.05)


@pytest.fixture(scope="module")
def block_text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A block whose first two regions run in eight tiles with a row more on each side, made again."""
    from fastc.cli import main

    def fastc(*arguments: object) -> Any:
        class Done:
            code, err = main([str(argument) for argument in arguments]), ""

        return Done

    return lower(fastc, tmp_path_factory.mktemp("block"), "mobile block", "recompute").read_text()


REFUSED = {
    "a slice that is too small": (r"in tile at \[(\d+) to (\d+)\]", lambda m: _shrunk(m), "(G3)"),
    "a halo that is too small": (r"before 1 after 1", lambda _: "before 0 after 1", "(G3)"),
    "a reader that needs more": (r"from -1 to 1", lambda _: "from -2 to 1", "(L6)"),
    "a reader without a slice": (r" *sched\.slice operand 0 \[0 of 2, 1 of 16 from.*\n", lambda _: "", "(L6)"),
    "a result without a slice": (r" *sched\.slice result 1 .*\n", lambda _: "", "(L2)"),
    "sums that nothing sums up": (r" *sched\.slice reduction .*\n", lambda _: "", "(L2)"),
    "vector work of no tile": (r" *sched\.slice vector .*\n", lambda _: "", "(L4)"),
    "another greatest tile": (r"(sched\.loops tile \[n = 2 step 1, p = 16 step )6", lambda m: f"{m[1]}8", "(L5)|(S"),
    "sums in the place of a slice": (r"in global at \[(\d+) to (\d+)\]", lambda m: _moved(m), "(G5)"),
    "no slices at all": (r" *sched\.slice [^\n]*\n", lambda _: "", "(L2)"),
}


def _shrunk(found: re.Match[str]) -> str:
    return f"in tile at [{found[1]} to {int(found[2]) - 96}]"


def _moved(found: re.Match[str]) -> str:
    return f"in global at [4000 to {4000 + int(found[2]) - int(found[1])}]"


@pytest.mark.parametrize("name", REFUSED)
def test_the_verifier_catches(fastc: Fastc, tmp_path: Path, block_text: str, name: str):
    pattern, replacement, rules = REFUSED[name]
    changed, count = re.subn(pattern, replacement, block_text, count=0 if "at all" in name or "place" in name else 1)
    assert count, f"nothing matches {pattern}"
    broken = tmp_path / "broken.mlir"
    broken.write_text(changed)
    record = tmp_path / "sim.json"
    run = fastc("sim", broken, "--json", record)
    assert run.code == 2
    assert any(rule in run.err for rule in rules.split("|")), run.err
    assert "Traceback" not in run.err
    assert not record.exists()


WRONG = {
    "a row too few": ("from -1 to 1", "from 0 to 1"),
    "sums along columns": (r"(sched\.slice reduction \d+ \[0 of 2, )1 of 16", r"\g<1>2 of 16"),
}


@pytest.mark.parametrize("name", WRONG)
def test_values_tell_what_slices_lack(fastc: Fastc, tmp_path: Path, block_text: str, name: str):
    broken = tmp_path / "broken.mlir"
    broken.write_text(fault(block_text, *WRONG[name]))
    run = fastc("sim", broken, "--check")
    assert run.code == 1
    assert "differs from XLA's" in run.err
