"""A component in wasmtime, with WASI 0.2 and nothing granted: no environment, arguments, files or network."""

import json
import sys
from os.path import join
from tempfile import TemporaryDirectory
from typing import Any, Callable, Dict, List, Optional

from wasmtime import Engine, Store, StoreContext, WasiConfig, WasmtimeError
from wasmtime.component import (
    BorrowType,
    Component,
    ComponentInstanceType,
    FuncType,
    Instance,
    Linker,
    OwnType,
    ValType,
)

from values import Handles, to_json, to_python

# Answers a call of an import, all values as JSON: the interface, the function, its arguments.
Answer = Callable[[str, str, List[Any]], Any]


class Refused(Exception):
    """wasmtime does not take the component."""


def cause_of(error: Exception) -> str:
    """What an error comes from, without the frames of the guest that come before it."""
    return str(error).rpartition("Caused by:")[2].strip()


class GuestComponent:
    """A compiled component, for any number of instances."""

    def __init__(self, path: str, engine: Optional[Engine] = None) -> None:
        self.engine = Engine() if engine is None else engine
        try:
            self.component = Component.from_file(self.engine, path)
        except WasmtimeError as error:
            raise Refused(str(error)) from error

    def functions(self, imported: bool) -> Dict[str, Dict[str, FuncType]]:
        """The functions of each imported or exported interface; those of the world itself under ''."""
        ty = self.component.type
        items = ty.imports(self.engine) if imported else ty.exports(self.engine)
        found: Dict[str, Dict[str, FuncType]] = {}
        for name, extern in items.items():
            item = extern.ty
            if isinstance(item, FuncType):
                found.setdefault("", {})[name] = item
            elif isinstance(item, ComponentInstanceType):
                inner = {key: one.ty for key, one in item.exports(self.engine).items()}
                found[name] = {key: one for key, one in inner.items() if isinstance(one, FuncType)}
        return found


    def require(self, contract: "GuestComponent") -> None:
        """Raises Refused where a function that both have has other types, as a host with bindings does.

        Both must be of one engine. Such a host looks at the functions that it knows: those of the contract.
        """
        for imported in (True, False):
            ours = self.functions(imported)
            for interface, expected in contract.functions(imported).items():
                for name, ty in expected.items() if interface in ours else []:
                    found = ours[interface].get(name)
                    # What is imported need not be used.
                    if found is None and not imported:
                        raise Refused(f"it does not export {interface}#{name}")
                    if found is not None and not same_function(found, ty):
                        raise Refused(f"type mismatch with {interface}#{name}")


def same_function(one: FuncType, other: FuncType) -> bool:
    """Whether two functions take and give the same; resources are the same where both are owned or borrowed."""

    def signature(ty: FuncType) -> List[Any]:
        types = [param for _, param in ty.params] + [ty.result]
        return [type(part) if isinstance(part, (OwnType, BorrowType)) else part for part in types]

    return signature(one) == signature(other)


class Guest:
    """One instance with a store of its own; raises Refused where it cannot be made, and what its start throws."""

    def __init__(self, compiled: GuestComponent, answer: Answer, memory_bytes: int) -> None:
        self._compiled = compiled
        self._answer = answer
        self._handles = Handles()
        # Files, because a callback for output is called from another thread and at any time.
        self._output = TemporaryDirectory(ignore_cleanup_errors=True)
        self._store = Store(compiled.engine)
        self._store.set_limits(memory_size=memory_bytes)
        wasi = WasiConfig()
        wasi.stdout_file = self._file("stdout")
        wasi.stderr_file = self._file("stderr")
        self._store.set_wasi(wasi)
        linker = Linker(compiled.engine)
        linker.add_wasip2()
        for interface, functions in compiled.functions(imported=True).items():
            if not interface.startswith("wasi:"):
                self._link(linker, interface, functions)
        self._instance: Instance = linker.instantiate(self._store, compiled.component)

    def _file(self, stream: str) -> str:
        return join(self._output.name, stream)

    def written(self, stream: str) -> bytes:
        """What it has written so far to `stdout` or `stderr`."""
        with open(self._file(stream), "rb") as file:
            return file.read()

    def _link(self, linker: Linker, interface: str, functions: Dict[str, FuncType]) -> None:
        with linker.root() as root:
            if interface == "":
                for name in functions:
                    root.add_func(name, self._answering(interface, name, functions[name]))
                return
            with root.add_instance(interface) as instance:
                for name in functions:
                    instance.add_func(name, self._answering(interface, name, functions[name]))

    def _answering(self, interface: str, name: str, ty: FuncType) -> Callable[..., Any]:
        params = [param for _, param in ty.params]
        result = ty.result

        def answer(_store: StoreContext, *values: Any) -> Any:
            args = [to_json(param, value, self._handles) for param, value in zip(params, values)]
            given = self._answer(interface, name, args)
            return None if result is None else to_python(result, given, self._handles)

        return answer

    def call(self, interface: str, name: str, args: List[Any]) -> Any:
        """Calls an export with arguments as JSON; gives its result as JSON, None where it has none."""
        index = None
        if interface != "":
            index = self._instance.get_export_index(self._store, interface)
            if index is None:
                raise Refused(f"it does not export {interface}")
        found = self._instance.get_export_index(self._store, name, index)
        func = None if found is None else self._instance.get_func(self._store, found)
        if func is None:
            raise Refused(f"it does not export {interface}#{name}")
        ty = func.type(self._store)
        params: List[ValType] = [param for _, param in ty.params]
        values = [to_python(param, arg, self._handles) for param, arg in zip(params, args, strict=True)]
        result = func(self._store, *values)
        func.post_return(self._store)
        returned: Optional[ValType] = ty.result
        return None if returned is None else to_json(returned, result, self._handles)


def answer_file(answer: Callable[[Dict[str, Any]], Dict[str, Any]]) -> None:
    """Answers each request of the list in the file that the first argument names, in the file of the second."""
    with open(sys.argv[1], encoding="utf-8") as file:
        requests = json.load(file)
    answers = [answer(request) for request in requests]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(answers, file)
