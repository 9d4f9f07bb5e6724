package echo

import (
	"encoding/json"
	"testing"
)

func TestAnswer(t *testing.T) {
	say := func(kind uint8, payload string) Event {
		return Event{ID: "1", Stream: "location:tavern", Type: "say", ActorKind: kind, Payload: payload}
	}
	pose := say(ActorCharacter, `{"message":"waves"}`)
	pose.Type = "pose"
	cases := []struct {
		name  string
		event Event
		want  string // of the answer; none where empty
	}{
		{"a character's say", say(ActorCharacter, `{"message":"hello"}`), "Echo: hello"},
		{"a plugin's say", say(ActorPlugin, `{"message":"hello"}`), ""},
		{"a pose", pose, ""},
		{"an empty message", say(ActorCharacter, `{"message":""}`), ""},
		{"a payload without a message", say(ActorCharacter, `{}`), ""},
		{"no payload", say(ActorCharacter, ""), ""},
		{"what JSON and HTML escape", say(ActorCharacter, `{"message":"\u003cb\u003e \"Grüße\" \u0026 \ud83d\ude00"}`), `Echo: <b> "Grüße" & 😀`},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			answers, err := Answer(test.event, DefaultPrefix)
			if err != nil {
				t.Fatal(err)
			}
			if test.want == "" {
				if len(answers) != 0 {
					t.Fatalf("answered %+v", answers)
				}
				return
			}
			if len(answers) != 1 || answers[0].Stream != "location:tavern" || answers[0].Type != "say" {
				t.Fatalf("answered %+v", answers)
			}
			var got message
			if err := json.Unmarshal([]byte(answers[0].Payload), &got); err != nil || got.Message != test.want {
				t.Errorf("said %q (%v), not %q", got.Message, err, test.want)
			}
		})
	}
}

func TestPayloadThatIsNoJSON(t *testing.T) {
	event := Event{ID: "1", Stream: "location:tavern", Type: "say", Payload: "hello"}
	if answers, err := Answer(event, DefaultPrefix); err == nil {
		t.Errorf("answered %+v", answers)
	}
}
