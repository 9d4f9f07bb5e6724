// A gain filter: multiplies the samples of every audio packet.
//
// Whatever the host passes to an export belongs to the plugin, which must free it: a packet that is
// not freed is memory lost with every call, until the host's limit of 64 MiB ends the node.

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "params.h"
#include "plugin.h"

// Name under which the host registers this plugin: `plugin::wasm::{{name}}`.
#define KIND "{{name}}"

// Type id of what goes out on the pin `telemetry`.
#define LEVEL_TYPE "plugin::wasm::" KIND "/level@1"

// A level is sent after this many packets: once a second at 20 ms a packet.
#define PACKETS_PER_LEVEL 50

// The host shows this to users; it does not check parameters against it.
static const char PARAM_SCHEMA[] =
    "{\"type\":\"object\",\"properties\":{\"gain_db\":{\"type\":\"number\",\"title\":\"Gain in decibels\","
    "\"default\":0,\"minimum\":-60,\"maximum\":20,\"tunable\":true}},\"additionalProperties\":false}";

// One running node of a pipeline.
struct exports_streamkit_plugin_node_node_instance_t {
    struct params params;
    uint64_t packets;
};

typedef exports_streamkit_plugin_node_node_instance_t instance_t;

// A string of the contract that borrows a C string; for calls to the host, which copies it.
static plugin_string_t borrowed(const char *text) {
    return (plugin_string_t){ .ptr = (uint8_t *)text, .len = strlen(text) };
}

// A copy of a C string that the caller's side will free; for what an export gives back.
static plugin_string_t owned(const char *text) {
    plugin_string_t string;
    plugin_string_dup(&string, text);
    return string;
}

__attribute__((format(printf, 2, 3))) static void log_line(streamkit_plugin_host_log_level_t level,
                                                           const char *format, ...) {
    char line[256];
    va_list values;
    va_start(values, format);
    vsnprintf(line, sizeof line, format, values);
    va_end(values);
    plugin_string_t message = borrowed(line);
    streamkit_plugin_host_log(level, &message);
}

static streamkit_plugin_types_packet_type_t audio_type(void) {
    return (streamkit_plugin_types_packet_type_t){
        .tag = STREAMKIT_PLUGIN_TYPES_PACKET_TYPE_RAW_AUDIO,
        .val.raw_audio = { .sample_rate = 48000,
                           .channels = 1,
                           .sample_format = STREAMKIT_PLUGIN_TYPES_SAMPLE_FORMAT_FLOAT32 },
    };
}

// Called once when the plugin is loaded. Everything in the result is freed after the host has read it.
void exports_streamkit_plugin_node_metadata(exports_streamkit_plugin_node_node_metadata_t *ret) {
    streamkit_plugin_types_packet_type_t *accepts = malloc(sizeof *accepts);
    *accepts = audio_type();

    streamkit_plugin_types_input_pin_t *inputs = malloc(sizeof *inputs);
    inputs[0] = (streamkit_plugin_types_input_pin_t){
        .name = owned("in"),
        .accepts_types = { .ptr = accepts, .len = 1 },
    };

    streamkit_plugin_types_output_pin_t *outputs = malloc(2 * sizeof *outputs);
    outputs[0] = (streamkit_plugin_types_output_pin_t){ .name = owned("out"), .produces_type = audio_type() };
    outputs[1] = (streamkit_plugin_types_output_pin_t){
        .name = owned("telemetry"),
        .produces_type = { .tag = STREAMKIT_PLUGIN_TYPES_PACKET_TYPE_CUSTOM, .val.custom = owned(LEVEL_TYPE) },
    };

    plugin_string_t *categories = malloc(2 * sizeof *categories);
    categories[0] = owned("audio");
    categories[1] = owned("filters");

    *ret = (exports_streamkit_plugin_node_node_metadata_t){
        .kind = owned(KIND),
        .inputs = { .ptr = inputs, .len = 1 },
        .outputs = { .ptr = outputs, .len = 2 },
        .param_schema = owned(PARAM_SCHEMA),
        .categories = { .ptr = categories, .len = 2 },
    };
}

