"""fastc sim: models of each family tile by tile against XLA, faults, and bad input."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import pytest

from benchmarks.models import llama
from tests.conftest import Fastc

TINY = """\
builtin.module {{
  arch.accelerator @tiny clock_hz 1.000000e+09 node_nm 7 dtype bf16 native_batch 2 {{
    arch.dram "gddr6" channels 1 channel_bytes_per_s 5.600000e+10
    arch.global_buffer bytes {buffer}
    arch.pe_grid x 2 y 2
    arch.l2 {l2} input_multiplier 2 weight_multiplier 2 output_multiplier 2
    arch.l1 private input 2048 weight 1024 output 2048
    arch.systolic_array rows 8 columns 8
    arch.vector_unit multiplier 1
  }}
}}
"""
"""Buffers so small that small layers take many tiles, edges among them."""

MACHINES = {
    "buffer": TINY.format(buffer=65536, l2="disabled"),
    "l2": TINY.format(buffer=65536, l2="private"),
    "bare": TINY.format(buffer=0, l2="disabled"),
}


def conv(x: jax.Array, kernel: jax.Array, stride: int = 1, groups: int = 1) -> jax.Array:
    numbers = ("NHWC", "HWIO", "NHWC")
    return jax.lax.conv_general_dilated(
        x, kernel, (stride, stride), "SAME", dimension_numbers=numbers, feature_group_count=groups
    )


def mobile_block(x: Any, expand: Any, depthwise: Any, squeeze: Any, excite: Any, project: Any) -> jax.Array:
    wide = jax.nn.silu(conv(x, expand))
    wide = jax.nn.silu(conv(wide, depthwise, groups=wide.shape[-1]))
    scale = jax.nn.sigmoid(jax.nn.silu(wide.mean((1, 2)) @ squeeze) @ excite)
    return x + conv(wide * scale[:, None, None, :], project)


def residual_block(x: Any, first: Any, second: Any, shortcut: Any) -> jax.Array:
    inner = jax.nn.relu(conv(x, first, stride=2))
    return jax.nn.relu(conv(inner, second) + conv(x, shortcut, stride=2))


def attention(x: Any, queries: Any, keys: Any, values: Any, out: Any, gain: Any, bias: Any) -> jax.Array:
    def heads(t: jax.Array) -> jax.Array:
        return t.reshape(*t.shape[:2], 4, -1).transpose(0, 2, 1, 3)

    q, k, v = (heads(x @ kernel) for kernel in (queries, keys, values))
    weights = jax.nn.softmax(jnp.einsum("bhqd,bhkd->bhqk", q, k) / 4.0, -1)
    mixed = jnp.einsum("bhqk,bhkd->bhqd", weights, v).transpose(0, 2, 1, 3).reshape(x.shape)
    y = x + mixed @ out
    centred = y - y.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + 1e-6) * gain + bias


def lowered_text(function: Callable[..., Any], *shapes: tuple[int, ...]) -> str:
    arguments = [jax.ShapeDtypeStruct(shape, jnp.bfloat16) for shape in shapes]
    return jax.jit(function).lower(*arguments).as_text()


MODELS: dict[str, Callable[[], str]] = {
    "mobile block": lambda: lowered_text(
        mobile_block, (2, 9, 9, 12), (1, 1, 12, 36), (3, 3, 1, 36), (36, 6), (6, 36), (1, 1, 36, 12)
    ),
    "residual block": lambda: lowered_text(
        residual_block, (2, 13, 13, 10), (3, 3, 10, 20), (3, 3, 20, 20), (1, 1, 10, 20)
    ),
    "attention": lambda: lowered_text(attention, (2, 48, 64), *(((64, 64),) * 4), (64,), (64,)),
    "decoding": lambda: llama.text(
        llama.Config(layers=2, hidden=64, heads=4, groups=2, intermediate=96, vocabulary=50, cache=16)
    ),
}


def lower(fastc: Fastc, folder: Path, text: str, machine: str) -> Path:
    model, hw, lowered = folder / "model.mlir", folder / "hw.mlir", folder / "lowered.mlir"
    model.write_text(text)
    hw.write_text(MACHINES[machine])
    run = fastc("opt", model, "--hw", hw, "-o", lowered)
    assert run.code == 0, run.err
    return lowered


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", MODELS)
def test_values_are_those_of_xla(fastc: Fastc, tmp_path: Path, name: str, machine: str):
    lowered = lower(fastc, tmp_path, MODELS[name](), machine)
    record = tmp_path / "sim.json"
    run = fastc("sim", lowered, "--check", "--json", record)
    assert run.code == 0, run.err
    assert "computed tile by tile, agree with XLA's" in run.err
    found = json.loads(record.read_text())
    assert found["check"] is not None
    assert found["cycles"] == sum(region["cycles"] * region["count"] for region in found["regions"])
    assert found["latency_s"] == pytest.approx(found["cycles"] / 1e9)
    # Something was really cut into tiles.
    assert max(region["steps"] for region in found["regions"]) >= 8


@pytest.fixture(scope="module")
def schedule_text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A lowered residual block."""
    from fastc.cli import main

    folder = tmp_path_factory.mktemp("faults")
    (folder / "model.mlir").write_text(MODELS["residual block"]())
    (folder / "hw.mlir").write_text(MACHINES["buffer"])
    out = folder / "lowered.mlir"
    assert main(["opt", str(folder / "model.mlir"), "--hw", str(folder / "hw.mlir"), "-o", str(out)]) == 0
    return out.read_text()


