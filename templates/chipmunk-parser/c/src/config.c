#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef exports_chipmunk_parser_parser_config_schema_item_t schema_t;
typedef exports_chipmunk_parser_parser_init_error_t error_t;

#define TYPE(name) CHIPMUNK_SHARED_SHARED_TYPES_CONFIG_SCHEMA_TYPE_##name
#define VALUE(name) CHIPMUNK_SHARED_SHARED_TYPES_CONFIG_VALUE_##name

const char *const config_levels[] = { "trace", "debug", "info", "warn", "error", NULL };
static const size_t level_count = sizeof config_levels / sizeof *config_levels - 1;

// A copy that the caller's side will free; for what an export gives back.
static parse_string_t owned(const char *text) {
    parse_string_t string;
    parse_string_dup(&string, text);
    return string;
}

static schema_t *add(exports_chipmunk_parser_parser_list_config_schema_item_t *list, const char *id,
                     const char *title, const char *description, uint8_t type) {
    schema_t *item = &list->ptr[list->len++];
    *item = (schema_t){
        .id = owned(id),
        .title = owned(title),
        .description = { .is_some = true, .val = owned(description) },
        .input_type = { .tag = type },
    };
    return item;
}

void config_schemas(exports_chipmunk_parser_parser_list_config_schema_item_t *ret) {
    *ret = (exports_chipmunk_parser_parser_list_config_schema_item_t){ .ptr = calloc(7, sizeof(schema_t)) };
    add(ret, "separator", "Separator", "What stands between time, level, component and message", TYPE(TEXT))
        ->input_type.val.text = owned(" ");

    schema_t *level = add(ret, "level", "Level", "The least important level that is shown", TYPE(DROPDOWN));
    parse_string_t *levels = calloc(level_count, sizeof *levels);
    for (size_t i = 0; i < level_count; i++) levels[i] = owned(config_levels[i]);
    level->input_type.val.dropdown = (parse_tuple2_list_string_string_t){
        .f0 = { .ptr = levels, .len = level_count },
        .f1 = owned("trace"),
    };

    add(ret, "keep-empty", "Empty lines", "Whether empty lines are rows, too", TYPE(BOOLEAN))
        ->input_type.val.boolean = false;
    add(ret, "longest", "Longest message", "Most characters of a message that are shown; 0 for all", TYPE(INTEGER))
        ->input_type.val.integer = 0;
    add(ret, "printable", "Printable share",
        "Lines with a smaller share of printable characters are shown as bytes", TYPE(FLOAT))
        ->input_type.val.float_ = 0.7f;

    schema_t *keywords = add(ret, "keywords", "Keywords", "Files with a keyword a line", TYPE(FILES));
    parse_string_t *endings = malloc(sizeof *endings);
    *endings = owned("txt");
    keywords->input_type.val.files = (parse_list_string_t){ .ptr = endings, .len = 1 };

    add(ret, "components", "Components", "Folders with a file or a folder for each known component",
        TYPE(DIRECTORIES));
}

static bool refuse(error_t *err, uint8_t tag, struct text text) {
    *err = (error_t){ .tag = tag, .val.config = text_string(text) };
    return false;
}

static bool refuse_value(error_t *err, const char *why) {
    struct text text = { 0 };
    text_say(&text, why);
    return refuse(err, CHIPMUNK_SHARED_SHARED_TYPES_INIT_ERROR_CONFIG, text);
}

static bool refuse_path(error_t *err, const char *path) {
    struct text text = { 0 };
    text_format(&text, "%s cannot be read: %s", path, strerror(errno));
    return refuse(err, CHIPMUNK_SHARED_SHARED_TYPES_INIT_ERROR_IO, text);
}

static void names_add(struct names *names, struct bytes name) {
    names->at = realloc(names->at, (names->count + 1) * sizeof *names->at);
    if (names->at == NULL) abort();
    struct text copy = { 0 };
    text_put(&copy, name);
    names->at[names->count++] = copy;
}

