//! How time grows with the size of hostile input: `cargo bench --package evenkeel-tests --bench growth`.
//!
//! Each input is read at n, 2n and 4n; the ratios of neighbouring times are near 2 where time grows with the size, and
//! near 4 where it grew with its square. Printed, not asserted: a busy machine is no defect.
#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a measurement: it may end by panicking, and rounds"
)]

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::time::Instant;

use evenkeel::{
    Action, BatchDraft, Chunk, DataPolicy, Event, ItemDraft, Operation, OperationName, Provider,
    Response, Rules, Scope, Timestamp, When, first_page, locate,
};

/// The least of so many runs counts.
const RUNS: usize = 3;
const STEPS: usize = 3;
/// Less is the system's own step: what takes no longer does not grow, or its ratio says nothing.
const LEAST_MS: f64 = 5.0;

/// What is read, the smallest size, and how it is made and read.
type Input = (&'static str, usize, fn(usize) -> Box<dyn Fn()>);

const INPUTS: &[Input] = &[
    ("draft: items", 25_000, |n| {
        draft(&items(n, |index| format!("e-{index}")))
    }),
    ("draft: one event at many resources", 25_000, |n| {
        draft(&items(n, |_| "e-1".to_owned()))
    }),
    ("draft: one item repeated", 25_000, |n| {
        let item = r#"{"EventId":"e-1","ResourceId":"i-1","OpsType":"immediate"}"#;
        draft(&joined(n, |_| item.to_owned()))
    }),
    ("draft: unknown keys of an item", 50_000, |n| {
        draft(&format!(
            "{{{}}}",
            joined(n, |index| format!(r#""k{index}":0"#))
        ))
    }),
    ("draft: one key repeated", 50_000, |n| {
        draft(&format!(
            "{{{}}}",
            joined(n, |_| r#""EventId":0"#.to_owned())
        ))
    }),
    ("places: issues of items on one line", 25_000, |n| {
        located(format!(
            r#"{{"EventInfos":[{}]}}"#,
            joined(n, |_| "{}".to_owned())
        ))
    }),
    ("places: unknown keys of one object", 50_000, |n| {
        located(format!(
            "{{{}}}",
            joined(n, |index| format!(r#""k{index}":0"#))
        ))
    }),
    ("places: one key repeated", 50_000, |n| {
        located(format!(
            "{{{}}}",
            joined(n, |_| r#""EventInfos":0"#.to_owned())
        ))
    }),
    ("draft: one long text", 5_000_000, |n| {
        draft(&format!(r#"{{"EventId":"{}"}}"#, "a".repeat(n)))
    }),
    ("draft: escapes", 500_000, |n| {
        draft(&format!(r#"{{"EventId":"{}"}}"#, r"\u00e9".repeat(n)))
    }),
    ("draft: no JSON at the end", 5_000_000, |n| {
        draft(&format!("{}x", "\n".repeat(n)))
    }),
    ("draft: nested", 1_000_000, |n| draft(&"[".repeat(n))),
    ("answer: events of ENS", 25_000, |n| {
        let body = events(n, |index| format!("e-{index}"));
        Box::new(move || drop(black_box(list(Provider::Ens, &body))))
    }),
    ("answer: events of Huawei", 25_000, |n| {
        let events = joined(n, |index| {
            format!(r#"{{"id":"{index}","description":"{{\"en-us\":\"a\"}}","state":"inquiring"}}"#)
        });
        let body = format!(r#"{{"events":[{events}]}}"#);
        Box::new(move || drop(black_box(list(Provider::HuaweiEcs, &body))))
    }),
    ("answer: locales of one description", 100_000, |n| {
        let locales = joined(n, |index| format!(r#""l{index}":"t""#));
        let body = format!(r#"{{"events":[{{"id":"1","description":{{{locales}}}}}]}}"#);
        Box::new(move || drop(black_box(list(Provider::HuaweiEcs, &body))))
    }),
    ("answer: results", 25_000, |n| {
        results(n, |index| format!("e-{index}"), true)
    }),
    ("answer: results of one event", 25_000, |n| {
        results(n, |_| "e-1".to_owned(), true)
    }),
    ("answer: results of one event, nowhere", 25_000, |n| {
        results(n, |_| "e-1".to_owned(), false)
    }),
    ("batch: known events", 25_000, |n| {
        batch(n, |index| format!("e-{index}"))
    }),
    ("batch: known events of one id", 25_000, |n| {
        batch(n, |_| "e-1".to_owned())
    }),
    ("batch: one known event repeated", 25_000, |n| {
        let events = list(Provider::Ens, &events(1, |_| "e-1".to_owned()));
        let events: Vec<Event> = std::iter::repeat_n(events, n).flatten().collect();
        let draft = draft_of(&events);
        Box::new(move || {
            let rules = Rules {
                now: now(),
                events: &events,
            };
            drop(black_box(evenkeel_tests::draft::parse_batch(
                &draft, &rules,
            )));
        })
    }),
];

fn main() {
    println!(
        "{:<40} {:>9} {:>9} {:>9} {:>9}  {:>5} {:>5}",
        "input", "n", "n, ms", "2n, ms", "4n, ms", "ratio", "ratio"
    );
    for (name, size, make) in INPUTS {
        let times: Vec<f64> = (0..STEPS)
            .map(|step| {
                let run = make(size << step);
                let times = (0..RUNS).map(|_| {
                    let start = Clock::now();
                    run();
                    start.elapsed_ms()
                });
                times.fold(f64::INFINITY, f64::min)
            })
            .collect();
        print!("{name:<40} {size:>9}");
        for time in &times {
            print!(" {time:>9.2}");
        }
        print!(" ");
        for pair in times.windows(2) {
            let (less, more) = (pair.first().unwrap(), pair.last().unwrap());
            if *less < LEAST_MS {
                print!(" {:>5}", "-");
            } else {
                print!(" {:>5.2}", more / less);
            }
        }
        println!();
    }
}

/// The time that this thread was on a core, where the system tells it; else the time of the clock on the wall.
enum Clock {
    OnCore(u64),
    Wall(Instant),
}

impl Clock {
    fn now() -> Self {
        on_core().map_or_else(|| Self::Wall(Instant::now()), Self::OnCore)
    }

    fn elapsed_ms(&self) -> f64 {
        match self {
            Self::OnCore(start) => (on_core().unwrap() - start) as f64 / 1e6,
            Self::Wall(start) => start.elapsed().as_secs_f64() * 1e3,
        }
    }
}

fn on_core() -> Option<u64> {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split(' ').next()?.parse().ok()
}

fn now() -> Timestamp {
    Timestamp::from_millis(1_742_452_232_000)
}

fn joined(count: usize, item: impl Fn(usize) -> String) -> String {
    let mut out = String::new();
    for index in 0..count {
        let comma = if index == 0 { "" } else { "," };
        write!(out, "{comma}{}", item(index)).unwrap();
    }
    out
}

fn items(count: usize, id: impl Fn(usize) -> String) -> String {
    joined(count, |index| {
        format!(
            r#"{{"EventId":"{}","ResourceId":"i-{index}","OpsType":"immediate"}}"#,
            id(index)
        )
    })
}

fn parse(text: &str) -> Option<Operation> {
    let name = OperationName::BatchEventRedeployInstance;
    let checked = Operation::parse_json(name, text.as_bytes(), &Rules::at(now()));
    checked.ok().map(|checked| checked.value)
}

fn draft(items: &str) -> Box<dyn Fn()> {
    let text = format!(r#"{{"EventInfos":[{items}]}}"#);
    Box::new(move || drop(black_box(parse(&text))))
}

fn located(text: String) -> Box<dyn Fn()> {
    let name = OperationName::BatchEventRedeployInstance;
    let report = Operation::parse_json(name, text.as_bytes(), &Rules::at(now())).unwrap_err();
    Box::new(move || drop(black_box(locate(text.as_bytes(), &report.issues))))
}

fn answered(body: &str) -> Response {
    Response {
        status: 200,
        headers: Vec::new(),
        body: body.into(),
    }
}

fn list(provider: Provider, body: &str) -> Vec<Event> {
    first_page(provider, 100)
        .page(&Scope::default(), &answered(body))
        .unwrap()
        .events
}

fn events(count: usize, id: impl Fn(usize) -> String) -> String {
    let events = joined(count, |index| {
        format!(
            r#"{{"EventId":"{}","ResourceId":"i-{index}","EventStatus":"Inquiring","EventType":"Instance:SystemUpgrade.Migrate"}}"#,
            id(index)
        )
    });
    format!(r#"{{"Events":[{events}]}}"#)
}

fn results(count: usize, id: fn(usize) -> String, somewhere: bool) -> Box<dyn Fn()> {
    let text = format!(r#"{{"EventInfos":[{}]}}"#, items(count, id));
    let call = Chunk::from_operation(parse(&text).unwrap()).unwrap();
    let results = joined(count, |index| {
        let resource = if somewhere {
            format!(r#","ResourceId":"i-{index}""#)
        } else {
            String::new()
        };
        format!(r#"{{"EventId":"{}","Code":200{resource}}}"#, id(index))
    });
    let response = answered(&format!(r#"{{"Results":[{results}]}}"#));
    Box::new(move || drop(black_box(call.judge(&response))))
}

fn batch(count: usize, id: impl Fn(usize) -> String) -> Box<dyn Fn()> {
    let events = list(Provider::Ens, &events(count, id));
    let draft = draft_of(&events);
    Box::new(move || {
        let rules = Rules {
            now: now(),
            events: &events,
        };
        let batch = evenkeel_tests::draft::parse_batch(&draft, &rules)
            .unwrap()
            .value;
        drop(black_box(batch.chunks(20)));
    })
}

fn draft_of(events: &[Event]) -> BatchDraft {
    BatchDraft {
        account: String::new(),
        action: Action::Migrate,
        items: events
            .iter()
            .map(|event| ItemDraft {
                event_id: event.id.clone(),
                resource_id: event.resource_id.clone(),
                when: Some(When::Now),
                data_policy: Some(DataPolicy::TryTransfer),
            })
            .collect(),
        password: None,
    }
}
