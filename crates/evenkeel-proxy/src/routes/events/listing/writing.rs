//! Writes a listing as it is read: one part is written while the next one is on its way from the store, and none is
//! read ahead of that.

use std::{io, sync::Arc};

use axum::body::Bytes;
use evenkeel_api::{
    Resource,
    listing::{BlockWriter, Frames, ListingHead, ListingRow, WentWriter},
};
use evenkeel_store::{EventQuery, StoreError, StoreErrorKind};
use tokio::task::{JoinSet, spawn_blocking};

use super::reading::{Part, Source, facts};
use crate::{
    app::App,
    last_listing::{Keeping, Kept, KeptPart},
    problem::{Problem, ProblemCode},
    stream::{Coding, Packed},
};

type Read = Result<(Part, Option<Source>), StoreError>;

/// A listing on its way to a client. What is being read for it ends with it.
pub(super) struct Listing {
    app: Arc<App>,
    query: Option<EventQuery>,
    reading: JoinSet<Read>,
    begin: Option<Bytes>,
    /// The last listing, which is sent before what is read, and the place in it.
    last: Option<(Arc<Kept>, usize)>,
    /// Where what is sent is to be kept.
    keeping: Option<Keeping>,
    /// None once the end is written, or something failed.
    output: Option<Output>,
}

/// What the frames go through.
struct Output {
    frames: Frames,
    coding: Coding,
}

impl Listing {
    pub(super) fn new(
        app: Arc<App>,
        query: Option<EventQuery>,
        source: Source,
        mut coding: Coding,
        head: &ListingHead,
    ) -> Result<Self, Problem> {
        let mut frames = Frames::default();
        let begin = frames.head(head).map_err(|error| {
            Problem::new(
                ProblemCode::Internal,
                format!("the head is no JSON: {error}"),
            )
        })?;
        let begin = coding.piece(begin.into(), None);
        let mut listing = Self {
            app,
            query,
            reading: JoinSet::new(),
            begin: Some(begin),
            last: None,
            keeping: None,
            output: Some(Output { frames, coding }),
        };
        listing.read(Some(source));
        Ok(listing)
    }

    /// What is read is sent after the last listing.
    pub(super) fn after(mut self, last: Arc<Kept>) -> Self {
        self.last = Some((last, 0));
        self
    }

    /// What is sent is kept for whoever asks next.
    pub(super) fn kept_by(mut self, keeping: Option<Keeping>) -> Self {
        self.keeping = keeping;
        self
    }

    /// Has a part read, if there is one.
    fn read(&mut self, source: Option<Source>) {
        if let (Some(source), Some(query)) = (source, self.query.clone()) {
            let reading = source.read(Arc::clone(&self.app), query);
            self.reading.spawn(reading);
        }
    }

    /// The next piece. After an error there is no end, by which the client notices that it lacks something.
    pub(super) async fn next(&mut self) -> Option<io::Result<Bytes>> {
        if let Some(begin) = self.begin.take() {
            return Some(Ok(begin));
        }
        let mut output = self.output.take()?;
        if let Some((last, place)) = &mut self.last
            && let Some(part) = last.parts.get(*place)
        {
            *place += 1;
            let piece = output.again(part);
            self.output = Some(output);
            return Some(Ok(piece));
        }
        let piece = match self.reading.join_next().await {
            None => {
                if let Some(keeping) = self.keeping.take() {
                    keeping.end(&self.app.last_listing);
                }
                return Some(Ok(output.end()));
            }
            Some(read) => self.write(output, read.map_err(io::Error::other)).await,
        };
        if let Err(error) = &piece {
            tracing::warn!(%error, "a listing was broken off");
        }
        Some(piece)
    }

    async fn write(&mut self, output: Output, read: io::Result<Read>) -> io::Result<Bytes> {
        let (part, next) = read?.map_err(io::Error::other)?;
        self.read(next);
        let written = spawn_blocking(move || output.part(&part)).await;
        let (piece, kept, output) = written
            .map_err(io::Error::other)?
            .map_err(io::Error::other)?;
        self.output = Some(output);
        if let (Some(keeping), Some(kept)) = (&mut self.keeping, kept) {
            keeping.push(kept);
        }
        Ok(piece)
    }
}

impl Output {
    /// A part that was sent before.
    fn again(&mut self, part: &KeptPart) -> Bytes {
        self.frames.again(part.rows);
        self.coding.piece(Bytes::new(), Some(&part.packed))
    }

    fn part(mut self, part: &Part) -> Result<(Bytes, Option<KeptPart>, Self), StoreError> {
        let mut bytes = Vec::new();
        let mut block = BlockWriter::default();
        for event in &part.events {
            let resource = event
                .resource
                .as_deref()
                .map(|json| resource(event.n, json));
            let open_items = part.open_items.get(&event.n);
            block.push(ListingRow {
                event: &facts(event.n, &event.body)?,
                gone_at: event.gone_at,
                resource: resource.transpose()?.as_ref(),
                open_items: open_items.map_or(&[], Vec::as_slice),
            });
            if block.is_full() {
                bytes.extend(self.frames.block(block.rows(), &block.finish()));
            }
        }
        if block.rows() > 0 {
            bytes.extend(self.frames.block(block.rows(), &block.finish()));
        }
        let mut went = WentWriter::default();
        for event in &part.went {
            went.push(&event.account, &event.event_id, &event.resource_id);
            if went.is_full() {
                bytes.extend(self.frames.went(went.rows(), &went.finish()));
            }
        }
        if went.rows() > 0 {
            bytes.extend(self.frames.went(went.rows(), &went.finish()));
        }
        if !self.coding.is_gzip() {
            return Ok((bytes.into(), None, self));
        }
        let kept = KeptPart {
            rows: part.events.len(),
            packed: Packed::new(&bytes),
        };
        let piece = self.coding.piece(Bytes::new(), Some(&kept.packed));
        Ok((piece, Some(kept), self))
    }

    fn end(mut self) -> Bytes {
        let end = self.coding.piece(self.frames.end().into(), None);
        match self.coding.end() {
            Some(last) => [end, last].concat().into(),
            None => end,
        }
    }
}

fn resource(n: i64, json: &str) -> Result<Resource, StoreError> {
    serde_json::from_str(json).map_err(|error| {
        let detail = format!("the resource of event {n} cannot be read: {error}");
        StoreError::new(StoreErrorKind::Corrupt, detail)
    })
}
