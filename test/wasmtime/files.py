"""Runs a component of test/fixtures/custom/wasi-files in wasmtime: `files.py REQUEST ANSWER`, two files of JSON.

The request is a list of {"component": path, "folders": [[host, guest, mutable], ...], "commands": [text, ...]},
the answer a list of {"answers": [text, ...]}: what `run` gave for each command.
"""

from typing import Any, Dict, List

from wasmtime import Engine, Store, WasiConfig
from wasmtime.component import Component, Func, Linker

from guest import answer_file


def run(request: Dict[str, Any]) -> Dict[str, Any]:
    engine = Engine()
    store = Store(engine)
    wasi = WasiConfig()
    for host, guest, mutable in request["folders"]:
        wasi.preopen_dir(host, guest, mutable)
    store.set_wasi(wasi)
    linker = Linker(engine)
    linker.add_wasip2()
    instance = linker.instantiate(store, Component.from_file(engine, request["component"]))
    answers: List[str] = []
    for command in request["commands"]:
        call = instance.get_func(store, "run")
        assert isinstance(call, Func)
        answers.append(call(store, command))
        call.post_return(store)
    return {"answers": answers}


answer_file(run)
