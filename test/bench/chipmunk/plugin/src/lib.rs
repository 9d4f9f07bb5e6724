//! Any of the parsers as a plugin of the world `chipmunk:parser/parse`.

use std::cell::RefCell;
use std::marker::PhantomData;

use parsers::{Failure, Format, Item, Message, Parser, Shape};

wit_bindgen::generate!({
    path: "../../../../wit/chipmunk/0.1.0/parser",
    world: "parse",
    generate_all,
    pub_export_macro: true,
    default_bindings_module: "plugin",
});

use chipmunk::parser::parse_types::{
    ColumnInfo, ColumnsRenderOptions, ParseError, ParseReturn, ParseYield, ParsedMessage, ParserConfig, RenderOptions,
};
use chipmunk::shared::shared_types::{ConfigItem, ConfigSchemaItem, ConfigSchemaType, ConfigValue, InitError, Version};
use exports::chipmunk::parser::parser::Guest;

/// Id of the setting that has rows handed over as lines.
const AS_LINES: &str = "as-lines";

thread_local! {
    static PARSER: RefCell<Option<Box<dyn Parser>>> = const { RefCell::new(None) };
}

/// A plugin of a format; each is exported by a crate of its own.
pub struct Plugin<F>(PhantomData<F>);

impl<F: Format> Guest for Plugin<F> {
    fn get_version() -> Version {
        Version { major: 0, minor: 1, patch: 0 }
    }

    fn get_config_schemas() -> Vec<ConfigSchemaItem> {
        vec![ConfigSchemaItem {
            id: AS_LINES.into(),
            title: "Rows as lines".into(),
            description: Some("Hands each row over as one text instead of a list of its columns".into()),
            input_type: ConfigSchemaType::Boolean(false),
        }]
    }

    fn get_render_options() -> RenderOptions {
        let columns = F::COLUMNS
            .iter()
            .map(|column| ColumnInfo {
                caption: column.caption.into(),
                description: column.description.into(),
                width: column.width,
            })
            .collect();
        RenderOptions { columns_options: Some(ColumnsRenderOptions { columns, min_width: 30, max_width: 600 }) }
    }

    fn init(_general: ParserConfig, configs: Vec<ConfigItem>) -> Result<(), InitError> {
        let shape = match configs.iter().find(|item| item.id == AS_LINES).map(|item| &item.value) {
            None | Some(ConfigValue::Boolean(false)) => Shape::Columns,
            Some(ConfigValue::Boolean(true)) => Shape::Line,
            Some(_) => return Err(InitError::Config(format!("{AS_LINES} must be a boolean"))),
        };
        PARSER.set(Some(F::parser(shape)));
        Ok(())
    }

    fn parse(data: Vec<u8>, _timestamp: Option<u64>) -> Result<Vec<ParseReturn>, ParseError> {
        PARSER.with_borrow_mut(|parser| {
            let parser = parser.as_mut().ok_or_else(|| ParseError::Unrecoverable("parse before init".into()))?;
            match parser.parse(&data) {
                Ok(items) => Ok(items.into_iter().map(returned).collect()),
                Err(Failure::Incomplete) => Err(ParseError::Incomplete),
                Err(Failure::Parse(reason)) => Err(ParseError::Parse(reason)),
                Err(Failure::Unrecoverable(reason)) => Err(ParseError::Unrecoverable(reason)),
            }
        })
    }
}

fn returned(item: Item) -> ParseReturn {
    let message = match item.message {
        Message::Columns(columns) => ParsedMessage::Columns(columns),
        Message::Line(line) => ParsedMessage::Line(line),
    };
    ParseReturn { value: Some(ParseYield::Message(message)), consumed: item.consumed as u64 }
}
