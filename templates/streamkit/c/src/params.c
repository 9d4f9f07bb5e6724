#include "params.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_space(const char *at) {
    return at + strspn(at, " \t\r\n");
}

// Reads the object's fields into `params`; the place of the first mistake, or NULL.
static const char *read_object(struct params *params, const char *at) {
    at = skip_space(at);
    if (*at != '{') return at;
    at = skip_space(at + 1);
    if (*at == '}') return *skip_space(at + 1) == '\0' ? NULL : at;
    for (;;) {
        static const char name[] = "\"gain_db\"";
        if (strncmp(at, name, sizeof name - 1) != 0) return at;
        at = skip_space(at + sizeof name - 1);
        if (*at != ':') return at;
        at = skip_space(at + 1);
        char *end;
        double value = strtod(at, &end);
        // strtod takes words such as "nan", too.
        if (end == at || strchr("-0123456789", *at) == NULL) return at;
        params->gain_db = value;
        at = skip_space(end);
        if (*at == '}') return *skip_space(at + 1) == '\0' ? NULL : at + 1;
        if (*at != ',') return at;
        at = skip_space(at + 1);
    }
}

bool params_read(struct params *params, const uint8_t *json, size_t len, char error[PARAMS_ERROR_SIZE]) {
    char *text = malloc(len + 1);
    if (text == NULL) {
        snprintf(error, PARAMS_ERROR_SIZE, "no memory for %zu bytes of parameters", len);
        return false;
    }
    memcpy(text, json, len);
    text[len] = '\0';

    struct params read = *params;
    const char *mistake = read_object(&read, text);
    if (mistake != NULL) {
        snprintf(error, PARAMS_ERROR_SIZE, "bad parameters at \"%.40s\": expected {\"gain_db\": number}", mistake);
    } else if (!(read.gain_db >= -60 && read.gain_db <= 20)) {
        snprintf(error, PARAMS_ERROR_SIZE, "gain_db must be a number from -60 to 20, not %g", read.gain_db);
        mistake = text;
    } else {
        *params = read;
    }
    free(text);
    return mistake == NULL;
}
