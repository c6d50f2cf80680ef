//! The classes of the metamodel and of the API, as their schemas list them.

use super::text;
use super::{Class, Member, Shape};
use Shape::{Element, Elements, Many, Object, One, Text, Texts, Truth, Word};

const NAME: Shape = Text(text::some, 128);
const ID: Shape = Text(text::some, 2048);
const ANY: Shape = Text(text::any, usize::MAX);
const SOME: Shape = Text(text::some, usize::MAX);
const SHORT: Shape = Text(text::any, 128);

const fn must(name: &'static str, shape: Shape) -> Member {
    Member { name, is_required: true, shape }
}

const fn may(name: &'static str, shape: Shape) -> Member {
    Member { name, is_required: false, shape }
}

const fn class(name: &'static str, parents: &'static [&'static Class], members: &'static [Member]) -> Class {
    Class { name, parents, members, model_type: None }
}

const fn model(name: &'static str, parents: &'static [&'static Class], members: &'static [Member]) -> Class {
    Class { name, parents, members, model_type: Some(name) }
}

const KEY_TYPES: &[&str] = &[
    "AnnotatedRelationshipElement",
    "AssetAdministrationShell",
    "BasicEventElement",
    "Blob",
    "Capability",
    "ConceptDescription",
    "DataElement",
    "Entity",
    "EventElement",
    "File",
    "FragmentReference",
    "GlobalReference",
    "Identifiable",
    "MultiLanguageProperty",
    "Operation",
    "Property",
    "Range",
    "Referable",
    "ReferenceElement",
    "RelationshipElement",
    "Submodel",
    "SubmodelElement",
    "SubmodelElementCollection",
    "SubmodelElementList",
];
const ELEMENT_TYPES: &[&str] = &[
    "AnnotatedRelationshipElement",
    "BasicEventElement",
    "Blob",
    "Capability",
    "DataElement",
    "Entity",
    "EventElement",
    "File",
    "MultiLanguageProperty",
    "Operation",
    "Property",
    "Range",
    "ReferenceElement",
    "RelationshipElement",
    "SubmodelElement",
    "SubmodelElementCollection",
    "SubmodelElementList",
];
const MODEL_TYPES: &[&str] = &[
    "AnnotatedRelationshipElement",
    "AssetAdministrationShell",
    "BasicEventElement",
    "Blob",
    "Capability",
    "ConceptDescription",
    "DataSpecificationIec61360",
    "Entity",
    "File",
    "MultiLanguageProperty",
    "Operation",
    "Property",
    "Range",
    "ReferenceElement",
    "RelationshipElement",
    "Submodel",
    "SubmodelElementCollection",
    "SubmodelElementList",
];
const VALUE_TYPES: &[&str] = &[
    "xs:anyURI",
    "xs:base64Binary",
    "xs:boolean",
    "xs:byte",
    "xs:date",
    "xs:dateTime",
    "xs:decimal",
    "xs:double",
    "xs:duration",
    "xs:float",
    "xs:gDay",
    "xs:gMonth",
    "xs:gMonthDay",
    "xs:gYear",
    "xs:gYearMonth",
    "xs:hexBinary",
    "xs:int",
    "xs:integer",
    "xs:long",
    "xs:negativeInteger",
    "xs:nonNegativeInteger",
    "xs:nonPositiveInteger",
    "xs:positiveInteger",
    "xs:short",
    "xs:string",
    "xs:time",
    "xs:unsignedByte",
    "xs:unsignedInt",
    "xs:unsignedLong",
    "xs:unsignedShort",
];
const IEC_TYPES: &[&str] = &[
    "BLOB",
    "BOOLEAN",
    "DATE",
    "FILE",
    "HTML",
    "INTEGER_COUNT",
    "INTEGER_CURRENCY",
    "INTEGER_MEASURE",
    "IRDI",
    "IRI",
    "RATIONAL",
    "RATIONAL_MEASURE",
    "REAL_COUNT",
    "REAL_CURRENCY",
    "REAL_MEASURE",
    "STRING",
    "STRING_TRANSLATABLE",
    "TIME",
    "TIMESTAMP",
];
const ASSET_KINDS: &[&str] = &["Instance", "NotApplicable", "Role", "Type"];
const REFERENCE_TYPES: &[&str] = &["ExternalReference", "ModelReference"];
const QUALIFIER_KINDS: &[&str] = &["ConceptQualifier", "TemplateQualifier", "ValueQualifier"];
const SECURITY: &[&str] = &["NONE", "RFC_TLSA", "W3C_DID"];

static KEY: Class = class("Key", &[], &[must("type", Word(KEY_TYPES)), must("value", ID)]);
/// A reference.
pub(crate) static REFERENCE: Class = class(
    "Reference",
    &[],
    &[
        must("type", Word(REFERENCE_TYPES)),
        must("keys", Many(&KEY, 1)),
        may("referredSemanticId", One(&REFERENCE)),
    ],
);
static LANG_1023: Class = class(
    "LangString",
    &[],
    &[must("language", Text(text::language, usize::MAX)), must("text", Text(text::some, 1023))],
);
static LANG_128: Class =
    class("LangString", &[], &[must("language", Text(text::language, usize::MAX)), must("text", NAME)]);
static LANG_255: Class = class(
    "LangString",
    &[],
    &[must("language", Text(text::language, usize::MAX)), must("text", Text(text::some, 255))],
);
static LANG_18: Class = class(
    "LangString",
    &[],
    &[must("language", Text(text::language, usize::MAX)), must("text", Text(text::some, 18))],
);
static HAS_SEMANTICS: Class = class(
    "HasSemantics",
    &[],
    &[may("semanticId", One(&REFERENCE)), may("supplementalSemanticIds", Many(&REFERENCE, 1))],
);
static EXTENSION: Class = class(
    "Extension",
    &[&HAS_SEMANTICS],
    &[
        must("name", NAME),
        may("valueType", Word(VALUE_TYPES)),
        may("value", ANY),
        may("refersTo", Many(&REFERENCE, 1)),
    ],
);
static QUALIFIER: Class = class(
    "Qualifier",
    &[&HAS_SEMANTICS],
    &[
        may("kind", Word(QUALIFIER_KINDS)),
        must("type", NAME),
        must("valueType", Word(VALUE_TYPES)),
        may("value", ANY),
        may("valueId", One(&REFERENCE)),
    ],
);
static QUALIFIABLE: Class = class("Qualifiable", &[], &[may("qualifiers", Many(&QUALIFIER, 1))]);
static HAS_KIND: Class = class("HasKind", &[], &[may("kind", Word(&["Instance", "Template"]))]);
static LEVEL_TYPE: Class = class(
    "LevelType",
    &[],
    &[must("min", Truth), must("nom", Truth), must("typ", Truth), must("max", Truth)],
);
static VALUE_PAIR: Class =
    class("ValueReferencePair", &[], &[must("value", ID), may("valueId", One(&REFERENCE))]);
static VALUE_LIST: Class = class("ValueList", &[], &[must("valueReferencePairs", Many(&VALUE_PAIR, 1))]);
static IEC_61360: Class = model(
    "DataSpecificationIec61360",
    &[],
    &[
        must("preferredName", Many(&LANG_255, 1)),
        may("shortName", Many(&LANG_18, 1)),
        may("unit", SOME),
        may("unitId", One(&REFERENCE)),
        may("sourceOfDefinition", SOME),
        may("symbol", SOME),
        may("dataType", Word(IEC_TYPES)),
        may("definition", Many(&LANG_1023, 1)),
        may("valueFormat", SOME),
        may("valueList", One(&VALUE_LIST)),
        may("value", ID),
        may("levelType", One(&LEVEL_TYPE)),
    ],
);
static EMBEDDED: Class = class(
    "EmbeddedDataSpecification",
    &[],
    &[must("dataSpecificationContent", One(&IEC_61360)), must("dataSpecification", One(&REFERENCE))],
);
static HAS_DATA_SPECIFICATION: Class =
    class("HasDataSpecification", &[], &[may("embeddedDataSpecifications", Many(&EMBEDDED, 1))]);
static ADMINISTRATION: Class = class(
    "AdministrativeInformation",
    &[&HAS_DATA_SPECIFICATION],
    &[
        may("version", Text(text::version, 4)),
        may("revision", Text(text::version, 4)),
        may("creator", One(&REFERENCE)),
        may("templateId", ID),
    ],
);
static REFERABLE: Class = class(
    "Referable",
    &[],
    &[
        may("extensions", Many(&EXTENSION, 1)),
        may("category", NAME),
        may("idShort", Text(text::id_short, 128)),
        may("displayName", Many(&LANG_128, 1)),
        may("description", Many(&LANG_1023, 1)),
        must("modelType", Word(MODEL_TYPES)),
    ],
);
static IDENTIFIABLE: Class =
    class("Identifiable", &[&REFERABLE], &[may("administration", One(&ADMINISTRATION)), must("id", ID)]);
/// A specific asset id.
pub(crate) static SPECIFIC_ASSET_ID: Class = class(
    "SpecificAssetId",
    &[&HAS_SEMANTICS],
    &[must("name", Text(text::some, 64)), must("value", ID), may("externalSubjectId", One(&REFERENCE))],
);
static RESOURCE: Class = class(
    "Resource",
    &[],
    &[must("path", Text(text::uri, 2048)), may("contentType", Text(text::media_type, 128))],
);
/// Asset information.
pub(crate) static ASSET_INFORMATION: Class = class(
    "AssetInformation",
    &[],
    &[
        must("assetKind", Word(ASSET_KINDS)),
        may("globalAssetId", ID),
        may("specificAssetIds", Many(&SPECIFIC_ASSET_ID, 1)),
        may("assetType", ID),
        may("defaultThumbnail", One(&RESOURCE)),
    ],
);
/// A shell.
pub(crate) static SHELL: Class = model(
    "AssetAdministrationShell",
    &[&IDENTIFIABLE, &HAS_DATA_SPECIFICATION],
    &[
        may("derivedFrom", One(&REFERENCE)),
        must("assetInformation", One(&ASSET_INFORMATION)),
        may("submodels", Many(&REFERENCE, 1)),
    ],
);
/// A submodel.
pub(crate) static SUBMODEL: Class = model(
    "Submodel",
    &[&IDENTIFIABLE, &HAS_KIND, &HAS_SEMANTICS, &QUALIFIABLE, &HAS_DATA_SPECIFICATION],
    &[may("submodelElements", Elements)],
);
/// A submodel without its elements.
pub(crate) static SUBMODEL_METADATA: Class = class(
    "SubmodelMetadata",
    &[&IDENTIFIABLE, &HAS_KIND, &HAS_SEMANTICS, &QUALIFIABLE, &HAS_DATA_SPECIFICATION],
    &[],
);
/// A concept description.
pub(crate) static CONCEPT: Class = model(
    "ConceptDescription",
    &[&IDENTIFIABLE, &HAS_DATA_SPECIFICATION],
    &[may("isCaseOf", Many(&REFERENCE, 1))],
);

static ELEMENT: Class =
    class("SubmodelElement", &[&REFERABLE, &HAS_SEMANTICS, &QUALIFIABLE, &HAS_DATA_SPECIFICATION], &[]);
/// A submodel element without what it holds.
pub(crate) static ELEMENT_METADATA: Class = class("SubmodelElementMetadata", &[&ELEMENT, &HAS_KIND], &[]);
static VARIABLE: Class = class("OperationVariable", &[], &[must("value", Element)]);

/// All kinds of submodel element.
pub(crate) static ELEMENTS: [Class; 14] = [
    model(
        "Property",
        &[&ELEMENT],
        &[must("valueType", Word(VALUE_TYPES)), may("value", ANY), may("valueId", One(&REFERENCE))],
    ),
    model(
        "MultiLanguageProperty",
        &[&ELEMENT],
        &[may("value", Many(&LANG_1023, 1)), may("valueId", One(&REFERENCE))],
    ),
    model("Range", &[&ELEMENT], &[must("valueType", Word(VALUE_TYPES)), may("min", ANY), may("max", ANY)]),
    model(
        "Blob",
        &[&ELEMENT],
        &[may("value", Text(text::base64, usize::MAX)), may("contentType", Text(text::media_type, 128))],
    ),
    model(
        "File",
        &[&ELEMENT],
        &[may("value", Text(text::uri, 2048)), may("contentType", Text(text::media_type, 128))],
    ),
    model("ReferenceElement", &[&ELEMENT], &[may("value", One(&REFERENCE))]),
    model(
        "RelationshipElement",
        &[&ELEMENT],
        &[may("first", One(&REFERENCE)), may("second", One(&REFERENCE))],
    ),
    model(
        "AnnotatedRelationshipElement",
        &[&ELEMENT],
        &[may("first", One(&REFERENCE)), may("second", One(&REFERENCE)), may("annotations", Elements)],
    ),
    model("Capability", &[&ELEMENT], &[]),
    model(
        "Operation",
        &[&ELEMENT],
        &[
            may("inputVariables", Many(&VARIABLE, 1)),
            may("outputVariables", Many(&VARIABLE, 1)),
            may("inoutputVariables", Many(&VARIABLE, 1)),
        ],
    ),
    model(
        "BasicEventElement",
        &[&ELEMENT],
        &[
            must("observed", One(&REFERENCE)),
            must("direction", Word(&["input", "output"])),
            must("state", Word(&["off", "on"])),
            may("messageTopic", Text(text::some, 255)),
            may("messageBroker", One(&REFERENCE)),
            may("lastUpdate", Text(text::instant, 100)),
            may("minInterval", Text(text::duration, 1000)),
            may("maxInterval", Text(text::duration, 1000)),
        ],
    ),
    model(
        "Entity",
        &[&ELEMENT],
        &[
            may("statements", Elements),
            may("entityType", Word(&["CoManagedEntity", "SelfManagedEntity"])),
            may("globalAssetId", ID),
            may("specificAssetIds", Many(&SPECIFIC_ASSET_ID, 1)),
        ],
    ),
    model("SubmodelElementCollection", &[&ELEMENT], &[may("value", Elements)]),
    model(
        "SubmodelElementList",
        &[&ELEMENT],
        &[
            may("orderRelevant", Truth),
            may("semanticIdListElement", One(&REFERENCE)),
            must("typeValueListElement", Word(ELEMENT_TYPES)),
            may("valueTypeListElement", Word(VALUE_TYPES)),
            may("value", Elements),
        ],
    ),
];

static ATTRIBUTE: Class =
    class("SecurityAttribute", &[], &[must("type", Word(SECURITY)), must("key", ANY), must("value", ANY)]);
static PROTOCOL: Class = class(
    "ProtocolInformation",
    &[],
    &[
        must("href", Text(text::any, 2048)),
        may("endpointProtocol", SHORT),
        may("endpointProtocolVersion", Texts(128)),
        may("subprotocol", SHORT),
        may("subprotocolBody", Text(text::any, 2048)),
        may("subprotocolBodyEncoding", SHORT),
        may("securityAttributes", Many(&ATTRIBUTE, 1)),
    ],
);
static ENDPOINT: Class =
    class("Endpoint", &[], &[must("protocolInformation", One(&PROTOCOL)), must("interface", SHORT)]);
static DESCRIPTOR: Class = class(
    "Descriptor",
    &[],
    &[
        may("description", Many(&LANG_1023, 0)),
        may("displayName", Many(&LANG_128, 0)),
        may("extensions", Many(&EXTENSION, 1)),
        may("administration", One(&ADMINISTRATION)),
        may("idShort", Text(text::id_short, 128)),
        must("id", ID),
    ],
);
/// An entry of the submodel registry.
pub(crate) static SUBMODEL_DESCRIPTOR: Class =
    class("SubmodelDescriptor", &[&DESCRIPTOR, &HAS_SEMANTICS], &[must("endpoints", Many(&ENDPOINT, 1))]);
/// An entry of the shell registry.
pub(crate) static SHELL_DESCRIPTOR: Class = class(
    "AssetAdministrationShellDescriptor",
    &[&DESCRIPTOR],
    &[
        may("assetKind", Word(ASSET_KINDS)),
        may("assetType", ID),
        may("endpoints", Many(&ENDPOINT, 1)),
        may("globalAssetId", ID),
        may("specificAssetIds", Many(&SPECIFIC_ASSET_ID, 0)),
        may("submodelDescriptors", Many(&SUBMODEL_DESCRIPTOR, 0)),
    ],
);
/// An asset id to search by.
pub(crate) static ASSET_LINK: Class =
    class("AssetLink", &[], &[must("name", Text(text::some, 64)), must("value", ID)]);
/// The arguments of an operation.
pub(crate) static OPERATION_REQUEST: Class = class(
    "OperationRequest",
    &[],
    &[
        may("inoutputArguments", Many(&VARIABLE, 0)),
        may("inputArguments", Many(&VARIABLE, 0)),
        may("clientTimeoutDuration", Text(text::duration, 1000)),
    ],
);
/// The arguments of an operation as values.
pub(crate) static OPERATION_VALUES: Class = class(
    "OperationRequestValueOnly",
    &[],
    &[
        may("inoutputArguments", Object),
        may("inputArguments", Object),
        may("clientTimeoutDuration", Text(text::duration, 1000)),
    ],
);
