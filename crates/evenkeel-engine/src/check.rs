//! Whether an account works: one harmless call of each list, and in plain words what is wrong.

use std::fmt;

use evenkeel::{
    ErrorClass, KeyFlaw, OptionalList, Provider, ProviderError, Response, ResponseError, Tells,
    first_pages,
};

use crate::{
    account::Account,
    call_failure::CallFailure,
    network::Way,
    sync::paginator,
    upstream::{SendError, Upstream, cloud_time},
};

/// The clouds refuse a request signed further than this from their own time, in ms.
const SKEW_ALLOWED_MS: i64 = 15 * 60 * 1000;

/// A clock this far off works, and is worth a word, in ms.
const SKEW_NOTED_MS: i64 = 60 * 1000;

/// What one account's check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    account: String,
    provider: Provider,
    /// How many events there are, where the cloud says so; or why the list did not come.
    listed: Result<Option<u64>, CallFailure>,
    /// The lists that the key may not read and the rest is read without, and the first answer that said so.
    off: Option<(Vec<&'static OptionalList>, String)>,
    way: Way,
    notes: Vec<String>,
    /// This machine's time less the cloud's, in ms.
    clock_offset_ms: Option<i64>,
}

impl Check {
    /// Tries an account.
    pub async fn run(account: &Account, upstream: &Upstream) -> Self {
        let scope = account.scope();
        let (mut listed, mut clock_offset) = (Ok(Some(0_u64)), None);
        let mut beyond = None;
        let mut off: Option<(Vec<&'static OptionalList>, String)> = None;
        for operation in first_pages(account.provider(), 1) {
            let optional = operation.optional();
            // One answer says it of all that need the same permission.
            let is_off = |list| off.as_ref().is_some_and(|(lists, _)| lists.contains(&list));
            if optional.is_some_and(is_off) {
                continue;
            }
            let before = upstream.clock().now_ms();
            let answer = upstream.send(account, &operation.request(&scope)).await;
            let told = answer.as_ref().ok();
            let offset =
                told.and_then(|answer| clock_offset_ms(answer, before, upstream.clock().now_ms()));
            clock_offset = clock_offset.or(offset);
            let page = match answer {
                Err(error) => Err(error.into()),
                Ok(answer) => operation.page(&scope, &answer).map_err(CallFailure::from),
            };
            match (page, optional) {
                (Ok(page), _) => {
                    beyond = beyond.or(page.total.and_then(paginator::beyond));
                    let sum = |sum: Option<u64>| sum?.checked_add(page.total?);
                    listed = listed.map(sum);
                }
                (Err(failure), Some(list)) if failure.denied().is_some() => {
                    let (lists, _) = off.get_or_insert_with(|| (Vec::new(), failure.to_string()));
                    lists.push(list);
                }
                (Err(failure), _) => {
                    listed = Err(failure);
                    break;
                }
            }
        }
        let way = upstream.way(account);
        let mut notes = vec![format!(
            "region `{}`, at {}, {way}",
            account.region(),
            account.endpoint()
        )];
        notes.extend(beyond);
        notes.extend(other_region(account));
        notes.extend(account.notes().iter().cloned());
        Self {
            account: account.id().to_owned(),
            provider: account.provider(),
            listed,
            off,
            way,
            notes,
            clock_offset_ms: clock_offset,
        }
    }

    /// The account's id.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Where the call went and which way, and what is odd about the account: a line each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Why lists are off that the account is read without, in a line; none where all can be read.
    pub fn lists_off(&self) -> Option<String> {
        let (lists, why) = self.off.as_ref()?;
        let names: Vec<&str> = lists.iter().map(|list| list.name_en).collect();
        let permissions: Vec<&str> = lists.iter().map(|list| list.permission).collect();
        Some(format!(
            "{} are off: grant `{}` ({why})",
            names.join(" and "),
            permissions.join("` and `")
        ))
    }

    /// Whether the account can be used.
    pub fn is_ok(&self) -> bool {
        self.listed.is_ok()
    }
}

/// Why the names and tags of an account's resources are off, or whether they have local disks, in a line; none where
/// neither is. It asks about a resource that is nobody's: whether that may be asked is all that the answer tells.
pub async fn names_off(account: &Account, upstream: &Upstream) -> Option<String> {
    let ids = [account.provider().nobodys_resource_id().to_owned()];
    let (mut denied, mut told, mut are_names_off) = (Vec::new(), None, false);
    for lookup in account.provider().resource_lookups() {
        let request = lookup.request(&ids, None, &account.scope());
        let why = match upstream.send(account, &request).await {
            Err(error) => error.to_string(),
            Ok(answer) => match lookup.read(&answer, None) {
                Ok(_) => continue,
                Err(ResponseError::Refused(error)) => match error.class {
                    // That it does not like the id says that it may be asked.
                    ErrorClass::Invalid | ErrorClass::NotFound => continue,
                    ErrorClass::Denied => {
                        denied.push(format!("`{}`", lookup.permission));
                        error.to_string()
                    }
                    // Others may send back what was signed.
                    _ => error.code,
                },
                Err(error) => error.to_string(),
            },
        };
        told.get_or_insert(why);
        are_names_off |= lookup.tells == Tells::Names;
    }
    let why = told?;
    let what = if are_names_off {
        "names are off"
    } else {
        "local disks are unknown"
    };
    Some(if denied.is_empty() {
        format!("{what}: {why}")
    } else {
        format!("{what}: grant {} ({why})", denied.join(" and "))
    })
}

/// Says that an account's endpoint is known to be that of other regions.
fn other_region(account: &Account) -> Option<String> {
    let theirs: Vec<&str> = account
        .provider()
        .regions_at(account.endpoint().host())
        .collect();
    (!theirs.is_empty() && !theirs.contains(&account.region())).then(|| {
        format!(
            "this endpoint is that of `{}`, not of the account's region `{}`: one of them is wrong",
            theirs.join("`, `"),
            account.region()
        )
    })
}

/// This machine's time less the cloud's, by the answer's `Date`: good to a second or so.
fn clock_offset_ms(answer: &Response, before: i64, after: i64) -> Option<i64> {
    // The header counts whole seconds: half of one is the best guess.
    let theirs = cloud_time(answer)?.checked_add(500)?;
    Some(i64::midpoint(before, after) - theirs)
}

impl Check {
    /// What the cloud says no to, and what to do about it.
    fn refused(&self, f: &mut fmt::Formatter<'_>, error: &ProviderError) -> fmt::Result {
        let is_off = |offset: i64| offset.abs() > SKEW_ALLOWED_MS;
        match error.class {
            ErrorClass::Clock => self.clock_is_off(f, error),
            // Some clouds have one code for a bad signature, an unknown key and a wrong clock.
            ErrorClass::Credentials if self.clock_offset_ms.is_some_and(is_off) => {
                self.clock_is_off(f, error)
            }
            ErrorClass::Credentials => match error
                .key_flaw()
                .and_then(|flaw| advice(flaw, self.provider))
            {
                Some(advice) => write!(f, "{advice} ({})", error.code),
                None => refused_key(f, error),
            },
            ErrorClass::Denied => write!(
                f,
                "the key is good, but may not list events: grant `{}` ({error})",
                self.provider.facts().list_permission
            ),
            ErrorClass::Throttled => write!(
                f,
                "the cloud is throttling this account; the credentials were not refused, try again later ({})",
                error.code
            ),
            ErrorClass::NotFound
            | ErrorClass::Invalid
            | ErrorClass::Unavailable
            | ErrorClass::Other => {
                write!(f, "refused with HTTP {}: {error}", error.status)?;
                if error.class == ErrorClass::NotFound {
                    f.write_str("; is `endpoint` this cloud's")?;
                    f.write_str(match self.provider.facts().project_variable {
                        None => "?",
                        Some(_) => ", and `project_id` one of this region?",
                    })?;
                }
                Ok(())
            }
        }
    }

