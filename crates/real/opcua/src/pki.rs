//! Whom we trust: a server's certificate is trusted when first seen and pinned by its thumbprint from then on.
//!
//! Plants have no common certificate authority, so a chain would prove nothing; what can be noticed is that a
//! server is suddenly another one. The private key behind the pinned certificate opens the secure channel, so
//! nobody else can answer under it.

use crate::OpcUaError;
use opcua::crypto::X509;
use opcua::types::ByteString;
use std::path::{Path, PathBuf};

/// Checks the certificate that a server shows against the one trusted so far, and pins it if there is none.
///
/// # Errors
/// When it has changed and `accept` is not set, or when the record cannot be read or written.
pub(crate) fn pin(
    dir: &Path,
    connection: &str,
    certificate: &ByteString,
    accept: bool,
) -> Result<(), OpcUaError> {
    let unusable = |what: &str, reason: String| OpcUaError::Pki { what: what.to_owned(), reason };
    let shown = X509::from_byte_string(certificate)
        .map_err(|error| unusable("the certificate of the server", error.to_string()))?;
    let now = shown.thumbprint().as_hex_string();
    let file = pin_file(dir, connection);
    let record = |reason: std::io::Error| unusable(&file.display().to_string(), reason.to_string());
    match std::fs::read_to_string(&file) {
        Ok(trusted) if trusted.trim().eq_ignore_ascii_case(&now) => return Ok(()),
        Ok(trusted) if !accept => {
            return Err(OpcUaError::CertificateChanged { trusted: trusted.trim().to_owned(), now, file });
        }
        Ok(_) => {
            tracing::warn!(connection, thumbprint = %now, "the changed certificate of the server is accepted");
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            tracing::info!(connection, thumbprint = %now, "the certificate of the server is trusted on first use");
        }
        Err(error) => return Err(record(error)),
    }
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(record)?;
    }
    std::fs::write(&file, format!("{now}\n")).map_err(record)
}

fn pin_file(dir: &Path, connection: &str) -> PathBuf {
    let safe: String =
        connection.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect();
    dir.join("pinned").join(format!("{safe}.thumbprint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let error = pin(dir.path(), "plc", &ByteString::from(b"no certificate"), false).unwrap_err();
        assert!(matches!(error, OpcUaError::Pki { .. }), "{error}");
    }

    #[test]
    fn the_name_of_a_connection_cannot_leave_the_folder() {
        assert_eq!(pin_file(Path::new("pki"), "../x"), Path::new("pki/pinned/___x.thumbprint"));
    }
}
