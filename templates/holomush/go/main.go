// An echo: what a character says is said again on the same stream.
package main

import (
	"github.com/extism/go-pdk"

	"{{name}}/echo"
)

// handleEvent is called by HoloMUSH for every event on a stream that the plugin subscribes to, one at a time.
// Its input is an event; its output is a response, or nothing where there is nothing to do. An error ends the call:
// HoloMUSH logs it and goes on with the next event.
//
//go:wasmexport handle_event
func handleEvent() int32 {
	var event echo.Event
	if err := pdk.InputJSON(&event); err != nil {
		pdk.SetError(err)
		return 1
	}
	prefix, isSet := pdk.GetConfig("prefix")
	if !isSet {
		prefix = echo.DefaultPrefix
	}
	answers, err := echo.Answer(event, prefix)
	if err != nil {
		pdk.SetError(err)
		return 1
	}
	if len(answers) == 0 {
		return 0
	}
	if err := pdk.OutputJSON(echo.Response{Events: answers}); err != nil {
		pdk.SetError(err)
		return 1
	}
	return 0
}

// A plugin is a library: HoloMUSH never calls this, and Go wants one.
func main() {}
