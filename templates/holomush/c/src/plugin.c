// An echo: what a character says is said again on the same stream.

#include "echo.h"
#include "extism.h"

// Answers an event; false where it fails, with the reason in `error`.
static bool answer(const char *input, size_t length, const char *prefix, struct text *response,
                   char error[ECHO_ERROR_SIZE]) {
    struct event event = { 0 };
    bool fine = event_read(&event, input, length, error) && echo_answer(&event, prefix, response, error);
    event_free(&event);
    return fine;
}

// Called for every event on a stream that the plugin subscribes to, one at a time. No output and a response
// without events both mean that there is nothing to do. An error ends the call: HoloMUSH logs it and goes on
// with the next event.
EXTISM_EXPORT("handle_event") int32_t handle_event(void) {
    size_t length;
    char *input = extism_input(&length);
    if (input == NULL) return extism_fail("no memory for the event");

    char *prefix = extism_config("prefix");
    char error[ECHO_ERROR_SIZE];
    struct text response = { 0 };
    bool fine = answer(input, length, prefix == NULL ? ECHO_PREFIX : prefix, &response, error);
    free(input);
    free(prefix);

    int32_t result = 0;
    if (!fine) result = extism_fail(error);
    else if (response.length > 0 && !extism_output(response.bytes, response.length))
        result = extism_fail("no memory for the response");
    text_free(&response);
    return result;
}
