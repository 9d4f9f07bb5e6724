//! Parsers of logs: bytes in, rows with columns out. They know nothing of WebAssembly or of who calls them, but for
//! this: they are given a window of a stream again and again, from the first byte that they have not consumed.

pub mod dlt;
pub mod text;

/// Chipmunk's separator of the columns of a row.
pub const SEPARATOR: char = '\u{4}';

/// A window with fewer bytes than this is refilled before the next call, while there is more.
pub const REFILLED_UNDER: usize = 10 * 1024;

pub enum Message {
    Columns(Vec<String>),
    /// The columns in one text, as Chipmunk's own kit for Rust plugins hands them over.
    Line(String),
}

/// One row and how many bytes of the window it stands for.
pub struct Item {
    pub consumed: usize,
    pub message: Message,
}

pub enum Failure {
    /// The window ends before the first message does.
    Incomplete,
    /// There is no message where the window begins.
    Parse(String),
    Unrecoverable(String),
}

pub trait Parser {
    /// Every message of the window. A failure only where there is none: what follows them comes with the next call.
    fn parse(&mut self, data: &[u8]) -> Result<Vec<Item>, Failure>;
}

pub struct Column {
    pub caption: &'static str,
    pub description: &'static str,
    /// -1: as wide as the host likes.
    pub width: i16,
}

/// How a parser hands over the columns of a row.
#[derive(Clone, Copy, PartialEq)]
pub enum Shape {
    Columns,
    Line,
}

impl Shape {
    /// A row of these columns, whose texts take no more room than they need.
    pub(crate) fn row<const N: usize>(self, columns: [&str; N]) -> Message {
        match self {
            Shape::Columns => Message::Columns(columns.map(String::from).into()),
            Shape::Line => {
                let length: usize = columns.iter().map(|column| column.len()).sum();
                let mut line = String::with_capacity(length + N - 1);
                for (index, column) in columns.iter().enumerate() {
                    if index > 0 {
                        line.push(SEPARATOR);
                    }
                    line.push_str(column);
                }
                Message::Line(line)
            }
        }
    }
}

/// What a parser reads.
pub trait Format {
    const COLUMNS: &'static [Column];
    fn parser(shape: Shape) -> Box<dyn Parser>;
}
