//! What this server can: its service specification profiles.

use serde_json::{Value, json};

/// Profiles of 3.0 and of 3.1: the service, how many of its numbered profiles each version has.
const PROFILES: [(&str, u8, u8); 9] = [
    ("AssetAdministrationShellServiceSpecification", 2, 2),
    ("SubmodelServiceSpecification", 3, 3),
    ("AasxFileServerServiceSpecification", 1, 1),
    ("AssetAdministrationShellRegistryServiceSpecification", 2, 5),
    ("SubmodelRegistryServiceSpecification", 2, 4),
    ("DiscoveryServiceSpecification", 1, 2),
    ("AssetAdministrationShellRepositoryServiceSpecification", 2, 3),
    ("SubmodelRepositoryServiceSpecification", 4, 5),
    ("ConceptDescriptionRepositoryServiceSpecification", 1, 2),
];

/// The self-description.
pub(crate) fn profiles() -> Value {
    let of = |(service, three, three_one): (&str, u8, u8)| {
        let uri =
            |version: u8, n: u8| format!("https://admin-shell.io/aas/API/3/{version}/{service}/SSP-{n:03}");
        let three = (1..=three).map(|n| uri(0, n));
        three.chain((1..=three_one).map(|n| uri(1, n))).collect::<Vec<_>>()
    };
    let profiles: Vec<String> = PROFILES.into_iter().flat_map(of).collect();
    json!({ "profiles": profiles })
}
