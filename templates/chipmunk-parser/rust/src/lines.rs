//! Lines out of the slices of a stream that the host passes.
//!
//! The host passes everything that is not consumed yet, again and again, and never says that there is no more.
//! So where a slice ends within a line, that line may go on or not:
//!
//! - Lines before it are given, and what there is of it is left to the host, which passes it again with more.
//! - Where nothing is before it, the answer is `incomplete`, for which the host reads more. If there is no more, the
//!   host drops a byte (in strict runs Hotplug drops none) and passes the rest. A slice that is no longer than the
//!   one before says therefore: that was all, make a row of it. It is also how a line goes on that is longer than
//!   the host's buffer: as several rows, with nothing lost.
//! - The byte that is dropped must not be one of the line. The newline in front of the line is left to the host with
//!   it, so that it is that one. Only the first line of an input has none: its first byte is remembered and put
//!   back. (A last byte that is passed alone is beyond help: nothing is left to be passed.)

use std::borrow::Cow;

/// A line without its newline, and how many bytes the host is to take away for it.
pub struct Line<'a> {
    pub text: Cow<'a, [u8]>,
    pub consumed: usize,
}

/// Where the last slice left off.
#[derive(Default)]
pub struct Lines {
    /// The next slice begins with a newline that ends a line which was given already.
    after_newline: bool,
    /// The last answer was `incomplete`: the first byte and the length of its slice.
    asked: Option<(u8, usize)>,
}

impl Lines {
    /// The lines of a slice; none where it is incomplete.
    pub fn split<'a>(&mut self, data: &'a [u8]) -> Option<Vec<Line<'a>>> {
        if let Some((first, length)) = self.asked.take() {
            if data.len() <= length {
                return Some(vec![self.last(data, first, data.len() < length)]);
            }
        }
        let mut lines = Vec::new();
        let mut start = usize::from(self.after_newline);
        let mut consumed = 0;
        while let Some(length) = data[start..].iter().position(|&byte| byte == b'\n') {
            let end = start + length;
            lines.push(Line { text: Cow::Borrowed(&data[start..end]), consumed: end + 1 - consumed });
            consumed = end + 1;
            start = consumed;
        }
        let Some(last) = lines.last_mut() else {
            self.asked = data.first().map(|&first| (first, data.len()));
            return None;
        };
        // An answer that consumes nothing would be asked for again and again.
        self.after_newline = start < data.len() && consumed > 1;
        last.consumed -= usize::from(self.after_newline);
        Some(lines)
    }

    /// What is left at the end of the input, or of the host's buffer.
    fn last<'a>(&mut self, data: &'a [u8], first: u8, dropped: bool) -> Line<'a> {
        let text = match (std::mem::take(&mut self.after_newline), dropped) {
            (true, false) => Cow::Borrowed(&data[1..]),
            (false, true) => Cow::Owned([&[first], data].concat()),
            _ => Cow::Borrowed(data),
        };
        Line { text, consumed: data.len() }
    }
}
