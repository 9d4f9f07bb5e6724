"""Tests of the plugin in any Python: `python3 -m unittest discover tests`."""

import json
import sys
import unittest
from pathlib import Path
from types import ModuleType


class Host(ModuleType):
    """Stands for the module extism: one call's input and output."""

    def __init__(self):
        super().__init__("extism")
        self.input = ""
        self.output = None

    def plugin_fn(self, func):
        return func

    def input_str(self):
        return self.input

    def output_str(self, result):
        self.output = result


host = Host()
sys.modules["extism"] = host
sys.path.insert(0, str(Path(__file__).parent.parent))

import plugin  # noqa: E402


def handle(**changes):
    """What the plugin emits for a character's "hello" with these fields changed."""
    event = {
        "id": "01JGXYZ123ABC456DEF789GHJK",
        "stream": "location:tavern",
        "type": "say",
        "timestamp": 1737195000000,
        "actor_kind": 0,
        "actor_id": "ann",
        "payload": json.dumps({"message": "hello"}),
        **changes,
    }
    host.input = json.dumps(event)
    host.output = None
    plugin.handle_event()
    return None if host.output is None else json.loads(host.output)["events"]


class HandleEvent(unittest.TestCase):
    def test_says_again_what_a_character_said(self):
        [emitted] = handle()
        self.assertEqual(emitted["stream"], "location:tavern")
        self.assertEqual(emitted["type"], "say")
        self.assertEqual(json.loads(emitted["payload"]), {"message": "Echo: hello"})

    def test_keeps_every_character(self):
        [emitted] = handle(payload=json.dumps({"message": "Grüße <from> Bob & friends"}))
        self.assertEqual(json.loads(emitted["payload"])["message"], "Echo: Grüße <from> Bob & friends")

    def test_answers_no_plugin(self):
        self.assertIsNone(handle(actor_kind=2))

    def test_answers_nothing_but_what_was_said(self):
        self.assertIsNone(handle(type="pose"))
        self.assertIsNone(handle(payload="{}"))
        self.assertIsNone(handle(payload=json.dumps({"message": ""})))


if __name__ == "__main__":
    unittest.main()
