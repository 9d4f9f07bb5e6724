// Package export_chipmunk_parser_parser is a parser of text logs: each line is a row of time, level, component,
// keywords and message.
//
// It has what the bindings look for: GetVersion, GetConfigSchemas, GetRenderOptions, Init and Parse.
package export_chipmunk_parser_parser

import (
	"errors"
	"fmt"

	parser "{{name}}/bindings/chipmunk_parser_parse_types"
	logging "{{name}}/bindings/chipmunk_shared_logging"
	types "{{name}}/bindings/chipmunk_shared_shared_types"
	wit "{{name}}/bindings/wit/types"
)

// The host chooses a width for -1; others are pixels.
var columns = []parser.ColumnInfo{
	{Caption: "Time", Description: "When it happened, as the line or its source says", Width: 200},
	{Caption: "Level", Description: "How bad it is", Width: 60},
	{Caption: "Component", Description: "Who says so; with a question mark where nobody knows it", Width: 120},
	{Caption: "Keywords", Description: "Which of the keywords are in the message", Width: 120},
	{Caption: "Message", Description: "What happened", Width: -1},
}

// One run: the host makes a new instance for each input and each configuration.
var run struct {
	config *config
	lines  lines
}

func GetVersion() types.Version { return types.Version{Major: 0, Minor: 1, Patch: 0} }

func GetRenderOptions() parser.RenderOptions {
	return parser.RenderOptions{
		ColumnsOptions: wit.Some(parser.ColumnsRenderOptions{Columns: columns, MinWidth: 30, MaxWidth: 1000}),
	}
}

// Init begins the run. An error that is returned here is shown, and the run does not begin.
func Init(_ parser.ParserConfig, items []types.ConfigItem) wit.Result[wit.Unit, types.InitError] {
	config, err := readConfig(items)
	var wrong mistake
	switch {
	case errors.As(err, &wrong):
		return wit.Err[wit.Unit](types.MakeInitErrorConfig(err.Error()))
	case err != nil:
		return wit.Err[wit.Unit](types.MakeInitErrorIo(err.Error()))
	}
	run.config = config
	logging.Log(logging.Level_Info, fmt.Sprintf("%d keywords, %d components", len(config.keywords), len(config.components)))
	return wit.Ok[wit.Unit, types.InitError](wit.Unit{})
}

// Parse gives all lines that end in data, in one answer: each call costs, each row hardly anything.
func Parse(data []uint8, timestamp wit.Option[uint64]) wit.Result[[]parser.ParseReturn, parser.ParseError] {
	lines, complete := run.lines.split(data)
	if !complete {
		return wit.Err[[]parser.ParseReturn](parser.MakeParseErrorIncomplete())
	}
	items := make([]parser.ParseReturn, 0, len(lines))
	for _, line := range lines {
		value := wit.None[parser.ParseYield]()
		if cells, ok := run.config.row(line.text, timestamp); ok {
			value = wit.Some(parser.MakeParseYieldMessage(parser.MakeParsedMessageColumns(cells)))
		}
		items = append(items, parser.ParseReturn{Value: value, Consumed: line.consumed})
	}
	return wit.Ok[[]parser.ParseReturn, parser.ParseError](items)
}
