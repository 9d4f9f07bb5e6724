// The plugin's parameters.

#ifndef PARAMS_H
#define PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PARAMS_ERROR_SIZE 128

struct params {
    // Decibels, from -60 to 20.
    double gain_db;
};

// Reads a flat JSON object such as {"gain_db": -6} of `len` bytes, which end in no NUL. Fields that
// are not there keep their value. On a mistake nothing changes, `error` says what it is, and the
// result is false.
bool params_read(struct params *params, const uint8_t *json, size_t len, char error[PARAMS_ERROR_SIZE]);

#endif