exports_streamkit_plugin_node_own_node_instance_t
exports_streamkit_plugin_node_constructor_node_instance(plugin_string_t *maybe_params) {
    instance_t *self = calloc(1, sizeof *self);
    char error[PARAMS_ERROR_SIZE];
    if (maybe_params != NULL) {
        // A constructor cannot refuse: a trap would end the node.
        if (!params_read(&self->params, maybe_params->ptr, maybe_params->len, error)) {
            log_line(STREAMKIT_PLUGIN_HOST_LOG_LEVEL_WARN, "%s; using 0 dB", error);
        }
        plugin_string_free(maybe_params);
    }
    log_line(STREAMKIT_PLUGIN_HOST_LOG_LEVEL_INFO, "gain %g dB", self->params.gain_db);
    return exports_streamkit_plugin_node_node_instance_new(self);
}

// Sends the level of these samples as telemetry; false with the host's error where it refuses.
static bool send_level(const streamkit_plugin_types_audio_frame_t *frame, plugin_string_t *err) {
    double sum = 0, peak = 0;
    for (size_t i = 0; i < frame->samples.len; i++) {
        double sample = frame->samples.ptr[i];
        sum += sample * sample;
        peak = fmax(peak, fabs(sample));
    }
    double rms = frame->samples.len == 0 ? 0 : sqrt(sum / (double)frame->samples.len);
    char data[256];
    snprintf(data, sizeof data,
             "{\"event_type\":\"audio.level\",\"rms\":%.9g,\"peak\":%.9g,\"sample_count\":%zu,"
             "\"sample_rate\":%u,\"channels\":%u}",
             rms, peak, frame->samples.len, (unsigned)frame->sample_rate, (unsigned)frame->channels);

    plugin_string_t pin = borrowed("telemetry");
    streamkit_plugin_host_packet_t packet = {
        .tag = STREAMKIT_PLUGIN_TYPES_PACKET_CUSTOM,
        .val.custom = { .type_id = borrowed(LEVEL_TYPE),
                        .encoding = STREAMKIT_PLUGIN_TYPES_CUSTOM_ENCODING_JSON,
                        .data = borrowed(data) },
    };
    return streamkit_plugin_host_send_output(&pin, &packet, err);
}

// Handles one packet. An error ends the node.
bool exports_streamkit_plugin_node_method_node_instance_process(
    exports_streamkit_plugin_node_borrow_node_instance_t self, plugin_string_t *input_pin,
    exports_streamkit_plugin_node_packet_t *packet, plugin_string_t *err) {
    bool ok = false;
    if (packet->tag == STREAMKIT_PLUGIN_TYPES_PACKET_AUDIO) {
        streamkit_plugin_types_audio_frame_t *frame = &packet->val.audio;
        float factor = powf(10.0f, (float)self->params.gain_db / 20.0f);
        for (size_t i = 0; i < frame->samples.len; i++) frame->samples.ptr[i] *= factor;

        plugin_string_t out = borrowed("out");
        ok = streamkit_plugin_host_send_output(&out, packet, err);
        self->packets++;
        if (ok && self->packets % PACKETS_PER_LEVEL == 0) ok = send_level(frame, err);
    } else {
        char message[128];
        snprintf(message, sizeof message, "expected audio on pin %.*s", (int)input_pin->len, input_pin->ptr);
        *err = owned(message);
    }
    exports_streamkit_plugin_node_packet_free(packet);
    plugin_string_free(input_pin);
    return ok;
}

// Takes new parameters while the node runs, possibly only some of them. An error ends the node.
bool exports_streamkit_plugin_node_method_node_instance_update_params(
    exports_streamkit_plugin_node_borrow_node_instance_t self, plugin_string_t *maybe_params,
    plugin_string_t *err) {
    if (maybe_params == NULL) return true;
    char error[PARAMS_ERROR_SIZE];
    bool ok = params_read(&self->params, maybe_params->ptr, maybe_params->len, error);
    plugin_string_free(maybe_params);
    if (!ok) {
        *err = owned(error);
        return false;
    }
    log_line(STREAMKIT_PLUGIN_HOST_LOG_LEVEL_INFO, "gain %g dB", self->params.gain_db);
    return true;
}

// Called once when the node stops in good order.
void exports_streamkit_plugin_node_method_node_instance_cleanup(
    exports_streamkit_plugin_node_borrow_node_instance_t self) {
    log_line(STREAMKIT_PLUGIN_HOST_LOG_LEVEL_INFO, "%llu packets", (unsigned long long)self->packets);
}

void exports_streamkit_plugin_node_node_instance_destructor(instance_t *self) {
    free(self);
}
