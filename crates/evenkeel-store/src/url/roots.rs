//! Whom a server's certificate may be from, beside the public CAs that the program knows.

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use super::wrong;
use crate::StoreError;

/// The word for what the system trusts.
const SYSTEM: &str = "system";

/// As the driver takes them: a file of certificates in PEM, or nothing where none is named.
pub(super) fn of(named: Option<String>) -> Result<Option<String>, StoreError> {
    match named.as_deref() {
        None | Some("") => Ok(None),
        Some(SYSTEM) => system().map(Some),
        Some(path) => {
            let name = format!("the file of CAs, `{path}`,");
            let text = std::fs::read(path)
                .map_err(|error| wrong(&format!("{name} cannot be read: {error}")))?;
            check(&name, &text)?;
            Ok(named)
        }
    }
}

/// Refuses a key of this client's that others may read, as the server's own programs do.
pub(super) fn check_key(named: Option<&str>) -> Result<(), StoreError> {
    #[cfg(unix)]
    if let Some(path) = named {
        use std::os::unix::fs::MetadataExt as _;

        let data = std::fs::metadata(path)
            .map_err(|error| wrong(&format!("`sslkey` names `{path}`: {error}")))?;
        // Root's may be read by a group, for whoever it gives it to.
        let open = if data.uid() == 0 { 0o027 } else { 0o077 };
        if !data.is_file() || data.mode() & open != 0 {
            return Err(wrong(&format!(
                "`sslkey` names `{path}`, which must be a file that its owner alone can read (chmod 600)"
            )));
        }
    }
    let _ = named;
    Ok(())
}

/// The driver takes a file without any certificate for one.
fn check(name: &str, pem: &[u8]) -> Result<(), StoreError> {
    let mut known = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let added = certificate
            .map_err(|error| error.to_string())
            .and_then(|certificate| known.add(certificate).map_err(|error| error.to_string()));
        if let Err(error) = added {
            return Err(wrong(&format!(
                "{name} holds a certificate that cannot be used: {error}"
            )));
        }
    }
    if known.is_empty() {
        return Err(wrong(&format!("{name} holds no certificate")));
    }
    Ok(())
}

/// What the system trusts, as far as this program can read it, as a file that nobody takes away.
#[cfg(target_os = "linux")]
fn system() -> Result<String, StoreError> {
    use std::{fs::File, io::Write as _, os::fd::AsRawFd as _, sync::OnceLock};

    /// As long as the process: connections are made until it ends.
    static FILE: OnceLock<File> = OnceLock::new();
    let name = |file: &File| format!("/proc/self/fd/{}", file.as_raw_fd());
    if let Some(file) = FILE.get() {
        return Ok(name(file));
    }
    let text = read()?;
    let cannot = |error: &dyn std::fmt::Display| {
        wrong(&format!(
            "what `sslrootcert=system` finds cannot be kept: {error}"
        ))
    };
    let file = rustix::fs::memfd_create("system.pem", rustix::fs::MemfdFlags::CLOEXEC)
        .map_err(|error| cannot(&error))?;
    let mut file = File::from(file);
    file.write_all(text.as_bytes())
        .map_err(|error| cannot(&error))?;
    Ok(name(FILE.get_or_init(|| file)))
}

#[cfg(not(target_os = "linux"))]
fn system() -> Result<String, StoreError> {
    Err(wrong(
        "`sslrootcert=system` is known on Linux only: name a file with the CA",
    ))
}

#[cfg(target_os = "linux")]
fn read() -> Result<String, StoreError> {
    let mut known = RootCertStore::empty();
    let mut text = String::new();
    for certificate in rustls_native_certs::load_native_certs().certs {
        if known.add(certificate.clone()).is_ok() {
            pem(&mut text, &certificate);
        }
    }
    if known.is_empty() {
        return Err(wrong(
            "`sslrootcert=system` finds no certificate: name a file with the CA, or install the system's (ca-certificates)",
        ));
    }
    Ok(text)
}

#[cfg(target_os = "linux")]
fn pem(text: &mut String, certificate: &CertificateDer<'_>) {
    use std::fmt::Write as _;

    use base64::{Engine as _, prelude::BASE64_STANDARD};

    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----",
        BASE64_STANDARD.encode(certificate)
    );
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str().unwrap();
        for (mode, fits) in [(0o600, true), (0o400, true), (0o604, false), (0o644, false)] {
            let rights = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(path, rights).unwrap();
            let checked = check_key(Some(path));
            assert_eq!(checked.is_ok(), fits, "{mode:o}: {checked:?}");
        }
        let said = check_key(Some("/nowhere/key.pem")).unwrap_err().to_string();
        assert!(said.contains("/nowhere/key.pem"), "{said}");
    }
}
