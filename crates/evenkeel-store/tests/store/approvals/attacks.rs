//! What is tried to get something sent that nobody approved, or that was approved as something else.

use super::*;

on_each_database! {
    async fn whoever_ordered_it_cannot_approve_it_however_they_come(fresh: &Fresh) {
        let db = team(fresh).await;
        let token = || Login::Token { token: "t-1".to_owned() };
        let plan = ordered_by(&db, "b1", with(user("lin"), token())).await;
        for (caller, wanted) in [
            (by("lin"), MayNotApprove::OwnOrder),
            // A token counts as its owner; and whoever it belongs to, a token approves nothing.
            (with(user("lin"), token()), MayNotApprove::Token),
            (with(user("wang"), token()), MayNotApprove::Token),
            (with(user("wang"), Login::Other), MayNotApprove::Token),
            // A code is anybody's: lin may have one.
            (with(Principal::Local, Login::Code), MayNotApprove::NoName),
            (with(Principal::Nobody, Login::Password), MayNotApprove::NoName),
            (with(Principal::Other, Login::Password), MayNotApprove::NoName),
        ] {
            let refused = approve(&db, "b1", &plan, &caller).await.unwrap_err();
            assert!(matches!(refused, ApprovalError::SecondPersonNeeded(why) if why == wanted), "{caller:?}: {refused:?}");
        }
        assert_eq!(state(&db, "b1").await, ApprovalState::Waiting);
        assert_eq!(records(&db, "batch.approved").await.len(), 0);
        // Of an order of which nobody knows whose it is, nobody is another.
        run(&db, "UPDATE batches SET ordered_by = NULL").await;
        let refused = approve(&db, "b1", &plan, &by("wang")).await.unwrap_err();
        assert!(matches!(refused, ApprovalError::SecondPersonNeeded(MayNotApprove::UnknownOrderer)));
        assert_eq!(intend(&db, "b1", NOW + 1).await, [] as [u32; 0]);
    }

    async fn an_approval_is_of_one_plan_and_one_batch(fresh: &Fresh) {
        let db = team(fresh).await;
        let plan = ordered(&db, "b1").await;
        let mut other = wish("b2", by("lin"));
        other.action = Action::Reboot;
        db.create_batch(&other, &items(false)).await.unwrap();
        let other = super::plan(&db, "b2").await;
        assert_ne!(plan, other);
        for (id, said) in [("b1", other.as_str()), ("b2", plan.as_str()), ("b1", ""), ("b1", plan.trim_end_matches(|_| true))] {
            let refused = approve(&db, id, said, &by("wang")).await.unwrap_err();
            assert!(matches!(refused, ApprovalError::PlanChanged), "{id}: {refused}");
        }
        let missing = approve(&db, "b3", &plan, &by("wang")).await.unwrap_err();
        assert!(matches!(missing, ApprovalError::Missing));
        // What is not what was looked at is not approved, though the hash that was written down is.
        run(&db, "UPDATE items SET event_id = 'e-9' WHERE batch_id = 'b1' AND place = 1").await;
        let refused = approve(&db, "b1", &plan, &by("wang")).await.unwrap_err();
        assert!(matches!(refused, ApprovalError::PlanChanged));
        // Nor is it sent where it became another one after that.
        approve(&db, "b2", &other, &by("wang")).await.unwrap();
        run(&db, "UPDATE items SET plan_at = 7 WHERE batch_id = 'b2' AND place = 0").await;
        assert_eq!(void(&db, "b2", NOW + 2).await, Some(ItemReason::ApprovalVoid));
    }

    async fn an_approval_is_used_once(fresh: &Fresh) {
        let db = team(fresh).await;
        let plan = ordered(&db, "b1").await;
        approve(&db, "b1", &plan, &by("wang")).await.unwrap();
        let again = approve(&db, "b1", &plan, &by("wang")).await.unwrap_err();
        assert!(matches!(again, ApprovalError::NotWaiting));
        let refused = db.refuse_batch("b1", "no", &by("wang"), NOW + 2).await.unwrap_err();
        assert!(matches!(refused, ApprovalError::NotWaiting));
        assert_eq!(intend(&db, "b1", NOW + 3).await, [0, 1, 2]);
        // The same wish once more is another batch with the same plan, and has to be approved itself.
        assert_eq!(ordered(&db, "b2").await, plan);
        assert_eq!(intend(&db, "b2", NOW + 4).await, [] as [u32; 0]);
        assert_eq!(state(&db, "b2").await, ApprovalState::Waiting);
        assert_eq!(records(&db, "batch.approved").await.len(), 1);
    }

    async fn of_two_who_decide_at_once_one_does(fresh: &Fresh) {
        let db = team(fresh).await;
        for round in 0..8 {
            let id = format!("b{round}");
            let plan = ordered(&db, &id).await;
            let (wang, chen) = (by("wang"), by("chen"));
            let (one, other, no, off) = tokio::join!(
                approve(&db, &id, &plan, &wang),
                approve(&db, &id, &plan, &chen),
                db.refuse_batch(&id, "no", &chen, NOW + 1),
                db.expire_approvals(NOW + 2 * HOUR),
            );
            let off = usize::from(off.unwrap().contains(&id));
            let said = [one.is_ok(), other.is_ok(), no.is_ok()];
            let yes = said[..2].iter().filter(|it| **it).count();
            assert!(yes <= 1, "{said:?}");
            // An approval that was given lasts an hour from then, which is over as well: it ends what nobody used.
            assert!(said[2] || off == 1 || state(&db, &id).await == ApprovalState::Approved);
            assert!(!(said[2] && yes == 1), "{said:?}");
        }
        let decided = records(&db, "batch.approved").await.len()
            + records(&db, "batch.approval_refused").await.len();
        assert!(decided <= 8);
    }

    async fn what_was_called_off_cannot_be_approved_any_more(fresh: &Fresh) {
        let db = team(fresh).await;
        let plan = ordered(&db, "b1").await;
        db.cancel_batch("b1", &by("lin"), NOW).await.unwrap();
        let summary = db.batch_summary("b1").await.unwrap().unwrap();
        assert_eq!((summary.counts.not_sent, summary.cancelled), (3, true));
        assert_eq!(summary.approval.unwrap().state, ApprovalState::Cancelled);
        let refused = approve(&db, "b1", &plan, &by("wang")).await.unwrap_err();
        assert!(matches!(refused, ApprovalError::NotWaiting));

        let plan = ordered(&db, "b2").await;
        let wang = by("wang");
        let (approved, cancelled) = tokio::join!(
            approve(&db, "b2", &plan, &wang),
            db.cancel_batch("b2", &wang, NOW + 1),
        );
        cancelled.unwrap();
        drop(approved);
        assert_eq!(intend(&db, "b2", NOW + 2).await, [] as [u32; 0]);
        assert_eq!(db.batch_summary("b2").await.unwrap().unwrap().counts.not_sent, 3);
        // Nothing expires of what is over.
        assert_eq!(db.expire_approvals(NOW + 9 * HOUR).await.unwrap(), [] as [String; 0]);
    }

    async fn who_approved_has_to_be_allowed_to_when_it_is_sent(fresh: &Fresh) {
        let db = team(fresh).await;
        let plan = ordered(&db, "b1").await;
        approve(&db, "b1", &plan, &by("wang")).await.unwrap();
        // Nobody is logged in: what counts is what they were granted.
        assert_eq!(void(&db, "b1", NOW + 2).await, None);
        let these = |id: &str| Accounts::These([id.to_owned()].into());
        for (role, accounts, reason) in [
            (Role::Operator, Accounts::All, Some(ItemReason::ApprovalVoid)),
            (Role::Approver, these("core"), Some(ItemReason::ApprovalVoid)),
            (Role::Approver, these("edge"), None),
        ] {
            grant(&db, "wang", role, accounts).await;
            assert_eq!(void(&db, "b1", NOW + 2).await, reason, "{role:?}");
        }
        let local = Caller::local();
        db.disable_user("wang", &local, NOW + 2).await.unwrap();
        assert_eq!(void(&db, "b1", NOW + 2).await, Some(ItemReason::ApprovalVoid));
        db.enable_user("wang", &local, NOW + 2).await.unwrap();
        assert_eq!(void(&db, "b1", NOW + 2).await, None);
        // What another one lost says nothing of them; and whoever ordered it has to be allowed to, too.
        db.disable_user("chen", &local, NOW + 2).await.unwrap();
        assert_eq!(void(&db, "b1", NOW + 2).await, None);
        db.disable_user("lin", &local, NOW + 2).await.unwrap();
        assert_eq!(void(&db, "b1", NOW + 2).await, Some(ItemReason::RightWithdrawn));
        db.enable_user("lin", &local, NOW + 2).await.unwrap();
        // And whoever the two are, they are two.
        run(&db, "UPDATE batch_approvals SET decided_by = '{\"who\":\"user\",\"name\":\"lin\",\"login\":\"password\"}'").await;
        assert_eq!(void(&db, "b1", NOW + 2).await, Some(ItemReason::ApprovalVoid));
        // A batch that needs an approval of which nothing is known has none.
        run(&db, "DELETE FROM batch_approvals").await;
        assert_eq!(void(&db, "b1", NOW + 2).await, Some(ItemReason::ApprovalVoid));
        assert_eq!(intend(&db, "b1", NOW + 3).await, [] as [u32; 0]);
    }

    async fn somebody_of_a_provider_has_approved_by_what_it_said_last(fresh: &Fresh) {
        let db = team(fresh).await;
        let (issuer, subject) = ("https://id.example.org".to_owned(), "42".to_owned());
        let who = Principal::Subject { issuer: issuer.clone(), subject: subject.clone(), name: Some("Wang".to_owned()) };
        let wang = with(who, Login::Oidc);
        let said = async |groups: &str, grants: Grants| {
            let rights = SubjectRights { issuer: issuer.clone(), subject: subject.clone(), groups: vec![groups.to_owned()], grants };
            db.refuse_login("for the test", Some(&rights), &wang, NOW).await.unwrap();
        };
        said("approvers", Grants::one(Role::Approver, Accounts::All)).await;
        let plan = ordered(&db, "b1").await;
        approve(&db, "b1", &plan, &wang).await.unwrap();
        assert_eq!(void(&db, "b1", NOW + 2).await, None);
        said("staff", Grants::one(Role::Viewer, Accounts::All)).await;
        assert_eq!(void(&db, "b1", NOW + 2).await, Some(ItemReason::ApprovalVoid));
        said("approvers", Grants::one(Role::Approver, Accounts::All)).await;
        assert_eq!(void(&db, "b1", NOW + 2).await, None);
        said("none", Grants::default()).await;
        assert_eq!(void(&db, "b1", NOW + 2).await, Some(ItemReason::ApprovalVoid));
    }
}
