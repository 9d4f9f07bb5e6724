"""
Python's Extism PDK in Hotplug's development interpreter: the functions of https://github.com/extism/python-pdk
on the world `hotplug:extism/plugin`, whose host answers what an Extism host answers. A release build has
extism-py's own module of this name instead.
"""

import dataclasses
import functools
import json
import typing
from enum import Enum
from types import SimpleNamespace
from typing import Any, Callable

from componentize_py_types import Err
from wit_world.imports import host as _host

# What the plugin exports, by name.
_functions: dict[str, Callable[..., Any]] = {}


class LogLevel(Enum):
    Trace = "TRACE"
    Debug = "DEBUG"
    Info = "INFO"
    Warn = "WARN"
    Error = "ERROR"


def log(level: LogLevel, msg: Any) -> None:
    """Writes a line to the host's log. What is no text is written as JSON."""
    if isinstance(msg, bytes):
        msg = msg.decode()
    elif not isinstance(msg, str):
        msg = json.dumps(msg)
    _host.log(getattr(_host.Level, level.value), msg)


def input_bytes() -> bytes:
    return _host.input()


def input_str() -> str:
    return _host.input().decode()


def input_json(t: Any = None) -> Any:
    value = json.loads(input_str())
    return value if t is None else t(value)


def output_bytes(result: bytes) -> None:
    _host.output(bytes(result))


def output_str(result: str) -> None:
    _host.output(_text(result).encode())


def output_json(x: Any) -> None:
    output_str(json.dumps(x))


def set_error(msg: str) -> None:
    """Makes the present call one that failed, with this message."""
    _host.set_error(_text(msg))


def _text(value: Any) -> str:
    # The PDK's functions are native and take nothing else.
    if not isinstance(value, str):
        raise TypeError(f"a str is needed, not {type(value).__name__}")
    return value


