"""fastc sim on depth-first chains: tile by tile against XLA, by hand, and faults in their slices and places."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import jax
import pytest

from hwmodels.technology import technology
from tests.conformance.test_sim import attention, conv, fault, lowered_text, mobile_block
from tests.conftest import Fastc

MACHINE = """\
arch.accelerator @small clock_hz 1.0e9 node_nm 7 dtype bf16 native_batch 2 {{
  arch.dram "gddr6" channels 1 channel_bytes_per_s {dram}
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


def pyramid(x: Any, expand: Any, depthwise: Any, project: Any) -> tuple[jax.Array, jax.Array]:
    """Two results: what the second of three layers makes is also averaged, and looked at through a window."""
    inner = conv(jax.nn.relu(conv(x, expand)), depthwise, groups=depthwise.shape[-1])
    return conv(inner, project), inner.mean((1, 2))


MODELS: dict[str, tuple[int, Callable[[], str]]] = {
    "mobile block": (
        16384,
        lambda: lowered_text(
            mobile_block, (2, 16, 16, 8), (1, 1, 8, 48), (3, 3, 1, 48), (48, 4), (4, 48), (1, 1, 48, 8)
        ),
    ),
    "pyramid": (
        20480,
        lambda: lowered_text(pyramid, (2, 16, 16, 8), (1, 1, 8, 48), (3, 3, 1, 48), (3, 3, 48, 8)),
    ),
    "attention": (40960, lambda: lowered_text(attention, (2, 128, 64), *(((64, 64),) * 4), (64,), (64,))),
    "perceptron": (32768, lambda: lowered_text(perceptron, (256, 32), (32, 256), (256, 32))),
}


def lower(fastc: Fastc, folder: Path, name: str, halo: str, options: str = "") -> Path:
    """A model with its chains; ``options`` of the optimal mapper, which gets a faster DRAM: with a slow one it likes
    tiles so small that computing them one by one takes minutes."""
    buffer, text = MODELS[name]
    model, hw, lowered = folder / "model.mlir", folder / "hw.mlir", folder / "lowered.mlir"
    model.write_text(text())
    hw.write_text(MACHINE.format(buffer=buffer, dram="1.0e9" if options else "1.0e8"))
    cleanup = "inline,fold-constants,simplify,cse,dce,form-regions"
    # So that the chain holds weights, and not the network.
    placed = "{residency=activations}" if name == "attention" else options
    passes = f"{cleanup},tile-chains{{halo={halo}}},place-tensors{placed},lower-to-schedule{options}"
    run = fastc("opt", model, "--hw", hw, "-p", passes, "-o", lowered)
    assert run.code == 0, run.err
    return lowered


OPTIMAL = "{mapper=optimal mapper-budget=300}"


@pytest.mark.parametrize(
    ("name", "halo", "options"),
    [
        ("mobile block", "keep", ""),
        ("mobile block", "keep", OPTIMAL),
        ("mobile block", "recompute", ""),
        ("pyramid", "keep", ""),
        ("pyramid", "keep", OPTIMAL),
        ("pyramid", "recompute", ""),  # in tiles of rows and columns
        ("attention", "any", ""),
        ("perceptron", "any", ""),
    ],
)
def test_values_are_those_of_xla(fastc: Fastc, tmp_path: Path, name: str, halo: str, options: str):
    lowered = lower(fastc, tmp_path, name, halo, options)
    text = lowered.read_text()
    assert ("sched.gap" in text) == bool(options)
    assert " in tile at [" in text
    assert "sched.memory global" in text
    # Means are summed up over tiles, and tiles share rows.
    assert ("gathered" in text and "from -1 to 1" in text) == (name in ("mobile block", "pyramid"))
    record = tmp_path / "sim.json"
    run = fastc("sim", lowered, "--check", "--json", record)
    assert run.code == 0, run.err
    assert "computed tile by tile, agree with XLA's" in run.err
    found = json.loads(record.read_text())
    tiles = {region["name"]: region["tiles"] for region in found["regions"]}
    assert max(tiles.values()) >= 8
    assert min(tiles.values()) == 1 or name in ("perceptron", "pyramid")
    # The cost model counts the same tiles.
    assert found["ratio"] == pytest.approx(1.0, abs=0.1 if options else 0.05)


def simulated(fastc: Fastc, folder: Path, lowered: Path) -> dict[str, Any]:
    """The regions of a lowered module in the simulator, by name."""
    record = folder / "sim.json"
    run = fastc("sim", lowered, "--json", record)
    assert run.code == 0, run.err
    return {region["name"]: region for region in json.loads(record.read_text())["regions"]}


def test_what_dram_moves_is_counted_by_hand(fastc: Fastc, tmp_path: Path):
    """Each of eight tiles of an image reads its own queries and all keys; weights and scales that are held are read
    once for all tiles."""
    regions = simulated(fastc, tmp_path, lower(fastc, tmp_path, "attention", "any"))
    bytes_a_cycle = 1.0e8 / 1.0e9 * technology(7, "gddr6").dram.efficiency
    queries = keys = rows = 2 * 4 * 128 * 16 * 2
    scores, projected = regions["matmul_3"], regions["matmul_5"]
    assert scores["tiles"] == projected["tiles"] == 16
    assert scores["dram_cycles"] == pytest.approx((queries + 8 * keys) / bytes_a_cycle, rel=1e-3)
    # The residual and the result, and, held, 64 x 64 weights, a scale and a shift.
    moved = 2 * rows + 64 * 64 * 2 + 2 * 64 * 2
    assert projected["dram_cycles"] == pytest.approx(moved / bytes_a_cycle, rel=1e-3)
    # 128 x 128 products of 16 in each of two images' four heads, on 8 x 8 cells.
    assert scores["array_cycles"] == 2 * 4 * 128 * 128 * 16 // 64


def test_rows_are_made_again_or_kept(fastc: Fastc, tmp_path: Path):
    """Of 16 rows in four tiles of 4, three borders have two rows that both sides need."""
    made: dict[str, int] = {}
    for halo in ("keep", "recompute"):
        regions = simulated(fastc, tmp_path, lower(fastc, tmp_path, "mobile block", halo))
        made[halo] = regions["conv_0"]["dram_cycles"]
    assert made["recompute"] / made["keep"] == pytest.approx((16 + 6) / 16, rel=1e-3)


def test_a_trace_shows_one_tile_of_each_shape(fastc: Fastc, tmp_path: Path):
    lowered, trace = lower(fastc, tmp_path, "mobile block", "recompute"), tmp_path / "trace.json"
    assert fastc("sim", lowered, "--trace", trace).code == 0
    names = {event.get("name") for event in json.loads(trace.read_text())["traceEvents"]}
    # Two images; the first and the last tile of each have five rows, the two between them six.
    assert "3 more tiles" in names


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], str]:
    """Lowered modules by their model and halo, each made once."""
    from fastc.cli import main

    class Done:
        def __init__(self, code: int) -> None:
            self.code, self.err = code, ""

    def fastc(*arguments: object) -> Any:
        return Done(main([str(argument) for argument in arguments]))

    @cache
    def text(name: str, halo: str) -> str:
        return lower(fastc, tmp_path_factory.mktemp("chain"), name, halo).read_text()

    return text


