//! AUTOSAR DLT files, read by the crate that Chipmunk's own parser of DLT uses.

use std::fmt::Write;

use dlt_core::dlt::{Argument, LogLevel, Message, MessageType, PayloadContent, Value};
use dlt_core::parse::{dlt_message, DltParseError, ParsedMessage};

use crate::{Column, Failure, Format, Item, Parser, Shape};

/// DLT messages with storage headers.
pub struct Dlt;

impl Format for Dlt {
    const COLUMNS: &'static [Column] = &[
        Column { caption: "Time", description: "Seconds since the Unix epoch", width: 150 },
        Column { caption: "ECU", description: "Id of the control unit", width: 50 },
        Column { caption: "App", description: "Id of the application", width: 50 },
        Column { caption: "Context", description: "Id of the context", width: 50 },
        Column { caption: "Type", description: "Level, or the kind of message", width: 60 },
        Column { caption: "Message", description: "The arguments", width: -1 },
    ];

    fn parser(shape: Shape) -> Box<dyn Parser> {
        Box::new(Messages { shape, time: String::new(), text: String::new() })
    }
}

struct Messages {
    shape: Shape,
    /// Room for a message's texts, used again and again.
    time: String,
    text: String,
}

impl Parser for Messages {
    fn parse(&mut self, data: &[u8]) -> Result<Vec<Item>, Failure> {
        let mut items = Vec::new();
        let mut rest = data;
        while !rest.is_empty() {
            match dlt_message(rest, None, true) {
                Ok((after, ParsedMessage::Item(message))) => {
                    items.push(Item { consumed: rest.len() - after.len(), message: self.row(&message) });
                    rest = after;
                }
                Ok(_) if items.is_empty() => return Err(Failure::Parse("not a message".into())),
                Err(DltParseError::IncompleteParse { .. }) if items.is_empty() => return Err(Failure::Incomplete),
                Err(DltParseError::ParsingHickup(reason)) if items.is_empty() => return Err(Failure::Parse(reason)),
                Err(DltParseError::Unrecoverable(reason)) if items.is_empty() => {
                    return Err(Failure::Unrecoverable(reason))
                }
                _ => break,
            }
        }
        Ok(items)
    }
}

impl Messages {
    fn row(&mut self, message: &Message) -> crate::Message {
        self.time.clear();
        self.text.clear();
        let stored = message.storage_header.as_ref();
        if let Some(header) = stored {
            let time = &header.timestamp;
            let _ = write!(self.time, "{}.{:06}", time.seconds, time.microseconds);
        }
        payload(&mut self.text, &message.payload);
        let extended = message.extended_header.as_ref();
        self.shape.row([
            &self.time,
            stored.map_or("", |header| &header.ecu_id),
            extended.map_or("", |header| &header.application_id),
            extended.map_or("", |header| &header.context_id),
            extended.map_or("", |header| kind(&header.message_type)),
            &self.text,
        ])
    }
}

fn kind(message_type: &MessageType) -> &'static str {
    match message_type {
        MessageType::Log(LogLevel::Fatal) => "fatal",
        MessageType::Log(LogLevel::Error) => "error",
        MessageType::Log(LogLevel::Warn) => "warn",
        MessageType::Log(LogLevel::Info) => "info",
        MessageType::Log(LogLevel::Debug) => "debug",
        MessageType::Log(LogLevel::Verbose) => "verbose",
        MessageType::ApplicationTrace(_) => "trace",
        MessageType::NetworkTrace(_) => "network",
        MessageType::Control(_) => "control",
        _ => "unknown",
    }
}

fn payload(text: &mut String, content: &PayloadContent) {
    match content {
        PayloadContent::Verbose(arguments) => {
            for (index, argument) in arguments.iter().enumerate() {
                if index > 0 {
                    text.push(' ');
                }
                value(text, argument);
            }
        }
        PayloadContent::NonVerbose(id, bytes) => {
            let _ = write!(text, "[{id}] ");
            hex(text, bytes);
        }
        PayloadContent::ControlMsg(control, bytes) => {
            let _ = write!(text, "[{control:?}] ");
            hex(text, bytes);
        }
        PayloadContent::NetworkTrace(slices) => {
            for slice in slices {
                hex(text, slice);
            }
        }
    }
}

fn value(text: &mut String, argument: &Argument) {
    // Writing to a string cannot fail.
    let _ = match &argument.value {
        Value::Bool(value) => write!(text, "{}", *value != 0),
        Value::U8(value) => write!(text, "{value}"),
        Value::U16(value) => write!(text, "{value}"),
        Value::U32(value) => write!(text, "{value}"),
        Value::U64(value) => write!(text, "{value}"),
        Value::U128(value) => write!(text, "{value}"),
        Value::I8(value) => write!(text, "{value}"),
        Value::I16(value) => write!(text, "{value}"),
        Value::I32(value) => write!(text, "{value}"),
        Value::I64(value) => write!(text, "{value}"),
        Value::I128(value) => write!(text, "{value}"),
        Value::F32(value) => write!(text, "{value}"),
        Value::F64(value) => write!(text, "{value}"),
        Value::StringVal(value) => {
            text.push_str(value);
            Ok(())
        }
        Value::Raw(bytes) => {
            hex(text, bytes);
            Ok(())
        }
    };
}

fn hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
}
