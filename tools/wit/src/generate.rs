//! Bindings and component types.

use crate::problem::without_place;
use crate::{Cause, Generated, Problem, Section};
use wit_bindgen_core::{Files, WorldGenerator};
use wit_component::{StringEncoding, metadata};
use wit_parser::{Resolve, WorldId};

/// What a generator writes for a world.
pub fn bindings(
    mut resolve: Resolve,
    world: WorldId,
    mut generator: Box<dyn WorldGenerator>,
) -> Result<Vec<Generated>, Problem> {
    let mut files = Files::default();
    generator
        .generate(&mut resolve, world, &mut files)
        .map_err(|error| without_place(Cause::Unsupported, format!("{error:#}")))?;
    Ok(files
        .iter()
        .map(|(path, content)| Generated {
            path: path.to_string(),
            content: content.to_vec(),
        })
        .collect())
}

/// The name is the one that generators give it; it has to begin with `component-type`.
pub fn component_type(resolve: &Resolve, world: WorldId) -> Result<Section, Problem> {
    let content = metadata::encode(resolve, world, StringEncoding::UTF8, None, false)
        .map_err(|error| without_place(Cause::Unsupported, format!("{error:#}")))?;
    Ok(Section {
        name: format!("component-type:{}", resolve.worlds[world].name),
        content,
    })
}
