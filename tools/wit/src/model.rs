//! Packages and worlds as JSON: `extension/wit/model.ts`, but that types and interfaces are in tables.
//! A type is the name of a primitive one or an index into `types`, an interface is an index into
//! `interfaces`; an entry refers to earlier ones only.

use crate::problem::{place_of, without_place};
use crate::{Cause, File, Problem};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use wit_parser as wit;
use wit_parser::{
    Docs, FunctionKind, Handle, InterfaceId, PackageId, Resolve, Span, TypeDefKind, TypeId,
    TypeOwner, WorldId, WorldItem, WorldKey,
};

/// The main package with all of its worlds and interfaces.
pub fn package(resolve: &Resolve, id: PackageId, files: &[File]) -> Result<String, Problem> {
    let mut tables = Tables::new(resolve, files);
    let package = &resolve.packages[id];
    let worlds = package
        .worlds
        .values()
        .map(|world| tables.world(*world, &[]))
        .collect::<Result<_, _>>()?;
    let interfaces = package
        .interfaces
        .iter()
        .map(|(name, interface)| tables.interface(*interface, resolve.id_of_name(id, name)))
        .collect::<Result<_, _>>()?;
    tables.answer(Subject::Package(Package {
        name: package.name.to_string(),
        worlds,
        interfaces,
    }))
}

/// One world; what it imports from the packages `without`, named without their versions, is left out.
pub fn world(resolve: &Resolve, id: WorldId, without: &[String]) -> Result<String, Problem> {
    let mut tables = Tables::new(resolve, &[]);
    let world = tables.world(id, without)?;
    tables.answer(Subject::World(world))
}

#[derive(Serialize)]
struct Answer {
    types: Vec<Type>,
    interfaces: Vec<Interface>,
    #[serde(flatten)]
    subject: Subject,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Subject {
    Package(Package),
    World(World),
}

#[derive(Serialize)]
struct Package {
    name: String,
    worlds: Vec<World>,
    interfaces: Vec<usize>,
}

#[derive(Serialize)]
struct World {
    name: String,
    package: String,
    imports: Side,
    exports: Side,
    #[serde(flatten)]
    about: About,
}

#[derive(Serialize, Default)]
struct Side {
    interfaces: Vec<usize>,
    functions: Vec<Function>,
}

#[derive(Serialize)]
struct Interface {
    name: String,
    functions: Vec<Function>,
    resources: Vec<String>,
    types: BTreeMap<String, TypeRef>,
    #[serde(flatten)]
    about: About,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Function {
    name: String,
    export_name: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<String>,
    params: Vec<Field>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<TypeRef>,
    #[serde(rename = "async", skip_serializing_if = "std::ops::Not::not")]
    is_async: bool,
    #[serde(flatten)]
    about: About,
}

/// Docs, and where it is written.
#[derive(Serialize)]
struct About {
    #[serde(skip_serializing_if = "Option::is_none")]
    docs: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
}

#[derive(Serialize)]
struct Place {
    file: String,
    line: u32,
    column: u32,
}

#[derive(Serialize, Clone, Copy)]
#[serde(untagged)]
enum TypeRef {
    Primitive(&'static str),
    Table(usize),
}

#[derive(Serialize)]
struct Type {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    #[serde(flatten)]
    kind: Kind,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Kind {
    /// Another name of a primitive type.
    Alias {
        of: TypeRef,
    },
    List {
        element: TypeRef,
        #[serde(skip_serializing_if = "Option::is_none")]
        length: Option<u32>,
    },
    Option {
        some: TypeRef,
    },
    Result {
        #[serde(skip_serializing_if = "Option::is_none")]
        ok: Option<TypeRef>,
        #[serde(skip_serializing_if = "Option::is_none")]
        err: Option<TypeRef>,
    },
    Tuple {
        items: Vec<TypeRef>,
    },
    Record {
        fields: Vec<Field>,
    },
    Variant {
        cases: Vec<Case>,
    },
    Enum {
        cases: Vec<String>,
    },
    Flags {
        flags: Vec<String>,
    },
    Own {
        resource: String,
    },
    Borrow {
        resource: String,
    },
    Future {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<TypeRef>,
    },
    Stream {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<TypeRef>,
    },
}

#[derive(Serialize)]
struct Field {
    name: String,
    #[serde(rename = "type")]
    ty: TypeRef,
    #[serde(skip_serializing_if = "Option::is_none")]
    docs: Option<String>,
}

#[derive(Serialize)]
struct Case {
    name: String,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    ty: Option<TypeRef>,
    #[serde(skip_serializing_if = "Option::is_none")]
    docs: Option<String>,
}

struct Tables<'a> {
    resolve: &'a Resolve,
    files: &'a [File],
    types: Vec<Type>,
    interfaces: Vec<Interface>,
    known_types: HashMap<TypeId, TypeRef>,
    known_interfaces: HashMap<(InterfaceId, String), usize>,
    /// Names of the interfaces that are written in a world.
    inline: HashMap<InterfaceId, String>,
}

impl<'a> Tables<'a> {
    fn new(resolve: &'a Resolve, files: &'a [File]) -> Self {
        let mut inline = HashMap::new();
        for (_, world) in &resolve.worlds {
            for (key, item) in world.imports.iter().chain(&world.exports) {
                if let (WorldKey::Name(name), WorldItem::Interface { id, .. }) = (key, item) {
                    inline.insert(*id, name.clone());
                }
            }
        }
        Self {
            resolve,
            files,
            types: Vec::new(),
            interfaces: Vec::new(),
            known_types: HashMap::new(),
            known_interfaces: HashMap::new(),
            inline,
        }
    }

