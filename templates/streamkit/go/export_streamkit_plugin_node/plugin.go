// Package export_streamkit_plugin_node is a gain filter: it multiplies the samples of every audio packet.
//
// It has what the bindings beside it look for: Metadata, NodeInstance with its methods, MakeNodeInstance.
package export_streamkit_plugin_node

import (
	"fmt"
	"math"

	host "{{name}}/bindings/streamkit_plugin_host"
	types "{{name}}/bindings/streamkit_plugin_types"
	wit "{{name}}/bindings/wit/types"
)

// Name under which the host registers this plugin: `plugin::wasm::{{name}}`.
const kind = "{{name}}"

// Type id of what goes out on the pin `telemetry`.
const levelType = "plugin::wasm::" + kind + "/level@1"

// A level is sent after this many packets: once a second at 20 ms a packet.
const packetsPerLevel = 50

// The host shows this to users; it does not check parameters against it.
const paramSchema = `{
  "type": "object",
  "properties": {
    "gain_db": {
      "type": "number",
      "title": "Gain in decibels",
      "default": 0,
      "minimum": -60,
      "maximum": 20,
      "tunable": true
    }
  },
  "additionalProperties": false
}`

// An outcome is nothing, or the text of an error.
type outcome = wit.Result[wit.Unit, string]

func ok() outcome                { return wit.Ok[wit.Unit, string](wit.Unit{}) }
func failed(text string) outcome { return wit.Err[wit.Unit, string](text) }

// Metadata is called once when the plugin is loaded.
func Metadata() types.NodeMetadata {
	audio := types.MakePacketTypeRawAudio(types.AudioFormat{
		SampleRate:   48_000,
		Channels:     1,
		SampleFormat: types.SampleFormat_Float32,
	})
	return types.NodeMetadata{
		Kind:   kind,
		Inputs: []types.InputPin{{Name: "in", AcceptsTypes: []types.PacketType{audio}}},
		Outputs: []types.OutputPin{
			{Name: "out", ProducesType: audio},
			{Name: "telemetry", ProducesType: types.MakePacketTypeCustom(levelType)},
		},
		ParamSchema: paramSchema,
		Categories:  []string{"audio", "filters"},
	}
}

// NodeInstance is one running node of a pipeline. The host makes one call at a time.
type NodeInstance struct {
	resource // What the bindings keep in it.
	gainDb   float64
	packets  uint64
}

// MakeNodeInstance makes a node. It cannot refuse: a panic would end the node with a trap.
func MakeNodeInstance(params wit.Option[string]) *NodeInstance {
	node := &NodeInstance{}
	read, err := readParams(params)
	if err != nil {
		host.Log(host.LogLevel_Warn, fmt.Sprintf("%v; using 0 dB", err))
	}
	node.set(read)
	return node
}

func (node *NodeInstance) set(params parameters) {
	if params.GainDb != nil {
		node.gainDb = *params.GainDb
	}
	host.Log(host.LogLevel_Info, fmt.Sprintf("gain %g dB", node.gainDb))
}

// Process handles one packet. An error ends the node.
func (node *NodeInstance) Process(inputPin string, packet types.Packet) outcome {
	if packet.Tag() != types.Packet_Audio {
		return failed("expected audio on pin " + inputPin)
	}
	frame := packet.Audio()
	factor := float32(math.Pow(10, node.gainDb/20))
	for index := range frame.Samples {
		frame.Samples[index] *= factor
	}
	node.packets++
	sent := host.SendOutput("out", types.MakePacketAudio(frame))
	if sent.IsErr() || node.packets%packetsPerLevel != 0 {
		return sent
	}
	return host.SendOutput("telemetry", level(frame))
}

// UpdateParams takes new parameters while the node runs, possibly only some of them. An error ends the node.
func (node *NodeInstance) UpdateParams(params wit.Option[string]) outcome {
	read, err := readParams(params)
	if err != nil {
		return failed(err.Error())
	}
	node.set(read)
	return ok()
}

// Cleanup is called once when the node stops in good order.
func (node *NodeInstance) Cleanup() {
	host.Log(host.LogLevel_Info, fmt.Sprintf("%d packets", node.packets))
}