def _shrunk(found: re.Match[str]) -> str:
    return f"{found[1]} at [{found[2]} to {int(found[3]) - 96}]"


def _moved(found: re.Match[str]) -> str:
    return f"{found[1]} at [4000 to {4000 + int(found[3]) - int(found[2])}]"


def _sums_in_dram(found: re.Match[str]) -> str:
    """The whole text, with what a chain sums up in DRAM; so nothing says where it lies until it is complete."""
    place = re.search(r"tensor<2x48xbf16> in (global at \[\d+ to \d+\])\) chain", found[0])
    assert place is not None
    return found[0].replace(place[1], "dram")


def _over_a_buffer(found: re.Match[str]) -> str:
    """The whole text, with what the chain's second region makes where the first one has a buffer, in every tile."""
    place = re.search(r"tensor<2x48xbf16> in global at \[\d+ to \d+\]", found[0])
    first = found[0][found[0].index('"conv_0"') : found[0].index('"depthwise_1"')]
    free = re.search(r"sched\.buffer input global slots 2 bytes \d+ at \[\d+ to (\d+)\]", first)
    assert place is not None
    assert free is not None
    end = int(free[1])
    return found[0].replace(place[0], f"tensor<2x48xbf16> in global at [{end - 192} to {end}]")


BLOCK, KEPT, HELD = ("mobile block", "recompute"), ("mobile block", "keep"), ("attention", "any")
NOTHING, ALL = "", 0