class Codec:
    """A value that is written to and read from bytes."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def get(self) -> Any:
        return self.value

    def set(self, x: Any) -> None:
        self.value = x

    def encode(self) -> bytes:
        raise Exception("encode not implemented")

    @classmethod
    def decode(cls, s: bytes) -> Any:
        raise Exception("decode not implemented")


class Json(Codec):
    """A value as JSON; a dataclass that is derived from it as an object of its fields."""

    def encode(self) -> bytes:
        value = dataclasses.asdict(self) if dataclasses.is_dataclass(self) else self.value
        return json.dumps(value).encode()

    @classmethod
    def decode(cls, s: bytes) -> Any:
        value = json.loads(s.decode())
        return _of_type(cls, value) if dataclasses.is_dataclass(cls) else cls(value)


def _of_type(wanted: Any, value: Any) -> Any:
    """JSON as an object of a dataclass, and so on in its fields and in lists of them."""
    if dataclasses.is_dataclass(wanted) and isinstance(value, dict):
        hints = typing.get_type_hints(wanted)
        return wanted(**{name: _of_type(hints.get(name), one) for name, one in value.items()})
    arguments = typing.get_args(wanted)
    if isinstance(value, list) and typing.get_origin(wanted) is list and arguments:
        return [_of_type(arguments[0], one) for one in value]
    if isinstance(value, dict):
        for one in arguments:
            if dataclasses.is_dataclass(one):
                return _of_type(one, value)
    return value


def input(t: Any = None) -> Any:
    """The input of the present call as a value of this type; nothing where no type is named."""
    if t is None:
        return None
    if t is str:
        return input_str()
    if t is bytes:
        return input_bytes()
    if t in (dict, list, int, float, bool):
        return t(json.loads(input_str()))
    if isinstance(t, type) and issubclass(t, Codec):
        return t.decode(input_bytes())
    if isinstance(t, type) and issubclass(t, Enum):
        return t(input_str())
    raise Exception(f"Unsupported type for input: {t}")


def output(x: Any = None) -> None:
    """Sets the output of the present call: text and bytes as they are, other values as JSON."""
    if x is None:
        return
    if isinstance(x, str):
        output_str(x)
    elif isinstance(x, bytes):
        output_bytes(x)
    elif isinstance(x, Codec):
        output_bytes(x.encode())
    elif isinstance(x, Enum):
        output(x.value)
    elif isinstance(x, (dict, list, int, float)):
        output_json(x)
    else:
        raise Exception(f"Unsupported type for output: {type(x)}")


class Config:
    """What the plugin was configured with: texts by key."""

    @staticmethod
    def get(key: str) -> str | None:
        return _host.config_get(key)

    @staticmethod
    def get_str(key: str) -> str | None:
        return _host.config_get(key)

    @staticmethod
    def get_json(key: str) -> Any:
        value = _host.config_get(key)
        return None if value is None else json.loads(value)


class Var:
    """Values that the host keeps from call to call."""

    @staticmethod
    def get_bytes(key: str) -> bytes | None:
        return _host.var_get(key)

    @staticmethod
    def get_str(key: str) -> str | None:
        value = _host.var_get(key)
        return None if value is None else value.decode()

    @staticmethod
    def get_json(key: str) -> Any:
        value = Var.get_str(key)
        return None if value is None else json.loads(value)

    @staticmethod
    def set(key: str, value: bytes | str) -> None:
        _host.var_set(key, value.encode() if isinstance(value, str) else bytes(value))


class HttpRequest:
    def __init__(self, url: str, method: str | None = None, headers: dict[str, str] | None = None) -> None:
        self.url = url
        self.method = method
        self.headers = headers


class HttpResponse:
    def __init__(self, res: Any) -> None:
        self._inner = res

    @property
    def status_code(self) -> int:
        return self._inner.status

    def data_bytes(self) -> bytes:
        return self._inner.body

    def data_str(self) -> str:
        return self.data_bytes().decode()

    def data_json(self) -> Any:
        return json.loads(self.data_str())

    def headers(self) -> dict[str, str]:
        return dict(self._inner.headers)


class Http:
    @staticmethod
    def request(
        url: str,
        meth: str = "GET",
        body: bytes | str | None = None,
        headers: dict[str, str] | None = None,
    ) -> HttpResponse:
        request = json.dumps({"url": url, "method": meth, "headers": headers or {}})
        try:
            return HttpResponse(_host.http_request(request, body.encode() if isinstance(body, str) else body))
        except Err as error:
            raise Exception(error.value) from None


class MemoryHandle:
    def __init__(self, offset: int, length: int) -> None:
        self.offset = offset
        self.length = length


class memory:
    """Blocks of Extism's memory. Here they are the interpreter's own, and no host sees their offsets."""

    MemoryHandle = MemoryHandle
    _blocks: dict[int, bytes] = {}
    _next = 8

    @staticmethod
    def find(offs: int) -> MemoryHandle | None:
        block = memory._blocks.get(offs)
        return None if block is None else MemoryHandle(offs, len(block))

    @staticmethod
    def bytes(mem: MemoryHandle) -> bytes:
        return memory._blocks[mem.offset][: mem.length]

    @staticmethod
    def string(mem: MemoryHandle) -> str:
        return memory.bytes(mem).decode()

    @staticmethod
    def free(mem: MemoryHandle) -> None:
        memory._blocks.pop(mem.offset, None)

    @staticmethod
    def alloc(data: bytes) -> MemoryHandle:
        offset = memory._next
        # Blocks of nothing have a place of their own, too.
        memory._next = offset + (len(data) // 8 + 1) * 8
        memory._blocks[offset] = data
        return MemoryHandle(offset, len(data))


def _stored(value: Any) -> bytes:
    """A value as a function of the host gets it: a number is 8 bytes, the lowest first."""
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes):
        return value
    if isinstance(value, (dict, list)):
        return json.dumps(value).encode()
    if isinstance(value, Codec):
        return value.encode()
    if isinstance(value, MemoryHandle):
        return memory.bytes(value)
    if isinstance(value, int):
        return (value & 0xFFFFFFFFFFFFFFFF).to_bytes(8, "little")
    if value is None:
        return b""
    raise Exception(f"Unsupported python type: {type(value)}")


def _loaded(t: Any, data: bytes) -> Any:
    if t is None or t is type(None):
        return None
    if t is int:
        return int.from_bytes(data[:8], "little")
    if t is str:
        return data.decode()
    if t is bytes:
        return data
    if t is dict or t is list:
        return json.loads(data.decode())
    if t is MemoryHandle:
        return memory.alloc(data)
    if isinstance(t, type) and issubclass(t, Codec):
        return t.decode(data)
    raise Exception(f"Unsupported python type: {t}")


def import_fn(module: str, name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Makes a function one of the host's; what is written in its body is not used."""

    def inner(func: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(func)
        def wrapper(*args: Any) -> Any:
            full = name if module == "extism:host/user" else f"{module}::{name}"
            try:
                data = _host.call_host(full, [_stored(one) for one in args])
            except Err as error:
                raise Exception(error.value) from None
            return _loaded(func.__annotations__.get("return"), data)

        return wrapper

    return inner


def plugin_fn(func: Callable[[], Any]) -> Callable[[], Any]:
    """Exports a function to the host, by its name."""
    _functions[func.__name__] = func
    return func


def shared_fn(f: Callable[..., Any]) -> Callable[..., Any]:
    """
    Exports a function to other modules. A development build has no other modules, and the host calls no
    function with parameters, so it is one for the plugin itself only.
    """
    return f


# What Python code that goes below the PDK uses.
ffi = SimpleNamespace(
    LogLevel=LogLevel,
    HttpRequest=HttpRequest,
    memory=memory,
    log=log,
    input_str=input_str,
    input_bytes=input_bytes,
    output_str=output_str,
    output_bytes=output_bytes,
    set_error=set_error,
    config_get=Config.get_str,
    var_get=Var.get_bytes,
    var_set=Var.set,
)
