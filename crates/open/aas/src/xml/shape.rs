//! What each element of the XML form is: the one thing that JSON says by its brackets and XML does not.

/// What is in an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Text.
    Text,
    /// `true` or `false`.
    Bool,
    /// Members by their names.
    Object,
    /// Items of this name; an empty name stands for items that are named by their model type.
    List(&'static str),
    /// One object that is named by its model type.
    Wrapped,
}

/// The shape of a member of a class. `None` when the metamodel has no such member anywhere.
pub(super) fn shape(class: &str, member: &str) -> Option<Shape> {
    Some(match member {
        "value" => return value_shape(class),
        "assetAdministrationShells" | "submodels" if class == "environment" => Shape::List(""),
        "conceptDescriptions" | "submodelElements" | "statements" | "annotations" => Shape::List(""),
        "submodels" | "supplementalSemanticIds" | "refersTo" | "isCaseOf" => Shape::List("reference"),
        "inputVariables" | "outputVariables" | "inoutputVariables" => Shape::List("operationVariable"),
        "extensions" => Shape::List("extension"),
        "qualifiers" => Shape::List("qualifier"),
        "embeddedDataSpecifications" => Shape::List("embeddedDataSpecification"),
        "keys" => Shape::List("key"),
        "specificAssetIds" => Shape::List("specificAssetId"),
        "valueReferencePairs" => Shape::List("valueReferencePair"),
        "displayName" => Shape::List("langStringNameType"),
        "description" => Shape::List("langStringTextType"),
        "preferredName" => Shape::List("langStringPreferredNameTypeIec61360"),
        "shortName" => Shape::List("langStringShortNameTypeIec61360"),
        "definition" => Shape::List("langStringDefinitionTypeIec61360"),
        "semanticId"
        | "creator"
        | "derivedFrom"
        | "externalSubjectId"
        | "valueId"
        | "referredSemanticId"
        | "first"
        | "second"
        | "observed"
        | "messageBroker"
        | "semanticIdListElement"
        | "dataSpecification"
        | "unitId"
        | "administration"
        | "assetInformation"
        | "defaultThumbnail"
        | "valueList"
        | "levelType" => Shape::Object,
        "dataSpecificationContent" => Shape::Wrapped,
        "orderRelevant" | "nom" | "typ" => Shape::Bool,
        "min" | "max" if class == "levelType" => Shape::Bool,
        "min"
        | "max"
        | "id"
        | "idShort"
        | "category"
        | "version"
        | "revision"
        | "templateId"
        | "kind"
        | "type"
        | "name"
        | "language"
        | "text"
        | "valueType"
        | "contentType"
        | "path"
        | "assetKind"
        | "globalAssetId"
        | "assetType"
        | "entityType"
        | "direction"
        | "state"
        | "messageTopic"
        | "lastUpdate"
        | "minInterval"
        | "maxInterval"
        | "typeValueListElement"
        | "valueTypeListElement"
        | "unit"
        | "sourceOfDefinition"
        | "symbol"
        | "dataType"
        | "valueFormat" => Shape::Text,
        _ => return None,
    })
}

fn value_shape(class: &str) -> Option<Shape> {
    Some(match class {
        "submodelElementCollection" | "submodelElementList" => Shape::List(""),
        "multiLanguageProperty" => Shape::List("langStringTextType"),
        "referenceElement" => Shape::Object,
        "operationVariable" => Shape::Wrapped,
        _ => Shape::Text,
    })
}

/// Whether objects of this element name say their model type in JSON.
pub(super) fn has_model_type(name: &str) -> bool {
    matches!(
        name,
        "assetAdministrationShell" | "submodel" | "conceptDescription" | "dataSpecificationIec61360"
    ) || crate::KeyType::from_word(&upper_first(name)).is_some_and(|kind| {
        !matches!(kind.as_str(), "GlobalReference" | "FragmentReference" | "Identifiable" | "Referable")
    })
}

/// `property` → `Property`.
pub(super) fn upper_first(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `Property` → `property`.
pub(super) fn lower_first(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// The member under which an unknown element keeps what is in it, in its order.
pub(super) const CONTENT: &str = "$xml";
