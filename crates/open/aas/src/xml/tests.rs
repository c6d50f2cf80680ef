//! XML that is read, XML that is refused, and the way there and back.

use super::*;
use crate::FaultKind;

const SAMPLE: &str = r#"<aas:environment xmlns:aas="NS"><aas:submodels><aas:submodel>
  <aas:description><aas:langStringTextType><aas:language>en</aas:language><aas:text>a &lt;b&gt; &#228;</aas:text>
  </aas:langStringTextType></aas:description><aas:id>urn:sm</aas:id>
  <aas:semanticId><aas:type>ExternalReference</aas:type><aas:keys><aas:key><aas:type>GlobalReference</aas:type>
  <aas:value>urn:x</aas:value></aas:key></aas:keys></aas:semanticId>
  <aas:submodelElements>
    <aas:property><aas:idShort>P</aas:idShort><aas:valueType>xs:string</aas:valueType><aas:value> two  spaces </aas:value></aas:property>
    <aas:multiLanguageProperty><aas:idShort>M</aas:idShort><aas:value><aas:langStringTextType>
      <aas:language>de</aas:language><aas:text><![CDATA[<x>]]></aas:text></aas:langStringTextType></aas:value></aas:multiLanguageProperty>
    <aas:operation><aas:idShort>O</aas:idShort><aas:inputVariables><aas:operationVariable><aas:value><aas:property>
      <aas:idShort>I</aas:idShort><aas:valueType>xs:int</aas:valueType></aas:property></aas:value></aas:operationVariable></aas:inputVariables></aas:operation>
    <aas:submodelElementList><aas:idShort>L</aas:idShort><aas:orderRelevant>false</aas:orderRelevant>
      <aas:typeValueListElement>Range</aas:typeValueListElement><aas:valueTypeListElement>xs:int</aas:valueTypeListElement>
      <aas:value><aas:range><aas:valueType>xs:int</aas:valueType><aas:min>1</aas:min></aas:range></aas:value></aas:submodelElementList>
    <aas:capability><aas:idShort>C</aas:idShort><aas:vendor><aas:deep>1</aas:deep><aas:deep>2</aas:deep></aas:vendor></aas:capability>
  </aas:submodelElements></aas:submodel></aas:submodels>
  <aas:conceptDescriptions><aas:conceptDescription><aas:id>urn:cd</aas:id><aas:embeddedDataSpecifications>
    <aas:embeddedDataSpecification><aas:dataSpecification><aas:type>ExternalReference</aas:type><aas:keys><aas:key>
    <aas:type>GlobalReference</aas:type><aas:value>urn:iec</aas:value></aas:key></aas:keys></aas:dataSpecification>
    <aas:dataSpecificationContent><aas:dataSpecificationIec61360><aas:preferredName><aas:langStringPreferredNameTypeIec61360>
    <aas:language>en</aas:language><aas:text>n</aas:text></aas:langStringPreferredNameTypeIec61360></aas:preferredName>
    <aas:levelType><aas:min>true</aas:min><aas:nom>false</aas:nom><aas:typ>false</aas:typ><aas:max>true</aas:max></aas:levelType>
    </aas:dataSpecificationIec61360></aas:dataSpecificationContent></aas:embeddedDataSpecification></aas:embeddedDataSpecifications>
  </aas:conceptDescription></aas:conceptDescriptions></aas:environment>"#;

fn sample(version: Version) -> Environment {
    let (reading, found) = read(SAMPLE.replace("NS", namespace(version)).as_bytes());
    assert_eq!(found, Some(version));
    let faults: Vec<String> = reading.faults.iter().map(ToString::to_string).collect();
    let expected =
        "$.submodels[0].submodelElements[4]: `vendor` is not part of the metamodel; it is kept as it is";
    assert_eq!(faults, [expected]);
    reading.value.unwrap()
}

#[test]
fn a_document_and_its_twin_of_3_1_are_equal() {
    assert_eq!(sample(Version::V3_0), sample(Version::V3_1));
}

#[test]
fn what_is_read_is_written_again() {
    let sample = sample(Version::V3_0);
    let written = write(&sample, Version::V3_1).unwrap();
    let (again, version) = read(&written);
    assert_eq!((again.value.unwrap(), version), (sample.clone(), Some(Version::V3_1)));
    let json = crate::json::read::<Environment>(&crate::json::write(&sample));
    assert_eq!(json.value.unwrap(), sample, "and JSON says the same");
}

#[test]
fn texts_keep_their_spaces() {
    let sample = sample(Version::V3_0);
    let json = serde_json::to_value(&sample).unwrap();
    assert_eq!(json["submodels"][0]["submodelElements"][0]["value"], " two  spaces ");
    assert_eq!(json["submodels"][0]["submodelElements"][1]["value"][0]["text"], "<x>");
    assert_eq!(json["submodels"][0]["description"][0]["text"], "a <b> ä");
}

#[test]
fn hostile_documents_are_refused() {
    let refused = |text: &str| read(text.as_bytes()).0.faults[0].kind.clone();
    let bomb = "<!DOCTYPE a [<!ENTITY b 'cccc'>]><environment xmlns='https://admin-shell.io/aas/3/0'>&b;</environment>";
    assert_eq!(refused(bomb), FaultKind::Doctype);
    let entity = "<environment xmlns='https://admin-shell.io/aas/3/0'>&b;</environment>";
    assert_eq!(refused(entity), FaultKind::Entity("b".into()));
    assert_eq!(refused(&"<a>".repeat(100_000)), FaultKind::TooDeep);
    let old = "<aasenv xmlns='http://www.admin-shell.io/aas/2/0'></aasenv>";
    assert_eq!(refused(old), FaultKind::Namespace("http://www.admin-shell.io/aas/2/0".into()));
    for stump in
        ["", " ", "<a><b></b>", "<a", "<a></a><b></b>", "</a>", "\u{0}", "<environment xmlns='x'/>trailing"]
    {
        assert!(read(stump.as_bytes()).0.value.is_none(), "{stump}");
    }
    assert!(read(b"\xff\xfe<\0").0.value.is_none());
}

#[test]
fn characters_that_xml_cannot_have_are_named() {
    let mut environment = Environment::default();
    environment.submodels.push(crate::Submodel::new("a\u{1}b"));
    let error = write(&environment, Version::V3_0).unwrap_err();
    assert_eq!(error, UnwritableXml::Character { member: "id".into(), character: '\u{1}' });
}
