"""A decoding step of Llama with its key-value cache: read, rewritten and costed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.models import llama
from tests.conftest import Fastc

PARAMETERS_7B = 6_738_415_616
"""Of Llama-7B: https://huggingface.co/meta-llama/Llama-2-7b-hf."""
SMALL = llama.Config(layers=2, hidden=64, heads=4, groups=2, intermediate=96, vocabulary=50, cache=16)


@pytest.mark.parametrize("pipeline", ["inline,canonicalize,cse,dce", "inline,cse,softmax-form", "inline,form-regions"])
def test_passes_keep_its_meaning(fastc: Fastc, tmp_path: Path, pipeline: str):
    model = tmp_path / "llama.mlir"
    model.write_text(llama.text(SMALL))
    run = fastc("verify", model, "-p", pipeline)
    assert run.code == 0, run.err
    assert "5 outputs agree" in run.err  # the logits, and keys and values of two layers


@pytest.mark.slow
def test_7b_takes_what_its_weights_and_its_cache_take(fastc: Fastc, tmp_path: Path):
    config = llama.Config()
    model, record = tmp_path / "llama.mlir", tmp_path / "llama.json"
    model.write_text(llama.text(config))
    run = fastc("eval", model, "--hw", "tpu-v3", "--batch", "1", "--json", record)
    assert run.code == 0, run.err
    found = json.loads(record.read_text())
    (costed,) = found["models"]
    # The gains of the 65 normalizations may go into the products behind them.
    assert 2 * (PARAMETERS_7B - 65 * 4096) <= costed["weight_bytes"] <= 2 * PARAMETERS_7B
    # Four square products, three of the feed-forward part, and the two of attention over the cache; then the logits.
    layer = 4 * 4096 * 4096 + 3 * 4096 * 11008 + 2 * 2048 * 4096
    assert costed["macs"] == 32 * layer + 4096 * 32000
    # Of the embedding one row is read; the cache is read once and updated in place.
    cache_bytes = 32 * 2 * 2048 * 4096 * 2
    read_bytes = 2 * PARAMETERS_7B - 32000 * 4096 * 2 + cache_bytes
    bound_s = read_bytes / found["hardware"]["dram_bytes_per_s"]
    # Streams reach 0.87 of what the DRAM could give.
    assert bound_s <= costed["latency_s"] <= 1.05 * bound_s / 0.87
