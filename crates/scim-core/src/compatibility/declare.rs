//! The macro that declares the flags once: as fields, as presets, and as data that can be listed.

/// Rows by the way in which their flags lead. Each row is the sentence about a flag, its name, the presets in which it is on, the
/// clients that need it, and where that is said.
macro_rules! flags {
    ($( $kind:ident { $(
        $(#[doc = $doc:literal])+ $name:ident {
            on: [$($preset:ident),* $(,)?], clients: [$($client:literal),* $(,)?], sources: [$($source:literal),+ $(,)?]
        }
    )+ } )+) => {
        /// Which deviations from the protocol are tolerated, and what is demanded beyond it; a set of named flags.
        ///
        /// Nothing is left out or rewritten silently: wherever a tolerance decides the outcome, a [`Tolerance`] reports it.
        ///
        /// In a configuration file it is the name of a [`Preset`], or an object of flags that starts from one, `standard` if
        /// none is named.
        ///
        /// ```
        /// use scim_core::compatibility::Compatibility;
        ///
        /// let mut compatibility = Compatibility::standard();
        /// assert!(!compatibility.booleans_as_text);
        /// compatibility.booleans_as_text = true;
        ///
        /// let configured: Compatibility = serde_json::from_str(r#""okta""#)?;
        /// assert_eq!(configured, Compatibility::okta());
        /// let configured: Compatibility = serde_json::from_str(r#"{"preset": "entra", "booleans_as_text": true}"#)?;
        /// assert!(configured.booleans_as_text && configured.create_from_filter);
        /// # Ok::<(), serde_json::Error>(())
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct Compatibility {
            $($( $(#[doc = $doc])+ pub $name: bool, )+)+
        }

        impl Compatibility {
            /// The flags of a preset.
            ///
            /// ```
            /// use scim_core::compatibility::{Compatibility, Preset};
            ///
            /// assert_eq!(Compatibility::of(Preset::Entra), Compatibility::entra());
            /// ```
            #[must_use]
            pub const fn of(preset: Preset) -> Self {
                Self {
                    $($( $name: preset.is_among(&[$(Preset::$preset),*]), )+)+
                }
            }

            /// The same set with one flag, given by its name, on or off. `None` if no flag has that name.
            ///
            /// ```
            /// use scim_core::compatibility::Compatibility;
            ///
            /// let with = Compatibility::strict().with_flag("booleans_as_text", true);
            /// assert!(with.is_some_and(|compatibility| compatibility.booleans_as_text));
            /// assert_eq!(Compatibility::strict().with_flag("booleans_as_jokes", true), None);
            /// ```
            #[must_use]
            pub fn with_flag(mut self, name: &str, enabled: bool) -> Option<Self> {
                match name {
                    $($( stringify!($name) => self.$name = enabled, )+)+
                    _ => return None,
                }
                Some(self)
            }

            /// All flags as data: for a configuration page, a log line, a test.
            ///
            /// ```
            /// use scim_core::compatibility::Compatibility;
            ///
            /// for flag in Compatibility::entra().flags() {
            ///     println!("{} is {}: {} ({})", flag.name, flag.enabled, flag.description, flag.sources.join(", "));
            /// }
            /// ```
            pub fn flags(&self) -> impl Iterator<Item = CompatibilityFlag> + use<> {
                [ $($( CompatibilityFlag {
                    name: stringify!($name),
                    description: concat!($($doc),+).trim_ascii(),
                    kind: FlagKind::$kind,
                    clients: &[$($client),*],
                    sources: &[$($source),+],
                    presets: &[$(Preset::$preset),*],
                    enabled: self.$name,
                }, )+)+ ].into_iter()
            }
        }
    };
}