def fault(text: str, pattern: str, replacement: str) -> str:
    """``text`` with the first match of ``pattern`` replaced."""
    changed, count = re.subn(pattern, replacement, text, count=1)
    assert count == 1, f"nothing matches {pattern}"
    return changed


FAULTS = {
    "a dropped transfer": (r" *sched\.transfer weight global to l1 tile \d+\n", "", "(S8)"),
    "a buffer that is too small": (r"input 2048 weight 1024 output 2048", "input 16 weight 16 output 16", "(M3)"),
    "a wrong step": (r"(sched\.loops l1 \[\w = \d+ step )\d+", r"\g<1>1", "(S"),
    "a wrong extent": (r"(sched\.loops l1 \[\w = )\d+", r"\g<1>977", "(S5)"),
    "a wrong tile": (r"(sched\.transfer input global to l1 tile )\d+", r"\g<1>2", "(S9)"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_verifier_catches(fastc: Fastc, tmp_path: Path, schedule_text: str, name: str):
    pattern, replacement, message = FAULTS[name]
    broken = tmp_path / "broken.mlir"
    broken.write_text(fault(schedule_text, pattern, replacement))
    run = fastc("sim", broken)
    assert run.code == 2
    assert message in run.err
    assert "Traceback" not in run.err


def test_a_value_that_is_wrong_is_told(fastc: Fastc, tmp_path: Path, schedule_text: str, monkeypatch: Any):
    from fastc.simulator import tiles

    products = tiles._products

    def wrong(*arguments: Any) -> Any:
        return products(*arguments) * 1.001

    monkeypatch.setattr(tiles, "_products", wrong)
    lowered = tmp_path / "lowered.mlir"
    lowered.write_text(schedule_text)
    run = fastc("sim", lowered, "--check")
    assert run.code == 1
    assert "differs from XLA's" in run.err


def test_bad_input(fastc: Fastc, tmp_path: Path, schedule_text: str, small_model: Path):
    run = fastc("sim", small_model)
    assert run.code == 2
    assert "the simulator runs schedules, and this module has none" in run.err
    cut = tmp_path / "cut.mlir"
    cut.write_text(schedule_text[: len(schedule_text) // 2])
    run = fastc("sim", cut)
    assert run.code == 2
    assert "cut.mlir:" in run.err
    without = tmp_path / "without.mlir"
    without.write_text(re.sub(r"  arch\.accelerator @tiny.*?\n  }\n", "", schedule_text, flags=re.DOTALL))
    run = fastc("sim", without)
    assert run.code == 2
    assert "needs a machine" in run.err
    run = fastc("sim", cut, "--seed", "1")
    assert run.code == 2
    assert "--seed goes with --check" in run.err
    run = fastc("sim", tmp_path / "absent.mlir")
    assert run.code == 2


def test_standard_streams(fastc: Fastc, schedule_text: str):
    run = fastc("sim", "-", "--json", "-", stdin=schedule_text.encode())
    assert run.code == 0, run.err
    assert json.loads(run.out)["hardware"] == "tiny"
    assert "cycles" in run.err
