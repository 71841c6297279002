//! The log: on stderr, one line an event, text or JSON.

use clap::{Args, ValueEnum};
use tracing::{Level, Metadata, level_filters::LevelFilter};
use tracing_subscriber::{Layer, filter::filter_fn, layer::SubscriberExt, util::SubscriberInitExt};

/// How the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Args)]
pub(crate) struct LogOptions {
    /// How the log on stderr is written.
    #[arg(long, env = "EVENKEEL_LOG_FORMAT", value_name = "FORMAT", value_enum, default_value_t = Format::Text)]
    log_format: Format,
    /// The least severe level that is logged: off, error, warn, info, debug or trace.
    #[arg(long, env = "EVENKEEL_LOG_LEVEL", value_name = "LEVEL", default_value_t = LevelFilter::INFO)]
    log_level: LevelFilter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Starts logging.
pub(crate) fn start(options: LogOptions) {
    let LogOptions {
        log_format,
        log_level,
    } = options;
    let wanted = move |metadata: &Metadata<'_>| *metadata.level() <= log_level && is_ours(metadata);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let layer = match log_format {
        Format::Text => layer.with_ansi(false).boxed(),
        Format::Json => layer.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(layer.with_filter(filter_fn(wanted)))
        .init();
}

/// INVARIANT: a library's own tracing may quote URLs and headers, which hold passwords and tokens:
/// whatever level is asked for, only its warnings are let through.
fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("evenkeel") || *metadata.level() <= Level::WARN
}
