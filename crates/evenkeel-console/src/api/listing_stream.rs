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

use super::early_listing::EarlyListing;
use super::{Answer, ApiError, Listing, TIMEOUT_MS, silent};

/// A listing that was asked for.
pub struct AskedListing {
    response: Promise,
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
            && let Some(early) = EarlyListing::take(listing)
        {
            return Ok(Self {
                response: early.response,
                request: ListingRequest::new(early.controller),
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
        let response = Response::from(response);
        if !response.ok() {
            return Err(Answer::of(response).await?.problem());
        }
        let Some(body) = response.body() else {
            return Err(unreadable(ListingError::Cut));
        };
        let reader = ReadableStreamDefaultReader::new(&body).map_err(broken)?;
        Ok(ListingStream {
            reader,
            frames: FrameReader::default(),
            request: self.request,
        })
    }
}

/// A listing on its way.
pub struct ListingStream {
    reader: ReadableStreamDefaultReader,
    frames: FrameReader,
    request: ListingRequest,
}

impl ListingStream {
    /// The next part of it; the last is its end.
    ///
    /// # Errors
    /// When it broke off, or is no listing.
    pub async fn next(&mut self) -> Result<ListingFrame, ApiError> {
        loop {
            if let Some(frame) = self.frames.next().map_err(unreadable)? {
                return Ok(frame);
            }
            match self.piece().await? {
                Some(piece) => self.frames.push(&piece),
                None => return Err(unreadable(ListingError::Cut)),
            }
        }
    }

    async fn piece(&mut self) -> Result<Option<Vec<u8>>, ApiError> {
        self.request.wait_on();
        let read = JsFuture::from(self.reader.read()).await.map_err(broken)?;
        let value = Reflect::get(&read, &JsValue::from_str("value")).map_err(broken)?;
        Ok(value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec))
    }
}

/// The request of a listing. What nobody reads any more, nobody needs to send.
struct ListingRequest {
    controller: AbortController,
    patience: Timeout,
}

impl ListingRequest {
    fn new(controller: AbortController) -> Self {
        let patience = patience(&controller);
        Self {
            controller,
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
        self.controller.abort();
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
