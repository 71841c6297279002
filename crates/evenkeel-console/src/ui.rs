//! Controls that know nothing of events.

pub mod badge;
pub mod banner;
pub mod button;
pub mod cover;
pub mod dialog;
pub mod download;
pub mod escape;
pub mod field;
pub mod icon;
pub mod menu;
pub mod progress;
pub mod radio_card;
pub mod tabs;
pub mod virtual_list;
