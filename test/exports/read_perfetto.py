"""Reads Perfetto traces with Perfetto's own messages and prints what their tracks hold, as JSON.

    read_perfetto.py FILE...

Slices are put together as the trace processor does it: packets by time, in their order where that is the same.
Fails where a message has fields that Perfetto does not know, or a slice is not what it should be.
"""

import json
import sys

from google.protobuf import unknown_fields
from perfetto.protos.perfetto.trace import perfetto_trace_pb2 as protos


def known(message):
    """Fails where a message, or one within it, has a field that Perfetto does not know."""
    unknown = unknown_fields.UnknownFieldSet(message)
    if len(unknown) > 0:
        numbers = [field.field_number for field in unknown]
        raise SystemExit(f"{message.DESCRIPTOR.name} has unknown fields {numbers}")
    for field, value in message.ListFields():
        if field.type != field.TYPE_MESSAGE:
            continue
        for inner in value if hasattr(value, "add") else [value]:
            known(inner)


def read(path):
    trace = protos.Trace()
    with open(path, "rb") as file:
        trace.ParseFromString(file.read())
    known(trace)
    tracks = {}
    names, categories, keys = {}, {}, {}
    events = []
    clocks = []
    for packet in trace.packet:
        if packet.trusted_packet_sequence_id == 0:
            raise SystemExit("a packet is of no sequence")
        for clock in packet.clock_snapshot.clocks:
            clocks.append([clock.clock_id, clock.timestamp])
        for name in packet.interned_data.event_names:
            names[name.iid] = name.name
        for category in packet.interned_data.event_categories:
            categories[category.iid] = category.name
        for key in packet.interned_data.debug_annotation_names:
            keys[key.iid] = key.name
        if packet.HasField("track_descriptor"):
            track = packet.track_descriptor
            if track.uuid in tracks:
                raise SystemExit(f"track {track.uuid} is described twice")
            if track.HasField("parent_uuid") and track.parent_uuid not in tracks:
                raise SystemExit(f"track {track.uuid} lies in {track.parent_uuid}, which is not described")
            tracks[track.uuid] = track
        if packet.HasField("track_event"):
            event = packet.track_event
            if event.track_uuid not in tracks:
                raise SystemExit(f"an event is on the track {event.track_uuid}, which is not described")
            told = {"time": packet.timestamp, "type": event.type, "track": event.track_uuid}
            if event.HasField("name_iid"):
                told["name"] = names[event.name_iid]
            elif event.HasField("name"):
                told["name"] = event.name
            told["categories"] = [categories[iid] for iid in event.category_iids]
            told["begins"] = [str(id) for id in event.flow_ids]
            told["ends"] = [str(id) for id in event.terminating_flow_ids]
            if event.HasField("correlation_id_str"):
                told["correlation"] = event.correlation_id_str
            told["annotations"] = {
                keys[one.name_iid]: getattr(one, one.WhichOneof("value")) for one in event.debug_annotations
            }
            if event.type == protos.TrackEvent.TYPE_COUNTER:
                told["value"] = event.double_counter_value
            events.append(told)
    events.sort(key=lambda event: event["time"])
    return {"clocks": clocks, "tracks": [describe(track) for track in tracks.values()], "events": nest(events)}


def describe(track):
    told = {"uuid": track.uuid, "parent": track.parent_uuid, "name": track.name}
    if track.HasField("process"):
        told["process"] = [track.process.pid, track.process.process_name, list(track.process.process_labels)]
    if track.HasField("thread"):
        told["thread"] = [track.thread.pid, track.thread.tid, track.thread.thread_name]
    if track.HasField("counter"):
        told["unit"] = track.counter.unit_name or protos.CounterDescriptor.Unit.Name(track.counter.unit)
    return told


def nest(events):
    """Gives every slice its end and its depth."""
    open_slices = {}
    told = []
    for event in events:
        stack = open_slices.setdefault(event["track"], [])
        if event["type"] == protos.TrackEvent.TYPE_SLICE_END:
            if not stack:
                raise SystemExit("a slice ends that did not begin")
            stack.pop()["end"] = str(event["time"])
            continue
        # As text: JavaScript has no int64.
        told.append({**event, "time": str(event["time"]), "depth": len(stack)})
        if event["type"] == protos.TrackEvent.TYPE_SLICE_BEGIN:
            stack.append(told[-1])
    if any(open_slices.values()):
        raise SystemExit("a slice does not end")
    return told


print(json.dumps([read(path) for path in sys.argv[1:]]))
