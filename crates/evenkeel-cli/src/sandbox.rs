//! `evenkeel sandbox`: all clouds on one loopback port, for rehearsing with any client.

use std::{
    io::{self, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, SystemTime},
};

use anyhow::{Context, bail};
use evenkeel_sandbox::{ClockMode, Config, Keys, Sandbox, keys, keys_of};

use crate::shutdown;

/// The options of `evenkeel sandbox`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where to listen; loopback only, because the sandbox's keys are public. Port 0 picks one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9000")]
    listen: SocketAddr,
    /// The seed of the fleet: the same seed makes the same events.
    #[arg(long, default_value_t = Config::default().seed)]
    seed: u64,
    /// How many events the clouds have together.
    #[arg(long, default_value_t = Config::default().events, value_parser = parse_events)]
    events: usize,
    /// How long an event stays in each state once it is under way, such as `5s` or `200ms`.
    #[arg(long, default_value = "5s", value_parser = parse_step)]
    step: Duration,
    /// Whose clock the clouds go by: the machine's, or one that stands until /_sandbox/clock moves it.
    #[arg(long, value_enum, default_value_t = Clock::Real)]
    clock: Clock,
    /// Where a virtual clock starts, such as 2027-01-01T00:00:00Z; without it, at the machine's time.
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    start: Option<i64>,
    /// A fault plan to start with (JSON, as `POST /_sandbox/faults` takes it).
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Events to start with (JSON, as `GET /_sandbox/state` gives it) instead of the seed's.
    #[arg(long, value_name = "FILE", conflicts_with = "events")]
    state: Option<PathBuf>,
}

/// The clocks there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Clock {
    Real,
    Virtual,
}

/// More than this is a slip of the keyboard, and would only fill the memory.
const MOST_EVENTS: usize = 1_000_000;

pub(crate) fn parse_events(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(events) if events <= MOST_EVENTS => Ok(events),
        _ => Err(format!("not a number from 0 to {MOST_EVENTS}")),
    }
}

pub(crate) fn parse_step(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(step) if step.is_zero() => Err("must be longer than nothing".to_owned()),
        Ok(step) => Ok(step),
        Err(error) => Err(error.to_string()),
    }
}

/// A time in ms since the epoch.
fn parse_time(text: &str) -> Result<i64, String> {
    let since = humantime::parse_rfc3339(text)
        .map_err(|error| format!("{error}; it should look like 2027-01-01T00:00:00Z"))?
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_err(|_| "before 1970".to_owned())?;
    i64::try_from(since.as_millis()).map_err(|_| "too late".to_owned())
}

/// A file that is named on the command line.
fn read(option: &str, path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read `{}` ({option})", path.display()))
}

/// Runs the sandbox until it is told to stop.
///
/// # Errors
/// When the address is not a loopback one or cannot be had, or when a file is not what it should be.
pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let Arguments {
        listen,
        seed,
        events,
        step,
        clock,
        start,
        faults,
        state,
    } = arguments;
    let clock = match (clock, start) {
        (Clock::Virtual, start_ms) => ClockMode::Virtual { start_ms },
        (Clock::Real, None) => ClockMode::Real,
        (Clock::Real, Some(_)) => bail!("--start needs --clock virtual"),
    };
    if !listen.ip().is_loopback() {
        bail!("the sandbox listens on loopback only (its keys are public), not on `{listen}`");
    }
    let config = Config {
        seed,
        events: if state.is_some() { 0 } else { events },
        step,
        clock,
        ..Config::default()
    };
    let sandbox = match Sandbox::bind(listen, config).await {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => bail!(
            "port {} is taken: another program listens on {listen}; choose another with --listen",
            listen.port()
        ),
        sandbox => sandbox.with_context(|| format!("cannot listen on {listen}"))?,
    };
    if let Some(path) = &state {
        sandbox
            .start_with_state(&read("--state", path)?)
            .with_context(|| format!("cannot take `{}`", path.display()))?;
    }
    if let Some(path) = &faults {
        sandbox
            .start_with_faults(&read("--faults", path)?)
            .with_context(|| format!("cannot take `{}`", path.display()))?;
    }
    let text = greeting(sandbox.local_addr(), config, state.as_deref());
    let mut requests = shutdown::Requests::listen().context("signals cannot be heard")?;
    // A closed pipe (`| head`) does not stop the sandbox.
    let _ = io::stdout().write_all(text.as_bytes());
    let _ = io::stdout().flush();
    sandbox.serve(async move { requests.next().await }).await;
    Ok(ExitCode::SUCCESS)
}

