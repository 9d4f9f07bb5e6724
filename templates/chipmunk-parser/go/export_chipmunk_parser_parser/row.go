package export_chipmunk_parser_parser

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	wit "{{name}}/bindings/wit/types"
)

// Bytes of a binary line that are shown.
const shown = 16

// The cells of a line, one for each column; false where it is not to be shown.
func (config *config) row(line []byte, timestamp wit.Option[uint64]) ([]string, bool) {
	line = bytes.TrimSuffix(line, []byte("\r"))
	if len(line) == 0 && !config.keepEmpty {
		return nil, false
	}
	at := ""
	if timestamp.IsSome() {
		at = fmt.Sprintf("%d.%03d", timestamp.Some()/1000, timestamp.Some()%1000)
	}
	// What is no UTF-8 is replaced: one wrong byte must not cost a line. The host separates cells with U+0004.
	text := strings.ReplaceAll(string([]rune(string(line))), "\x04", "\ufffd")
	if isBinary(text, config.printable) {
		return []string{at, "binary", "", "", hexadecimal(line)}, true
	}
	fields := strings.SplitN(text, config.separator, 4)
	if len(fields) < 4 {
		return []string{at, "", "", config.keywordsIn(text), shortened(text, config.longest)}, true
	}
	time, level, component, message := fields[0], fields[1], fields[2], fields[3]
	if rank := rankOf(strings.ToLower(level)); rank >= 0 && rank < config.level {
		return nil, false
	}
	component = strings.TrimSuffix(component, ":")
	if len(config.components) > 0 && !config.components[component] {
		component += "?"
	}
	return []string{time, level, component, config.keywordsIn(message), shortened(message, config.longest)}, true
}

// Whether fewer than a share of the characters can be printed.
func isBinary(text string, share float32) bool {
	all, printable := 0, 0
	for _, one := range text {
		all++
		if one == '\t' || (one >= ' ' && one != 0x7f && one != utf8.RuneError) {
			printable++
		}
	}
	return float64(printable) < float64(share)*float64(all)
}

func hexadecimal(line []byte) string {
	more := ""
	if len(line) > shown {
		more = " …"
	}
	return fmt.Sprintf("%d bytes: % x%s", len(line), line[:min(len(line), shown)], more)
}

// At most so many characters; all of them for 0.
func shortened(text string, longest int) string {
	if longest == 0 || len(text) <= longest {
		return text
	}
	count := 0
	for end := range text {
		if count == longest {
			return text[:end] + "…"
		}
		count++
	}
	return text
}

// The keywords that are in a message.
func (config *config) keywordsIn(message string) string {
	var found []string
	for _, word := range config.keywords {
		if strings.Contains(message, word) {
			found = append(found, word)
		}
	}
	return strings.Join(found, ", ")
}
