package export_streamkit_plugin_node

import (
	"encoding/json"
	"math"

	types "{{name}}/bindings/streamkit_plugin_types"
)

// A measured level, as hosts expect telemetry.
type levelEvent struct {
	EventType   string  `json:"event_type"`
	Rms         float64 `json:"rms"`
	Peak        float64 `json:"peak"`
	SampleCount int     `json:"sample_count"`
	SampleRate  uint32  `json:"sample_rate"`
	Channels    uint16  `json:"channels"`
}

// Measures these samples.
func level(frame types.AudioFrame) types.Packet {
	var sum, peak float64
	for _, sample := range frame.Samples {
		sum += float64(sample) * float64(sample)
		peak = max(peak, math.Abs(float64(sample)))
	}
	data, err := json.Marshal(levelEvent{
		EventType:   "audio.level",
		Rms:         math.Sqrt(sum / float64(max(len(frame.Samples), 1))),
		Peak:        peak,
		SampleCount: len(frame.Samples),
		SampleRate:  frame.SampleRate,
		Channels:    frame.Channels,
	})
	if err != nil {
		panic(err)
	}
	return types.MakePacketCustom(types.CustomPacket{
		TypeId:   levelType,
		Encoding: types.CustomEncoding_Json,
		Data:     string(data),
	})
}
