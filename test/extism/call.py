"""Calls an export of an Extism plugin in libextism, once for each input, and prints what came of it.

    python call.py PLUGIN.wasm EXPORT INPUTS.json [CONFIG.json]

INPUTS.json is a list of texts, CONFIG.json an object of texts. Prints a list with an object for each input:
{"output": text} or {"error": text}. All calls are of one instance, so that its state stays between them.
"""

import json
import sys
from pathlib import Path

import extism


def main(plugin: str, export: str, inputs: str, config: str | None = None) -> None:
    settings = json.loads(Path(config).read_text("utf-8")) if config is not None else {}
    answers = []
    with extism.Plugin(Path(plugin).read_bytes(), wasi=True, config=settings) as loaded:
        for text in json.loads(Path(inputs).read_text("utf-8")):
            try:
                output = loaded.call(export, text.encode("utf-8"), parse=bytes)
                answers.append({"output": output.decode("utf-8")})
            except extism.Error as error:
                answers.append({"error": str(error)})
    print(json.dumps(answers))


main(*sys.argv[1:])
