// A byte source: the bytes of files, one file after the other.
#include "bytesource.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Id of the configuration that has the files.
static const char input_path[] = "input-path";

// Most bytes of one read: the host may ask for much more than it makes sense to hold.
static const uint64_t piece = 1024 * 1024;

// A file that is open, and what it is called.
struct input {
    char *path;
    FILE *file;
};

static struct input *inputs;
static size_t count;
// The first one that is not read to its end.
static size_t current;

// A copy that the caller's side will free; for what an export gives back.
static bytesource_string_t owned(const char *text) {
    bytesource_string_t string;
    bytesource_string_dup(&string, text);
    return string;
}

__attribute__((format(printf, 1, 2))) static bytesource_string_t owned_format(const char *format, ...) {
    char text[512];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    return owned(text);
}

void exports_chipmunk_bytesource_byte_source_get_version(exports_chipmunk_bytesource_byte_source_version_t *ret) {
    *ret = (exports_chipmunk_bytesource_byte_source_version_t){ .major = 0, .minor = 1, .patch = 0 };
}

void exports_chipmunk_bytesource_byte_source_get_config_schemas(
    exports_chipmunk_bytesource_byte_source_list_config_schema_item_t *ret) {
    bytesource_string_t *endings = malloc(2 * sizeof *endings);
    endings[0] = owned("log");
    endings[1] = owned("txt");
    exports_chipmunk_bytesource_byte_source_config_schema_item_t *item = malloc(sizeof *item);
    *item = (exports_chipmunk_bytesource_byte_source_config_schema_item_t){
        .id = owned(input_path),
        .title = owned("Files"),
        .description = { .is_some = true, .val = owned("What is read, one file after the other") },
        .input_type = { .tag = CHIPMUNK_SHARED_SHARED_TYPES_CONFIG_SCHEMA_TYPE_FILES,
                        .val.files = { .ptr = endings, .len = 2 } },
    };
    ret->ptr = item;
    ret->len = 1;
}

static bool refuse(exports_chipmunk_bytesource_byte_source_init_error_t *err, uint8_t tag, bytesource_string_t text) {
    *err = (exports_chipmunk_bytesource_byte_source_init_error_t){ .tag = tag, .val.config = text };
    return false;
}

static bool open_all(const bytesource_list_string_t *paths, exports_chipmunk_bytesource_byte_source_init_error_t *err) {
    inputs = calloc(paths->len, sizeof *inputs);
    for (size_t i = 0; i < paths->len; i++) {
        // Strings of the contract have no NUL at their end.
        char *path = calloc(paths->ptr[i].len + 1, 1);
        memcpy(path, paths->ptr[i].ptr, paths->ptr[i].len);
        FILE *file = fopen(path, "rb");
        if (file == NULL) {
            refuse(err, CHIPMUNK_SHARED_SHARED_TYPES_INIT_ERROR_IO,
                   owned_format("%s cannot be read: %s", path, strerror(errno)));
            free(path);
            return false;
        }
        inputs[count++] = (struct input){ .path = path, .file = file };
    }
    return true;
}

// Opens all files at once: Chipmunk shows an error that is given here, and takes one of `read` for the end.
bool exports_chipmunk_bytesource_byte_source_init(
    exports_chipmunk_bytesource_byte_source_source_config_t *general,
    exports_chipmunk_bytesource_byte_source_list_config_item_t *items,
    exports_chipmunk_bytesource_byte_source_init_error_t *err) {
    (void)general;
    bool ok = refuse(err, CHIPMUNK_SHARED_SHARED_TYPES_INIT_ERROR_CONFIG, (bytesource_string_t){ 0 });
    for (size_t i = 0; i < items->len; i++) {
        const exports_chipmunk_bytesource_byte_source_config_item_t *item = &items->ptr[i];
        bool is_ours = item->id.len == strlen(input_path) && memcmp(item->id.ptr, input_path, item->id.len) == 0;
        if (!is_ours || item->value.tag != CHIPMUNK_SHARED_SHARED_TYPES_CONFIG_VALUE_FILES) continue;
        if (item->value.val.files.len > 0) ok = open_all(&item->value.val.files, err);
    }
    exports_chipmunk_bytesource_byte_source_list_config_item_free(items);
    if (!ok) {
        if (err->val.config.len == 0) err->val.config = owned("no file was chosen");
        return false;
    }
    char line[64];
    snprintf(line, sizeof line, "%zu files", count);
    bytesource_string_t message = { .ptr = (uint8_t *)line, .len = strlen(line) };
    chipmunk_shared_logging_log(CHIPMUNK_SHARED_LOGGING_LEVEL_INFO, &message);
    return true;
}

// At most `len` bytes, fewer where a file ends; none says that all files are through.
bool exports_chipmunk_bytesource_byte_source_read(uint64_t len, bytesource_list_u8_t *ret,
                                                  exports_chipmunk_bytesource_byte_source_source_error_t *err) {
    *ret = (bytesource_list_u8_t){ 0 };
    size_t wanted = (size_t)(len < piece ? len : piece);
    if (wanted == 0) return true;
    uint8_t *bytes = malloc(wanted);
    if (bytes == NULL) abort();
    for (; current < count; current++) {
        struct input *input = &inputs[current];
        size_t length = fread(bytes, 1, wanted, input->file);
        if (length > 0) {
            ret->ptr = bytes;
            ret->len = length;
            return true;
        }
        if (ferror(input->file)) {
            err->tag = CHIPMUNK_BYTESOURCE_BYTESOURCE_TYPES_SOURCE_ERROR_IO;
            err->val.io = owned_format("%s cannot be read: %s", input->path, strerror(errno));
            free(bytes);
            return false;
        }
        fclose(input->file);
    }
    free(bytes);
    return true;
}