    fn clock_is_off(&self, f: &mut fmt::Formatter<'_>, error: &ProviderError) -> fmt::Result {
        match self.clock_offset_ms {
            Some(offset) => write!(f, "this machine's clock is {}", off(offset))?,
            None => write!(f, "this machine's clock is off")?,
        }
        write!(
            f,
            ", more than the 15 minutes that the cloud allows: set it ({})",
            error.code
        )
    }
}

impl fmt::Display for Check {
    /// A line, or two where there is something to do. Of a refused signature only the code is
    /// shown: some clouds send back what was signed, a session token among it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.account)?;
        match &self.listed {
            Ok(None) => write!(f, "ok, may list events")?,
            Ok(Some(1)) => write!(f, "ok, 1 event")?,
            Ok(Some(count)) => write!(f, "ok, {count} events")?,
            Err(CallFailure::Refused(ResponseError::Refused(error))) => self.refused(f, error)?,
            Err(CallFailure::Refused(error)) => write!(f, "{error}; is `endpoint` this cloud's?")?,
            Err(failure) => {
                write!(f, "{failure}")?;
                if let CallFailure::Unanswered(error) = failure
                    && let Some(advice) = way_out(error, &self.way)
                {
                    write!(f, ": {advice}")?;
                }
            }
        }
        if let (Ok(_), way @ Way::Proxy(_)) = (&self.listed, &self.way) {
            write!(f, ", {way}")?;
        }
        match self.clock_offset_ms {
            Some(offset) if self.is_ok() && offset.abs() > SKEW_NOTED_MS => write!(
                f,
                "; this machine's clock is {}: beyond 15 minutes the cloud refuses",
                off(offset)
            ),
            _ => Ok(()),
        }
    }
}

