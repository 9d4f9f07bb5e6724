// Runs on this machine, without a host:
//
//     cc -std=c17 -Isrc test/echo_test.c src/echo.c src/json.c -o .hotplug/echo_test && .hotplug/echo_test

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "echo.h"

static int failures = 0;

// Expects this response to an event; NULL is an error.
static void expect(const char *event_json, const char *expected) {
    struct event event = { 0 };
    struct text response = { 0 };
    char error[ECHO_ERROR_SIZE] = "";
    bool fine = event_read(&event, event_json, strlen(event_json), error) &&
                echo_answer(&event, ECHO_PREFIX, &response, error);
    bool right = expected == NULL ? !fine && error[0] != '\0' : fine && text_is(&response, expected);
    if (!right) {
        failures++;
        fprintf(stderr, "%s\n  gave %s\n", event_json, fine ? (response.length == 0 ? "nothing" : response.bytes) : error);
    }
    event_free(&event);
    text_free(&response);
}

int main(void) {
    const char *const echo_hello =
        "{\"events\":[{\"stream\":\"location:tavern\",\"type\":\"say\",\"payload\":\"{\\\"message\\\":\\\"Echo: hello\\\"}\"}]}";
    expect("{\"stream\":\"location:tavern\",\"type\":\"say\",\"payload\":\"{\\\"message\\\":\\\"hello\\\"}\"}", echo_hello);
    expect(" { \"new\" : [ { } , 1.5e3, null, \"\\u0041\" ] , \"stream\":\"location:tavern\",\"type\":\"say\","
           "\"actor_kind\":0,\"timestamp\":-9223372036854775808,\"payload\":\"{\\\"message\\\":\\\"hello\\\"}\" } \n",
           echo_hello);
    expect("{\"stream\":\"s\",\"type\":\"say\",\"payload\":\"{\\\"message\\\":\\\"\\\\u003c\\\\ud83d\\\\ude00\\\\\\\"\\\\u0001\\\"}\"}",
           "{\"events\":[{\"stream\":\"s\",\"type\":\"say\",\"payload\":"
           "\"{\\\"message\\\":\\\"Echo: <\xf0\x9f\x98\x80\\\\\\\"\\\\u0001\\\"}\"}]}");

    expect("{\"type\":\"say\",\"actor_kind\":2,\"payload\":\"{\\\"message\\\":\\\"hello\\\"}\"}", "");
    expect("{\"type\":\"pose\",\"payload\":\"{\\\"message\\\":\\\"waves\\\"}\"}", "");
    expect("{\"type\":\"say\",\"payload\":\"{\\\"message\\\":\\\"\\\"}\"}", "");
    expect("{\"type\":\"say\",\"payload\":\"{}\"}", "");
    expect("{\"type\":\"say\"}", "");

    static const char *const mistakes[] = {
        "", "[]", "{", "{\"type\"}", "{\"type\":1}", "{\"type\":\"say\",}", "{\"type\":\"say\"} x", "{\"type\":\"sa",
        "{\"type\":\"\\x\"}", "{\"type\":\"\\u12\"}", "{\"type\":\"a\nb\"}", "{\"timestamp\":9223372036854775808}",
        "{\"timestamp\":1.5}", "{\"timestamp\":01}", "{\"x\":truf}", "{\"x\":[1,]}", "{\"x\":1.}",
        "{\"type\":\"say\",\"payload\":\"hello\"}", "{\"type\":\"say\",\"payload\":\"{\\\"message\\\":1}\"}",
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) expect(mistakes[i], NULL);

    if (failures == 0) puts("echo_test: fine");
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
