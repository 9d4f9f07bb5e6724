type Plugin = plugin::Plugin<parsers::text::Text>;

plugin::export!(Plugin with_types_in plugin);
