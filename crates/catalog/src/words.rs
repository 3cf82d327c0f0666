//! One way to give each variant of an enumeration its words.

/// Declares an enumeration whose variants have an id for machines and words for people.
macro_rules! worded {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$variant_about:meta])* $variant:ident = $id:literal, $words:literal;)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_about])* #[doc = $words] $variant,)+ }

        impl $name {
            /// Every variant, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// Its id: kebab case, for messages and addresses.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $($name::$variant => $id,)+ }
            }

            /// Its words, for people; they fit into a sentence.
            #[must_use]
            pub const fn words(self) -> &'static str {
                match self { $($name::$variant => $words,)+ }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.words())
            }
        }
    };
}

pub(crate) use worded;
