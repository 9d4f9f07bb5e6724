package export_chipmunk_parser_parser

import (
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	types "{{name}}/bindings/chipmunk_shared_shared_types"
	wit "{{name}}/bindings/wit/types"
)

// The least important level first.
var levels = []string{"trace", "debug", "info", "warn", "error"}

func rankOf(level string) int { return slices.Index(levels, level) }

// What the plugin is configured with.
type config struct {
	// What stands between the fields of a line.
	separator string
	// The least important level that is shown, as its place in levels.
	level int
	// Whether empty lines are rows, too.
	keepEmpty bool
	// Most characters of a message that are shown; all for 0.
	longest int
	// Share of printable characters, from 0 to 1, below which a line is shown as bytes.
	printable float32
	keywords  []string
	// Everything is a component where there are none.
	components map[string]bool
}

// GetConfigSchemas gives the form, asked for before Init and of another instance.
func GetConfigSchemas() []types.ConfigSchemaItem {
	item := func(id, title, description string, inputType types.ConfigSchemaType) types.ConfigSchemaItem {
		return types.ConfigSchemaItem{Id: id, Title: title, Description: wit.Some(description), InputType: inputType}
	}
	return []types.ConfigSchemaItem{
		item("separator", "Separator", "What stands between time, level, component and message",
			types.MakeConfigSchemaTypeText(" ")),
		item("level", "Level", "The least important level that is shown",
			types.MakeConfigSchemaTypeDropdown(wit.Tuple2[[]string, string]{F0: levels, F1: "trace"})),
		item("keep-empty", "Empty lines", "Whether empty lines are rows, too",
			types.MakeConfigSchemaTypeBoolean(false)),
		item("longest", "Longest message", "Most characters of a message that are shown; 0 for all",
			types.MakeConfigSchemaTypeInteger(0)),
		item("printable", "Printable share", "Lines with a smaller share of printable characters are shown as bytes",
			types.MakeConfigSchemaTypeFloat(0.7)),
		item("keywords", "Keywords", "Files with a keyword a line",
			types.MakeConfigSchemaTypeFiles([]string{"txt"})),
		item("components", "Components", "Folders with a file or a folder for each known component",
			types.MakeConfigSchemaTypeDirectories()),
	}
}

// A mistake in the configuration, in contrast to a file that cannot be read.
type mistake string

func (text mistake) Error() string { return string(text) }

// Reads the values, and the files and folders that they name: the host lets the plugin read what lies beside them.
func readConfig(items []types.ConfigItem) (*config, error) {
	config := &config{separator: " ", printable: 0.7, components: map[string]bool{}}
	for _, item := range items {
		if err := config.read(item); err != nil {
			return nil, err
		}
	}
	return config, nil
}

func (config *config) read(item types.ConfigItem) error {
	value := item.Value
	switch tag := value.Tag(); {
	case item.Id == "separator" && tag == types.ConfigValue_Text:
		config.separator = value.Text()
		if config.separator == "" {
			return mistake("the separator is empty")
		}
	case item.Id == "level" && tag == types.ConfigValue_Dropdown:
		config.level = rankOf(value.Dropdown())
		if config.level < 0 {
			return mistake("there is no level " + value.Dropdown())
		}
	case item.Id == "keep-empty" && tag == types.ConfigValue_Boolean:
		config.keepEmpty = value.Boolean()
	case item.Id == "longest" && tag == types.ConfigValue_Integer:
		config.longest = int(value.Integer())
		if config.longest < 0 {
			return mistake(fmt.Sprintf("a message cannot have %d characters", config.longest))
		}
	case item.Id == "printable" && tag == types.ConfigValue_Float:
		config.printable = value.Float()
		if !(config.printable >= 0 && config.printable <= 1) {
			return mistake(fmt.Sprintf("a share is from 0 to 1, not %g", config.printable))
		}
	case item.Id == "keywords" && tag == types.ConfigValue_Files:
		for _, file := range value.Files() {
			text, err := readFile(file)
			if err != nil {
				return fmt.Errorf("%s cannot be read: %w", file, err)
			}
			for _, word := range strings.Split(string(text), "\n") {
				if word = strings.TrimSpace(word); word != "" {
					config.keywords = append(config.keywords, word)
				}
			}
		}
	case item.Id == "components" && tag == types.ConfigValue_Directories:
		for _, folder := range value.Directories() {
			entries, err := os.ReadDir(folder)
			if err != nil {
				return fmt.Errorf("%s cannot be read: %w", folder, err)
			}
			for _, entry := range entries {
				config.components[strings.TrimSuffix(entry.Name(), filepath.Ext(entry.Name()))] = true
			}
		}
	default:
		return mistake("the configuration " + item.Id + " is not of the form")
	}
	return nil
}

// Reads a file by offsets. Go opens files for reading without waiting, and in a component an ordinary Read that would
// have to wait (as os.ReadFile does) gives nothing and looks like the end of the file.
func readFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.NewSectionReader(file, 0, math.MaxInt64))
}
