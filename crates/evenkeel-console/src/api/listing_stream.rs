//! The listing, read as it comes: what has to be decided first can be shown before the rest is here.

use evenkeel_api::listing::{FrameReader, LISTING_TYPE, ListingError, ListingFrame};
use evenkeel_api::paths;
use gloo_net::http::{Request, Response};
use gloo_timers::callback::Timeout;
use js_sys::{Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader};

use super::page_listing::PageListing;
use super::{Answer, ApiError, Listing, TIMEOUT_MS, silent};

/// A listing that was asked for.
pub struct AskedListing {
    response: Promise,
    /// What an earlier visit left.
    kept: Option<Promise>,
    request: ListingRequest,
}

impl AskedListing {
    /// Asks for all events of a listing, at once, unless the page has done so; or for what was touched `since` a
    /// position.
    ///
    /// # Errors
    /// When the browser does not take the request.
    pub fn ask(listing: Listing, since: Option<i64>) -> Result<Self, ApiError> {
        if since.is_none()
            && listing == Listing::Present
            && let Some(page) = PageListing::ask()
        {
            return Ok(Self {
                response: page.response,
                kept: Some(page.kept),
                request: ListingRequest::new(page.controller),
            });
        }
        let controller = AbortController::new().map_err(broken)?;
        let request = Request::get(&paths::listing())
            .query([("gone", listing.gone())])
            .query(since.map(|since| ("since", since.to_string())))
            .header("accept", LISTING_TYPE)
            .abort_signal(Some(&controller.signal()))
            .build()
            .map_err(silent)?;
        Ok(Self {
            response: window().fetch_with_request(&request.into()),
            kept: None,
            request: ListingRequest::new(controller),
        })
    }

    /// Waits for the answer.
    ///
    /// # Errors
    /// What the proxy refused, or that it did not answer.
    pub async fn answer(self) -> Result<ListingStream, ApiError> {
        let response = JsFuture::from(self.response).await.map_err(broken)?;
        let response: web_sys::Response = response.dyn_into().map_err(broken)?;
        if !response.ok() {
            return Err(Answer::of(Response::from(response)).await?.problem());
        }
        Ok(ListingStream {
            frames: Frames::of(&response)?,
            kept: match self.kept {
                Some(kept) => JsFuture::from(kept).await.map_err(broken)?.dyn_into().ok(),
                None => None,
            },
            earlier: None,
            request: self.request,
        })
    }
}

/// A listing on its way.
pub struct ListingStream {
    frames: Frames,
    /// What an earlier visit left, until it is known what the answer is.
    kept: Option<web_sys::Response>,
    /// The same while it is read: what the answer has goes before it, and so comes after it.
    earlier: Option<Frames>,
    request: ListingRequest,
}

impl ListingStream {
    /// The next part of it; the last is its end. What catches up a listing that was kept is told as one that is whole.
    ///
    /// # Errors
    /// When it broke off, or is no listing.
    pub async fn next(&mut self) -> Result<ListingFrame, ApiError> {
        let next = self.next_frame().await;
        match &next {
            // What is kept of it is as bad. What broke off on its way is kept by nobody.
            Err(ApiError::Unreadable(_)) => PageListing::forget(),
            Ok(ListingFrame::End) => self.request.has_ended = true,
            Ok(_) | Err(_) => {}
        }
        next
    }

    async fn next_frame(&mut self) -> Result<ListingFrame, ApiError> {
        while let Some(earlier) = &mut self.earlier {
            match earlier.next(&mut self.request).await? {
                ListingFrame::Head(_) => {}
                ListingFrame::End => self.earlier = None,
                frame => return Ok(frame),
            }
        }
        let mut frame = self.frames.next(&mut self.request).await?;
        if let ListingFrame::Head(head) = &mut frame
            && let Some(kept) = self.kept.take()
            && head.since.take().is_some()
        {
            self.earlier = Some(Frames::of(&kept)?);
        }
        Ok(frame)
    }
}

/// The parts of a body.
struct Frames {
    reader: ReadableStreamDefaultReader,
    frames: FrameReader,
}

impl Frames {
    fn of(response: &web_sys::Response) -> Result<Self, ApiError> {
        let Some(body) = response.body() else {
            return Err(unreadable(ListingError::Cut));
        };
        Ok(Self {
            reader: ReadableStreamDefaultReader::new(&body).map_err(broken)?,
            frames: FrameReader::default(),
        })
    }

    async fn next(&mut self, request: &mut ListingRequest) -> Result<ListingFrame, ApiError> {
        loop {
            if let Some(frame) = self.frames.next().map_err(unreadable)? {
                return Ok(frame);
            }
            request.wait_on();
            match self.piece().await? {
                Some(piece) => self.frames.push(&piece),
                None => return Err(unreadable(ListingError::Cut)),
            }
        }
    }

    async fn piece(&self) -> Result<Option<Vec<u8>>, ApiError> {
        let read = JsFuture::from(self.reader.read()).await.map_err(broken)?;
        let value = Reflect::get(&read, &JsValue::from_str("value")).map_err(broken)?;
        Ok(value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec))
    }
}

/// The request of a listing. What nobody reads any more, nobody needs to send.
struct ListingRequest {
    controller: AbortController,
    /// All of it is here. Whoever keeps a copy of it may not have the last byte yet.
    has_ended: bool,
    patience: Timeout,
}

impl ListingRequest {
    fn new(controller: AbortController) -> Self {
        let patience = patience(&controller);
        Self {
            controller,
            has_ended: false,
            patience,
        }
    }

    /// More has come: the time to wait begins anew.
    fn wait_on(&mut self) {
        self.patience = patience(&self.controller);
    }
}

impl Drop for ListingRequest {
    fn drop(&mut self) {
        if !self.has_ended {
            self.controller.abort();
        }
    }
}

/// However long all of it is: what ends it is that nothing more comes.
fn patience(controller: &AbortController) -> Timeout {
    let controller = controller.clone();
    Timeout::new(TIMEOUT_MS, move || controller.abort())
}

fn unreadable(error: ListingError) -> ApiError {
    ApiError::Unreadable(error.to_string())
}

fn broken(error: JsValue) -> ApiError {
    let said = error.dyn_ref::<js_sys::Error>();
    let said = said.map_or_else(|| format!("{error:?}"), |said| String::from(said.message()));
    ApiError::Silent(said)
}
