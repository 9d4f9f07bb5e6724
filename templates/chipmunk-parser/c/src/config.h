// What the plugin is configured with: the form that the host shows, and the values that it passes.
#pragma once

#include "text.h"

struct names {
    struct text *at;
    size_t count;
};

struct config {
    // What stands between the fields of a line.
    struct text separator;
    // The least important level that is shown, as its place among the levels.
    size_t level;
    // Whether empty lines are rows, too.
    bool keep_empty;
    // Most characters of a message that are shown; all for 0.
    size_t longest;
    // Share of printable characters, from 0 to 1, below which a line is shown as bytes.
    float printable;
    struct names keywords;
    // Everything is a component where there are none.
    struct names components;
};

// The least important level first; ends with NULL.
extern const char *const config_levels[];

// The form, asked for before `init` and of another instance.
void config_schemas(exports_chipmunk_parser_parser_list_config_schema_item_t *ret);
// Reads the values, and the files and folders that they name: the host lets the plugin read what lies beside them.
bool config_read(struct config *config, const exports_chipmunk_parser_parser_list_config_item_t *items,
                 exports_chipmunk_parser_parser_init_error_t *err);
bool config_knows(const struct config *config, struct bytes component);
