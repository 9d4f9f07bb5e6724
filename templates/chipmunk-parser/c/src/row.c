#include "row.h"

#include <string.h>
#include <stdlib.h>
#include <strings.h>

// Bytes of a binary line that are shown.
static const size_t shown = 16;

enum { TIME, LEVEL, COMPONENT, KEYWORDS, MESSAGE };

// Whether fewer than a share of the characters can be printed.
static bool is_binary(struct bytes text, float share) {
    size_t all = 0, good = 0;
    while (text.length > 0) {
        bool printable;
        size_t length = character(text, &printable);
        all++;
        good += printable;
        text.at += length;
        text.length -= length;
    }
    return (double)good < (double)share * (double)all;
}

static void put_hex(struct text *cell, struct bytes line) {
    text_format(cell, "%zu bytes:", line.length);
    for (size_t i = 0; i < line.length && i < shown; i++) text_format(cell, " %02x", line.at[i]);
    if (line.length > shown) text_say(cell, " …");
}

// At most so many characters; all of them for 0.
static void put_shortened(struct text *cell, struct bytes text, size_t longest) {
    struct bytes rest = text;
    for (size_t count = 0; rest.length > 0 && (longest == 0 || count < longest); count++) {
        bool printable;
        size_t length = character(rest, &printable);
        rest.at += length;
        rest.length -= length;
    }
    text_put(cell, (struct bytes){ text.at, text.length - rest.length });
    if (rest.length > 0) text_say(cell, "…");
}

// The keywords that are in a message.
static void put_keywords(struct text *cell, struct bytes message, const struct names *keywords) {
    for (size_t i = 0; i < keywords->count; i++) {
        struct bytes word = text_bytes(keywords->at[i]);
        if (bytes_find(message, word) == message.length) continue;
        if (cell->length > 0) text_say(cell, ", ");
        text_put(cell, word);
    }
}

// The place of a level among all; the number of them for another word.
static size_t rank_of(struct bytes level) {
    size_t rank = 0;
    for (; config_levels[rank] != NULL; rank++) {
        struct bytes known = bytes_of(config_levels[rank]);
        if (level.length == known.length && strncasecmp((const char *)level.at, (const char *)known.at, known.length) == 0) break;
    }
    return rank;
}

// Cuts the first three fields off; false where there are fewer. What is left is the fourth.
static bool split(struct bytes text, struct bytes separator, struct bytes fields[4]) {
    for (int i = 0; i < 3; i++) {
        size_t end = bytes_find(text, separator);
        if (end == text.length) return false;
        fields[i] = (struct bytes){ text.at, end };
        text.at += end + separator.length;
        text.length -= end + separator.length;
    }
    fields[3] = text;
    return true;
}

// Fills the cells of a text, which is UTF-8; false where it is not to be shown.
static bool read_text(struct text cells[COLUMNS], struct bytes text, const struct config *config) {
    struct bytes fields[4];
    if (!split(text, text_bytes(config->separator), fields)) {
        put_keywords(&cells[KEYWORDS], text, &config->keywords);
        put_shortened(&cells[MESSAGE], text, config->longest);
        return true;
    }
    if (rank_of(fields[1]) < config->level) return false;
    struct bytes component = fields[2];
    if (component.length > 0 && component.at[component.length - 1] == ':') component.length--;
    cells[TIME].length = 0;
    text_put(&cells[TIME], fields[0]);
    text_put(&cells[LEVEL], fields[1]);
    text_put(&cells[COMPONENT], component);
    if (!config_knows(config, component)) text_say(&cells[COMPONENT], "?");
    struct bytes message = fields[3];
    put_keywords(&cells[KEYWORDS], message, &config->keywords);
    put_shortened(&cells[MESSAGE], message, config->longest);
    return true;
}

bool row_read(struct text cells[COLUMNS], struct bytes line, const uint64_t *timestamp, const struct config *config) {
    if (line.length > 0 && line.at[line.length - 1] == '\r') line.length--;
    if (line.length == 0 && !config->keep_empty) return false;
    if (timestamp != NULL) {
        text_format(&cells[TIME], "%llu.%03llu", (unsigned long long)(*timestamp / 1000),
                    (unsigned long long)(*timestamp % 1000));
    }
    // What is no UTF-8 is replaced: one wrong byte must not cost a line.
    struct text text = { 0 };
    text_put_lossy(&text, line);
    bool is_shown = true;
    if (is_binary(text_bytes(text), config->printable)) {
        text_say(&cells[LEVEL], "binary");
        put_hex(&cells[MESSAGE], line);
    } else {
        is_shown = read_text(cells, text_bytes(text), config);
    }
    free(text.at);
    return is_shown;
}
