//! The description as TypeScript.

mod spelling;

use std::fmt::Write as _;

use evenkeel::schema::PLAN_TIME;
use evenkeel::schema::answer::{self, Data, Member, Object, Tagged};
use evenkeel::schema::{self, Case, Field, Params, Presence, Record, Shape};
use evenkeel::{Action, DataLoss, DataPolicy, Down, EventKind, OperationName, Provider, StateKind};

use spelling::{data, limits, shape, tag, union};

const HEAD: &str = "\
// Made from the core's description by `BLESS=1 cargo test -p evenkeel-tests --test schema`; the
// functions stand in api.d.ts.
";

/// What many events have in common and share, frozen.
const SHARED: [&str; 3] = ["EventType", "EventState", "ActionOffer"];

/// What an issue tells when it is asked: no member of its own, which `{ ...issue }` would take.
const TOLD: [&str; 3] = ["pointer", "location", "message"];

/// All types and functions of the package, in one file without imports.
pub(crate) fn declarations(functions: &str) -> String {
    let mut out = Declarations::default();
    out.text.push_str(HEAD);
    out.text.push('\n');
    out.text.push_str(functions);
    for (name, doc, words) in NAMED {
        let _ = writeln!(
            out.text,
            "\n/** {doc} */\nexport type {name} = {};",
            union(words)
        );
    }
    out.params();
    for tagged in [&answer::ISSUE, &answer::OUTCOME] {
        out.tagged(tagged);
    }
    for object in [&answer::EVENT, &answer::CLOUD_ERROR, &answer::REQUEST] {
        out.object(object);
    }
    // Else what has no `export` would be exported, too.
    out.text.push_str("\nexport {};\n");
    out.text
}

#[derive(Default)]
struct Declarations {
    text: String,
    written: Vec<&'static str>,
}

impl Declarations {
    fn params(&mut self) {
        let mut map = String::new();
        for &name in OperationName::ALL {
            let Params { page, record } = schema::params(name);
            self.record(record, Some(page));
            let _ = writeln!(map, "  {name}: {};", record.name);
        }
        self.doc("", &["The parameters of each operation, by its name."]);
        let _ = write!(
            self.text,
            "export interface ParamsByOperation {{\n{map}}}\n"
        );
        let lists: Vec<_> = OperationName::LISTS
            .iter()
            .map(|name| format!("{name:?}"))
            .collect();
        self.text.push('\n');
        self.doc("", &["The operations that list events."]);
        let _ = writeln!(
            self.text,
            "export type ListOperation = {};",
            lists.join(" | ")
        );
    }

    /// Whether a type of that name is still to be written; it counts as written then.
    fn take(&mut self, name: &'static str) -> bool {
        let new = !self.written.contains(&name);
        if new {
            self.written.push(name);
            self.text.push('\n');
        }
        new
    }

    fn doc(&mut self, indent: &str, lines: &[&str]) {
        let lines: Vec<&str> = lines
            .iter()
            .copied()
            .filter(|line| !line.is_empty())
            .collect();
        match lines.as_slice() {
            [] => {}
            [line] => {
                let _ = writeln!(self.text, "{indent}/** {line} */");
            }
            lines => {
                let _ = writeln!(self.text, "{indent}/**");
                for line in lines {
                    let _ = writeln!(self.text, "{indent} * {line}");
                }
                let _ = writeln!(self.text, "{indent} */");
            }
        }
    }

    fn record(&mut self, record: &'static Record, page: Option<&str>) {
        let nested: Vec<&'static Record> = record.fields.iter().filter_map(nested).collect();
        for inner in nested {
            self.record(inner, None);
        }
        if !self.take(record.name) {
            return;
        }
        let see = page.map(|page| format!("@see {page}")).unwrap_or_default();
        if record.cases.is_empty() {
            self.doc("", &[record.doc, &see]);
            let _ = writeln!(self.text, "export interface {} {{", record.name);
            self.fields(record.fields, None);
            self.text.push_str("}\n");
            return;
        }
        let names: Vec<String> = record
            .cases
            .iter()
            .map(|case| case_name(record, case))
            .collect();
        self.doc("", &[record.doc, &see]);
        let _ = writeln!(
            self.text,
            "export type {} = {};",
            record.name,
            names.join(" | ")
        );
        for (case, name) in record.cases.iter().zip(&names) {
            self.text.push('\n');
            self.doc("", &[&format!("{} With `{}`.", record.doc, case.word)]);
            let _ = writeln!(self.text, "export interface {name} {{");
            self.fields(record.fields, Some(case));
            self.text.push_str("}\n");
        }
    }

    fn fields(&mut self, fields: &[Field], case: Option<&Case>) {
        for field in fields {
            let reserved = field.presence == Presence::Reserved;
            self.doc(
                "  ",
                &[
                    if reserved { "" } else { field.doc },
                    &limits(&field.shape),
                    &tag(reserved, field.doc),
                ],
            );
            let excluded = case.is_some_and(|case| case.excludes.contains(&field.name));
            let required = field.presence.is_required()
                || case.is_some_and(|case| case.requires.contains(&field.name));
            let of = match case {
                _ if excluded => "never".to_owned(),
                Some(case) if case.field == field.name => format!("\"{}\"", case.word),
                _ => shape(&field.shape),
            };
            let (mark, or) = if required {
                ("", "")
            } else {
                ("?", " | undefined")
            };
            let key = spelling::key(field.name);
            let _ = writeln!(self.text, "  {key}{mark}: {of}{or};");
        }
    }