/// What a client needs, as a file of variables with an example in its comments.
fn greeting(address: SocketAddr, config: Config, state: Option<&Path>) -> String {
    let clouds = listed(keys().map(|keys| keys.title).collect());
    let long_lived = variables(
        keys()
            .flat_map(Keys::long_lived_variables)
            .map(|(name, value)| format!("{name}={value}")),
    );
    let temporary = variables(
        keys()
            .flat_map(Keys::temporary_variables)
            .map(|(name, value)| format!("{name}_TEMPORARY={value}")),
    );
    let fleet = match state {
        Some(path) => format!("Events from {}", path.display()),
        None => format!("{} events from seed {}", config.events, config.seed),
    };
    let example = keys_of("ens");
    let step = humantime::format_duration(config.step);
    let clock = match config.clock {
        ClockMode::Real => "",
        ClockMode::Virtual { .. } => "\n# The clock stands still: POST /_sandbox/clock moves it.",
    };
    format!(
        "\
# {clouds} at http://{address}
# {fleet}, a step every {step}; faults, calls, clock and state under /_sandbox/{clock}
# The keys are fixed, public and of no use anywhere else.
EVENKEEL_SANDBOX_ENDPOINT=http://{address}
{long_lived}

# Temporary credentials, of use only with their tokens. They have names of their own, because an
# SDK that finds a token beside the keys above would send it along.
{temporary}

# An example, after `pip install alibabacloud-ens20171110`:
#   from alibabacloud_ens20171110.client import Client
#   from alibabacloud_ens20171110.models import DescribeHistoryEventsRequest
#   from alibabacloud_tea_openapi.models import Config
#   client = Client(Config(
#       endpoint='{address}', protocol='http', region_id='cn-hangzhou',
#       access_key_id='{}',
#       access_key_secret='{}'))
#   request = DescribeHistoryEventsRequest(event_types=['Instance:SystemUpgrade.Migrate'])
#   print(client.describe_history_events(request).body.to_map())
#
# Ctrl-C stops the sandbox.
",
        example.map_or("", |keys| keys.access_key_id),
        example.map_or("", |keys| keys.secret),
    )
}

/// Joins words in a sentence: `a`, `a and b`, `a, b and c`.
fn listed(mut words: Vec<&str>) -> String {
    let last = words.pop().unwrap_or_default();
    if words.is_empty() {
        last.to_owned()
    } else {
        format!("{} and {last}", words.join(", "))
    }
}

