//! Describes the routes that are about people: who logs in, and what was done.

use evenkeel_api::{
    AuditPage, ChangePassword, LoggedOut, LoginRequest, LoginWays, NoBody, SessionList, Who,
    paths::templates,
};

use super::{Route, api, number, text};

pub(super) fn audit() -> Route {
    Route::get("audit", api(templates::AUDIT), "What was done, by whom")
        .query(
            "order",
            text().enum_values(Some(["oldest", "newest"])),
            "Which come first; the oldest, unless it is said",
        )
        .query(
            "after",
            number(0, i64::MAX.unsigned_abs()),
            "After the record of this number",
        )
        .query(
            "before",
            number(0, i64::MAX.unsigned_abs()),
            "Before the record of this number, where the newest come first",
        )
        .query(
            "kind",
            text(),
            "Of this kind, such as `batch.ordered`, or of these: `batch`; as often as wanted",
        )
        .query(
            "q",
            text().max_length(Some(200)),
            "Whose texts and numbers have each of these words in them",
        )
        .query("since", text(), "From this time on, RFC 3339")
        .query("until", text(), "Before this time, RFC 3339")
        .query("limit", number(1, 1000), "How many; 100, unless it is said")
        .answers::<AuditPage>(200, "A page of records, each byte for byte")
}

pub(super) fn logins() -> Vec<Route> {
    vec![
        Route::get("loginWays", api(templates::LOGIN), "How one logs in here")
            .for_everybody()
            .answers::<LoginWays>(200, "The ways"),
        Route::post(
            "logIn",
            api(templates::LOGIN),
            "Begins a session, for a code or for a name and a password",
        )
        .for_everybody()
        .takes::<LoginRequest>()
        .answers_nothing("It has begun: its cookie comes with the answer"),
        Route::get(
            "logInElsewhere",
            api(templates::LOGIN_PROVIDER),
            "Sends a browser to the provider of identities",
        )
        .for_everybody()
        .query("return_to", text(), "A path of the console to come back to")
        .sends_on("It goes there, with a cookie"),
        Route::get(
            "comeBack",
            api(templates::LOGIN_PROVIDER_CALLBACK),
            "Takes a browser that the provider of identities sends back",
        )
        .for_everybody()
        .query("state", text(), "What it was sent there with")
        .query("code", text(), "What the provider says who it is for")
        .query("error", text(), "What the provider says instead")
        .query("iss", text(), "Which provider it is")
        .sends_on("It goes to the console, with a session's cookie, or with why not after the `#`"),
        Route::get(
            "who",
            api(templates::SESSION),
            "Who asks, how they logged in, and what they were granted",
        )
        .answers::<Who>(200, "They"),
        Route::post(
            "logOut",
            api(templates::LOGOUT),
            "Ends the session that asks",
        )
        .takes::<NoBody>()
        .answers::<LoggedOut>(
            200,
            "It has ended, and the browser logs out at the provider of identities, too",
        )
        .answers_nothing("It has ended"),
        Route::post(
            "changePassword",
            api(templates::PASSWORD),
            "Changes one's own password, and ends one's other sessions",
        )
        .takes::<ChangePassword>()
        .answers_nothing("It is changed"),
        Route::get(
            "sessions",
            api(templates::SESSIONS),
            "One's own sessions, the newest first; of an admin of all accounts everybody's",
        )
        .answers::<SessionList>(200, "They"),
        Route::post(
            "revokeSession",
            api(templates::REVOKE_SESSION),
            "Ends one of these sessions",
        )
        .takes::<NoBody>()
        .answers_nothing("It has ended"),
    ]
}
