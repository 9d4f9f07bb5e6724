//! Reads a log as Chipmunk does, with the parser in the same program: `native text|dlt FILE [--as-lines]
//! [--session FILE]`. With a session file each row is written to it as a line. Prints what it did as JSON.

mod window;

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::time::Instant;

use parsers::{Failure, Format, Item, Message, Parser, Shape, SEPARATOR};
use window::Window;

/// After so many incomplete answers in a row Chipmunk ends a session.
const INCOMPLETE_LIMIT: usize = 50;

#[derive(Default)]
struct Counts {
    rows: usize,
    bytes: usize,
    skipped: usize,
    calls: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [format, file, rest @ ..] = arguments.as_slice() else {
        return Err("usage: native text|dlt FILE [--as-lines] [--session FILE]".into());
    };
    let mut shape = Shape::Columns;
    let mut session = None;
    let mut rest = rest.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--as-lines" => shape = Shape::Line,
            "--session" => session = Some(rest.next().ok_or("--session needs a file")?),
            other => return Err(format!("unknown argument {other}").into()),
        }
    }
    let mut parser = match format.as_str() {
        "text" => parsers::text::Text::parser(shape),
        "dlt" => parsers::dlt::Dlt::parser(shape),
        other => return Err(format!("unknown format {other}").into()),
    };

    let started = Instant::now();
    let window = Window::new(File::open(file)?);
    let counts = match session {
        Some(path) => {
            let mut file = BufWriter::new(File::create(path)?);
            let counts = parse(parser.as_mut(), window, |message| write_row(&mut file, message))?;
            file.flush()?;
            counts
        }
        None => parse(parser.as_mut(), window, |message| {
            std::hint::black_box(message);
            Ok(())
        })?,
    };
    let seconds = started.elapsed().as_secs_f64();
    let Counts { rows, bytes, skipped, calls } = counts;
    println!("{{\"seconds\":{seconds},\"rows\":{rows},\"bytes\":{bytes},\"skipped\":{skipped},\"calls\":{calls}}}");
    Ok(())
}

/// Chipmunk's loop: load, parse, consume; what is incomplete is parsed again with more, or loses a byte.
fn parse(
    parser: &mut dyn Parser,
    mut window: Window,
    mut row: impl FnMut(&Message) -> std::io::Result<()>,
) -> Result<Counts, Box<dyn Error>> {
    let mut counts = Counts::default();
    let mut incomplete = 0;
    loop {
        window.load()?;
        if window.data().is_empty() {
            return Ok(counts);
        }
        counts.calls += 1;
        match parser.parse(window.data()) {
            Ok(items) => {
                incomplete = 0;
                let mut consumed = 0;
                for Item { consumed: bytes, message } in &items {
                    consumed += bytes;
                    row(message)?;
                }
                if consumed == 0 {
                    return Err("the parser consumed nothing".into());
                }
                counts.rows += items.len();
                counts.bytes += consumed;
                window.consume(consumed);
            }
            Err(Failure::Incomplete) => {
                incomplete += 1;
                if incomplete > INCOMPLETE_LIMIT {
                    return Err("incomplete too often".into());
                }
                if window.load()? == 0 {
                    counts.skipped += 1;
                    window.consume(1);
                }
            }
            Err(Failure::Parse(_)) => {
                counts.skipped += 1;
                window.consume(1);
            }
            Err(Failure::Unrecoverable(reason)) => return Err(reason.into()),
        }
    }
}

fn write_row(file: &mut impl Write, message: &Message) -> std::io::Result<()> {
    match message {
        Message::Columns(columns) => {
            for (index, column) in columns.iter().enumerate() {
                if index > 0 {
                    file.write_all(&[SEPARATOR as u8])?;
                }
                file.write_all(column.as_bytes())?;
            }
        }
        Message::Line(line) => file.write_all(line.as_bytes())?,
    }
    file.write_all(b"\n")
}
