#pragma once

#include "parse.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bytes that are not ours.
struct bytes {
    const uint8_t *at;
    size_t length;
};

// Text that grows; to be begun with zeros. What it holds is given to the host, whose side frees it.
struct text {
    uint8_t *at;
    size_t length;
    size_t room;
};

struct bytes bytes_of(const char *text);
bool bytes_same(struct bytes a, struct bytes b);
// Where `needle` begins in `bytes`; its length where it does not occur.
size_t bytes_find(struct bytes bytes, struct bytes needle);

void text_put(struct text *text, struct bytes bytes);
void text_say(struct text *text, const char *words);
__attribute__((format(printf, 2, 3))) void text_format(struct text *text, const char *format, ...);
// Appends bytes as UTF-8: what is none is replaced by U+FFFD, and so is U+0004, with which the host separates cells.
void text_put_lossy(struct text *text, struct bytes bytes);
// The text as a string of the contract, which owns it.
parse_string_t text_string(struct text text);
struct bytes text_bytes(struct text text);

// The length of the character that begins here, and in `*printable` whether it can be shown; for UTF-8 only.
size_t character(struct bytes bytes, bool *printable);
