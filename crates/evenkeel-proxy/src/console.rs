//! The console's files: from a folder, from the binary, or a page that says how to build them.

mod embedded;
mod encoding;
mod folder;
pub(crate) mod policy;

use std::{
    collections::{HashMap, HashSet},
    fmt,
    path::Path,
    sync::Arc,
};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use self::encoding::{Encoding, Packed};

const INDEX: &str = "index.html";

/// What stands in for the console where there is none.
const PLACEHOLDER: &str = include_str!("console/placeholder.html");

/// The files, read once: an answer never waits for a disk, and the policy matches the page.
#[derive(Clone)]
pub struct Console {
    files: HashMap<String, Arc<File>>,
    index: Arc<File>,
    policy: HeaderValue,
    built: bool,
}

/// One file.
struct File {
    bytes: Bytes,
    content_type: HeaderValue,
    etag: HeaderValue,
    /// The name holds a hash of the content.
    hashed: bool,
    packed: Packed,
}

/// Why a folder holds no console.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// The folder or a file in it cannot be read.
    #[error("the console folder `{folder}` {reason}")]
    Unreadable {
        /// The folder.
        folder: String,
        /// What the system says.
        reason: String,
    },
    /// Something in it is not to be read.
    #[error("the console folder `{folder}` cannot be served: `{name}` {reason}")]
    Refused {
        /// The folder.
        folder: String,
        /// What is in it.
        name: String,
        /// Why not.
        reason: &'static str,
    },
    /// More than a console has.
    #[error("the console folder `{folder}` holds far more than a console: is it another folder?")]
    TooLarge {
        /// The folder.
        folder: String,
    },
    /// No `index.html`.
    #[error(
        "the console folder `{folder}` holds no index.html: build the console with `trunk build`"
    )]
    NoIndex {
        /// The folder.
        folder: String,
    },
}

impl Console {
    /// The files of a folder that Trunk has built.
    ///
    /// # Errors
    /// When it cannot be read or is no console.
    pub fn from_folder(folder: &Path) -> Result<Self, ConsoleError> {
        Self::from_files(folder::read(folder)?).ok_or_else(|| ConsoleError::NoIndex {
            folder: folder.display().to_string(),
        })
    }

    /// The files in the binary, or the page that says there are none.
    #[must_use]
    pub fn embedded() -> Self {
        Self::from_files(embedded::files()).unwrap_or_else(Self::placeholder)
    }

    /// The page that says how to build the console.
    #[must_use]
    pub fn placeholder() -> Self {
        let index = Arc::new(File::new(INDEX, Bytes::from_static(PLACEHOLDER.as_bytes())));
        Self {
            files: HashMap::from([(INDEX.to_owned(), Arc::clone(&index))]),
            policy: policy::of(PLACEHOLDER),
            index,
            built: false,
        }
    }

    /// Whether there is a console behind it.
    pub fn is_built(&self) -> bool {
        self.built
    }

    fn from_files(files: Vec<(String, Bytes)>) -> Option<Self> {
        let (packed, plain) = part(files);
        let files: HashMap<String, Arc<File>> = plain
            .into_iter()
            .map(|(name, bytes)| {
                let file = Arc::new(File::new(&name, bytes));
                (name, file)
            })
            .collect();
        for (name, encoding, bytes) in packed {
            // Where the name does not follow the content, a compressed form may be an older one.
            if let Some(file) = files.get(&name).filter(|file| file.hashed) {
                file.packed.keep(encoding, bytes);
            }
        }
        let index = Arc::clone(files.get(INDEX)?);
        Some(Self {
            policy: policy::of(&String::from_utf8_lossy(&index.bytes)),
            files,
            index,
            built: true,
        })
    }

    /// The file at a path, or the page that routes by itself, or nothing.
    pub(crate) async fn answer(&self, path: &str, request: &HeaderMap) -> Option<Response> {
        let name = path.strip_prefix('/').unwrap_or(path);
        let file = match self.files.get(name) {
            Some(file) => file,
            None if is_page(name, request) => &self.index,
            None => return None,
        };
        let mut response = File::answer(file, request).await;
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, self.policy.clone());
        Some(response)
    }
}

impl fmt::Debug for Console {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console")
            .field("files", &self.files.len())
            .field("built", &self.built)
            .finish_non_exhaustive()
    }
}

