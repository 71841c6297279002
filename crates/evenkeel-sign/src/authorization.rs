//! The `Authorization` header: `<scheme> <field>=<key id>,SignedHeaders=a;b,Signature=<hex>`.

use crate::VerifyError;
use crate::digest::from_hex;
use crate::header::{is_name, is_word};
use crate::scheme::Scheme;

/// What an `Authorization` header says.
#[derive(Debug)]
pub(crate) struct Authorization<'a> {
    pub(crate) access_key_id: &'a str,
    /// Lower case, sorted, each once.
    pub(crate) signed_headers: Vec<&'a str>,
    pub(crate) signature: &'a str,
    pub(crate) signature_bytes: [u8; 32],
}

impl<'a> Authorization<'a> {
    /// Reads a header's value. Spaces around the commas are free, everything else is as the scheme prescribes.
    pub(crate) fn parse(scheme: Scheme<'_>, value: &'a str) -> Result<Self, VerifyError> {
        let malformed = |detail| VerifyError::MalformedAuthorization { detail };
        let (name, rest) = value
            .trim()
            .split_once(' ')
            .ok_or(malformed("it has no fields after the scheme"))?;
        if name != scheme.name() {
            return Err(malformed("it names another signature scheme"));
        }
        let (mut key, mut names, mut signature) = (None, None, None);
        for field in rest.split(',') {
            let (field, value) = field
                .trim()
                .split_once('=')
                .ok_or(malformed("a field has no `=`"))?;
            let slot = match field {
                "SignedHeaders" => &mut names,
                "Signature" => &mut signature,
                field if field == scheme.key_field() => &mut key,
                _ => return Err(malformed("a field is not one of the scheme's")),
            };
            if slot.replace(value).is_some() {
                return Err(malformed("a field is there twice"));
            }
        }
        let access_key_id = key
            .filter(|key| is_word(key))
            .ok_or(malformed("the access key id is missing"))?;
        let names = names.ok_or(malformed("`SignedHeaders` is missing"))?;
        let signature = signature.ok_or(malformed("`Signature` is missing"))?;
        let signature_bytes = from_hex(signature).ok_or(malformed(
            "`Signature` is not 64 lower-case hexadecimal digits",
        ))?;

        let signed_headers: Vec<&str> = names.split(';').collect();
        if !signed_headers
            .iter()
            .all(|name| is_name(name) && !name.bytes().any(|byte| byte.is_ascii_uppercase()))
        {
            return Err(malformed(
                "`SignedHeaders` does not hold header names in lower case, joined by `;`",
            ));
        }
        if !signed_headers.is_sorted_by(|left, right| left < right) {
            return Err(malformed(
                "`SignedHeaders` is not sorted, or names a header twice",
            ));
        }
        Ok(Self {
            access_key_id,
            signed_headers,
            signature,
            signature_bytes,
        })
    }
}
