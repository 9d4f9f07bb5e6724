"""Echo plugin: says again what a character said."""

import json
import extism


@extism.plugin_fn
def handle_event():
    """Answers one event of the bus; no output means no action."""
    event = json.loads(extism.input_str())

    # What characters say, and nothing else.
    if event.get("type") != "say":
        return

    # A plugin that answers plugins talks to itself.
    if event.get("actor_kind") == 2:
        return

    message = json.loads(event.get("payload", "{}")).get("message", "")
    if not message:
        return

    response = {
        "events": [
            {
                "stream": event.get("stream"),
                "type": "say",
                "payload": json.dumps({"message": f"Echo: {message}"}),
            }
        ]
    }
    extism.output_str(json.dumps(response))
