"""A load from another process on loopback: wrk, told what to send and how often, and what to count."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

SCRIPT = """
local bodies, sent, codes = {{}}, 0, {{}}
for place = 1, {count} do
  local file = io.open("{folder}/" .. place, "rb")
  bodies[place] = file:read("*a")
  file:close()
end
local counters = {{}}
function setup(thread) table.insert(counters, thread) end
function init() math.randomseed(1); answered = "" end
function request()
  sent = sent + 1
  return wrk.format("POST", nil, {{["Content-Type"] = '{kind}'}}, bodies[sent % {count} + 1])
end
function response(status)
  codes[status] = (codes[status] or 0) + 1
  answered = ""
  for code, times in pairs(codes) do answered = answered .. '"' .. code .. '":' .. times .. ',' end
end
{delay}
function done(summary, latency)
  local codes = counters[1]:get("answered")
  local failed = summary.errors
  io.write("\\nJSON", string.format(
    '{{"seconds":%f,"p50":%f,"p99":%f,"max":%f,"broken":%d,"late":%d,"codes":{{%s}}}}', summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
    failed.connect + failed.read + failed.write, failed.timeout, codes:sub(1, -2)), "\\n")
end
"""


class Load(NamedTuple):
    """What came back: seconds, latencies in milliseconds, broken connections, those without an answer, by status."""

    seconds: float
    p50: float
    p99: float
    max: float
    broken: int
    late: int
    codes: dict[str, int]

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return self.codes.get("200", 0) / self.seconds


def validation() -> None:
    """End the program, in one line, if wrk is not there."""
    if not shutil.which("wrk"):
        sys.exit("This needs wrk: apt-get install wrk.")


def bodies(folder: Path, contents: list[bytes]) -> Path:
    """Write what is to be sent, by turns, into a folder; return it."""
    folder.mkdir()
    for place, content in enumerate(contents, 1):
        (folder / str(place)).write_bytes(content)
    return folder


def press(address: str, folder: Path, kind: str, seconds: int, connections: int, rate: float = 0) -> Load:
    """Send the bodies in `folder` for so many seconds over so many connections; with `rate`, so many a second.

    Each connection sends again when it has its answer; with a rate, after a pause of chance length.
    """
    pause = f"function delay() return math.random(0, {round(2000 * connections / rate)}) end" if rate else ""
    script = folder.with_suffix(".lua")
    script.write_text(SCRIPT.format(folder=folder, count=len(list(folder.iterdir())), kind=kind, delay=pause))
    words = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script)]
    told = subprocess.run([*words, f"{address}/v1/read"], capture_output=True, text=True, check=True).stdout
    return Load(**json.loads(told.partition("\nJSON")[2]))
