//! One line as a row.

use crate::config::{Config, LEVELS};

/// Bytes of a binary line that are shown.
const SHOWN: usize = 16;

/// The cells of a line, one for each column; none where it is not to be shown.
pub fn read(line: &[u8], timestamp: Option<u64>, config: &Config) -> Option<Vec<String>> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.is_empty() && !config.keep_empty {
        return None;
    }
    let time = timestamp.map_or(String::new(), |ms| format!("{}.{:03}", ms / 1000, ms % 1000));
    // What is no UTF-8 is replaced: one wrong byte must not cost a line.
    let text = String::from_utf8_lossy(line);
    if is_binary(&text, config.printable) {
        return Some(vec![time, "binary".into(), String::new(), String::new(), hex(line)]);
    }
    // The host separates cells with U+0004.
    let text = text.replace('\u{4}', "\u{fffd}");
    let fields: Vec<&str> = text.splitn(4, config.separator.as_str()).collect();
    let &[time, level, component, message] = fields.as_slice() else {
        return Some(vec![time, String::new(), String::new(), config.found_in(&text), shortened(&text, config.longest)]);
    };
    let rank = LEVELS.iter().position(|known| level.eq_ignore_ascii_case(known));
    if rank.is_some_and(|rank| rank < config.level) {
        return None;
    }
    let component = component.strip_suffix(':').unwrap_or(component);
    let doubt = if config.knows(component) { "" } else { "?" };
    let message = message.to_string();
    Some(vec![
        time.into(),
        level.into(),
        format!("{component}{doubt}"),
        config.found_in(&message),
        shortened(&message, config.longest),
    ])
}

/// Whether fewer than a share of the characters can be printed.
fn is_binary(text: &str, share: f32) -> bool {
    let all = text.chars().count();
    let printable = text.chars().filter(|&one| one == '\t' || (one >= ' ' && one != '\u{7f}' && one != '\u{fffd}'));
    (printable.count() as f64) < f64::from(share) * all as f64
}

fn hex(bytes: &[u8]) -> String {
    let shown: Vec<String> = bytes.iter().take(SHOWN).map(|byte| format!("{byte:02x}")).collect();
    let more = if bytes.len() > SHOWN { " …" } else { "" };
    format!("{} bytes: {}{more}", bytes.len(), shown.join(" "))
}

/// At most so many characters; all of them for 0.
fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) if longest > 0 => format!("{}…", &text[..end]),
        _ => text.into(),
    }
}
