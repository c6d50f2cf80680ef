//! The constraints by their numbers.

use crate::class::words;

words! {
    /// A constraint of the metamodel or of IEC 61360 in it.
    Constraint {
        Aasd002 = "AASd-002",
        Aasd005 = "AASd-005",
        Aasd014 = "AASd-014",
        Aasd020 = "AASd-020",
        Aasd021 = "AASd-021",
        Aasd022 = "AASd-022",
        Aasd077 = "AASd-077",
        Aasd090 = "AASd-090",
        Aasd107 = "AASd-107",
        Aasd108 = "AASd-108",
        Aasd109 = "AASd-109",
        Aasd114 = "AASd-114",
        Aasd116 = "AASd-116",
        Aasd117 = "AASd-117",
        Aasd118 = "AASd-118",
        Aasd119 = "AASd-119",
        Aasd120 = "AASd-120",
        Aasd121 = "AASd-121",
        Aasd122 = "AASd-122",
        Aasd123 = "AASd-123",
        Aasd124 = "AASd-124",
        Aasd125 = "AASd-125",
        Aasd126 = "AASd-126",
        Aasd127 = "AASd-127",
        Aasd128 = "AASd-128",
        Aasd129 = "AASd-129",
        Aasd130 = "AASd-130",
        Aasd131 = "AASd-131",
        Aasd133 = "AASd-133",
        Aasd134 = "AASd-134",
        Aasc3a002 = "AASc-3a-002",
        Aasc3a003 = "AASc-3a-003",
        Aasc3a004 = "AASc-3a-004",
        Aasc3a005 = "AASc-3a-005",
        Aasc3a006 = "AASc-3a-006",
        Aasc3a007 = "AASc-3a-007",
        Aasc3a008 = "AASc-3a-008",
        Aasc3a009 = "AASc-3a-009",
        Aasc3a010 = "AASc-3a-010",
        Aasc3a050 = "AASc-3a-050",
    }
}

impl Constraint {
    /// What it demands, in a sentence for whoever broke it.
    #[must_use]
    pub fn demand(self) -> &'static str {
        match self {
            Self::Aasd002 => {
                "an idShort has letters, digits and underscores (3.1: hyphens inside), a letter first"
            }
            Self::Aasd005 => "a revision needs a version",
            Self::Aasd014 => "a self-managed entity names its asset, and in 3.0 no other entity does",
            Self::Aasd020 => "a value is one of its type",
            Self::Aasd021 => "each type of qualifier comes once on an element",
            Self::Aasd022 => "idShorts of siblings differ",
            Self::Aasd077 => "names of extensions differ on an element",
            Self::Aasd090 => "the category of a data element is CONSTANT, PARAMETER or VARIABLE",
            Self::Aasd107 => "an element of a list means what the list says of its elements",
            Self::Aasd108 => "an element of a list is of the list's kind",
            Self::Aasd109 => "a list of properties or ranges names their value type, and each has it",
            Self::Aasd114 => "elements of a list mean the same",
            Self::Aasd116 => "a specific asset id of the name globalAssetId is the global asset id",
            Self::Aasd117 => "what is not in a list needs an idShort",
            Self::Aasd118 => "supplemental semantic ids need a semantic id beside them",
            Self::Aasd119 => "a template qualifier belongs to a template",
            Self::Aasd120 => "an element of a list has no idShort",
            Self::Aasd121 => "a reference begins with something that has a global id",
            Self::Aasd122 => "an external reference begins with a GlobalReference",
            Self::Aasd123 => "a model reference begins with an identifiable",
            Self::Aasd124 => "an external reference ends with a GlobalReference or a FragmentReference",
            Self::Aasd125 => "a model reference goes on with elements or fragments",
            Self::Aasd126 => "a fragment is the last key of a model reference",
            Self::Aasd127 => "a fragment follows a File or a Blob",
            Self::Aasd128 => "a list is followed by the place in it",
            Self::Aasd129 => "a template qualifier belongs to an element of a template",
            Self::Aasd130 => "a text has only characters that XML 1.0 can have",
            Self::Aasd131 => "an asset has a global id or a specific one",
            Self::Aasd133 => "the subject of an asset id is an external reference",
            Self::Aasd134 => "the variables of an operation have different idShorts",
            Self::Aasc3a002 => "a preferred name is given at least in English",
            Self::Aasc3a003 => "a concept in a list of values has a value",
            Self::Aasc3a004 => "a concept of this category has a data type of a property or a value",
            Self::Aasc3a005 => "a concept of category REFERENCE has the data type STRING, IRI or IRDI",
            Self::Aasc3a006 => "a concept of category DOCUMENT has the data type FILE, BLOB or HTML",
            Self::Aasc3a007 => "a concept of category QUALIFIER_TYPE has a data type",
            Self::Aasc3a008 => "a concept that is no value has a definition at least in English",
            Self::Aasc3a009 => "a measure or a currency has a unit",
            Self::Aasc3a010 => "a concept has a value or a list of values, not both",
            Self::Aasc3a050 => "IEC 61360 content names its template",
        }
    }
}
