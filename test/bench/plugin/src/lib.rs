//! The plugin that the benchmarks measure: multiplies audio, and makes host calls when a text asks for them.
use std::cell::Cell;

wit_bindgen::generate!({ path: "../../../wit/streamkit", world: "plugin", generate_all });

use exports::streamkit::plugin::node::{Guest, GuestNodeInstance};
use streamkit::plugin::host;
use streamkit::plugin::types::{
    AudioFormat, InputPin, NodeMetadata, OutputPin, Packet, PacketType, SampleFormat,
};

/// The benchmark writes a new number here before each reload, so that every build differs.
#[used]
static MARKER: [u8; 32] = *b"HOTPLUG-MARKER-00000000000000000";

const LINE: &str = "a line of sixty bytes as plugins write them to their log....";

struct Plugin;

struct Instance {
    gain: Cell<f32>,
}

impl Guest for Plugin {
    type NodeInstance = Instance;

    fn metadata() -> NodeMetadata {
        let format = AudioFormat { sample_rate: 48_000, channels: 1, sample_format: SampleFormat::Float32 };
        NodeMetadata {
            kind: "bench".into(),
            inputs: vec![InputPin { name: "in".into(), accepts_types: vec![PacketType::Any] }],
            outputs: vec![OutputPin { name: "out".into(), produces_type: PacketType::RawAudio(format) }],
            param_schema: "{}".into(),
            categories: vec![String::from_utf8_lossy(&MARKER).into_owned()],
        }
    }
}

impl GuestNodeInstance for Instance {
    fn new(_params: Option<String>) -> Self {
        Instance { gain: Cell::new(1.0) }
    }

    fn process(&self, _pin: String, packet: Packet) -> Result<(), String> {
        match packet {
            Packet::Audio(mut frame) => {
                let gain = self.gain.get();
                for sample in &mut frame.samples {
                    *sample *= gain;
                }
                host::send_output("out", &Packet::Audio(frame))
            }
            Packet::Text(count) => {
                for _ in 0..count.parse::<u32>().map_err(|error| error.to_string())? {
                    host::log(host::LogLevel::Info, LINE);
                }
                Ok(())
            }
            _ => Err("not audio and not text".into()),
        }
    }

    fn update_params(&self, _params: Option<String>) -> Result<(), String> {
        Ok(())
    }

    fn cleanup(&self) {}
}

export!(Plugin);
