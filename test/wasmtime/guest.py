"""A component in wasmtime, with WASI 0.2 and nothing granted: no environment, arguments, files or network."""

import json
import sys
from os.path import join
from tempfile import TemporaryDirectory
from typing import Any, Callable, Dict, List, Optional, Sequence

from wasmtime import Engine, Store, StoreContext, WasiConfig, WasmtimeError
from wasmtime.component import (
    BorrowType,
    Component,
    ComponentInstanceType,
    Func,
    FuncType,
    Instance,
    Linker,
    LinkerInstance,
    OwnType,
    ResourceType,
    ValType,
)

from values import Handle, Handles, to_json, to_python

# Interfaces that wasmtime has itself.
PROVIDED = tuple(f"wasi:{name}/" for name in ("cli", "clocks", "filesystem", "io", "random", "sockets"))

DROP = "[resource-drop]"

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

    def items(self, imported: bool) -> Dict[str, Dict[str, Any]]:
        """What each imported or exported interface has, by its names; what is the world's own under ''."""
        ty = self.component.type
        items = ty.imports(self.engine) if imported else ty.exports(self.engine)
        found: Dict[str, Dict[str, Any]] = {}
        for name, extern in items.items():
            item = extern.ty
            if isinstance(item, ComponentInstanceType):
                found[name] = {key: one.ty for key, one in item.exports(self.engine).items()}
            else:
                found.setdefault("", {})[name] = item
        return found

    def functions(self, imported: bool) -> Dict[str, Dict[str, FuncType]]:
        """The functions among `items`."""
        return {
            interface: {name: item for name, item in items.items() if isinstance(item, FuncType)}
            for interface, items in self.items(imported).items()
        }


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

    def __init__(
        self, compiled: GuestComponent, answer: Answer, memory_bytes: int, folders: Sequence[str] = ()
    ) -> None:
        """`folders` are those that it can read, under their own names."""
        self._compiled = compiled
        self._answer = answer
        # Files, because a callback for output is called from another thread and at any time.
        self._output = TemporaryDirectory(ignore_cleanup_errors=True)
        self._store = Store(compiled.engine)
        self._handles = Handles(self._store)
        self._store.set_limits(memory_size=memory_bytes)
        wasi = WasiConfig()
        wasi.stdout_file = self._file("stdout")
        wasi.stderr_file = self._file("stderr")
        for folder in folders:
            wasi.preopen_dir(folder, folder, False)
        self._store.set_wasi(wasi)
        linker = Linker(compiled.engine)
        linker.add_wasip2()
        for interface, items in compiled.items(imported=True).items():
            if not interface.startswith(PROVIDED):
                self._link(linker, interface, items)
        self._instance: Instance = linker.instantiate(self._store, compiled.component)

    def _file(self, stream: str) -> str:
        return join(self._output.name, stream)

    def written(self, stream: str) -> bytes:
        """What it has written so far to `stdout` or `stderr`."""
        with open(self._file(stream), "rb") as file:
            return file.read()

    def _link(self, linker: Linker, interface: str, items: Dict[str, Any]) -> None:
        with linker.root() as root:
            if interface == "":
                self._add(root, interface, items)
                return
            with root.add_instance(interface) as instance:
                self._add(instance, interface, items)

    def _add(self, instance: LinkerInstance, interface: str, items: Dict[str, Any]) -> None:
        for name, item in items.items():
            if isinstance(item, ResourceType):
                instance.add_resource(name, self._handles.add_host_type(item), lambda _store, _number: None)
        for name, item in items.items():
            if isinstance(item, FuncType):
                instance.add_func(name, self._answering(interface, name, item))

    def _answering(self, interface: str, name: str, ty: FuncType) -> Callable[..., Any]:
        params = [param for _, param in ty.params]
        result = ty.result

        def answer(_store: StoreContext, *values: Any) -> Any:
            args = [to_json(param, value, self._handles) for param, value in zip(params, values)]
            given = self._answer(interface, name, args)
            return None if result is None else to_python(result, given, self._handles)

        return answer

    def call(self, interface: str, name: str, args: List[Any]) -> Any:
        """Calls an export with arguments as JSON; gives its result as JSON, None where it has none.

        `[resource-drop]NAME` drops a resource of the plugin's.
        """
        if name.startswith(DROP):
            self._handles.drop(self._resource_type(interface, name[len(DROP) :]), args[0])
            return None
        func = self._export(interface, name)
        ty = func.type(self._store)
        params: List[ValType] = [param for _, param in ty.params]
        values = [to_python(param, arg, self._handles) for param, arg in zip(params, args, strict=True)]
        result = func(self._store, *values)
        func.post_return(self._store)
        returned: Optional[ValType] = ty.result
        return None if returned is None else to_json(returned, result, self._handles)

    def _export(self, interface: str, name: str) -> Func:
        index = None
        if interface != "":
            index = self._instance.get_export_index(self._store, interface)
            if index is None:
                raise Refused(f"it does not export {interface}")
        found = self._instance.get_export_index(self._store, name, index)
        func = None if found is None else self._instance.get_func(self._store, found)
        if func is None:
            raise Refused(f"it does not export {interface}#{name}")
        return func

    def _resource_type(self, interface: str, resource: str) -> Handle:
        """The type of a resource's handles, by a function that has one."""
        for name in self._compiled.functions(imported=False)[interface]:
            if name == f"[constructor]{resource}":
                return self._export(interface, name).type(self._store).result
            if name.startswith(f"[method]{resource}."):
                return self._export(interface, name).type(self._store).params[0][1]
        raise Refused(f"it has no function of {interface}#{resource}")


def answer_file(answer: Callable[[Dict[str, Any]], Dict[str, Any]]) -> None:
    """Answers each request of the list in the file that the first argument names, in the file of the second."""
    with open(sys.argv[1], encoding="utf-8") as file:
        requests = json.load(file)
    answers = [answer(request) for request in requests]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        json.dump(answers, file)