impl File {
    fn new(name: &str, bytes: Bytes) -> Self {
        let mime = mime_guess::from_path(name).first_or_octet_stream();
        let text = if mime.type_() == "text" || mime.subtype() == "javascript" {
            format!("{mime}; charset=utf-8")
        } else {
            mime.to_string()
        };
        // Weak: the same tag stands for every encoding.
        let digest = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&bytes));
        Self {
            content_type: HeaderValue::from_str(&text)
                .unwrap_or(HeaderValue::from_static("application/octet-stream")),
            etag: HeaderValue::from_str(&format!("W/\"{digest}\""))
                .unwrap_or(HeaderValue::from_static("W/\"\"")),
            hashed: is_hashed(name),
            packed: Packed::new(&text),
            bytes,
        }
    }

    /// Whether the client has it, in whatever encoding.
    fn is_known(&self, request: &HeaderMap) -> bool {
        let own = opaque(self.etag.as_bytes());
        request.get_all(header::IF_NONE_MATCH).iter().any(|tags| {
            let mut tags = tags.as_bytes().split(|byte| *byte == b',');
            tags.any(|tag| matches!(tag.trim_ascii(), b"*") || opaque(tag.trim_ascii()) == own)
        })
    }

    async fn answer(file: &Arc<Self>, request: &HeaderMap) -> Response {
        let encoding = file.packed.choose(request);
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, file.content_type.clone());
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static(if file.hashed {
                "public, max-age=31536000, immutable"
            } else {
                "no-cache"
            }),
        );
        headers.insert(header::ETAG, file.etag.clone());
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if file.is_known(request) {
            return (axum::http::StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let body = match encoding {
            Encoding::Identity => file.bytes.clone(),
            packed => {
                headers.insert(header::CONTENT_ENCODING, packed.header());
                let file = Arc::clone(file);
                // Once a file and encoding; not on the thread that serves others.
                let work = move || file.packed.get(packed, &file.bytes);
                match tokio::task::spawn_blocking(work).await {
                    Ok(Some(bytes)) => bytes,
                    _ => return axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response(),
                }
            }
        };
        (headers, body).into_response()
    }
}

/// A tag without the mark of a weak one.
fn opaque(tag: &[u8]) -> &[u8] {
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

/// Whether a path without a file is one of the console's own pages.
fn is_page(name: &str, request: &HeaderMap) -> bool {
    if !is_plain(name) {
        return false;
    }
    let wants_html = request.get_all(header::ACCEPT).iter().any(|accept| {
        accept
            .to_str()
            .is_ok_and(|accept| accept.contains("text/html"))
    });
    let last = name.rsplit('/').next().unwrap_or_default();
    wants_html || !last.contains('.')
}

/// Whether a path is written as the console writes its own. `//api` and `%61pi` are not: whoever
/// means the API must not be given a page.
fn is_plain(name: &str) -> bool {
    let segments: Vec<&str> = name.strip_suffix('/').unwrap_or(name).split('/').collect();
    let is_empty = segments.iter().any(|segment| segment.is_empty()) && !name.is_empty();
    let has_dots = segments
        .iter()
        .any(|segment| matches!(*segment, "." | ".."));
    let decoded = percent_decode(segments.first().copied().unwrap_or_default());
    !is_empty && !has_dots && !decoded.trim().eq_ignore_ascii_case("api")
}

fn percent_decode(segment: &str) -> String {
    percent_encoding::percent_decode_str(segment)
        .decode_utf8_lossy()
        .into_owned()
}

/// A file's name, how it is compressed, and what came of it.
type Ready = (String, Encoding, Bytes);

/// The compressed forms that the build left beside their files, and those files.
fn part(files: Vec<(String, Bytes)>) -> (Vec<Ready>, Vec<(String, Bytes)>) {
    let names: HashSet<String> = files.iter().map(|(name, _)| name.clone()).collect();
    let mut packed = Vec::new();
    let mut plain = Vec::new();
    for (name, bytes) in files {
        let form = Encoding::PACKED.iter().find_map(|(encoding, ending)| {
            let of = name.strip_suffix(ending)?;
            names.contains(of).then(|| (of.to_owned(), *encoding))
        });
        match form {
            Some((of, encoding)) => packed.push((of, encoding, bytes)),
            None => plain.push((name, bytes)),
        }
    }
    (packed, plain)
}

/// Whether Trunk put a hash of the content into the name: hexadecimal digits after a hyphen. There are 16 of them, less
/// leading zeros.
fn is_hashed(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    last.split('-').skip(1).any(|part| {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        (12..=16).contains(&digits) && matches!(part.as_bytes().get(digits), Some(b'.' | b'_'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_hashed_name_when_it_sees_one() {
        for hashed in [
            "evenkeel-console-0a1b2c3d4e5f6071.js",
            "evenkeel-console-0a1b2c3d4e5f6071_bg.wasm",
            "base-0a1b2c3d4e5f6071.css",
            "layers-f1a141d60208d4f.css",
        ] {
            assert!(is_hashed(hashed), "{hashed}");
        }
        for plain in [
            "index.html",
            "favicon.svg",
            "snippets/leptos-0a1b2c3d4e5f6071/inline0.js",
            "tail-winds.css",
            "deep-facade.css",
        ] {
            assert!(!is_hashed(plain), "{plain}");
        }
    }
}
