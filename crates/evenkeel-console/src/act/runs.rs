//! What goes on behind the page: runs whose sheet is closed, and outcomes that want to be looked at.

use leptos::prelude::*;

use super::desk::{Desk, use_desk};
use super::session::Session;
use super::words;
use crate::i18n::{t, thousands};
use crate::ui::button::{Button, ButtonKind};

#[component]
pub fn Runs() -> impl IntoView {
    let desk = use_desk();
    view! {
        <Show when=move || desk.parked.with(|parked| !parked.is_empty())>
            <section class="act-runs" aria-label=move || t().act_runs()>
                <For each=move || desk.parked.get() key=|session| session.id let:session>
                    <Line desk=desk session=session />
                </For>
            </section>
        </Show>
    }
}

#[component]
fn Line(desk: Desk, session: Session) -> impl IntoView {
    let session = StoredValue::new(session);
    let running = Memo::new(move |_| session.with_value(Session::running));
    let text = move || {
        session.with_value(|session| {
            let (mut done, mut all, mut runs) = (0, 0, 0);
            let mut tallies = Vec::new();
            session.jobs.with(|jobs| {
                for job in jobs {
                    job.run.with(|run| {
                        if let Some(run) = run {
                            done += run.settled();
                            all += run.entries.len();
                            runs += usize::from(!run.over);
                            tallies.push(words::tally(run, t()));
                        }
                    });
                }
            });
            if runs > 0 {
                t().act_runs_running(thousands(all), thousands(done), runs)
            } else {
                t().act_runs_over(tallies.join("; "))
            }
        })
    };
    view! {
        <p class="act-run" data-running=move || running.get().then_some("")>
            <span role="status">{text}</span>
            <Button kind=ButtonKind::Quiet on_press=move || desk.resume(session.get_value())>
                {move || t().act_runs_show()}
            </Button>
            <Show when=move || !running.get()>
                <Button kind=ButtonKind::Quiet on_press=move || session.with_value(|it| desk.dismiss(it))>
                    {move || t().act_runs_dismiss()}
                </Button>
            </Show>
        </p>
    }
}
