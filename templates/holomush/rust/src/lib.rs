//! An echo: what a character says is said again on the same stream.

pub mod echo;

/// The export. What it calls exists in a host only, so that tests, which run outside of one, are built without it.
#[cfg(target_family = "wasm")]
mod plugin {
    use extism_pdk::*;

    use crate::echo::{answer, Event, Response, DEFAULT_PREFIX};

    /// Called for every event on a stream that the plugin subscribes to, one at a time. No output and a response
    /// without events both mean that there is nothing to do. An error ends the call: HoloMUSH logs it and goes on
    /// with the next event.
    #[plugin_fn]
    pub fn handle_event(Json(event): Json<Event>) -> FnResult<Option<Json<Response>>> {
        let prefix = config::get("prefix")?.unwrap_or_else(|| DEFAULT_PREFIX.into());
        Ok(answer(&event, &prefix)?.map(Json))
    }
}
