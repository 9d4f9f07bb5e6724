//! What the plugin answers. It knows nothing of WebAssembly, so `cargo test` runs anywhere.

use serde::{Deserialize, Serialize};

/// Stands before what is said again, unless the host's config has a `prefix`.
pub const DEFAULT_PREFIX: &str = "Echo: ";

/// `actor_kind` of events that plugins cause; 0 is a character, 1 the system.
pub const ACTOR_PLUGIN: u8 = 2;

/// What HoloMUSH delivers.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Event {
    /// A ULID.
    pub id: String,
    pub stream: String,
    #[serde(rename = "type")]
    pub kind: String,
    /// Milliseconds since the Unix epoch.
    pub timestamp: i64,
    pub actor_kind: u8,
    pub actor_id: String,
    /// JSON text of its own, whose fields depend on the type.
    pub payload: String,
}

/// An event that the plugin puts onto the bus.
#[derive(Serialize, Debug, PartialEq)]
pub struct Emit {
    pub stream: String,
    #[serde(rename = "type")]
    pub kind: String,
    /// JSON text.
    pub payload: String,
}

/// What the plugin gives back.
#[derive(Serialize, Debug, PartialEq)]
pub struct Response {
    pub events: Vec<Emit>,
}

/// The payload of say, pose and system.
#[derive(Serialize, Deserialize, Default)]
#[serde(default)]
struct Message {
    message: String,
}

/// The answer to an event; `None` where there is nothing to say.
pub fn answer(event: &Event, prefix: &str) -> Result<Option<Response>, serde_json::Error> {
    // An answer to other plugins' events, and so to its own, would never end.
    if event.kind != "say" || event.actor_kind == ACTOR_PLUGIN || event.payload.is_empty() {
        return Ok(None);
    }
    let said: Message = serde_json::from_str(&event.payload)?;
    if said.message.is_empty() {
        return Ok(None);
    }
    let message = Message { message: format!("{prefix}{}", said.message) };
    let payload = serde_json::to_string(&message)?;
    Ok(Some(Response { events: vec![Emit { stream: event.stream.clone(), kind: "say".into(), payload }] }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(json: &str) -> Event {
        serde_json::from_str(json).unwrap()
    }

    fn said(json: &str) -> Option<String> {
        let response = answer(&event(json), DEFAULT_PREFIX).unwrap()?;
        let [emit] = &response.events[..] else { panic!("{response:?}") };
        assert_eq!((emit.stream.as_str(), emit.kind.as_str()), ("location:tavern", "say"));
        Some(serde_json::from_str::<Message>(&emit.payload).unwrap().message)
    }

    #[test]
    fn says_of_characters_are_echoed() {
        let hello = r#"{"stream":"location:tavern","type":"say","actor_kind":0,"payload":"{\"message\":\"hello\"}"}"#;
        assert_eq!(said(hello).as_deref(), Some("Echo: hello"));
        let quoted = r#"{"stream":"location:tavern","type":"say","payload":"{\"message\":\"\\u003cb\\u003e \\\"Grüße\\\"\"}"}"#;
        assert_eq!(said(quoted).as_deref(), Some("Echo: <b> \"Grüße\""));
    }

    #[test]
    fn everything_else_is_ignored() {
        for json in [
            r#"{"stream":"location:tavern","type":"say","actor_kind":2,"payload":"{\"message\":\"hello\"}"}"#,
            r#"{"stream":"location:tavern","type":"pose","payload":"{\"message\":\"waves\"}"}"#,
            r#"{"stream":"location:tavern","type":"say","payload":"{\"message\":\"\"}"}"#,
            r#"{"stream":"location:tavern","type":"say","payload":"{}"}"#,
            r#"{"stream":"location:tavern","type":"say"}"#,
        ] {
            assert_eq!(said(json), None, "{json}");
        }
    }

    #[test]
    fn a_payload_that_is_no_json_is_an_error() {
        assert!(answer(&event(r#"{"type":"say","payload":"hello"}"#), DEFAULT_PREFIX).is_err());
    }
}
