//! Lines of `TIME LEVEL MESSAGE`. A line that is anything else is all message.

use crate::{Column, Failure, Format, Item, Message, Parser, Shape, REFILLED_UNDER};

/// Lines of text.
pub struct Text;

impl Format for Text {
    const COLUMNS: &'static [Column] = &[
        Column { caption: "Time", description: "When it was written, in UTC", width: 200 },
        Column { caption: "Level", description: "How grave it is", width: 60 },
        Column { caption: "Message", description: "Component and text", width: -1 },
    ];

    fn parser(shape: Shape) -> Box<dyn Parser> {
        Box::new(Lines { shape, tail: Vec::new(), more_was_asked_for: false })
    }
}

struct Lines {
    shape: Shape,
    /// Bytes at the end of the last window that no newline follows.
    tail: Vec<u8>,
    /// The host has read on since then, if there was anything to read.
    more_was_asked_for: bool,
}

impl Parser for Lines {
    fn parse(&mut self, data: &[u8]) -> Result<Vec<Item>, Failure> {
        let mut items = Vec::new();
        let mut rest = data;
        while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
            items.push(Item { consumed: end + 1, message: self.row(&rest[..end]) });
            rest = &rest[end + 1..];
        }
        if !items.is_empty() {
            self.tail = rest.to_vec();
            self.more_was_asked_for = rest.len() < REFILLED_UNDER;
            return Ok(items);
        }
        if self.is_last(data) {
            let line = std::mem::take(&mut self.tail);
            return Ok(vec![Item { consumed: data.len(), message: self.row(&line) }]);
        }
        self.tail = data.to_vec();
        self.more_was_asked_for = true;
        Err(Failure::Incomplete)
    }
}

impl Lines {
    /// Whether what is left is the last line: the host had nothing to add to it. A host that was told that the line is
    /// incomplete drops its first byte before it asks again, which the tail still has.
    fn is_last(&self, data: &[u8]) -> bool {
        self.more_was_asked_for
            && !self.tail.is_empty()
            && self.tail.len() <= data.len() + 1
            && self.tail.ends_with(data)
    }

    fn row(&self, line: &[u8]) -> Message {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let line = String::from_utf8_lossy(line);
        self.shape.row(columns(&line))
    }
}

fn columns(line: &str) -> [&str; 3] {
    let Some((time, rest)) = line.split_once(' ') else { return ["", "", line] };
    let Some((level, message)) = rest.split_once(' ') else { return ["", "", line] };
    if !time.starts_with(|first: char| first.is_ascii_digit()) {
        return ["", "", line];
    }
    [time, level, message.trim_start()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(items: &[Item]) -> Vec<String> {
        items
            .iter()
            .map(|Item { consumed, message }| match message {
                Message::Columns(columns) => format!("{consumed} {}", columns.join("|")),
                Message::Line(line) => format!("{consumed} {}", line.replace(crate::SEPARATOR, "|")),
            })
            .collect()
    }

    fn parsed(parser: &mut Box<dyn Parser>, data: &[u8]) -> Vec<String> {
        match parser.parse(data) {
            Ok(items) => texts(&items),
            Err(Failure::Incomplete) => vec!["incomplete".into()],
            Err(_) => vec!["failed".into()],
        }
    }

    #[test]
    fn lines_become_columns() {
        for shape in [Shape::Columns, Shape::Line] {
            let mut parser = Text::parser(shape);
            assert_eq!(
                parsed(&mut parser, "2026-03-14T08:00:00Z INFO  [net] gr\u{fc}n\r\n\nno level\n".as_bytes()),
                ["40 2026-03-14T08:00:00Z|INFO|[net] gr\u{fc}n", "1 ||", "9 ||no level"]
            );
        }
    }

    #[test]
    fn a_line_that_a_window_cuts_is_whole_in_the_next() {
        let mut parser = Text::parser(Shape::Line);
        assert_eq!(parsed(&mut parser, b"1 A one\n2 B t"), ["8 1|A|one"]);
        assert_eq!(parsed(&mut parser, b"2 B two\n"), ["8 2|B|two"]);
        assert_eq!(parsed(&mut parser, b"3 C th"), ["incomplete"]);
        assert_eq!(parsed(&mut parser, b"3 C three\n"), ["10 3|C|three"]);
    }

    #[test]
    fn a_last_line_needs_no_newline() {
        let mut parser = Text::parser(Shape::Line);
        assert_eq!(parsed(&mut parser, b"1 A one\n2 B two"), ["8 1|A|one"]);
        assert_eq!(parsed(&mut parser, b"2 B two"), ["7 2|B|two"]);
    }

    #[test]
    fn an_only_line_loses_no_byte_to_a_host_that_drops_one() {
        let mut parser = Text::parser(Shape::Line);
        assert_eq!(parsed(&mut parser, b"1 A one"), ["incomplete"]);
        assert_eq!(parsed(&mut parser, b" A one"), ["6 1|A|one"]);
    }

    #[test]
    fn a_long_rest_that_is_not_refilled_is_not_the_last_line() {
        let mut parser = Text::parser(Shape::Line);
        let long = "x".repeat(REFILLED_UNDER);
        assert_eq!(parsed(&mut parser, format!("1 A one\n{long}").as_bytes()), ["8 1|A|one"]);
        assert_eq!(parsed(&mut parser, long.as_bytes()), ["incomplete"]);
    }
}