/// What is wrong with the key, and what to do; none where the cloud's word for it is not sure enough.
fn advice(flaw: KeyFlaw, provider: Provider) -> Option<&'static str> {
    Some(match flaw {
        KeyFlaw::WrongSecret if !provider.facts().tells_wrong_secret => return None,
        KeyFlaw::WrongSecret => "the secret is not this access key's: check `access_key_secret`",
        KeyFlaw::Unknown => {
            "the cloud knows no such access key: check `access_key_id`, or whether it was deleted or disabled"
        }
        KeyFlaw::Disabled => {
            "the access key is disabled: enable it at the cloud, or configure another one"
        }
        KeyFlaw::Locked => {
            "the key is locked after too many wrong signatures: check `access_key_secret`, then wait five minutes"
        }
        KeyFlaw::TokenExpired => {
            "the security token has run out: get new temporary credentials, and change `access_key_id`, `access_key_secret` and `security_token` together"
        }
        KeyFlaw::TokenInvalid => {
            "the security token is damaged or another key's: take `access_key_id`, `access_key_secret` and `security_token` from one and the same answer"
        }
        KeyFlaw::TokenMissing => {
            "this is a temporary key, and its token is missing: configure `security_token`"
        }
    })
}

fn refused_key(f: &mut fmt::Formatter<'_>, error: &ProviderError) -> fmt::Result {
    write!(
        f,
        "the key or its secret is refused: check `access_key_id`, `access_key_secret` and `security_token` ({}); \
         after five failures in a row the cloud locks a key for five minutes",
        error.code
    )
}

/// What to do where the way to the cloud is shut.
fn way_out(error: &SendError, way: &Way) -> Option<&'static str> {
    let SendError::Unreachable { cause, .. } = error else {
        return None;
    };
    let says = |words: &[&str]| words.iter().any(|word| cause.contains(word));
    if says(&["certificate"]) {
        return Some(
            "its certificate is not trusted; if a proxy opens TLS here, name its authority in `[network] ca_file`",
        );
    }
    match way {
        Way::Proxy(proxy) if says(&["proxy authorization required"]) => {
            Some(if proxy.has_password() {
                "the proxy refuses the user and the password in its URL: correct them; if they are right, it wants another way to log in than `Basic`, the only one there is here"
            } else {
                "the proxy asks for a user and a password: put them into its URL, in a variable or a file that `[network] proxy` refers to"
            })
        }
        Way::Proxy(_) if says(&["tunnel error"]) => Some(
            "the proxy does not let this host through: have it allowed, or name it in `no_proxy`",
        ),
        Way::Proxy(_) => {
            Some("is the proxy there? `[network] proxy`, or the variable HTTPS_PROXY, names it")
        }
        Way::Direct if says(&["lookup", "resolve", "dns"]) => Some(
            "does this network need a proxy? `[network] proxy` or the variable HTTPS_PROXY names it",
        ),
        Way::Direct => None,
    }
}

/// How far off a clock is, in words.
fn off(offset_ms: i64) -> String {
    let seconds = std::time::Duration::from_secs(offset_ms.unsigned_abs() / 1000);
    let side = if offset_ms < 0 { "behind" } else { "ahead" };
    format!("{} {side}", humantime::format_duration(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{account::AccountConfig, reference::Reference};

    #[test]
    fn tells_of_an_endpoint_that_is_another_regions() {
        let note = |region: &str, endpoint: &str| {
            let config = AccountConfig {
                id: "a".to_owned(),
                provider: Provider::Ens,
                region: region.to_owned(),
                project_id: None,
                endpoint: endpoint.parse().unwrap(),
                access_key_id: Reference::Env("ID".to_owned()),
                access_key_secret: Reference::Env("SECRET".to_owned()),
                security_token: None,
                poll: None,
                items_per_call: 1,
            };
            let account = Account::open(&config, &|_| Some("x".to_owned())).unwrap();
            other_region(&account)
        };
        let singapore = "https://ens.ap-southeast-1.aliyuncs.com";
        assert_eq!(
            note("cn-hangzhou", singapore).unwrap(),
            "this endpoint is that of `ap-southeast-1`, not of the account's region `cn-hangzhou`: one of them is wrong"
        );
        assert_eq!(note("ap-southeast-1", singapore), None);
        assert_eq!(note("cn-new", "https://ens.cn-new.example"), None);
    }
}
