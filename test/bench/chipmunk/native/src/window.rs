//! The bytes of a file that a parser has not consumed yet, held and read as Chipmunk's source of files does it.

use std::fs::File;
use std::io::{self, Read};

use parsers::REFILLED_UNDER;

const CAPACITY: usize = 10 * 1024 * 1024;

pub struct Window {
    file: File,
    bytes: Box<[u8]>,
    start: usize,
    end: usize,
}

impl Window {
    pub fn new(file: File) -> Self {
        Window { file, bytes: vec![0; CAPACITY].into(), start: 0, end: 0 }
    }

    /// Reads on where few bytes are left. Gives how many came.
    pub fn load(&mut self) -> io::Result<usize> {
        if self.end - self.start >= REFILLED_UNDER {
            return Ok(0);
        }
        self.bytes.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let read = self.file.read(&mut self.bytes[self.end..])?;
        self.end += read;
        Ok(read)
    }

    pub fn data(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Goes on behind so many bytes, or behind all that are there.
    pub fn consume(&mut self, bytes: usize) {
        self.start = (self.start + bytes).min(self.end);
    }
}
