// Lines out of the slices of a stream that the host passes.
//
// The host passes everything that is not consumed yet, again and again, and never says that there is no more. So
// where a slice ends within a line, that line may go on or not:
//
// - Lines before it are given, and what there is of it is left to the host, which passes it again with more.
// - Where nothing is before it, the answer is `incomplete`, for which the host reads more. If there is no more, the
//   host drops a byte (in strict runs Hotplug drops none) and passes the rest. A slice that is no longer than the
//   one before says therefore: that was all, make a row of it. It is also how a line goes on that is longer than the
//   host's buffer: as several rows, with nothing lost.
// - The byte that is dropped must not be one of the line. The newline in front of the line is left to the host with
//   it, so that it is that one. Only the first line of an input has none: its first byte is remembered and put back.
//   (A last byte that is passed alone is beyond help: nothing is left to be passed.)
#pragma once

#include "text.h"

// Where the last slice left off; to be begun with zeros.
struct lines {
    // The next slice begins with a newline that ends a line which was given already.
    bool after_newline;
    // The last answer was `incomplete`: the length of its slice and its first byte.
    size_t asked;
    uint8_t first;
};

// Goes through the lines of one slice.
struct line_reader {
    struct bytes data;
    size_t start;
    size_t consumed;
    // The whole slice is the last line; with the byte that the host dropped, where it did.
    bool is_last;
    bool dropped;
};

struct line_reader lines_begin(struct lines *lines, struct bytes data);
// The next line without its newline; false after the last one. A line that `put_back` says so is to get
// `lines->first` back in front of it.
bool lines_next(struct lines *lines, struct line_reader *reader, struct bytes *line, size_t *consumed, bool *put_back);