/// Lines of a file of variables. Clouds of one vendor take the same key, which stands there once.
fn variables(lines: impl Iterator<Item = String>) -> String {
    let mut once: Vec<String> = Vec::new();
    for line in lines {
        if !once.contains(&line) {
            once.push(line);
        }
    }
    once.join("\n")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Command {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn parse(arguments: &[&str]) -> Result<Arguments, clap::Error> {
        let name = std::iter::once(&"sandbox");
        Command::try_parse_from(name.chain(arguments)).map(|command| command.arguments)
    }

    #[test]
    fn prints_every_key_under_the_sdks_own_name() {
        let address = SocketAddr::from(([127, 0, 0, 1], 9000));
        let text = greeting(address, Config::default(), None);
        let lines: Vec<_> = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .filter_map(|line| line.split_once('='))
            .collect();
        let [ens, huawei] = ["ens", "huawei-ecs"].map(|cloud| keys_of(cloud).unwrap());
        let expected = [
            ("EVENKEEL_SANDBOX_ENDPOINT", "http://127.0.0.1:9000"),
            ("ALIBABA_CLOUD_ACCESS_KEY_ID", ens.access_key_id),
            ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", ens.secret),
            ("HUAWEICLOUD_SDK_AK", huawei.access_key_id),
            ("HUAWEICLOUD_SDK_SK", huawei.secret),
            ("HUAWEICLOUD_SDK_PROJECT_ID", huawei.project_id.unwrap()),
            (
                "ALIBABA_CLOUD_ACCESS_KEY_ID_TEMPORARY",
                ens.temporary.access_key_id,
            ),
            (
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET_TEMPORARY",
                ens.temporary.secret,
            ),
            (
                "ALIBABA_CLOUD_SECURITY_TOKEN_TEMPORARY",
                ens.temporary.security_token,
            ),
            (
                "HUAWEICLOUD_SDK_AK_TEMPORARY",
                huawei.temporary.access_key_id,
            ),
            ("HUAWEICLOUD_SDK_SK_TEMPORARY", huawei.temporary.secret),
            (
                "HUAWEICLOUD_SDK_SECURITY_TOKEN_TEMPORARY",
                huawei.temporary.security_token,
            ),
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn gives_every_variable_one_value() {
        let address = SocketAddr::from(([127, 0, 0, 1], 9000));
        let text = greeting(address, Config::default(), None);
        let mut names: Vec<_> = text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| Some(line.split_once('=')?.0))
            .collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "{text}");
    }

    #[test]
    fn names_the_clouds_in_a_sentence() {
        assert_eq!(listed(vec!["a"]), "a");
        assert_eq!(listed(vec!["a", "b"]), "a and b");
        assert_eq!(listed(vec!["a", "b", "c"]), "a, b and c");
    }

    #[test]
    fn reads_its_options() {
        let arguments = parse(&["--events", "3", "--seed", "7", "--step", "200ms"]).unwrap();
        assert_eq!(arguments.events, 3);
        assert_eq!(arguments.seed, 7);
        assert_eq!(arguments.step, Duration::from_millis(200));
        assert_eq!(arguments.listen, SocketAddr::from(([127, 0, 0, 1], 9000)));
    }

    #[test]
    fn refuses_options_that_make_no_sense() {
        for wrong in [
            ["--step", "0s"],
            ["--step", "soon"],
            ["--events", "-1"],
            ["--events", "9999999999"],
            ["--listen", "9000"],
            ["--clock", "sundial"],
            ["--start", "tomorrow"],
        ] {
            assert!(parse(&wrong).is_err(), "{wrong:?}");
        }
    }

    #[tokio::test]
    async fn says_which_file_is_wrong_and_where() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.json");
        std::fs::write(&path, r#"[{"operation":"*","kind":"delay"}]"#).unwrap();
        let path = path.to_str().unwrap();
        for (option, expected) in [
            ("--faults", "fault 0: `delay` needs `ms`"),
            ("--state", "the state is malformed"),
        ] {
            let error = run(parse(&["--listen", "127.0.0.1:0", option, path]).unwrap())
                .await
                .unwrap_err();
            let error = format!("{error:#}");
            assert!(
                error.contains("plan.json") && error.contains(expected),
                "{error}"
            );
        }
        let error = run(parse(&["--listen", "127.0.0.1:0", "--state", "no/such"]).unwrap())
            .await
            .unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains("cannot read `no/such` (--state)"), "{error}");
    }

    #[tokio::test]
    async fn wants_a_virtual_clock_for_a_start() {
        let start = ["--start", "2027-01-01T00:00:00Z"];
        assert_eq!(parse(&start).unwrap().start, Some(1_798_761_600_000));
        let error = run(parse(&start).unwrap()).await.unwrap_err();
        assert!(error.to_string().contains("--clock virtual"), "{error}");
    }

    #[tokio::test]
    async fn refuses_an_address_beyond_loopback() {
        let error = run(parse(&["--listen", "0.0.0.0:0"]).unwrap())
            .await
            .unwrap_err();
        assert!(error.to_string().contains("loopback only"), "{error}");
    }

    #[tokio::test]
    async fn says_that_a_port_is_taken() {
        let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = holder.local_addr().unwrap().to_string();
        let error = run(parse(&["--listen", &address]).unwrap())
            .await
            .unwrap_err();
        assert!(error.to_string().contains("is taken"), "{error}");
    }
}
