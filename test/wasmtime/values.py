"""Component values as JSON that keeps every bit.

| type                          | JSON                                                     |
| ----------------------------- | -------------------------------------------------------- |
| bool, integers to 32 bits     | the same                                                 |
| u64, s64                      | text in decimal                                          |
| f32, f64                      | text: its bytes in hex, little-endian                    |
| char, string, enum            | text                                                     |
| list<u8>, list<f32>, list<f64> | text: the bytes of all of them in hex, little-endian    |
| other lists, tuples           | an array                                                 |
| record                        | an object                                                |
| variant, option, result       | {"tag": case, "value": payload}, `value` where it has one |
| flags                         | an array of the names that are set, in the type's order  |
| own, borrow                   | the resource's number                                    |

The host's resources have the numbers that it gave them. Those of the plugin are counted from 1 as calls
give them, each type by itself.
"""

import struct
from typing import Any, Dict, List, Optional, Tuple, Union

from wasmtime import Storelike
from wasmtime.component import (
    Bool,
    BorrowType,
    Char,
    EnumType,
    F32,
    F64,
    FlagsType,
    ListType,
    OptionType,
    OwnType,
    Record,
    RecordType,
    ResourceAny,
    ResourceHost,
    ResourceType,
    ResultType,
    S64,
    String,
    TupleType,
    U64,
    U8,
    ValType,
    Variant,
    VariantType,
)
from wasmtime.component import _types

# The bindings give variants, options and results without their case where Python's types tell the
# cases apart. They do not always: `True` is an int, so that a `variant { number(u32), flag(bool) }`
# would get the wrong case. With the case throughout there is one form, and nothing to guess.
_types.VariantLikeType._tagged = lambda self: True  # type: ignore[method-assign]

# A type of handles; `ty` is that of the resource.
Handle = Union[OwnType, BorrowType]

_FORMATS = {F32: ("f", 4), F64: ("d", 8)}


class Handles:
    """The resources of one instance by their numbers."""

    def __init__(self, store: Storelike) -> None:
        self._store = store
        self._host: List[Tuple[ResourceType, int]] = []
        self._plugin: List[Tuple[ResourceType, Dict[int, ResourceAny]]] = []

    def add_host_type(self, ty: ResourceType) -> ResourceType:
        """Makes the type that stands for one that the component imports, perhaps by several names."""
        number = self._host_type(ty)
        if number is None:
            number = len(self._host) + 1
            # The component's types name the one, those of an instance the other.
            self._host += [(ty, number), (ResourceType.host(number), number)]
        return ResourceType.host(number)

    def _host_type(self, ty: ResourceType) -> Optional[int]:
        return next((number for known, number in self._host if known == ty), None)

    def _of_plugin(self, ty: ResourceType) -> Dict[int, ResourceAny]:
        known = next((resources for one, resources in self._plugin if one == ty), None)
        if known is None:
            known = {}
            self._plugin.append((ty, known))
        return known

    def number(self, ty: Handle, resource: ResourceAny) -> int:
        """The number of a resource that a call brought."""
        if self._host_type(ty.ty) is not None:
            return resource.to_host(self._store).rep
        resources = self._of_plugin(ty.ty)
        number = max(resources, default=0) + 1
        resources[number] = resource
        return number

    def resource(self, ty: Handle, number: int) -> Union[ResourceAny, ResourceHost]:
        """What a call passes for a number; a resource of the plugin's that is given away stays known by its number."""
        host = self._host_type(ty.ty)
        if host is None:
            return self._of_plugin(ty.ty)[number]
        return (ResourceHost.own if isinstance(ty, OwnType) else ResourceHost.borrow)(number, host)

    def drop(self, ty: Handle, number: int) -> None:
        self._of_plugin(ty.ty)[number].drop(self._store)


def _cases(ty: ValType) -> Dict[str, Any]:
    if isinstance(ty, VariantType):
        return dict(ty.cases)
    if isinstance(ty, OptionType):
        return {"none": None, "some": ty.payload}
    assert isinstance(ty, ResultType)
    return {"ok": ty.ok, "err": ty.err}


def to_python(ty: ValType, json: Any, handles: Handles) -> Any:
    """What the bindings take for this value."""
    if isinstance(ty, (U64, S64)):
        return int(json)
    if isinstance(ty, (F32, F64)):
        (number,) = struct.unpack("<" + _FORMATS[type(ty)][0], bytes.fromhex(json))
        return number
    if isinstance(ty, ListType):
        element = ty.element
        if isinstance(element, U8):
            return bytes.fromhex(json)
        if isinstance(element, (F32, F64)):
            letter, size = _FORMATS[type(element)]
            data = bytes.fromhex(json)
            return list(struct.unpack(f"<{len(data) // size}{letter}", data))
        return [to_python(element, item, handles) for item in json]
    if isinstance(ty, TupleType):
        return tuple(to_python(one, item, handles) for one, item in zip(ty.elements, json, strict=True))
    if isinstance(ty, RecordType):
        record = Record()
        for name, field in ty.fields:
            setattr(record, name, to_python(field, json[name], handles))
        return record
    if isinstance(ty, (VariantType, OptionType, ResultType)):
        payload = _cases(ty)[json["tag"]]
        if payload is None:
            return Variant(json["tag"])
        return Variant(json["tag"], to_python(payload, json["value"], handles))
    if isinstance(ty, FlagsType):
        return set(json)
    if isinstance(ty, (OwnType, BorrowType)):
        return handles.resource(ty, json)
    # bool, integers to 32 bits, char, string, enum
    return json


def to_json(ty: ValType, value: Any, handles: Handles) -> Any:
    """The inverse of `to_python`, for what the bindings gave."""
    if isinstance(ty, (U64, S64)):
        return str(value)
    if isinstance(ty, (F32, F64)):
        return struct.pack("<" + _FORMATS[type(ty)][0], value).hex()
    if isinstance(ty, ListType):
        element = ty.element
        if isinstance(element, U8):
            return bytes(value).hex()
        if isinstance(element, (F32, F64)):
            return struct.pack(f"<{len(value)}{_FORMATS[type(element)][0]}", *value).hex()
        return [to_json(element, item, handles) for item in value]
    if isinstance(ty, TupleType):
        return [to_json(one, item, handles) for one, item in zip(ty.elements, value)]
    if isinstance(ty, RecordType):
        return {name: to_json(field, getattr(value, name), handles) for name, field in ty.fields}
    if isinstance(ty, (VariantType, OptionType, ResultType)):
        payload = _cases(ty)[value.tag]
        if payload is None:
            return {"tag": value.tag}
        return {"tag": value.tag, "value": to_json(payload, value.payload, handles)}
    if isinstance(ty, FlagsType):
        return [name for name in ty.names if name in value]
    if isinstance(ty, (OwnType, BorrowType)):
        return handles.number(ty, value)
    assert isinstance(ty, (Bool, Char, EnumType, String)) or isinstance(value, int)
    return value