    fn answer(self, subject: Subject) -> Result<String, Problem> {
        let answer = Answer {
            types: self.types,
            interfaces: self.interfaces,
            subject,
        };
        serde_json::to_string(&answer)
            .map_err(|error| without_place(Cause::Unsupported, error.to_string()))
    }

    fn world(&mut self, id: WorldId, without: &[String]) -> Result<World, Problem> {
        let world = &self.resolve.worlds[id];
        let imports = self.side(&world.imports, without)?;
        let exports = self.side(&world.exports, &[])?;
        let package = world
            .package
            .map(|package| self.resolve.packages[package].name.to_string());
        Ok(World {
            name: world.name.clone(),
            package: package.unwrap_or_default(),
            imports,
            exports,
            about: self.about(&world.docs, world.span),
        })
    }

    fn side<'i>(
        &mut self,
        items: impl IntoIterator<Item = (&'i WorldKey, &'i WorldItem)>,
        without: &[String],
    ) -> Result<Side, Problem> {
        let mut side = Side::default();
        for (key, item) in items {
            match item {
                WorldItem::Interface { id, .. } => {
                    if !self.is_from(*id, without) {
                        let name = self.resolve.name_world_key(key);
                        side.interfaces.push(self.interface(*id, name)?);
                    }
                }
                WorldItem::Function(function) => side.functions.push(self.function(function)?),
                // Written out where it is used.
                WorldItem::Type { .. } => {}
            }
        }
        Ok(side)
    }

    fn is_from(&self, id: InterfaceId, packages: &[String]) -> bool {
        let Some(package) = self.resolve.interfaces[id].package else {
            return false;
        };
        let name = &self.resolve.packages[package].name;
        packages.contains(&format!("{}:{}", name.namespace, name.name))
    }

    fn interface(&mut self, id: InterfaceId, name: String) -> Result<usize, Problem> {
        let key = (id, name);
        if let Some(known) = self.known_interfaces.get(&key) {
            return Ok(*known);
        }
        let interface = &self.resolve.interfaces[id];
        let mut types = BTreeMap::new();
        let mut resources = Vec::new();
        for (name, id) in &interface.types {
            match self.resolve.types[*id].kind {
                TypeDefKind::Resource => resources.push(name.clone()),
                _ if self.is_resource(*id) => {}
                _ => {
                    types.insert(name.clone(), self.type_of(&wit::Type::Id(*id))?);
                }
            }
        }
        let functions = interface
            .functions
            .values()
            .map(|one| self.function(one))
            .collect::<Result<_, _>>()?;
        let about = self.about(&interface.docs, interface.span);
        let name = key.1.clone();
        self.interfaces.push(Interface {
            name,
            functions,
            resources,
            types,
            about,
        });
        self.known_interfaces.insert(key, self.interfaces.len() - 1);
        Ok(self.interfaces.len() - 1)
    }

