//! Two ways to write a part of the metamodel down once: an enumeration with its words, a class with its members.
//!
//! Reading and writing follow from the same line, in the order of the XML schema, so that no member can be read
//! and not written.

/// An enumeration: each variant with its word.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vmeta])* #[doc = concat!("`", $word, "`")] $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word of the specification.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The one with this word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl $crate::decode::Decode for $name {
            fn decode(tree: &$crate::tree::Tree<'_>, cx: &mut $crate::decode::Context<'_>) -> Option<Self> {
                match tree {
                    $crate::tree::Tree::Text(word) => match Self::from_word(word) {
                        Some(it) => Some(it),
                        None => cx.unknown_word(stringify!($name), word),
                    },
                    other => cx.wrong_type("a string", other),
                }
            }
        }
    };
}

/// A class: each member with its type and its name on the wire. A class ends with its unknown members.
macro_rules! class {
    ($(#[$meta:meta])* $name:ident $(as $model_type:literal)? {
        $($(#[$fmeta:meta])* $field:ident: $how:ident $type:ty = $wire:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name {
            $($(#[$fmeta])* pub $field: $type,)+
            /// Members that are not part of the metamodel or could not be understood.
            pub unknown: $crate::model::Unknown,
        }

        impl $crate::decode::Decode for $name {
            fn decode(tree: &$crate::tree::Tree<'_>, cx: &mut $crate::decode::Context<'_>) -> Option<Self> {
                let mut fields = $crate::decode::Fields::of(tree, cx)?;
                $(let model_type = fields.model_type($model_type, cx);)?
                $(let $field = class!(@read $how fields cx $wire);)+
                let unknown = fields.rest(cx);
                $(model_type.filter(|it| it == $model_type)?;)?
                Some(Self { $($field: class!(@need $how $field),)+ unknown })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                let mut map = serializer.serialize_map(None)?;
                $(class!(@write $how map $wire self.$field);)+
                $(map.serialize_entry("modelType", $model_type)?;)?
                self.unknown.write(&mut map)?;
                map.end()
            }
        }
    };
    (@read required $fields:ident $cx:ident $wire:literal) => { $fields.required($wire, $cx) };
    (@read optional $fields:ident $cx:ident $wire:literal) => { $fields.optional($wire, $cx) };
    (@need required $field:ident) => { $field? };
    (@need optional $field:ident) => { $field };
    (@write required $map:ident $wire:literal $value:expr) => { $map.serialize_entry($wire, &$value)?; };
    (@write optional $map:ident $wire:literal $value:expr) => {
        $crate::model::put(&mut $map, $wire, &$value)?;
    };
}

pub(crate) use {class, words};
