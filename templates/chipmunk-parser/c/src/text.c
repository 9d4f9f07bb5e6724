#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd";

struct bytes bytes_of(const char *text) {
    return (struct bytes){ .at = (const uint8_t *)text, .length = strlen(text) };
}

bool bytes_same(struct bytes a, struct bytes b) {
    return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

size_t bytes_find(struct bytes bytes, struct bytes needle) {
    for (size_t at = 0; at + needle.length <= bytes.length; at++) {
        if (memcmp(bytes.at + at, needle.at, needle.length) == 0) return at;
    }
    return bytes.length;
}

void text_put(struct text *text, struct bytes bytes) {
    if (bytes.length == 0) return;
    if (text->length + bytes.length > text->room) {
        text->room = 2 * (text->length + bytes.length);
        text->at = realloc(text->at, text->room);
        if (text->at == NULL) abort();
    }
    memcpy(text->at + text->length, bytes.at, bytes.length);
    text->length += bytes.length;
}

void text_say(struct text *text, const char *words) {
    text_put(text, bytes_of(words));
}

void text_format(struct text *text, const char *format, ...) {
    char words[512];
    va_list values;
    va_start(values, format);
    vsnprintf(words, sizeof words, format, values);
    va_end(values);
    text_say(text, words);
}

// The length of the UTF-8 sequence that begins here; 0 where none does, with the bytes to replace in `*wrong`.
static size_t sequence(struct bytes bytes, size_t *wrong) {
    uint8_t first = bytes.at[0];
    *wrong = 1;
    if (first < 0x80) return 1;
    size_t length = first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
    for (size_t at = 1; at < length; at++) {
        uint8_t least = at > 1 ? 0x80 : first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        uint8_t most = at > 1 ? 0xbf : first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        *wrong = at;
        if (at >= bytes.length || bytes.at[at] < least || bytes.at[at] > most) return 0;
    }
    return length;
}

void text_put_lossy(struct text *text, struct bytes bytes) {
    while (bytes.length > 0) {
        size_t wrong;
        size_t length = sequence(bytes, &wrong);
        if (length == 0 || bytes.at[0] == 4) {
            text_say(text, replacement);
            length = wrong;
        } else {
            text_put(text, (struct bytes){ bytes.at, length });
        }
        bytes.at += length;
        bytes.length -= length;
    }
}

parse_string_t text_string(struct text text) {
    return (parse_string_t){ .ptr = text.at, .len = text.length };
}

struct bytes text_bytes(struct text text) {
    return (struct bytes){ .at = text.at, .length = text.length };
}

size_t character(struct bytes bytes, bool *printable) {
    size_t wrong;
    size_t length = sequence(bytes, &wrong);
    uint8_t first = bytes.at[0];
    bool replaced = length == 3 && memcmp(bytes.at, replacement, 3) == 0;
    *printable = first == '\t' || (first >= ' ' && first != 0x7f && !replaced);
    return length == 0 ? wrong : length;
}