    /// Whether a type is a resource under another name.
    fn is_resource(&self, id: TypeId) -> bool {
        match self.resolve.types[id].kind {
            TypeDefKind::Resource => true,
            TypeDefKind::Type(wit::Type::Id(other)) => self.is_resource(other),
            _ => false,
        }
    }

    fn function(&mut self, function: &wit::Function) -> Result<Function, Problem> {
        let kind = match function.kind {
            FunctionKind::Freestanding
            | FunctionKind::AsyncFreestanding
            | FunctionKind::Getter
            | FunctionKind::Setter => "function",
            FunctionKind::Method(_)
            | FunctionKind::AsyncMethod(_)
            | FunctionKind::MethodGetter(_)
            | FunctionKind::MethodSetter(_) => "method",
            FunctionKind::Static(_)
            | FunctionKind::AsyncStatic(_)
            | FunctionKind::StaticGetter(_)
            | FunctionKind::StaticSetter(_) => "static",
            FunctionKind::Constructor(_) => "constructor",
        };
        let resource = function
            .kind
            .resource()
            .and_then(|id| self.resolve.types[id].name.clone());
        let name = match kind {
            "constructor" => kind,
            "function" => &function.name,
            _ => function.name.rsplit('.').next().unwrap_or(&function.name),
        };
        let params = function
            .params
            .iter()
            .map(|param| {
                Ok(Field {
                    name: param.name.clone(),
                    ty: self.type_of(&param.ty)?,
                    docs: None,
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Function {
            name: name.to_string(),
            export_name: function.name.clone(),
            kind,
            resource,
            params,
            result: self.optional(&function.result)?,
            is_async: function.kind.is_async(),
            about: self.about(&function.docs, function.span),
        })
    }

    fn optional(&mut self, ty: &Option<wit::Type>) -> Result<Option<TypeRef>, Problem> {
        ty.as_ref().map(|ty| self.type_of(ty)).transpose()
    }

    fn type_of(&mut self, ty: &wit::Type) -> Result<TypeRef, Problem> {
        let id = match ty {
            wit::Type::Id(id) => *id,
            primitive => return Ok(TypeRef::Primitive(primitive_name(primitive))),
        };
        if let Some(known) = self.known_types.get(&id) {
            return Ok(*known);
        }
        let resolve = self.resolve;
        let definition = &resolve.types[id];
        let found = match &definition.kind {
            // A name of a type that is declared elsewhere: that one counts.
            TypeDefKind::Type(of @ wit::Type::Id(_)) => self.type_of(of)?,
            kind => {
                let kind = self.kind(kind, definition.span)?;
                let name = definition
                    .name
                    .as_ref()
                    .map(|name| self.whole_name(name, definition.owner));
                let place = name.as_ref().and_then(|_| self.place(definition.span));
                self.types.push(Type { name, place, kind });
                TypeRef::Table(self.types.len() - 1)
            }
        };
        self.known_types.insert(id, found);
        Ok(found)
    }

    fn kind(&mut self, kind: &TypeDefKind, span: Span) -> Result<Kind, Problem> {
        Ok(match kind {
            TypeDefKind::Type(of) => Kind::Alias {
                of: self.type_of(of)?,
            },
            TypeDefKind::List(element) => Kind::List {
                element: self.type_of(element)?,
                length: None,
            },
            TypeDefKind::FixedLengthList(element, length) => Kind::List {
                element: self.type_of(element)?,
                length: Some(*length),
            },
            TypeDefKind::Option(some) => Kind::Option {
                some: self.type_of(some)?,
            },
            TypeDefKind::Result(result) => Kind::Result {
                ok: self.optional(&result.ok)?,
                err: self.optional(&result.err)?,
            },
            TypeDefKind::Tuple(tuple) => Kind::Tuple {
                items: tuple
                    .types
                    .iter()
                    .map(|ty| self.type_of(ty))
                    .collect::<Result<_, _>>()?,
            },
            TypeDefKind::Record(record) => {
                let field = |field: &wit::Field| {
                    let ty = self.type_of(&field.ty)?;
                    Ok(Field {
                        name: field.name.clone(),
                        ty,
                        docs: docs(&field.docs),
                    })
                };
                Kind::Record {
                    fields: record.fields.iter().map(field).collect::<Result<_, _>>()?,
                }
            }
            TypeDefKind::Variant(variant) => {
                let case = |case: &wit::Case| {
                    let ty = self.optional(&case.ty)?;
                    Ok(Case {
                        name: case.name.clone(),
                        ty,
                        docs: docs(&case.docs),
                    })
                };
                Kind::Variant {
                    cases: variant.cases.iter().map(case).collect::<Result<_, _>>()?,
                }
            }
            TypeDefKind::Enum(cases) => Kind::Enum {
                cases: cases.cases.iter().map(|case| case.name.clone()).collect(),
            },
            TypeDefKind::Flags(flags) => Kind::Flags {
                flags: flags.flags.iter().map(|flag| flag.name.clone()).collect(),
            },
            TypeDefKind::Handle(Handle::Own(id)) => Kind::Own {
                resource: self.resource(*id),
            },
            TypeDefKind::Handle(Handle::Borrow(id)) => Kind::Borrow {
                resource: self.resource(*id),
            },
            TypeDefKind::Future(payload) => Kind::Future {
                payload: self.optional(payload)?,
            },
            TypeDefKind::Stream(payload) => Kind::Stream {
                payload: self.optional(payload)?,
            },
            TypeDefKind::Map(..) | TypeDefKind::Resource | TypeDefKind::Unknown => {
                return Err(Problem {
                    cause: Cause::Unsupported,
                    message: format!("the type {} is not supported", kind.as_str()),
                    place: place_of(span, &self.resolve.source_map, self.files),
                });
            }
        })
    }

    /// The whole name of the resource that a handle is for, wherever the handle is used.
    fn resource(&self, id: TypeId) -> String {
        let definition = &self.resolve.types[id];
        match definition.kind {
            TypeDefKind::Type(wit::Type::Id(other)) => self.resource(other),
            _ => self.whole_name(
                definition.name.as_deref().unwrap_or_default(),
                definition.owner,
            ),
        }
    }

    /// `wasi:io/streams@0.2.0#stream-error`; what a world declares has its plain name.
    fn whole_name(&self, name: &str, owner: TypeOwner) -> String {
        match owner {
            TypeOwner::Interface(id) => {
                let interface = self
                    .resolve
                    .id_of(id)
                    .or_else(|| self.inline.get(&id).cloned());
                format!("{}#{name}", interface.unwrap_or_default())
            }
            TypeOwner::World(_) | TypeOwner::None => name.to_string(),
        }
    }

    fn about(&self, text: &Docs, span: Span) -> About {
        About {
            docs: docs(text),
            place: self.place(span),
        }
    }

    fn place(&self, span: Span) -> Option<Place> {
        let crate::Place { file, line, column } =
            place_of(span, &self.resolve.source_map, self.files)?;
        Some(Place { file, line, column })
    }
}

fn docs(docs: &Docs) -> Option<String> {
    docs.contents
        .as_ref()
        .map(|text| text.trim().to_string())
        .filter(|text| !text.is_empty())
}

fn primitive_name(ty: &wit::Type) -> &'static str {
    match ty {
        wit::Type::Bool => "bool",
        wit::Type::U8 => "u8",
        wit::Type::U16 => "u16",
        wit::Type::U32 => "u32",
        wit::Type::U64 => "u64",
        wit::Type::S8 => "s8",
        wit::Type::S16 => "s16",
        wit::Type::S32 => "s32",
        wit::Type::S64 => "s64",
        wit::Type::F32 => "f32",
        wit::Type::F64 => "f64",
        wit::Type::Char => "char",
        wit::Type::String => "string",
        wit::Type::ErrorContext => "error-context",
        // Handled by whoever asks; an index has no name.
        wit::Type::Id(_) => unreachable!("not a primitive type"),
    }
}
