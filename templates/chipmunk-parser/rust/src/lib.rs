//! A parser of text logs: each line is a row of time, level, component, keywords and message.

mod config;
mod lines;
mod row;

use std::cell::RefCell;

use chipmunk::parser::parse_types::{
    ColumnInfo, ColumnsRenderOptions, ParseError, ParseReturn, ParseYield, ParsedMessage, ParserConfig, RenderOptions,
};
use chipmunk::shared::logging::{log, Level};
use chipmunk::shared::shared_types::{ConfigItem, ConfigSchemaItem, InitError, Version};
use config::Config;
use exports::chipmunk::parser::parser::Guest;
use lines::Lines;

wit_bindgen::generate!({ path: "wit", world: "parse", generate_all });

/// Caption, tooltip and width in pixels; the host chooses a width for -1.
const COLUMNS: [(&str, &str, i16); 5] = [
    ("Time", "When it happened, as the line or its source says", 200),
    ("Level", "How bad it is", 60),
    ("Component", "Who says so; with a question mark where nobody knows it", 120),
    ("Keywords", "Which of the keywords are in the message", 120),
    ("Message", "What happened", -1),
];

/// One run: the host makes a new instance for each input and each configuration.
struct Parser {
    config: Config,
    lines: Lines,
}

thread_local! {
    static PARSER: RefCell<Option<Parser>> = const { RefCell::new(None) };
}

struct Plugin;

impl Guest for Plugin {
    fn get_version() -> Version {
        Version { major: 0, minor: 1, patch: 0 }
    }

    fn get_config_schemas() -> Vec<ConfigSchemaItem> {
        config::schemas()
    }

    fn get_render_options() -> RenderOptions {
        let columns = COLUMNS
            .map(|(caption, description, width)| ColumnInfo {
                caption: caption.into(),
                description: description.into(),
                width,
            })
            .to_vec();
        RenderOptions { columns_options: Some(ColumnsRenderOptions { columns, min_width: 30, max_width: 1000 }) }
    }

    /// An error that is returned here is shown, and the run does not begin.
    fn init(_general: ParserConfig, configs: Vec<ConfigItem>) -> Result<(), InitError> {
        let config = Config::read(configs)?;
        log(Level::Info, &format!("{} keywords, {} components", config.keywords.len(), config.components.len()));
        PARSER.set(Some(Parser { config, lines: Lines::default() }));
        Ok(())
    }

    /// Gives all lines that end in `data`, in one answer: each call costs, each row hardly anything.
    fn parse(data: Vec<u8>, timestamp: Option<u64>) -> Result<Vec<ParseReturn>, ParseError> {
        PARSER.with_borrow_mut(|parser| {
            let Parser { config, lines } = parser.as_mut().expect("init is called before parse");
            let lines = lines.split(&data).ok_or(ParseError::Incomplete)?;
            let items = lines.into_iter().map(|line| ParseReturn {
                value: row::read(&line.text, timestamp, config)
                    .map(|cells| ParseYield::Message(ParsedMessage::Columns(cells))),
                consumed: line.consumed as u64,
            });
            Ok(items.collect())
        })
    }
}

export!(Plugin);
