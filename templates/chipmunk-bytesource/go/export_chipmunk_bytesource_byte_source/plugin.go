// Package export_chipmunk_bytesource_byte_source is a byte source: the bytes of files, one file after the other.
//
// It has what the bindings look for: GetVersion, GetConfigSchemas, Init and Read.
package export_chipmunk_bytesource_byte_source

import (
	"errors"
	"fmt"
	"io"
	"os"

	source "{{name}}/bindings/chipmunk_bytesource_bytesource_types"
	logging "{{name}}/bindings/chipmunk_shared_logging"
	types "{{name}}/bindings/chipmunk_shared_shared_types"
	wit "{{name}}/bindings/wit/types"
)

// Id of the configuration that has the files.
const inputPath = "input-path"

// Most bytes of one read: the host may ask for much more than it makes sense to hold.
const piece = 1024 * 1024

// A file that is open, and how far it was read.
type input struct {
	file *os.File
	at   int64
}

// Files that are not read to their ends.
var inputs []input

func GetVersion() types.Version { return types.Version{Major: 0, Minor: 1, Patch: 0} }

func GetConfigSchemas() []types.ConfigSchemaItem {
	return []types.ConfigSchemaItem{{
		Id:          inputPath,
		Title:       "Files",
		Description: wit.Some("What is read, one file after the other"),
		InputType:   types.MakeConfigSchemaTypeFiles([]string{"log", "txt"}),
	}}
}

// Init opens all files at once: Chipmunk shows an error that is returned here, and takes one of Read for the end.
func Init(_ source.SourceConfig, items []types.ConfigItem) wit.Result[wit.Unit, types.InitError] {
	for _, item := range items {
		if item.Id != inputPath || item.Value.Tag() != types.ConfigValue_Files {
			continue
		}
		for _, path := range item.Value.Files() {
			file, err := os.Open(path)
			if err != nil {
				return wit.Err[wit.Unit](types.MakeInitErrorIo(fmt.Sprintf("%s cannot be read: %v", path, err)))
			}
			inputs = append(inputs, input{file: file})
		}
	}
	if len(inputs) == 0 {
		return wit.Err[wit.Unit](types.MakeInitErrorConfig("no file was chosen"))
	}
	logging.Log(logging.Level_Info, fmt.Sprintf("%d files", len(inputs)))
	return wit.Ok[wit.Unit, types.InitError](wit.Unit{})
}

// Read gives at most length bytes, fewer where a file ends; none says that all files are through.
func Read(length uint64) wit.Result[[]uint8, source.SourceError] {
	data := make([]byte, min(length, piece))
	for len(inputs) > 0 && length > 0 {
		current := &inputs[0]
		// Go opens files for reading without waiting, and in a component an ordinary Read that would have to wait
		// gives nothing and looks like the end of the file.
		count, err := current.file.ReadAt(data, current.at)
		current.at += int64(count)
		if count > 0 {
			return wit.Ok[[]uint8, source.SourceError](data[:count])
		}
		if !errors.Is(err, io.EOF) {
			text := fmt.Sprintf("%s cannot be read: %v", current.file.Name(), err)
			return wit.Err[[]uint8](source.MakeSourceErrorIo(text))
		}
		current.file.Close()
		inputs = inputs[1:]
	}
	return wit.Ok[[]uint8, source.SourceError](nil)
}
