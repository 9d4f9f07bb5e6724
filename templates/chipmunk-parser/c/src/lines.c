#include "lines.h"

#include <string.h>

struct line_reader lines_begin(struct lines *lines, struct bytes data) {
    struct line_reader reader = { .data = data, .start = lines->after_newline ? 1 : 0 };
    reader.is_last = lines->asked > 0 && data.length <= lines->asked;
    reader.dropped = reader.is_last && data.length < lines->asked;
    if (reader.dropped) reader.start = 0;
    lines->asked = 0;
    return reader;
}

bool lines_next(struct lines *lines, struct line_reader *reader, struct bytes *line, size_t *consumed, bool *put_back) {
    const uint8_t *data = reader->data.at;
    size_t length = reader->data.length;
    *put_back = false;
    if (reader->is_last) {
        if (reader->consumed == length) return false;
        *line = (struct bytes){ data + reader->start, length - reader->start };
        *put_back = reader->dropped && !lines->after_newline;
        *consumed = reader->consumed = length;
        lines->after_newline = false;
        return true;
    }
    const uint8_t *newline = reader->start < length ? memchr(data + reader->start, '\n', length - reader->start) : NULL;
    if (newline == NULL) {
        // Nothing was given: more is needed.
        if (reader->consumed == 0 && length > 0) {
            lines->asked = length;
            lines->first = data[0];
        }
        return false;
    }
    size_t end = (size_t)(newline - data) + 1;
    *line = (struct bytes){ data + reader->start, end - 1 - reader->start };
    *consumed = end - reader->consumed;
    reader->consumed = reader->start = end;
    bool is_cut_after = end < length && memchr(data + end, '\n', length - end) == NULL;
    // An answer that consumes nothing would be asked for again and again.
    lines->after_newline = is_cut_after && end > 1;
    if (lines->after_newline) *consumed -= 1;
    return true;
}
