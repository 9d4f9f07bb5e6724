//! What the plugin is configured with: the form that the host shows, and the values that it passes.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use crate::chipmunk::shared::shared_types::{
    ConfigItem, ConfigSchemaItem, ConfigSchemaType, ConfigValue, InitError,
};

/// The least important level first.
pub const LEVELS: [&str; 5] = ["trace", "debug", "info", "warn", "error"];

pub struct Config {
    /// What stands between the fields of a line.
    pub separator: String,
    /// The least important level that is shown, as its place in [`LEVELS`].
    pub level: usize,
    /// Whether empty lines are rows, too.
    pub keep_empty: bool,
    /// Most characters of a message that are shown; all for 0.
    pub longest: usize,
    /// Share of printable characters, from 0 to 1, below which a line is shown as bytes.
    pub printable: f32,
    pub keywords: Vec<String>,
    /// Everything is a component where there are none.
    pub components: HashSet<String>,
}

/// The form, asked for before `init` and of another instance.
pub fn schemas() -> Vec<ConfigSchemaItem> {
    let levels = LEVELS.map(String::from).to_vec();
    let items = [
        ("separator", "Separator", "What stands between time, level, component and message", ConfigSchemaType::Text(" ".into())),
        ("level", "Level", "The least important level that is shown", ConfigSchemaType::Dropdown((levels, "trace".into()))),
        ("keep-empty", "Empty lines", "Whether empty lines are rows, too", ConfigSchemaType::Boolean(false)),
        ("longest", "Longest message", "Most characters of a message that are shown; 0 for all", ConfigSchemaType::Integer(0)),
        ("printable", "Printable share", "Lines with a smaller share of printable characters are shown as bytes", ConfigSchemaType::Float(0.7)),
        ("keywords", "Keywords", "Files with a keyword a line", ConfigSchemaType::Files(vec!["txt".into()])),
        ("components", "Components", "Folders with a file or a folder for each known component", ConfigSchemaType::Directories),
    ];
    items
        .into_iter()
        .map(|(id, title, description, input_type)| ConfigSchemaItem {
            id: id.into(),
            title: title.into(),
            description: Some(description.into()),
            input_type,
        })
        .collect()
}

impl Config {
    /// Reads the values, and the files and folders that they name: the host lets the plugin read what lies beside them.
    pub fn read(items: Vec<ConfigItem>) -> Result<Self, InitError> {
        let mut config = Config {
            separator: " ".into(),
            level: 0,
            keep_empty: false,
            longest: 0,
            printable: 0.7,
            keywords: Vec::new(),
            components: HashSet::new(),
        };
        for ConfigItem { id, value } in items {
            match (id.as_str(), value) {
                ("separator", ConfigValue::Text(text)) if !text.is_empty() => config.separator = text,
                ("separator", ConfigValue::Text(_)) => return Err(InitError::Config("the separator is empty".into())),
                ("level", ConfigValue::Dropdown(level)) => {
                    let rank = LEVELS.iter().position(|known| *known == level);
                    config.level = rank.ok_or_else(|| InitError::Config(format!("there is no level {level}")))?;
                }
                ("keep-empty", ConfigValue::Boolean(keep)) => config.keep_empty = keep,
                ("longest", ConfigValue::Integer(longest)) => {
                    config.longest = usize::try_from(longest)
                        .map_err(|_| InitError::Config(format!("a message cannot have {longest} characters")))?;
                }
                ("printable", ConfigValue::Float(share)) if (0.0..=1.0).contains(&share) => config.printable = share,
                ("printable", ConfigValue::Float(share)) => {
                    return Err(InitError::Config(format!("a share is from 0 to 1, not {share}")));
                }
                ("keywords", ConfigValue::Files(files)) => {
                    for file in files {
                        let text = fs::read_to_string(&file).map_err(|error| unreadable(&file, &error))?;
                        config.keywords.extend(text.lines().map(str::trim).filter(|word| !word.is_empty()).map(String::from));
                    }
                }
                ("components", ConfigValue::Directories(folders)) => {
                    for folder in folders {
                        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))? {
                            let name = entry.map_err(|error| unreadable(&folder, &error))?.file_name();
                            let stem = Path::new(&name).file_stem().unwrap_or_default();
                            config.components.insert(stem.to_string_lossy().into_owned());
                        }
                    }
                }
                (id, _) => return Err(InitError::Config(format!("the configuration {id} is not of the form"))),
            }
        }
        Ok(config)
    }

    pub fn knows(&self, component: &str) -> bool {
        self.components.is_empty() || self.components.contains(component)
    }

    /// The keywords that are in a message.
    pub fn found_in(&self, message: &str) -> String {
        let found: Vec<&str> = self.keywords.iter().map(String::as_str).filter(|word| message.contains(word)).collect();
        found.join(", ")
    }
}

fn unreadable(path: &str, error: &std::io::Error) -> InitError {
    InitError::Io(format!("{path} cannot be read: {error}"))
}
