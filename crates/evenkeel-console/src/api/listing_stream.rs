//! The listing, read as it comes: what has to be decided first can be shown before the rest is here.

use evenkeel_api::listing::{FrameReader, LISTING_TYPE, ListingError, ListingFrame};
use evenkeel_api::paths;
use gloo_net::http::Request;
use gloo_timers::callback::Timeout;
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader};

use super::{Answer, ApiError, Listing, TIMEOUT_MS, silent};

/// A listing on its way.
pub struct ListingStream {
    reader: ReadableStreamDefaultReader,
    frames: FrameReader,
    controller: AbortController,
    patience: Timeout,
}

impl ListingStream {
    /// Asks for all events of a listing.
    ///
    /// # Errors
    /// What the proxy refused, or that it did not answer.
    pub async fn open(listing: Listing) -> Result<Self, ApiError> {
        let query = [("gone", listing.gone())];
        let controller = AbortController::new().map_err(broken)?;
        let patience = patience(&controller);
        let request = Request::get(&paths::listing())
            .query(query)
            .header("accept", LISTING_TYPE)
            .abort_signal(Some(&controller.signal()))
            .build();
        let response = request.map_err(silent)?.send().await.map_err(silent)?;
        if !response.ok() {
            return Err(Answer::of(response).await?.problem());
        }
        let Some(body) = response.body() else {
            return Err(unreadable(ListingError::Cut));
        };
        let reader = ReadableStreamDefaultReader::new(&body).map_err(broken)?;
        Ok(Self {
            reader,
            frames: FrameReader::default(),
            controller,
            patience,
        })
    }

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
        self.patience = patience(&self.controller);
        let read = JsFuture::from(self.reader.read()).await.map_err(broken)?;
        let value = Reflect::get(&read, &JsValue::from_str("value")).map_err(broken)?;
        Ok(value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec))
    }
}

/// What nobody reads any more, nobody needs to send.
impl Drop for ListingStream {
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
