type Plugin = plugin::Plugin<parsers::dlt::Dlt>;

plugin::export!(Plugin with_types_in plugin);
