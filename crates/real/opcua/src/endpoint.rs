//! Which of a server's endpoints is used.
//!
//! Only policies that we know by their exact URI are considered: the library parses an unknown one and panics later.

use crate::OpcUaError;
use crate::options::{Identity, OpcUaOptions, Security};
use opcua::types::{EndpointDescription, MessageSecurityMode, UserTokenType};

const NONE: &str = "http://opcfoundation.org/UA/SecurityPolicy#None";
const BASIC256SHA256: &str = "http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256";

/// Known policies from weak to strong; the deprecated ones are not among them.
///
/// Spec: OPC 10000-7, 6.6.161 and following.
const POLICIES: [&str; 4] = [
    NONE,
    "http://opcfoundation.org/UA/SecurityPolicy#Aes128_Sha256_RsaOaep",
    BASIC256SHA256,
    "http://opcfoundation.org/UA/SecurityPolicy#Aes256_Sha256_RsaPss",
];

/// The best endpoint for what is asked, at the address that the user gave: servers often announce a host name that
/// only they know.
///
/// # Errors
/// When none fits, with what there is.
pub(crate) fn choose(
    offered: &[EndpointDescription],
    options: &OpcUaOptions,
) -> Result<EndpointDescription, OpcUaError> {
    let fits = |endpoint: &&EndpointDescription| {
        strength(endpoint).is_some_and(|strength| fits_security(endpoint, strength, options.security))
            && takes(endpoint, &options.identity)
    };
    let best = offered.iter().filter(fits).max_by_key(|endpoint| strength(endpoint));
    let mut endpoint = best.cloned().ok_or_else(|| no_endpoint(offered, options))?;
    let clear = endpoint.security_policy_uri.as_ref() == NONE;
    if clear && options.security == Security::Auto && matches!(options.identity, Identity::User { .. }) {
        return Err(OpcUaError::ClearPassword);
    }
    endpoint.endpoint_url = options.endpoint.as_str().into();
    Ok(endpoint)
}

/// Whether the endpoint is protected, and so needs certificates.
pub(crate) fn is_protected(endpoint: &EndpointDescription) -> bool {
    endpoint.security_mode != MessageSecurityMode::None
}

/// Encrypted before signed, then by policy.
fn strength(endpoint: &EndpointDescription) -> Option<(u8, usize)> {
    let policy = POLICIES.iter().position(|policy| *policy == endpoint.security_policy_uri.as_ref())?;
    let mode = match (endpoint.security_mode, policy) {
        (MessageSecurityMode::None, 0) => 0,
        (MessageSecurityMode::Sign, 1..) => 1,
        (MessageSecurityMode::SignAndEncrypt, 1..) => 2,
        _ => return None,
    };
    Some((mode, policy))
}

fn fits_security(endpoint: &EndpointDescription, (mode, _): (u8, usize), security: Security) -> bool {
    match security {
        Security::Auto => true,
        Security::None => mode == 0,
        Security::SignAndEncrypt => mode == 2 && endpoint.security_policy_uri.as_ref() == BASIC256SHA256,
    }
}

fn takes(endpoint: &EndpointDescription, identity: &Identity) -> bool {
    let wanted = match identity {
        Identity::Anonymous => UserTokenType::Anonymous,
        Identity::User { .. } => UserTokenType::UserName,
        Identity::Certificate { .. } => UserTokenType::Certificate,
    };
    match &endpoint.user_identity_tokens {
        // A server that lists none does not ask.
        None => wanted == UserTokenType::Anonymous,
        Some(tokens) if tokens.is_empty() => wanted == UserTokenType::Anonymous,
        Some(tokens) => tokens.iter().any(|token| token.token_type == wanted),
    }
}

fn no_endpoint(offered: &[EndpointDescription], options: &OpcUaOptions) -> OpcUaError {
    let shown = offered.iter().map(|endpoint| {
        let policy = endpoint.security_policy_uri.as_ref().rsplit('#').next().unwrap_or_default().to_owned();
        let tokens = endpoint.user_identity_tokens.iter().flatten();
        let tokens: Vec<String> = tokens.map(|token| format!("{:?}", token.token_type)).collect();
        format!("{policy}/{:?} for {}", endpoint.security_mode, tokens.join("+"))
    });
    let wanted = format!("security {:?} for {:?}", options.security, options.identity);
    OpcUaError::NoEndpoint { wanted, offered: shown.collect::<Vec<_>>().join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use opcua::types::UserTokenPolicy;

    fn endpoint(policy: &str, mode: MessageSecurityMode, tokens: &[UserTokenType]) -> EndpointDescription {
        let token =
            |kind: &UserTokenType| UserTokenPolicy { token_type: *kind, ..UserTokenPolicy::default() };
        EndpointDescription {
            endpoint_url: "opc.tcp://hidden:1".into(),
            security_policy_uri: policy.into(),
            security_mode: mode,
            user_identity_tokens: Some(tokens.iter().map(token).collect()),
            ..EndpointDescription::default()
        }
    }

    fn offered() -> Vec<EndpointDescription> {
        let any = [UserTokenType::Anonymous, UserTokenType::UserName];
        vec![
            endpoint(NONE, MessageSecurityMode::None, &any),
            endpoint(BASIC256SHA256, MessageSecurityMode::SignAndEncrypt, &any),
            endpoint("http://example.org/SecurityPolicy#Future", MessageSecurityMode::SignAndEncrypt, &any),
        ]
    }

    #[test]
    fn auto_takes_the_strongest_that_is_known_at_the_given_address() {
        let chosen = choose(&offered(), &OpcUaOptions::new("a", "opc.tcp://plc:4840")).unwrap();
        assert_eq!(chosen.security_policy_uri.as_ref(), BASIC256SHA256);
        assert_eq!(chosen.endpoint_url.as_ref(), "opc.tcp://plc:4840");
    }

    #[test]
    fn a_password_is_not_sent_in_the_clear_by_itself() {
        let identity = Identity::User { user: "u".into(), password: "p".into() };
        let mut options = OpcUaOptions { identity, ..OpcUaOptions::new("a", "opc.tcp://plc:4840") };
        let clear = &offered()[..1];
        assert!(matches!(choose(clear, &options), Err(OpcUaError::ClearPassword)));
        options.security = Security::None;
        assert!(choose(clear, &options).is_ok());
    }

    #[test]
    fn what_is_missing_is_told_with_what_there_is() {
        let options =
            OpcUaOptions { security: Security::SignAndEncrypt, ..OpcUaOptions::new("a", "opc.tcp://plc") };
        let message = choose(&offered()[..1], &options).unwrap_err().to_string();
        assert!(message.contains("None/None for Anonymous+UserName"), "{message}");
    }
}
