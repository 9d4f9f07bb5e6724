// A parser of text logs: each line is a row of time, level, component, keywords and message.
#include "config.h"
#include "lines.h"
#include "parse.h"
#include "row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef exports_chipmunk_parser_parser_parse_return_t item_t;

// Caption, tooltip and width in pixels; the host chooses a width for -1.
static const struct {
    const char *caption;
    const char *description;
    int16_t width;
} columns[COLUMNS] = {
    { "Time", "When it happened, as the line or its source says", 200 },
    { "Level", "How bad it is", 60 },
    { "Component", "Who says so; with a question mark where nobody knows it", 120 },
    { "Keywords", "Which of the keywords are in the message", 120 },
    { "Message", "What happened", -1 },
};

// One run: the host makes a new instance for each input and each configuration.
static struct config config;
static struct lines lines;

// A copy that the caller's side will free; for what an export gives back.
static parse_string_t owned(const char *text) {
    parse_string_t string;
    parse_string_dup(&string, text);
    return string;
}

void exports_chipmunk_parser_parser_get_version(exports_chipmunk_parser_parser_version_t *ret) {
    *ret = (exports_chipmunk_parser_parser_version_t){ .major = 0, .minor = 1, .patch = 0 };
}

void exports_chipmunk_parser_parser_get_config_schemas(exports_chipmunk_parser_parser_list_config_schema_item_t *ret) {
    config_schemas(ret);
}

void exports_chipmunk_parser_parser_get_render_options(exports_chipmunk_parser_parser_render_options_t *ret) {
    chipmunk_parser_parse_types_column_info_t *infos = calloc(COLUMNS, sizeof *infos);
    for (size_t i = 0; i < COLUMNS; i++) {
        infos[i] = (chipmunk_parser_parse_types_column_info_t){
            .caption = owned(columns[i].caption),
            .description = owned(columns[i].description),
            .width = columns[i].width,
        };
    }
    ret->columns_options = (chipmunk_parser_parse_types_option_columns_render_options_t){
        .is_some = true,
        .val = { .columns = { .ptr = infos, .len = COLUMNS }, .min_width = 30, .max_width = 1000 },
    };
}

// An error that is given here is shown, and the run does not begin.
bool exports_chipmunk_parser_parser_init(exports_chipmunk_parser_parser_parser_config_t *general,
                                         exports_chipmunk_parser_parser_list_config_item_t *items,
                                         exports_chipmunk_parser_parser_init_error_t *err) {
    (void)general;
    bool ok = config_read(&config, items, err);
    exports_chipmunk_parser_parser_list_config_item_free(items);
    if (!ok) return false;
    char line[64];
    snprintf(line, sizeof line, "%zu keywords, %zu components", config.keywords.count, config.components.count);
    parse_string_t message = { .ptr = (uint8_t *)line, .len = strlen(line) };
    chipmunk_shared_logging_log(CHIPMUNK_SHARED_LOGGING_LEVEL_INFO, &message);
    return true;
}

// One line as an item: a row of it, or nothing but the bytes that it takes.
static item_t read_line(struct bytes line, size_t consumed, const uint64_t *timestamp) {
    item_t item = { .consumed = consumed };
    struct text cells[COLUMNS] = { 0 };
    if (!row_read(cells, line, timestamp, &config)) {
        for (size_t i = 0; i < COLUMNS; i++) free(cells[i].at);
        return item;
    }
    parse_string_t *row = calloc(COLUMNS, sizeof *row);
    for (size_t i = 0; i < COLUMNS; i++) row[i] = text_string(cells[i]);
    item.value.is_some = true;
    item.value.val = (chipmunk_parser_parse_types_parse_yield_t){
        .tag = CHIPMUNK_PARSER_PARSE_TYPES_PARSE_YIELD_MESSAGE,
        .val.message = { .tag = CHIPMUNK_PARSER_PARSE_TYPES_PARSED_MESSAGE_COLUMNS,
                         .val.columns = { .ptr = row, .len = COLUMNS } },
    };
    return item;
}

// Gives all lines that end in `data`, in one answer: each call costs, each row hardly anything.
bool exports_chipmunk_parser_parser_parse(parse_list_u8_t *data, uint64_t *timestamp,
                                          exports_chipmunk_parser_parser_list_parse_return_t *ret,
                                          exports_chipmunk_parser_parser_parse_error_t *err) {
    size_t room = 0;
    *ret = (exports_chipmunk_parser_parser_list_parse_return_t){ 0 };
    struct line_reader reader = lines_begin(&lines, (struct bytes){ data->ptr, data->len });
    struct bytes line;
    size_t consumed;
    bool put_back;
    while (lines_next(&lines, &reader, &line, &consumed, &put_back)) {
        if (ret->len == room) {
            room = room == 0 ? 64 : 2 * room;
            ret->ptr = realloc(ret->ptr, room * sizeof *ret->ptr);
            if (ret->ptr == NULL) abort();
        }
        struct text whole = { 0 };
        if (put_back) {
            text_put(&whole, (struct bytes){ &lines.first, 1 });
            text_put(&whole, line);
            line = text_bytes(whole);
        }
        ret->ptr[ret->len++] = read_line(line, consumed, timestamp);
        free(whole.at);
    }
    parse_list_u8_free(data);
    if (ret->len > 0) return true;
    err->tag = CHIPMUNK_PARSER_PARSE_TYPES_PARSE_ERROR_INCOMPLETE;
    return false;
}