// The words of a file that has one in each line.
static bool read_words(struct names *words, const char *path, error_t *err) {
    FILE *file = fopen(path, "r");
    if (file == NULL) return refuse_path(err, path);
    char line[1024];
    while (fgets(line, sizeof line, file) != NULL) {
        size_t length = strcspn(line, "\r\n");
        if (length > 0) names_add(words, (struct bytes){ (const uint8_t *)line, length });
    }
    bool failed = ferror(file) != 0;
    if (failed) refuse_path(err, path);
    fclose(file);
    return !failed;
}

// The names of what is in a folder, without their endings.
static bool read_entries(struct names *names, const char *path, error_t *err) {
    DIR *folder = opendir(path);
    if (folder == NULL) return refuse_path(err, path);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        const char *ending = strrchr(entry->d_name, '.');
        size_t length = ending == NULL || ending == entry->d_name ? strlen(entry->d_name) : (size_t)(ending - entry->d_name);
        names_add(names, (struct bytes){ (const uint8_t *)entry->d_name, length });
    }
    closedir(folder);
    return true;
}

// Reads each of the paths into the same list.
static bool read_all(struct names *names, const parse_list_string_t *paths, error_t *err,
                     bool (*read)(struct names *, const char *, error_t *)) {
    for (size_t i = 0; i < paths->len; i++) {
        // Strings of the contract have no NUL at their end.
        struct text path = { 0 };
        text_put(&path, (struct bytes){ paths->ptr[i].ptr, paths->ptr[i].len });
        text_put(&path, (struct bytes){ (const uint8_t *)"", 1 });
        bool ok = read(names, (const char *)path.at, err);
        free(path.at);
        if (!ok) return false;
    }
    return true;
}

static bool read_level(struct config *config, parse_string_t wanted, error_t *err) {
    for (size_t i = 0; i < level_count; i++) {
        if (!bytes_same((struct bytes){ wanted.ptr, wanted.len }, bytes_of(config_levels[i]))) continue;
        config->level = i;
        return true;
    }
    return refuse_value(err, "there is no such level");
}

static bool read_item(struct config *config, const exports_chipmunk_parser_parser_config_item_t *item, error_t *err) {
    struct bytes id = { item->id.ptr, item->id.len };
    const chipmunk_shared_shared_types_config_value_t *value = &item->value;
    if (value->tag == VALUE(TEXT) && bytes_same(id, bytes_of("separator"))) {
        if (value->val.text.len == 0) return refuse_value(err, "the separator is empty");
        text_put(&config->separator, (struct bytes){ value->val.text.ptr, value->val.text.len });
    } else if (value->tag == VALUE(DROPDOWN) && bytes_same(id, bytes_of("level"))) {
        return read_level(config, value->val.dropdown, err);
    } else if (value->tag == VALUE(BOOLEAN) && bytes_same(id, bytes_of("keep-empty"))) {
        config->keep_empty = value->val.boolean;
    } else if (value->tag == VALUE(INTEGER) && bytes_same(id, bytes_of("longest"))) {
        if (value->val.integer < 0) return refuse_value(err, "a message cannot have less than 0 characters");
        config->longest = (size_t)value->val.integer;
    } else if (value->tag == VALUE(FLOAT) && bytes_same(id, bytes_of("printable"))) {
        if (!(value->val.float_ >= 0 && value->val.float_ <= 1)) return refuse_value(err, "a share is from 0 to 1");
        config->printable = value->val.float_;
    } else if (value->tag == VALUE(FILES) && bytes_same(id, bytes_of("keywords"))) {
        return read_all(&config->keywords, &value->val.files, err, read_words);
    } else if (value->tag == VALUE(DIRECTORIES) && bytes_same(id, bytes_of("components"))) {
        return read_all(&config->components, &value->val.directories, err, read_entries);
    } else {
        return refuse_value(err, "a configuration is not of the form");
    }
    return true;
}

bool config_read(struct config *config, const exports_chipmunk_parser_parser_list_config_item_t *items, error_t *err) {
    for (size_t i = 0; i < items->len; i++) {
        if (!read_item(config, &items->ptr[i], err)) return false;
    }
    return true;
}

bool config_knows(const struct config *config, struct bytes component) {
    for (size_t i = 0; i < config->components.count; i++) {
        if (bytes_same(text_bytes(config->components.at[i]), component)) return true;
    }
    return config->components.count == 0;
}
