//! From files to resolved packages.

use crate::problem::{of_parsing, of_resolving, without_place};
use crate::{Cause, File, Problem};
use std::collections::BTreeMap;
use wit_parser::decoding::{DecodedWasm, decode as decode_wasm};
use wit_parser::{AstItem, PackageId, Resolve, SourceMap, UnresolvedPackageGroup, WorldId};

/// What becomes of the worlds of `wasi:cli` that a world includes.
#[derive(Clone, Copy, PartialEq)]
pub enum Wasi {
    /// They count as any other.
    Whole,
    /// They are left out: the language's own library has its bindings for them.
    InLibrary,
}

impl Wasi {
    pub fn of(library_has_wasi: bool) -> Self {
        if library_has_wasi {
            Self::InLibrary
        } else {
            Self::Whole
        }
    }
}

pub struct Packages {
    pub resolve: Resolve,
    pub main: PackageId,
}

impl Packages {
    /// Reads a folder: its files are the main package, `deps/` has one package a folder or file.
    pub fn parse(files: &[File], wasi: Wasi) -> Result<Self, Problem> {
        let mut main = SourceMap::new();
        let mut deps = BTreeMap::<&str, SourceMap>::new();
        for file in files {
            match file.path.strip_prefix("deps/") {
                None => main.push_str(&file.path, &*file.text),
                Some(path) => {
                    let package = path.split_once('/').map_or(path, |(folder, _)| folder);
                    deps.entry(package)
                        .or_default()
                        .push_str(&file.path, &*file.text);
                }
            }
        }
        if main.source_names().next().is_none() {
            return Err(without_place(Cause::Wit, "there is no .wit file"));
        }
        let parse = |sources: SourceMap| {
            sources
                .parse()
                .map_err(|(sources, error)| of_parsing(&error, &sources, files))
        };
        let mut main = parse(main)?;
        if wasi == Wasi::InLibrary {
            leave_out_wasi(&mut main);
        }
        let deps = deps
            .into_values()
            .map(parse)
            .collect::<Result<Vec<_>, _>>()?;
        let mut resolve = Resolve::new();
        match resolve.push_groups(main, deps) {
            Ok(main) => Ok(Self { resolve, main }),
            Err(error) => Err(of_resolving(&error, &resolve.source_map, files)),
        }
    }

    /// A world of the main package, or of another one by its whole name.
    pub fn world(&self, name: &str) -> Result<WorldId, Problem> {
        self.resolve
            .select_world(&[self.main], Some(name))
            .map_err(|_| {
                let package = &self.resolve.packages[self.main];
                let known = package
                    .worlds
                    .keys()
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(", ");
                let message = if known.is_empty() {
                    format!("the package {} has no worlds", package.name)
                } else {
                    format!(
                        "the package {} has no world {name}; it has {known}",
                        package.name
                    )
                };
                without_place(Cause::WorldMissing, message)
            })
    }
}

/// Takes out the includes of worlds of `wasi:cli`.
fn leave_out_wasi(group: &mut UnresolvedPackageGroup) {
    for package in group.nested.iter_mut().chain([&mut group.main]) {
        let wasi = package
            .foreign_deps
            .iter()
            .filter(|(name, _)| name.namespace == "wasi" && name.name == "cli")
            .flat_map(|(_, items)| items.values())
            .filter_map(|(item, _)| match item {
                AstItem::World(world) => Some(*world),
                AstItem::Interface(_) => None,
            })
            .collect::<Vec<_>>();
        for (_, world) in package.worlds.iter_mut() {
            world.includes.retain(|include| !wasi.contains(&include.id));
        }
    }
}

/// The world that a component was built with.
pub fn decode(component: &[u8]) -> Result<(Resolve, WorldId), Problem> {
    match decode_wasm(component) {
        Ok(DecodedWasm::Component(resolve, world)) => Ok((resolve, world)),
        Ok(DecodedWasm::WitPackage(..)) => Err(without_place(
            Cause::NotAComponent,
            "it is a package of WIT, not a component",
        )),
        Err(error) => Err(without_place(Cause::NotAComponent, format!("{error:#}"))),
    }
}
