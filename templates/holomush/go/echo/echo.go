// Package echo decides what the plugin answers. It knows nothing of WebAssembly, so `go test ./echo` runs anywhere.
package echo

import (
	"encoding/json"
	"fmt"
)

// DefaultPrefix stands before what is said again, unless the host's config has a `prefix`.
const DefaultPrefix = "Echo: "

// Who caused an event.
const (
	ActorCharacter = 0
	ActorSystem    = 1
	ActorPlugin    = 2
)

// Event is what HoloMUSH delivers. Payload is JSON text of its own, whose fields depend on Type.
type Event struct {
	ID        string `json:"id"`
	Stream    string `json:"stream"`
	Type      string `json:"type"`
	Timestamp int64  `json:"timestamp"` // milliseconds since the Unix epoch
	ActorKind uint8  `json:"actor_kind"`
	ActorID   string `json:"actor_id"`
	Payload   string `json:"payload"`
}

// Emit is an event that the plugin puts onto the bus.
type Emit struct {
	Stream  string `json:"stream"`
	Type    string `json:"type"`
	Payload string `json:"payload"`
}

// Response is what the plugin gives back.
type Response struct {
	Events []Emit `json:"events"`
}

// message is the payload of say, pose and system.
type message struct {
	Message string `json:"message"`
}

// Answer gives the events to emit in answer to one; none where there is nothing to say.
func Answer(event Event, prefix string) ([]Emit, error) {
	// An answer to other plugins' events, and so to its own, would never end.
	if event.Type != "say" || event.ActorKind == ActorPlugin {
		return nil, nil
	}
	var said message
	if event.Payload != "" {
		if err := json.Unmarshal([]byte(event.Payload), &said); err != nil {
			return nil, fmt.Errorf("the payload of event %s: %w", event.ID, err)
		}
	}
	if said.Message == "" {
		return nil, nil
	}
	payload, err := json.Marshal(message{Message: prefix + said.Message})
	if err != nil {
		return nil, fmt.Errorf("the answer to event %s: %w", event.ID, err)
	}
	return []Emit{{Stream: event.Stream, Type: "say", Payload: string(payload)}}, nil
}
