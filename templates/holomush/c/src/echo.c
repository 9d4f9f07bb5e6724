#include "echo.h"

#include <stdio.h>

// False, and says what is wrong with a JSON text; true where nothing is.
static bool check(const struct json *json, const char *what, char error[ECHO_ERROR_SIZE]) {
    if (json->error == NULL) return true;
    snprintf(error, ECHO_ERROR_SIZE, "%s: %s after byte %zu", what, json->error, json_place(json));
    return false;
}

bool event_read(struct event *event, const char *bytes, size_t length, char error[ECHO_ERROR_SIZE]) {
    struct json json = json_read(bytes, length);
    struct text name = { 0 };
    for (json_open(&json); json_name(&json, &name);) {
        if (text_is(&name, "id")) json_string(&json, &event->id);
        else if (text_is(&name, "stream")) json_string(&json, &event->stream);
        else if (text_is(&name, "type")) json_string(&json, &event->type);
        else if (text_is(&name, "timestamp")) json_integer(&json, &event->timestamp);
        else if (text_is(&name, "actor_kind")) json_integer(&json, &event->actor_kind);
        else if (text_is(&name, "actor_id")) json_string(&json, &event->actor_id);
        else if (text_is(&name, "payload")) json_string(&json, &event->payload);
        else json_skip(&json);
    }
    json_end(&json);
    text_free(&name);
    return check(&json, "the event", error);
}

void event_free(struct event *event) {
    text_free(&event->id);
    text_free(&event->stream);
    text_free(&event->type);
    text_free(&event->actor_id);
    text_free(&event->payload);
}

// Reads the payload of say, pose and system.
static bool message_read(const struct text *payload, struct text *message, char error[ECHO_ERROR_SIZE]) {
    if (payload->length == 0) return true;
    struct json json = json_read(payload->bytes, payload->length);
    struct text name = { 0 };
    for (json_open(&json); json_name(&json, &name);) {
        if (text_is(&name, "message")) json_string(&json, message);
        else json_skip(&json);
    }
    json_end(&json);
    text_free(&name);
    return check(&json, "the payload", error);
}

static void write_response(const struct text *stream, const struct text *payload, struct text *response) {
    text_put(response, "{\"events\":[{\"stream\":");
    text_put_json(response, stream->bytes, stream->length);
    text_put(response, ",\"type\":\"say\",\"payload\":");
    text_put_json(response, payload->bytes, payload->length);
    text_put(response, "}]}");
}

bool echo_answer(const struct event *event, const char *prefix, struct text *response, char error[ECHO_ERROR_SIZE]) {
    // An answer to other plugins' events, and so to its own, would never end.
    if (!text_is(&event->type, "say") || event->actor_kind == ACTOR_PLUGIN) return true;

    struct text message = { 0 }, echo = { 0 }, payload = { 0 };
    bool fine = message_read(&event->payload, &message, error);
    if (fine && message.length > 0) {
        text_put(&echo, prefix);
        text_add(&echo, message.bytes, message.length);
        text_put(&payload, "{\"message\":");
        text_put_json(&payload, echo.bytes, echo.length);
        text_put(&payload, "}");
        write_response(&event->stream, &payload, response);
        if (echo.incomplete || payload.incomplete || response->incomplete) {
            snprintf(error, ECHO_ERROR_SIZE, "no memory for an answer of %zu bytes", message.length);
            fine = false;
        }
    }
    text_free(&message);
    text_free(&echo);
    text_free(&payload);
    return fine;
}
