"""Times calls of an Extism plugin in libextism.

    python time.py PLUGIN.wasm EXPORT INPUT.txt COUNT

Prints the median of the calls in microseconds, after as many that are not counted.
"""

import statistics
import sys
import time
from pathlib import Path

import extism


def main(plugin: str, export: str, input_file: str, count: str) -> None:
    text = Path(input_file).read_bytes()
    times = []
    with extism.Plugin(Path(plugin).read_bytes(), wasi=True) as loaded:
        for round_number in range(2 * int(count)):
            started = time.perf_counter_ns()
            loaded.call(export, text, parse=bytes)
            if round_number >= int(count):
                times.append(time.perf_counter_ns() - started)
    print(statistics.median(times) / 1000)


main(*sys.argv[1:])