    fn object(&mut self, object: &'static Object) {
        self.inner(object.members);
        if !self.take(object.name) {
            return;
        }
        self.doc("", &[object.doc]);
        let _ = writeln!(self.text, "export interface {} {{", object.name);
        let readonly = SHARED.contains(&object.name);
        self.members(if readonly { "  readonly " } else { "  " }, object.members);
        self.text.push_str("}\n");
    }

    fn inner(&mut self, members: &'static [Member]) {
        for member in members {
            match member.data {
                Data::Object(object) | Data::List(&Data::Object(object)) => self.object(object),
                _ => {}
            }
        }
    }

    /// Each after what begins its line.
    fn members<'m>(&mut self, begin: &str, members: impl IntoIterator<Item = &'m Member>) {
        let (indent, _) = begin.split_at(begin.len() - begin.trim_start().len());
        for member in members {
            self.doc(indent, &[member.doc]);
            let mark = if member.optional { "?" } else { "" };
            let _ = writeln!(
                self.text,
                "{begin}{}{mark}: {};",
                member.name,
                data(&member.data)
            );
        }
    }

    /// Members that are told when they are asked for; the name of the class that has them. Of a class'
    /// accessors TypeScript knows that a spread leaves them out.
    fn told(&mut self, name: &str, members: &[&Member]) -> String {
        let told = format!("{name}Texts");
        let _ = writeln!(self.text, "declare class {told} {{");
        for member in members {
            self.doc("  ", &[member.doc]);
            let _ = writeln!(
                self.text,
                "  get {}(): {};",
                member.name,
                data(&member.data)
            );
        }
        self.text.push_str("}\n\n");
        told
    }

    /// What all variants have, and what each has by its tag.
    fn tagged(&mut self, tagged: &'static Tagged) {
        let Tagged { name, tag, .. } = tagged;
        self.text.push('\n');
        let (told, own): (Vec<&Member>, Vec<&Member>) = tagged
            .common
            .iter()
            .partition(|member| tagged == &answer::ISSUE && TOLD.contains(&member.name));
        let extends = if told.is_empty() {
            String::new()
        } else {
            format!(" extends {}", self.told(name, &told))
        };
        self.doc("", &[&format!("What every `{name}` has.")]);
        let _ = writeln!(self.text, "export interface {name}Base{extends} {{");
        self.members("  ", own);
        self.text.push_str("}\n\n");
        let map = map_name(tagged);
        self.doc(
            "",
            &[&format!("What each `{name}` has besides, by its `{tag}`.")],
        );
        let _ = writeln!(self.text, "export interface {map} {{");
        for variant in tagged.variants {
            self.doc("  ", &[variant.doc]);
            if variant.members.is_empty() {
                let _ = writeln!(self.text, "  {}: {{}};", variant.word);
            } else {
                let _ = writeln!(self.text, "  {}: {{", variant.word);
                self.members("    ", variant.members);
                self.text.push_str("  };\n");
            }
        }
        self.text.push_str("}\n\n");
        let several = format!(
            "{} `{name}<\"{}\">` is the one of that `{tag}`.",
            tagged.doc, tagged.variants[0].word
        );
        self.doc("", &[&several]);
        let _ = write!(
            self.text,
            "export type {name}<K extends keyof {map} = keyof {map}> = {{\n  [Each in K]: {name}Base & {{ {tag}: Each }} & {map}[Each];\n}}[K];\n"
        );
    }
}

fn map_name(tagged: &Tagged) -> String {
    let mut tag = tagged.tag.chars();
    let first = tag.next().map(|c| c.to_ascii_uppercase());
    format!(
        "{}DataBy{}{}",
        tagged.name,
        first.into_iter().collect::<String>(),
        tag.as_str()
    )
}

fn case_name(record: &Record, case: &Case) -> String {
    let (first, rest) = case.word.split_at(1);
    format!("{}{rest}{}", first.to_ascii_uppercase(), record.name)
}

fn nested(field: &Field) -> Option<&'static Record> {
    match field.shape {
        Shape::List {
            of: &Shape::Record(record),
            ..
        }
        | Shape::Record(record) => Some(record),
        _ => None,
    }
}

/// Lists of words that have a name of their own.
const NAMED: &[(&str, &str, &[&str])] = &[
    ("Provider", "A cloud.", Provider::NAMES),
    (
        "Action",
        "Something a customer may do about an event.",
        Action::NAMES,
    ),
    (
        "DataPolicy",
        "What happens to the data of a migrated instance; the provider's default is `abandon`.",
        DataPolicy::NAMES,
    ),
    ("DataLoss", "Whether an action loses data.", DataLoss::NAMES),
    (
        "Down",
        "How long an action takes its resource down; `for_good` until somebody starts it again.",
        Down::NAMES,
    ),
    (
        "EventKind",
        "What an event is about, in one list for all clouds.",
        EventKind::NAMES,
    ),
    (
        "StateKind",
        "How far an event is, in one list for all clouds.",
        StateKind::NAMES,
    ),
    (
        "EnsEventType",
        "The types of ENS' events.",
        Provider::Ens.event_types(),
    ),
    (
        "EnsEventStatus",
        "The states of ENS' events.",
        Provider::Ens.states(),
    ),
    (
        "EnsEventLevel",
        "The levels of ENS' events.",
        Provider::Ens.levels(),
    ),
    (
        "HuaweiEventType",
        "The types of Huawei's events.",
        Provider::HuaweiEcs.event_types(),
    ),
    (
        "HuaweiEventState",
        "The states of Huawei's events.",
        Provider::HuaweiEcs.states(),
    ),
];
