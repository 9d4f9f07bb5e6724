// What an Extism host gives a plugin: the functions of `extism:host/env`, and a few that make them easy to use.
//
// A plugin and its host share no memory: what they hand each other lies in blocks of the host's. A block is known
// by its handle, a number that counts as an address inside of the block, too: `handle + 3` is its fourth byte.
// 0 is no block. Blocks are gone when the call ends, whoever made them; free large ones earlier.

#ifndef EXTISM_H
#define EXTISM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Marks a function that the host calls: EXTISM_EXPORT("greet") int32_t greet(void). It takes nothing, because its
// input is a block, and gives 0. Where it fails it calls `extism_fail`.
#define EXTISM_EXPORT(name) __attribute__((export_name(name)))

#define EXTISM_ENV(name) __attribute__((import_module("extism:host/env"), import_name(name)))

// Declares a function of this host's own: EXTISM_USER("roll") extern uint64_t roll(uint64_t dice).
#define EXTISM_USER(name) __attribute__((import_module("extism:host/user"), import_name(name)))

// The input of this call: its length, and its bytes by their place in it; little-endian.
EXTISM_ENV("input_length") extern uint64_t extism_input_length(void);
EXTISM_ENV("input_load_u8") extern uint8_t extism_input_load_u8(uint64_t place);
EXTISM_ENV("input_load_u64") extern uint64_t extism_input_load_u64(uint64_t place);

// A new block; 0 where there is no memory left, and where no bytes are asked for.
EXTISM_ENV("alloc") extern uint64_t extism_alloc(uint64_t length);
EXTISM_ENV("free") extern void extism_free(uint64_t block);
// 0 where there is no such block. The unsafe one is quicker, and takes handles only.
EXTISM_ENV("length") extern uint64_t extism_length(uint64_t block);
EXTISM_ENV("length_unsafe") extern uint64_t extism_length_unsafe(uint64_t block);
EXTISM_ENV("load_u8") extern uint8_t extism_load_u8(uint64_t address);
EXTISM_ENV("load_u64") extern uint64_t extism_load_u64(uint64_t address);
EXTISM_ENV("store_u8") extern void extism_store_u8(uint64_t address, uint8_t value);
EXTISM_ENV("store_u64") extern void extism_store_u64(uint64_t address, uint64_t value);

// The output of this call; of several the last one counts. Some hosts give out the whole block whatever the
// length says: let it be the block's own.
EXTISM_ENV("output_set") extern void extism_output_set(uint64_t block, uint64_t length);
// Makes this call one that failed, with the text in the block; 0 takes that back.
EXTISM_ENV("error_set") extern void extism_error_set(uint64_t block);

// A value of the host's configuration; 0 where it has none of this name.
EXTISM_ENV("config_get") extern uint64_t extism_config_get(uint64_t name);

// Variables: bytes that stay from call to call; 0 is none, and removes one. Hosts limit how much fits.
EXTISM_ENV("var_get") extern uint64_t extism_var_get(uint64_t name);
EXTISM_ENV("var_set") extern void extism_var_set(uint64_t name, uint64_t value);

// Asks over HTTP, where the host lets it. The request is JSON text: {"url","method","headers"}; the body may be 0.
// Gives the body of the answer; its headers are a JSON object.
EXTISM_ENV("http_request") extern uint64_t extism_http_request(uint64_t request, uint64_t body);
EXTISM_ENV("http_status_code") extern int32_t extism_http_status_code(void);
EXTISM_ENV("http_headers") extern uint64_t extism_http_headers(void);

// Lines for the host's log, from the least to the most serious; the block is the host's then.
EXTISM_ENV("log_trace") extern void extism_log_trace(uint64_t text);
EXTISM_ENV("log_debug") extern void extism_log_debug(uint64_t text);
EXTISM_ENV("log_info") extern void extism_log_info(uint64_t text);
EXTISM_ENV("log_warn") extern void extism_log_warn(uint64_t text);
EXTISM_ENV("log_error") extern void extism_log_error(uint64_t text);

enum extism_level {
    EXTISM_TRACE = 0,
    EXTISM_DEBUG = 1,
    EXTISM_INFO = 2,
    EXTISM_WARN = 3,
    EXTISM_ERROR = 4,
};

// The least serious level that the host keeps; INT32_MAX where it keeps nothing.
EXTISM_ENV("get_log_level") extern int32_t extism_get_log_level(void);

// A block with these bytes; 0 where there is no memory left.
static inline uint64_t extism_block(const void *bytes, size_t length) {
    uint64_t block = extism_alloc(length);
    if (block == 0) return 0;
    const uint8_t *from = bytes;
    size_t at = 0;
    for (; at + 8 <= length; at += 8) {
        uint64_t eight;
        memcpy(&eight, from + at, 8);
        extism_store_u64(block + at, eight);
    }
    for (; at < length; at++) extism_store_u8(block + at, from[at]);
    return block;
}

// A copy of the input with a NUL after it, to be freed; NULL where there is no memory left.
static inline char *extism_input(size_t *length) {
    *length = (size_t)extism_input_length();
    char *copy = malloc(*length + 1);
    if (copy == NULL) return NULL;
    size_t at = 0;
    for (; at + 8 <= *length; at += 8) {
        uint64_t eight = extism_input_load_u64(at);
        memcpy(copy + at, &eight, 8);
    }
    for (; at < *length; at++) copy[at] = (char)extism_input_load_u8(at);
    copy[*length] = '\0';
    return copy;
}

// A copy of a block with a NUL after it, to be freed; NULL where there is no memory left.
static inline char *extism_copy(uint64_t block, size_t *length) {
    *length = (size_t)extism_length(block);
    char *copy = malloc(*length + 1);
    if (copy == NULL) return NULL;
    size_t at = 0;
    for (; at + 8 <= *length; at += 8) {
        uint64_t eight = extism_load_u64(block + at);
        memcpy(copy + at, &eight, 8);
    }
    for (; at < *length; at++) copy[at] = (char)extism_load_u8(block + at);
    copy[*length] = '\0';
    return copy;
}

// Sets the output; false where there is no memory left.
static inline bool extism_output(const void *bytes, size_t length) {
    uint64_t block = extism_block(bytes, length);
    if (block == 0 && length > 0) return false;
    extism_output_set(block, length);
    return true;
}

// For `return extism_fail("why")` in an export: the host reports the text.
static inline int32_t extism_fail(const char *why) {
    extism_error_set(extism_block(why, strlen(why)));
    return 1;
}

// A copy of a value of the host's configuration, to be freed; NULL where it has none of this name.
static inline char *extism_config(const char *name) {
    // The name's block is the host's from here on.
    uint64_t value = extism_config_get(extism_block(name, strlen(name)));
    size_t length;
    return value == 0 ? NULL : extism_copy(value, &length);
}

static inline void extism_log(enum extism_level level, const char *text) {
    int32_t least = extism_get_log_level();
    if ((int32_t)level < least) return;
    uint64_t block = extism_block(text, strlen(text));
    switch (level) {
    case EXTISM_TRACE: extism_log_trace(block); break;
    case EXTISM_DEBUG: extism_log_debug(block); break;
    case EXTISM_INFO: extism_log_info(block); break;
    case EXTISM_WARN: extism_log_warn(block); break;
    case EXTISM_ERROR: extism_log_error(block); break;
    }
}

#endif
