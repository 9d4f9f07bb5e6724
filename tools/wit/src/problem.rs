//! Errors of the libraries as problems with a place.

use crate::{Cause, File, Place, Problem};
use wit_parser::{ParseError, ResolveError, ResolveErrorKind, SourceMap, Span};

pub fn of_parsing(error: &ParseError, sources: &SourceMap, files: &[File]) -> Problem {
    Problem {
        cause: Cause::Wit,
        message: error.to_string(),
        place: place_of(error.kind().span(), sources, files),
    }
}

pub fn of_resolving(error: &ResolveError, sources: &SourceMap, files: &[File]) -> Problem {
    let kind = error.kind();
    let cause = match kind {
        ResolveErrorKind::PackageNotFound { .. } => Cause::PackageMissing,
        _ => Cause::Wit,
    };
    let message = match kind {
        ResolveErrorKind::PackageNotFound { requested, .. } => {
            format!("package {requested} is not in the folder")
        }
        ResolveErrorKind::DuplicatePackage { span2, .. } => {
            let other = place_of(*span2, sources, files).map_or_else(String::new, |place| {
                format!(
                    "; the other one is at {}:{}:{}",
                    place.file, place.line, place.column
                )
            });
            format!("{kind}{other}")
        }
        _ => kind.to_string(),
    };
    Problem {
        cause,
        message,
        place: place_of(kind.span(), sources, files),
    }
}

pub fn without_place(cause: Cause, message: impl Into<String>) -> Problem {
    Problem {
        cause,
        message: message.into(),
        place: None,
    }
}

/// Where a span begins; nothing where it is of no source, as all spans of a component are.
pub fn place_of(span: Span, sources: &SourceMap, files: &[File]) -> Option<Place> {
    let at = sources.resolve_span(span)?;
    let text = &files.iter().find(|file| file.path == at.path)?.text;
    let before = text.get(..at.range.start)?;
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.matches('\n').count() + 1;
    let column = before[line_start..].encode_utf16().count() + 1;
    Some(Place {
        file: at.path.to_string(),
        line: line as u32,
        column: column as u32,
    })
}
