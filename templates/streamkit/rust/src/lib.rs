//! A gain filter: multiplies the samples of every audio packet.

use std::cell::Cell;

use exports::streamkit::plugin::node::{Guest, GuestNodeInstance};
use streamkit::plugin::host::{log, send_output, LogLevel};
use streamkit::plugin::types::{
    AudioFormat, AudioFrame, CustomEncoding, CustomPacket, InputPin, NodeMetadata, OutputPin, Packet, PacketType,
    SampleFormat,
};

wit_bindgen::generate!({ path: "wit", world: "plugin", generate_all });

/// Name under which the host registers this plugin: `plugin::wasm::{{name}}`.
const KIND: &str = "{{name}}";

/// Type id of what goes out on the pin `telemetry`.
const LEVEL_TYPE: &str = "plugin::wasm::{{name}}/level@1";

/// A level is sent after this many packets: once a second at 20 ms a packet.
const PACKETS_PER_LEVEL: u64 = 50;

/// The parameters. An update may hold only what changed.
#[derive(serde::Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Params {
    gain_db: Option<f32>,
}

impl Params {
    /// Reads the node's configuration; none is the same as an empty one.
    fn read(json: Option<&str>) -> Result<Self, String> {
        let params: Params = match json {
            Some(json) => serde_json::from_str(json).map_err(|error| format!("bad parameters: {error}"))?,
            None => Params::default(),
        };
        match params.gain_db {
            Some(gain) if !(-60.0..=20.0).contains(&gain) => {
                Err(format!("gain_db must be a number from -60 to 20, not {gain}"))
            }
            _ => Ok(params),
        }
    }
}

struct Plugin;

impl Guest for Plugin {
    type NodeInstance = Gain;

    fn metadata() -> NodeMetadata {
        let audio = PacketType::RawAudio(AudioFormat {
            sample_rate: 48_000,
            channels: 1,
            sample_format: SampleFormat::Float32,
        });
        NodeMetadata {
            kind: KIND.into(),
            inputs: vec![InputPin { name: "in".into(), accepts_types: vec![audio.clone()] }],
            outputs: vec![
                OutputPin { name: "out".into(), produces_type: audio },
                OutputPin { name: "telemetry".into(), produces_type: PacketType::Custom(LEVEL_TYPE.into()) },
            ],
            // The host shows this to users; it does not check parameters against it.
            param_schema: serde_json::json!({
                "type": "object",
                "properties": {
                    "gain_db": {
                        "type": "number",
                        "title": "Gain in decibels",
                        "default": 0,
                        "minimum": -60,
                        "maximum": 20,
                        "tunable": true,
                    },
                },
                "additionalProperties": false,
            })
            .to_string(),
            categories: vec!["audio".into(), "filters".into()],
        }
    }
}

/// One running node of a pipeline. The host calls it from one place at a time, so cells are enough.
struct Gain {
    gain_db: Cell<f32>,
    packets: Cell<u64>,
}

impl Gain {
    fn set(&self, params: Params) {
        if let Some(gain_db) = params.gain_db {
            self.gain_db.set(gain_db);
        }
        log(LogLevel::Info, &format!("gain {} dB", self.gain_db.get()));
    }
}

impl GuestNodeInstance for Gain {
    fn new(params: Option<String>) -> Self {
        let gain = Gain { gain_db: Cell::new(0.0), packets: Cell::new(0) };
        // A constructor cannot refuse: a panic would end the node with a trap.
        let params = Params::read(params.as_deref()).unwrap_or_else(|error| {
            log(LogLevel::Warn, &format!("{error}; using 0 dB"));
            Params::default()
        });
        gain.set(params);
        gain
    }

    /// Handles one packet. An error ends the node.
    fn process(&self, input_pin: String, packet: Packet) -> Result<(), String> {
        let Packet::Audio(mut frame) = packet else {
            return Err(format!("expected audio on pin {input_pin}"));
        };
        let factor = 10f32.powf(self.gain_db.get() / 20.0);
        for sample in &mut frame.samples {
            *sample *= factor;
        }
        self.packets.set(self.packets.get() + 1);
        let level = (self.packets.get() % PACKETS_PER_LEVEL == 0).then(|| level(&frame));
        send_output("out", &Packet::Audio(frame))?;
        match level {
            Some(level) => send_output("telemetry", &level),
            None => Ok(()),
        }
    }

    /// Takes new parameters while the node runs. An error ends the node.
    fn update_params(&self, params: Option<String>) -> Result<(), String> {
        self.set(Params::read(params.as_deref())?);
        Ok(())
    }

    /// Called once when the node stops in good order.
    fn cleanup(&self) {
        log(LogLevel::Info, &format!("{} packets", self.packets.get()));
    }
}

fn level(frame: &AudioFrame) -> Packet {
    let sum: f32 = frame.samples.iter().map(|sample| sample * sample).sum();
    let rms = (sum / frame.samples.len().max(1) as f32).sqrt();
    let peak = frame.samples.iter().fold(0f32, |peak, sample| peak.max(sample.abs()));
    Packet::Custom(CustomPacket {
        type_id: LEVEL_TYPE.into(),
        encoding: CustomEncoding::Json,
        data: serde_json::json!({
            "event_type": "audio.level",
            "rms": rms,
            "peak": peak,
            "sample_count": frame.samples.len(),
            "sample_rate": frame.sample_rate,
            "channels": frame.channels,
        })
        .to_string(),
    })
}

export!(Plugin);
