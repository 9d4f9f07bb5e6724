package export_streamkit_plugin_node

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	wit "{{name}}/bindings/wit/types"
)

// The parameters. An update may hold only what changed.
type parameters struct {
	GainDb *float64 `json:"gain_db"`
}

// Reads the node's configuration; none is the same as an empty one.
func readParams(text wit.Option[string]) (parameters, error) {
	var read parameters
	decoder := json.NewDecoder(bytes.NewReader([]byte(text.SomeOr("{}"))))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&read)
	if err == nil && decoder.Decode(&struct{}{}) != io.EOF {
		err = errors.New("there is more than one value")
	}
	if err != nil {
		return parameters{}, fmt.Errorf("bad parameters: %w", err)
	}
	if read.GainDb != nil && (*read.GainDb < -60 || *read.GainDb > 20) {
		return parameters{}, fmt.Errorf("gain_db must be a number from -60 to 20, not %g", *read.GainDb)
	}
	return read, nil
}
