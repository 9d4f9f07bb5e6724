"""Runs a StreamKit plugin in wasmtime: `streamkit.py REQUEST ANSWER`, two files of JSON.

The request is a list of {"component": path, "contract": path, "scenarios": [{"node", "params", "steps"}]}.
The contract is a component of its WIT; where it is named, the types have to be the same. A scenario is
the life of one node: its metadata are asked of an instance of their own, another one is constructed
with `params` (text or null) and takes the steps in turn, each {"process": [pin, packet]}, {"update":
params} or {"cleanup": true}. Packets are component values as in values.py. The first error or trap is
the end, as in the real host.

The answer is a list, too: {"refused": text} where wasmtime does not take a component, else {"scenarios":
[{"metadata", "steps", "stdout", "stderr"}]}. The first two steps are the metadata and the constructor. A
step is {"name": function, "calls": [...]} and "ok": true, "error": text or "trap": text; a call is ["log",
level, message] or ["send-output", pin, packet, error or null].
"""

import json
from typing import Any, Dict, List, Optional

from wasmtime import Trap, WasmtimeError

from guest import Guest, GuestComponent, Refused, answer_file, cause_of

HOST = "streamkit:plugin/host@0.1.0"
NODE = "streamkit:plugin/node@0.1.0"
# What StreamKit gives a plugin.
MEMORY_BYTES = 64 * 1024 * 1024


class Host:
    """Answers as StreamKit's host does, and keeps what was asked."""

    def __init__(self, node: str, outputs: Optional[List[str]]) -> None:
        self._node = node
        self._outputs = outputs
        self.calls: List[Any] = []

    def answer(self, interface: str, name: str, args: List[Any]) -> Any:
        if interface != HOST:
            raise WasmtimeError(f"{interface} is not StreamKit's")
        if name == "log":
            self.calls.append(["log", *args])
            return None
        pin, packet = args
        error = self._refusal(pin, packet)
        self.calls.append(["send-output", pin, packet, error])
        return {"tag": "ok"} if error is None else {"tag": "err", "value": error}

    def _refusal(self, pin: str, packet: Dict[str, Any]) -> Optional[str]:
        if self._outputs is None:
            return "Output sender not initialized"
        if packet["tag"] == "custom":
            try:
                json.loads(packet["value"]["data"])
            except ValueError:
                return "Invalid custom JSON"
        return None if pin in self._outputs else f"unknown output pin '{pin}' on node '{self._node}'"

    def taken(self) -> List[Any]:
        calls, self.calls = self.calls, []
        return calls


def option(value: Optional[str]) -> Dict[str, Any]:
    return {"tag": "none"} if value is None else {"tag": "some", "value": value}


class Life:
    """The steps of one node, each with what it did."""

    def __init__(self, compiled: GuestComponent, node: str) -> None:
        self._compiled = compiled
        self._node = node
        self.steps: List[Dict[str, Any]] = []

    def instance(self, outputs: Optional[List[str]]) -> "Instance":
        """Makes one that sends to these pins; it has none yet where they are None."""
        host = Host(self._node, outputs)
        return Instance(self, Guest(self._compiled, host.answer, MEMORY_BYTES), host)


class Instance:
    """One instance of the component, whose calls are steps of a life."""

    def __init__(self, life: Life, guest: Guest, host: Host) -> None:
        self._life = life
        self._host = host
        self.guest = guest

    def do(self, function: str, *args: Any) -> Any:
        """Calls an export of the node; gives its result (True for none), or None after a failure."""
        try:
            result = self.guest.call(NODE, function, list(args))
        except (WasmtimeError, Trap) as error:
            self._add(function, "trap", cause_of(error))
            return None
        if isinstance(result, dict) and result.get("tag") == "err":
            self._add(function, "error", result["value"])
            return None
        self._add(function, "ok", True)
        return True if result is None else result

    def _add(self, function: str, outcome: str, value: Any) -> None:
        name = "constructor" if function.startswith("[constructor]") else function.rpartition(".")[2]
        self._life.steps.append({"name": name, "calls": self._host.taken(), outcome: value})


def run_scenario(compiled: GuestComponent, scenario: Dict[str, Any]) -> Dict[str, Any]:
    life = Life(compiled, scenario["node"])
    asked = life.instance(None)
    guests = [asked.guest]
    metadata = asked.do("metadata")
    if metadata is not None:
        running = life.instance([pin["name"] for pin in metadata["outputs"]])
        guests.append(running.guest)
        run_steps(running, scenario)
    output = {
        stream: b"".join(guest.written(stream) for guest in guests).decode("utf-8", "replace")
        for stream in ("stdout", "stderr")
    }
    return {"metadata": metadata, "steps": life.steps, **output}


def run_steps(running: Instance, scenario: Dict[str, Any]) -> None:
    node = running.do("[constructor]node-instance", option(scenario["params"]))
    for step in scenario["steps"] if node is not None else []:
        if "process" in step:
            done = running.do("[method]node-instance.process", node, *step["process"])
        elif "update" in step:
            done = running.do("[method]node-instance.update-params", node, option(step["update"]))
        else:
            done = running.do("[method]node-instance.cleanup", node)
        if done is None:
            break


def answer_to(request: Dict[str, Any]) -> Dict[str, Any]:
    try:
        compiled = GuestComponent(request["component"])
        if "contract" in request:
            compiled.require(GuestComponent(request["contract"], compiled.engine))
        return {"scenarios": [run_scenario(compiled, scenario) for scenario in request["scenarios"]]}
    except (Refused, WasmtimeError) as error:
        return {"refused": cause_of(error)}


answer_file(answer_to)