REFUSED: dict[str, tuple[tuple[str, str], str, str | Callable[[re.Match[str]], str], int, str]] = {
    "a slice that is too small": (BLOCK, r"(in tile) at \[(\d+) to (\d+)\]", _shrunk, ALL, "(G3)"),
    "a halo that is too small": (BLOCK, "before 1 after 1", "before 0 after 1", 1, "(G3)"),
    "a reader that needs more": (BLOCK, "from -1 to 1", "from -2 to 1", 1, "(L6)"),
    "a reader without a slice": (BLOCK, r" *sched\.slice operand 0 \[0 of 2, 1 of 16 from.*\n", NOTHING, 1, "(L6)"),
    "a slice of another dimension": (BLOCK, "1 of 16 from", "2 of 16 from", 1, "(L6)"),
    "a slice of no dimension": (BLOCK, "1 of 16 from", "4 of 16 from", 1, "(L3)"),
    "too few cuts": (BLOCK, "0 of 2, 1 of 16 from", "1 of 16 from", 1, "(L3)"),
    "a result without a slice": (BLOCK, r" *sched\.slice result 1 .*\n", NOTHING, 1, "(L2)"),
    "sums that nothing sums up": (BLOCK, r" *sched\.slice reduction .*\n", NOTHING, 1, "(L2)"),
    "sums in the place of a slice": (BLOCK, r"(in global) at \[(\d+) to (\d+)\]", _moved, ALL, "(G5)"),
    "sums without a place": (BLOCK, r"(?s)\A.*\Z", lambda found: _sums_in_dram(found), 1, "(L7)"),
    "a result over another's buffer": (
        BLOCK,
        r"(?s)\A.*\Z",
        lambda found: _over_a_buffer(found),
        1,
        "buffer of 'conv_0'",
    ),
    "vector work of no tile": (BLOCK, r" *sched\.slice vector .*\n", NOTHING, 1, "(L4)"),
    "no slices at all": (BLOCK, r" *sched\.slice [^\n]*\n", NOTHING, ALL, "(G8)"),
    "kept rows without a place": (KEPT, r" *sched\.hold result 0 .*\n", NOTHING, 1, "(L7)"),
    "too few kept rows": (KEPT, r"(sched\.hold result 0) at \[(\d+) to (\d+)\]", _shrunk, 1, "(L7)"),
    "a kept place that is taken": (KEPT, r"(sched\.hold result 0) at \[(\d+) to (\d+)\]", _moved, 1, "(G5)"),
    "a held operand without a place": (HELD, r" *sched\.hold operand 1 .*\n", NOTHING, 1, "(L7)"),
    "a place for what is not held": (HELD, r"sched\.hold operand 1", "sched.hold operand 0", 1, "(L7)"),
    "a hold of nothing": (HELD, r"sched\.hold operand 1", "sched.hold operand 9", 1, "(L3)"),
    "a chain that holds nothing": (HELD, r"hold \[1, 3, 4\] \{", "hold [9] {", 1, "(C13)"),
    "words": (HELD, r"sched\.hold operand 1 at \[\d+", "sched.hold operand 1 at [much", 1, "broken.mlir:"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_verifier_catches(fastc: Fastc, tmp_path: Path, texts: Callable[[str, str], str], name: str):
    which, pattern, replacement, count, rule = REFUSED[name]
    changed, found = re.subn(pattern, replacement, texts(*which), count=count)
    assert found, f"nothing matches {pattern}"
    broken, record = tmp_path / "broken.mlir", tmp_path / "sim.json"
    broken.write_text(changed)
    run = fastc("sim", broken, "--json", record)
    if total := re.search(r"\(G7\) at most (\d+)", run.err):
        # Nor does an account that was forged, too, help.
        broken.write_text(re.sub(r"peak \d+", f"peak {total[1]}", changed))
        run = fastc("sim", broken, "--json", record)
    assert run.code == 2, run.err
    assert rule in run.err
    assert "Traceback" not in run.err
    assert not record.exists()


WRONG = {
    "a row too few": ("from -1 to 1", "from 0 to 1"),
    "sums along columns": (r"(sched\.slice reduction \d+ \[0 of 2, )1 of 16", r"\g<1>2 of 16"),
}


@pytest.mark.parametrize("name", WRONG)
def test_values_tell_what_slices_lack(fastc: Fastc, tmp_path: Path, texts: Callable[[str, str], str], name: str):
    broken = tmp_path / "broken.mlir"
    broken.write_text(fault(texts(*BLOCK), *WRONG[name]))
    run = fastc("sim", broken, "--check")
    assert run.code == 1
    assert "differs from XLA's" in run.err
