//! Version and provenance of an identifiable.

use super::{EmbeddedDataSpecification, SharedReference};
use crate::Text;
use crate::class::class;

class! {
    /// Version, creator and template of an identifiable.
    AdministrativeInformation {
        /// Data specifications of the information itself.
        embedded_data_specifications: optional Vec<EmbeddedDataSpecification> = "embeddedDataSpecifications",
        /// Major version.
        version: optional Option<Text> = "version",
        /// Minor version; only with a version.
        revision: optional Option<Text> = "revision",
        /// Who made it.
        creator: optional Option<SharedReference> = "creator",
        /// The template that it follows.
        template_id: optional Option<Text> = "templateId",
    }
}
