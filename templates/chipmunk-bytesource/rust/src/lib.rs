//! A byte source: the bytes of files, one file after the other.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;

use chipmunk::bytesource::bytesource_types::{SourceConfig, SourceError};
use chipmunk::shared::logging::{log, Level};
use chipmunk::shared::shared_types::{
    ConfigItem, ConfigSchemaItem, ConfigSchemaType, ConfigValue, InitError, Version,
};
use exports::chipmunk::bytesource::byte_source::Guest;

wit_bindgen::generate!({ path: "wit", world: "bytesource", generate_all });

/// Id of the configuration that has the files.
const INPUT_PATH: &str = "input-path";

/// Most bytes of one read: the host may ask for much more than it makes sense to hold.
const PIECE: u64 = 1024 * 1024;

/// A file that is open, and what it is called.
struct Input {
    path: String,
    file: File,
}

thread_local! {
    /// Files that are not read to their ends.
    static INPUTS: RefCell<VecDeque<Input>> = const { RefCell::new(VecDeque::new()) };
}

struct Plugin;

impl Guest for Plugin {
    fn get_version() -> Version {
        Version { major: 0, minor: 1, patch: 0 }
    }

    fn get_config_schemas() -> Vec<ConfigSchemaItem> {
        vec![ConfigSchemaItem {
            id: INPUT_PATH.into(),
            title: "Files".into(),
            description: Some("What is read, one file after the other".into()),
            input_type: ConfigSchemaType::Files(vec!["log".into(), "txt".into()]),
        }]
    }

    /// Opens all files at once: Chipmunk shows an error that is returned here, and takes one of `read` for the end.
    fn init(_general: SourceConfig, configs: Vec<ConfigItem>) -> Result<(), InitError> {
        let paths = configs.into_iter().find(|item| item.id == INPUT_PATH).map(|item| item.value);
        let Some(ConfigValue::Files(paths)) = paths else {
            return Err(InitError::Config(format!("{INPUT_PATH} is missing")));
        };
        if paths.is_empty() {
            return Err(InitError::Config("no file was chosen".into()));
        }
        let inputs: Result<VecDeque<Input>, InitError> = paths
            .into_iter()
            .map(|path| match File::open(&path) {
                Ok(file) => Ok(Input { path, file }),
                Err(error) => Err(InitError::Io(format!("{path} cannot be read: {error}"))),
            })
            .collect();
        let inputs = inputs?;
        log(Level::Info, &format!("{} files", inputs.len()));
        INPUTS.set(inputs);
        Ok(())
    }

    /// At most `len` bytes, fewer where a file ends; none says that all files are through.
    fn read(len: u64) -> Result<Vec<u8>, SourceError> {
        INPUTS.with_borrow_mut(|inputs| {
            let wanted = len.min(PIECE);
            while let Some(Input { path, file }) = inputs.front_mut() {
                let mut bytes = Vec::new();
                file.take(wanted)
                    .read_to_end(&mut bytes)
                    .map_err(|error| SourceError::Io(format!("{path} cannot be read: {error}")))?;
                if !bytes.is_empty() || wanted == 0 {
                    return Ok(bytes);
                }
                inputs.pop_front();
            }
            Ok(Vec::new())
        })
    }
}

export!(Plugin);
