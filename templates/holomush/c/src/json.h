// JSON texts, read once from front to back and written the same way. No tree is built.

#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Bytes that grow at their end. All zero is an empty one. A NUL follows the bytes, which may have others.
struct text {
    char *bytes;
    size_t length;
    size_t room;
    // There was no memory for something: what is there is not whole.
    bool incomplete;
};

void text_free(struct text *text);
void text_clear(struct text *text);
void text_add(struct text *text, const char *bytes, size_t length);
// Bytes up to a NUL.
void text_put(struct text *text, const char *string);
// A JSON string with its quotes. The bytes must be UTF-8.
void text_put_json(struct text *text, const char *bytes, size_t length);
bool text_is(const struct text *text, const char *string);

// A JSON text while it is read. After the first mistake every function gives false, so that it is enough to ask
// for `error` at the end.
struct json {
    const char *start;
    const char *at;
    const char *end;
    // What is wrong; NULL where nothing is.
    const char *error;
    // Values are inside of so many objects and lists.
    int depth;
    // The next name of an object is its first one.
    bool first;
};

struct json json_read(const char *bytes, size_t length);

// Objects are read with a loop:
//
//     for (json_open(&json); json_name(&json, &name);) {
//         if (text_is(&name, "message")) json_string(&json, &message);
//         else json_skip(&json);
//     }
void json_open(struct json *json);
// The name of the next member, whose value is read next; false after the last one.
bool json_name(struct json *json, struct text *name);

// A string as UTF-8 in place of what `text` had. Half of a surrogate pair becomes U+FFFD.
bool json_string(struct json *json, struct text *text);
// A number without a fraction; false for what does not fit.
bool json_integer(struct json *json, int64_t *number);
// Any value.
bool json_skip(struct json *json);
// Nothing but spaces is left.
bool json_end(struct json *json);

// How many bytes were read: where a mistake is.
size_t json_place(const struct json *json);

#endif
