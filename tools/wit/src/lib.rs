//! The WIT tool of Hotplug: a component without imports around the libraries of the Bytecode Alliance.

mod generate;
mod last_words;
mod model;
mod packages;
mod problem;

wit_bindgen::generate!({ path: "wit", world: "tool" });

use packages::Packages;

struct Tool;

impl Guest for Tool {
    fn package_of(files: Vec<File>) -> Result<String, Problem> {
        last_words::keep();
        let packages = Packages::parse(&files, packages::Wasi::Whole)?;
        model::package(&packages.resolve, packages.main, &files)
    }

    fn world_of(component: Vec<u8>, without: Vec<String>) -> Result<String, Problem> {
        last_words::keep();
        let (resolve, world) = packages::decode(&component)?;
        model::world(&resolve, world, &without)
    }

    fn component_type(files: Vec<File>, world: String) -> Result<Section, Problem> {
        last_words::keep();
        let packages = Packages::parse(&files, packages::Wasi::Whole)?;
        generate::component_type(&packages.resolve, packages.world(&world)?)
    }

    fn c_bindings(
        files: Vec<File>,
        world: String,
        library_has_wasi: bool,
    ) -> Result<Vec<Generated>, Problem> {
        last_words::keep();
        let packages = Packages::parse(&files, packages::Wasi::of(library_has_wasi))?;
        let world = packages.world(&world)?;
        generate::bindings(
            packages.resolve,
            world,
            wit_bindgen_c::Opts::default().build(),
        )
    }

    fn go_bindings(
        files: Vec<File>,
        world: String,
        library_has_wasi: bool,
        options: GoOptions,
    ) -> Result<Vec<Generated>, Problem> {
        last_words::keep();
        let packages = Packages::parse(&files, packages::Wasi::of(library_has_wasi))?;
        let world = packages.world(&world)?;
        let generator = wit_bindgen_go::Opts {
            // There is no gofmt to run in here.
            format: wit_bindgen_go::Format::False,
            generate_stubs: options.stubs,
            pkg_name: options.import_path,
            quiet: true,
            ..wit_bindgen_go::Opts::default()
        };
        generate::bindings(packages.resolve, world, generator.build())
    }
}

export!(Tool);
