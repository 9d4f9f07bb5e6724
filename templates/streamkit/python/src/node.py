"""
A gain filter: multiplies the samples of every audio packet.

componentize-py looks the world's exports up by name: the interface `node` is the class `Node` of the
module that `hotplug.json` names as the entry, and its resource `node-instance` the class `NodeInstance`
of the module `node`. This file is both.
"""

import json
import math

import wit_world.exports
import wit_world.exports.node
from componentize_py_types import Err
from wit_world.imports import host
from wit_world.imports.host import LogLevel
from wit_world.imports.streamkit_plugin_types import (
    AudioFormat,
    AudioFrame,
    CustomEncoding,
    CustomPacket,
    InputPin,
    NodeMetadata,
    OutputPin,
    Packet,
    Packet_Audio,
    Packet_Custom,
    PacketType_Custom,
    PacketType_RawAudio,
    SampleFormat,
)

# Name under which the host registers this plugin: `plugin::wasm::{{name}}`.
KIND = "{{name}}"

# Type id of what goes out on the pin `telemetry`.
LEVEL_TYPE = f"plugin::wasm::{KIND}/level@1"

# A level is sent after this many packets: once a second at 20 ms a packet.
PACKETS_PER_LEVEL = 50

# The host shows this to users; it does not check parameters against it.
PARAM_SCHEMA = {
    "type": "object",
    "properties": {
        "gain_db": {
            "type": "number",
            "title": "Gain in decibels",
            "default": 0,
            "minimum": -60,
            "maximum": 20,
            "tunable": True,
        },
    },
    "additionalProperties": False,
}


def read_gain(params: str | None, current: float) -> float:
    """
    The gain in decibels. Fields that are not there keep their value, because an update may hold only
    what changed. Raises a ValueError that says what is wrong.
    """
    if params is None:
        return current
    try:
        gain = json.loads(params).get("gain_db", current)
    except (ValueError, AttributeError) as error:
        raise ValueError(f"bad parameters: {error}") from error
    if isinstance(gain, bool) or not isinstance(gain, (int, float)) or not -60 <= gain <= 20:
        raise ValueError(f"gain_db must be a number from -60 to 20, not {json.dumps(gain)}")
    return float(gain)


class Node(wit_world.exports.Node):
    def metadata(self) -> NodeMetadata:
        audio = PacketType_RawAudio(AudioFormat(48_000, 1, SampleFormat.FLOAT32))
        return NodeMetadata(
            kind=KIND,
            inputs=[InputPin("in", [audio])],
            outputs=[OutputPin("out", audio), OutputPin("telemetry", PacketType_Custom(LEVEL_TYPE))],
            param_schema=json.dumps(PARAM_SCHEMA),
            categories=["audio", "filters"],
        )


class NodeInstance(wit_world.exports.node.NodeInstance):
    """One running node of a pipeline. The host makes one call at a time."""

    def __init__(self, params: str | None) -> None:
        self.gain_db = 0.0
        self.packets = 0
        try:
            self.gain_db = read_gain(params, 0.0)
        except ValueError as error:
            # A constructor cannot refuse: an exception would end the node with a trap.
            host.log(LogLevel.WARN, f"{error}; using 0 dB")
        host.log(LogLevel.INFO, f"gain {self.gain_db:g} dB")

    def process(self, input_pin: str, packet: Packet) -> None:
        """Handles one packet. An error that is raised here ends the node."""
        if not isinstance(packet, Packet_Audio):
            raise Err(f"expected audio on pin {input_pin}")
        frame = packet.value
        factor = 10 ** (self.gain_db / 20)
        frame.samples = [sample * factor for sample in frame.samples]
        host.send_output("out", packet)
        self.packets += 1
        if self.packets % PACKETS_PER_LEVEL == 0:
            host.send_output("telemetry", level(frame))

    def update_params(self, params: str | None) -> None:
        """Takes new parameters while the node runs. An error that is raised here ends the node."""
        try:
            self.gain_db = read_gain(params, self.gain_db)
        except ValueError as error:
            raise Err(str(error)) from error
        host.log(LogLevel.INFO, f"gain {self.gain_db:g} dB")

    def cleanup(self) -> None:
        """Called once when the node stops in good order."""
        host.log(LogLevel.INFO, f"{self.packets} packets")


def level(frame: AudioFrame) -> Packet:
    count = len(frame.samples)
    rms = math.sqrt(sum(sample * sample for sample in frame.samples) / max(count, 1))
    peak = max((abs(sample) for sample in frame.samples), default=0.0)
    data = {
        "event_type": "audio.level",
        "rms": rms,
        "peak": peak,
        "sample_count": count,
        "sample_rate": frame.sample_rate,
        "channels": frame.channels,
    }
    return Packet_Custom(CustomPacket(LEVEL_TYPE, CustomEncoding.JSON, json.dumps(data)))
