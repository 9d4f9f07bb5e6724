// What the plugin answers. It knows nothing of WebAssembly, so test/echo_test.c runs anywhere.

#ifndef ECHO_H
#define ECHO_H

#include "json.h"

// Stands before what is said again, unless the host's config has a `prefix`.
#define ECHO_PREFIX "Echo: "

#define ECHO_ERROR_SIZE 128

enum actor_kind { ACTOR_CHARACTER = 0, ACTOR_SYSTEM = 1, ACTOR_PLUGIN = 2 };

// What HoloMUSH delivers. All zero is an event without anything.
struct event {
    // A ULID.
    struct text id;
    struct text stream;
    struct text type;
    // Milliseconds since the Unix epoch.
    int64_t timestamp;
    // An actor_kind; later hosts may have more of them.
    int64_t actor_kind;
    struct text actor_id;
    // JSON text of its own, whose members depend on the type.
    struct text payload;
};

// Reads an event into one that is all zero. On a mistake the result is false and `error` says what it is. The
// event is to be freed in any case.
bool event_read(struct event *event, const char *bytes, size_t length, char error[ECHO_ERROR_SIZE]);
void event_free(struct event *event);

// Writes the response to an event, as JSON; writes nothing where there is nothing to say. On a mistake the
// result is false and `error` says what it is.
bool echo_answer(const struct event *event, const char *prefix, struct text *response, char error[ECHO_ERROR_SIZE]);

#endif
