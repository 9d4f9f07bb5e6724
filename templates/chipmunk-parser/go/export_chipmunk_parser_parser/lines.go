package export_chipmunk_parser_parser

import "bytes"

// A line without its newline, and how many bytes the host is to take away for it.
type line struct {
	text     []byte
	consumed uint64
}

// Lines out of the slices of a stream that the host passes.
//
// The host passes everything that is not consumed yet, again and again, and never says that there is no more. So
// where a slice ends within a line, that line may go on or not:
//
//   - Lines before it are given, and what there is of it is left to the host, which passes it again with more.
//   - Where nothing is before it, the answer is incomplete, for which the host reads more. If there is no more, the
//     host drops a byte (in strict runs Hotplug drops none) and passes the rest. A slice that is no longer than the
//     one before says therefore: that was all, make a row of it. It is also how a line goes on that is longer than
//     the host's buffer: as several rows, with nothing lost.
//   - The byte that is dropped must not be one of the line. The newline in front of the line is left to the host with
//     it, so that it is that one. Only the first line of an input has none: its first byte is remembered and put
//     back. (A last byte that is passed alone is beyond help: nothing is left to be passed.)
type lines struct {
	// The next slice begins with a newline that ends a line which was given already.
	afterNewline bool
	// The last answer was incomplete: the length of its slice, and its first byte.
	asked int
	first byte
}

// Gives the lines of a slice; false where it is incomplete.
func (lines *lines) split(data []byte) ([]line, bool) {
	asked := lines.asked
	lines.asked = 0
	if asked > 0 && len(data) <= asked {
		return []line{lines.last(data, len(data) < asked)}, true
	}
	var found []line
	start, consumed := 0, 0
	if lines.afterNewline {
		start = 1
	}
	for start <= len(data) {
		length := bytes.IndexByte(data[start:], '\n')
		if length < 0 {
			break
		}
		end := start + length
		found = append(found, line{text: data[start:end], consumed: uint64(end + 1 - consumed)})
		consumed = end + 1
		start = consumed
	}
	if len(found) == 0 {
		if len(data) > 0 {
			lines.asked, lines.first = len(data), data[0]
		}
		return nil, false
	}
	// An answer that consumes nothing would be asked for again and again.
	lines.afterNewline = start < len(data) && consumed > 1
	if lines.afterNewline {
		found[len(found)-1].consumed--
	}
	return found, true
}

// Gives what is left at the end of the input, or of the host's buffer.
func (lines *lines) last(data []byte, dropped bool) line {
	text := data
	switch {
	case lines.afterNewline && !dropped:
		text = data[1:]
	case !lines.afterNewline && dropped:
		text = append([]byte{lines.first}, data...)
	}
	lines.afterNewline = false
	return line{text: text, consumed: uint64(len(data))}
}
