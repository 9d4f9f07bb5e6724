"""Runs any component in wasmtime: `plugin.py REQUEST ANSWER`, two files of JSON.

The request is a list of {"component": path, "memoryBytes": number, "answers": {"interface#function": [result,
...]}, "calls": [[interface, function, [argument, ...]], ...], "folders": [path, ...]}, the last one left out where
there are none to read. Values are as in values.py. The answers of a
function are given in turn, the last one again and again; the interface of what belongs to the world
itself is "". The function `[resource-drop]NAME` drops a resource of the plugin's.

The answer is a list, too: {"refused": text} where wasmtime does not take a component, else {"steps": [...],
"stdout", "stderr"}. A step is {"calls": [[interface, function, arguments, result], ...]} and "result": value or
"trap": text. The first step is the instantiation. A trap is the end.
"""

from typing import Any, Dict, List

from wasmtime import Trap, WasmtimeError

from guest import Guest, GuestComponent, Refused, answer_file, cause_of


class Script:
    """Answers from a list, and keeps what was asked."""

    def __init__(self, answers: Dict[str, List[Any]]) -> None:
        self._answers = answers
        self._given: Dict[str, int] = {}
        self.calls: List[Any] = []

    def answer(self, interface: str, name: str, args: List[Any]) -> Any:
        key = f"{interface}#{name}"
        given = self._given.get(key, 0)
        self._given[key] = given + 1
        answers = self._answers.get(key, [None])
        result = answers[min(given, len(answers) - 1)]
        self.calls.append([interface, name, args, result])
        return result

    def taken(self) -> List[Any]:
        calls, self.calls = self.calls, []
        return calls


def run(request: Dict[str, Any]) -> Dict[str, Any]:
    script = Script(request["answers"])
    steps: List[Dict[str, Any]] = []
    try:
        compiled = GuestComponent(request["component"])
        guest = Guest(compiled, script.answer, request["memoryBytes"], request.get("folders", ()))
    except (Refused, WasmtimeError) as error:
        return {"refused": cause_of(error)}
    steps.append({"calls": script.taken(), "result": None})
    for interface, name, args in request["calls"]:
        try:
            result = guest.call(interface, name, args)
        except (Trap, WasmtimeError) as error:
            steps.append({"calls": script.taken(), "trap": cause_of(error)})
            break
        steps.append({"calls": script.taken(), "result": result})
    written = {stream: guest.written(stream).decode("utf-8", "replace") for stream in ("stdout", "stderr")}
    return {"steps": steps, **written}


answer_file(run)
