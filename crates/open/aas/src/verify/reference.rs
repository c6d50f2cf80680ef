//! References: which keys may follow which.
//!
//! Spec: IDTA-01001, AASd-121 to AASd-128.

use super::Constraint as C;
use super::walk::Walk;
use crate::{KeyType as K, Reference, ReferenceType, SharedReference};

fn is_identifiable(kind: K) -> bool {
    matches!(kind, K::AssetAdministrationShell | K::ConceptDescription | K::Identifiable | K::Submodel)
}

/// Whether a key names a submodel element.
pub(super) fn is_element(kind: K) -> bool {
    !is_identifiable(kind) && !matches!(kind, K::GlobalReference | K::FragmentReference | K::Referable)
}

/// Whether a text is a place in a list.
fn is_index(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

impl Walk {
    /// A reference, where it is given.
    pub(super) fn optional_reference(&mut self, name: &'static str, reference: &Option<SharedReference>) {
        if let Some(reference) = reference {
            self.member(name, |it| it.reference(reference));
        }
    }

    /// Each reference of a list.
    pub(super) fn references(&mut self, name: &'static str, references: &[SharedReference]) {
        self.each(name, references, |it, reference| it.reference(reference));
    }

    pub(super) fn reference(&mut self, reference: &Reference) {
        self.optional_reference("referredSemanticId", &reference.referred_semantic_id);
        self.each("keys", &reference.keys, |it, key| it.id("value", &key.value));
        let (Some(first), Some(last)) = (reference.keys.first(), reference.keys.last()) else { return };
        self.demand(C::Aasd121, is_identifiable(first.kind) || first.kind == K::GlobalReference);
        match reference.kind {
            ReferenceType::ExternalReference => {
                self.demand(C::Aasd122, first.kind == K::GlobalReference);
                self.demand(C::Aasd124, matches!(last.kind, K::GlobalReference | K::FragmentReference));
            }
            ReferenceType::ModelReference => {
                self.demand(C::Aasd123, is_identifiable(first.kind));
                self.model_keys(reference);
            }
        }
    }

    fn model_keys(&mut self, reference: &Reference) {
        let (mut follows, mut fragment_last, mut fragment_of_file, mut index) = (true, true, true, true);
        for (at, pair) in reference.keys.windows(2).enumerate() {
            let (before, key) = (&pair[0], &pair[1]);
            follows &= is_element(key.kind) || key.kind == K::FragmentReference;
            fragment_last &= key.kind != K::FragmentReference || at + 2 == reference.keys.len();
            fragment_of_file &= key.kind != K::FragmentReference || matches!(before.kind, K::File | K::Blob);
            index &= before.kind != K::SubmodelElementList || is_index(&key.value);
        }
        self.demand(C::Aasd125, follows);
        self.demand(C::Aasd126, fragment_last);
        self.demand(C::Aasd127, fragment_of_file);
        self.demand(C::Aasd128, index);
    }
}
