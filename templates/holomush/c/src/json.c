#include "json.h"

#include <stdlib.h>
#include <string.h>

// Deeper values are refused: each level takes stack.
#define DEEPEST 100

void text_free(struct text *text) {
    free(text->bytes);
    *text = (struct text){ 0 };
}

void text_clear(struct text *text) {
    text->length = 0;
    text->incomplete = false;
}

void text_add(struct text *text, const char *bytes, size_t length) {
    if (text->incomplete) return;
    // The comparison cannot overflow; the sum could.
    if (length >= text->room - text->length || text->room == 0) {
        if (length > SIZE_MAX / 4 - text->length) {
            text->incomplete = true;
            return;
        }
        size_t room = (text->length + length + 1) * 2;
        char *larger = realloc(text->bytes, room);
        if (larger == NULL) {
            text->incomplete = true;
            return;
        }
        text->bytes = larger;
        text->room = room;
    }
    if (length > 0) memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_put(struct text *text, const char *string) {
    text_add(text, string, strlen(string));
}

void text_put_json(struct text *text, const char *bytes, size_t length) {
    static const char digits[] = "0123456789abcdef";
    text_put(text, "\"");
    size_t plain = 0;
    for (size_t at = 0; at < length; at++) {
        unsigned char byte = (unsigned char)bytes[at];
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        text_add(text, bytes + plain, at - plain);
        plain = at + 1;
        switch (byte) {
        case '"': text_put(text, "\\\""); break;
        case '\\': text_put(text, "\\\\"); break;
        case '\n': text_put(text, "\\n"); break;
        case '\r': text_put(text, "\\r"); break;
        case '\t': text_put(text, "\\t"); break;
        default: {
            char escape[] = { '\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15] };
            text_add(text, escape, sizeof escape);
        }
        }
    }
    text_add(text, bytes + plain, length - plain);
    text_put(text, "\"");
}

bool text_is(const struct text *text, const char *string) {
    size_t length = strlen(string);
    return text->length == length && (length == 0 || memcmp(text->bytes, string, length) == 0);
}

struct json json_read(const char *bytes, size_t length) {
    return (struct json){ .start = bytes, .at = bytes, .end = bytes + length };
}

size_t json_place(const struct json *json) {
    return (size_t)(json->at - json->start);
}

static bool fail(struct json *json, const char *error) {
    if (json->error == NULL) json->error = error;
    return false;
}

static void skip_space(struct json *json) {
    while (json->at < json->end && strchr(" \t\r\n", *json->at) != NULL && *json->at != '\0') json->at++;
}

// The next character that is no space; 0 at the end, which no JSON text has elsewhere.
static char next(struct json *json) {
    skip_space(json);
    return json->at < json->end ? *json->at : '\0';
}

// Takes this character, if it is the next one.
static bool take(struct json *json, char wanted) {
    if (json->error != NULL || next(json) != wanted) return false;
    json->at++;
    return true;
}

static bool take_word(struct json *json, const char *word) {
    size_t length = strlen(word);
    if ((size_t)(json->end - json->at) < length || memcmp(json->at, word, length) != 0)
        return fail(json, "expected a value");
    json->at += length;
    return true;
}

void json_open(struct json *json) {
    if (json->error != NULL) return;
    if (!take(json, '{')) {
        fail(json, "expected an object");
        return;
    }
    json->first = true;
}

bool json_name(struct json *json, struct text *name) {
    if (json->error != NULL) return false;
    if (take(json, '}')) {
        // The object may be a member of another one, which has a member already.
        json->first = false;
        return false;
    }
    if (!json->first && !take(json, ',')) return fail(json, "expected , or }");
    json->first = false;
    if (next(json) != '"') return fail(json, "expected a name");
    if (!json_string(json, name)) return false;
    return take(json, ':') || fail(json, "expected :");
}

// Four hexadecimal digits; -1 where they are not.
static int32_t hexadecimal(struct json *json) {
    if (json->end - json->at < 4) return -1;
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char digit = json->at[i];
        if (digit >= '0' && digit <= '9') value = value * 16 + (digit - '0');
        else if (digit >= 'a' && digit <= 'f') value = value * 16 + (digit - 'a' + 10);
        else if (digit >= 'A' && digit <= 'F') value = value * 16 + (digit - 'A' + 10);
        else return -1;
    }
    json->at += 4;
    return value;
}

static void add_utf8(struct text *text, uint32_t point) {
    char bytes[4];
    size_t length = 0;
    if (point < 0x80) {
        bytes[length++] = (char)point;
    } else if (point < 0x800) {
        bytes[length++] = (char)(0xc0 | point >> 6);
        bytes[length++] = (char)(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        bytes[length++] = (char)(0xe0 | point >> 12);
        bytes[length++] = (char)(0x80 | (point >> 6 & 0x3f));
        bytes[length++] = (char)(0x80 | (point & 0x3f));
    } else {
        bytes[length++] = (char)(0xf0 | point >> 18);
        bytes[length++] = (char)(0x80 | (point >> 12 & 0x3f));
        bytes[length++] = (char)(0x80 | (point >> 6 & 0x3f));
        bytes[length++] = (char)(0x80 | (point & 0x3f));
    }
    text_add(text, bytes, length);
}

// What stands after `\u`.
static bool add_escaped(struct json *json, struct text *text) {
    int32_t point = hexadecimal(json);
    if (point < 0) return fail(json, "expected four hexadecimal digits");
    if (point >= 0xd800 && point < 0xdc00 && json->end - json->at >= 6 && json->at[0] == '\\' && json->at[1] == 'u') {
        const char *back = json->at;
        json->at += 2;
        int32_t low = hexadecimal(json);
        if (low >= 0xdc00 && low < 0xe000) {
            add_utf8(text, 0x10000 + ((uint32_t)(point - 0xd800) << 10) + (uint32_t)(low - 0xdc00));
            return true;
        }
        // No pair: the second escape stands for itself.
        json->at = back;
    }
    add_utf8(text, point >= 0xd800 && point < 0xe000 ? 0xfffd : (uint32_t)point);
    return true;
}

bool json_string(struct json *json, struct text *text) {
    if (json->error != NULL) return false;
    text_clear(text);
    text_add(text, "", 0);
    if (!take(json, '"')) return fail(json, "expected a string");
    for (;;) {
        const char *plain = json->at;
        while (json->at < json->end && *json->at != '"' && *json->at != '\\' && (unsigned char)*json->at >= 0x20)
            json->at++;
        text_add(text, plain, (size_t)(json->at - plain));
        if (json->at == json->end) return fail(json, "the string has no end");
        if (*json->at == '"') {
            json->at++;
            return !text->incomplete || fail(json, "no memory for a string");
        }
        if (*json->at != '\\') return fail(json, "a control character in a string");
        json->at++;
        if (json->at == json->end) return fail(json, "the string has no end");
        static const char letters[] = "\"\\/bfnrt";
        static const char meanings[] = "\"\\/\b\f\n\r\t";
        char letter = *json->at;
        const char *known = letter == '\0' ? NULL : strchr(letters, letter);
        if (known != NULL) {
            text_add(text, &meanings[known - letters], 1);
            json->at++;
        } else if (letter == 'u') {
            json->at++;
            if (!add_escaped(json, text)) return false;
        } else {
            return fail(json, "an escape that JSON does not have");
        }
    }
}

static size_t digits(struct json *json) {
    const char *start = json->at;
    while (json->at < json->end && *json->at >= '0' && *json->at <= '9') json->at++;
    return (size_t)(json->at - start);
}

bool json_integer(struct json *json, int64_t *number) {
    if (json->error != NULL) return false;
    skip_space(json);
    bool negative = json->at < json->end && *json->at == '-';
    if (negative) json->at++;
    const char *start = json->at;
    size_t length = digits(json);
    if (length == 0 || (length > 1 && *start == '0')) return fail(json, "expected a number");
    if (json->at < json->end && *json->at != '\0' && strchr(".eE", *json->at) != NULL)
        return fail(json, "expected a number without a fraction");
    // Negative numbers reach one further than positive ones.
    int64_t value = 0;
    for (const char *at = start; at < start + length; at++) {
        int digit = *at - '0';
        if (value < (INT64_MIN + digit) / 10) return fail(json, "the number is too large");
        value = value * 10 - digit;
    }
    if (!negative && value == INT64_MIN) return fail(json, "the number is too large");
    *number = negative ? value : -value;
    return true;
}

static bool skip_number(struct json *json) {
    if (*json->at == '-') json->at++;
    const char *start = json->at;
    size_t length = digits(json);
    if (length == 0 || (length > 1 && *start == '0')) return fail(json, "expected a value");
    if (json->at < json->end && *json->at == '.') {
        json->at++;
        if (digits(json) == 0) return fail(json, "expected a digit");
    }
    if (json->at < json->end && (*json->at == 'e' || *json->at == 'E')) {
        json->at++;
        if (json->at < json->end && (*json->at == '+' || *json->at == '-')) json->at++;
        if (digits(json) == 0) return fail(json, "expected a digit");
    }
    return true;
}

static bool skip_list(struct json *json) {
    take(json, '[');
    if (take(json, ']')) return true;
    do {
        if (!json_skip(json)) return false;
    } while (take(json, ','));
    return take(json, ']') || fail(json, "expected , or ]");
}

bool json_skip(struct json *json) {
    if (json->error != NULL) return false;
    if (json->depth == DEEPEST) return fail(json, "too many values inside of each other");
    struct text ignored = { 0 };
    bool fine = false;
    json->depth++;
    switch (next(json)) {
    case '{':
        for (json_open(json); json_name(json, &ignored);) json_skip(json);
        fine = json->error == NULL;
        break;
    case '[': fine = skip_list(json); break;
    case '"': fine = json_string(json, &ignored); break;
    case 't': fine = take_word(json, "true"); break;
    case 'f': fine = take_word(json, "false"); break;
    case 'n': fine = take_word(json, "null"); break;
    case '\0': fine = fail(json, "expected a value"); break;
    default: fine = skip_number(json);
    }
    json->depth--;
    text_free(&ignored);
    return fine;
}

bool json_end(struct json *json) {
    if (json->error != NULL) return false;
    skip_space(json);
    return json->at == json->end || fail(json, "expected the end");
}
