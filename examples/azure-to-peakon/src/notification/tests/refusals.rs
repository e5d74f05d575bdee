//! What is said when nothing arrives, and that no secret is in it.

use lettre::transport::smtp::client::Certificate;

use super::sink::{Behaviour, Sink};
use super::{PASSWORD, send, settings, too_many};

/// What is said when nothing arrives.
async fn complaint(sink: &Sink, start: &str, end: &str, roots: Vec<Certificate>) -> String {
    let url = format!("{start}://scim:{PASSWORD}@localhost:{}{end}", sink.port);
    let failure = send(&settings(&url, roots), &too_many()).await.unwrap_err();
    assert_eq!(sink.received().len(), 0);
    let shown = failure.to_string();
    assert!(
        !shown.contains(PASSWORD) && !format!("{failure:?}").contains(PASSWORD),
        "{shown}"
    );
    assert!(
        shown.starts_with(&format!("the mail server localhost:{}: ", sink.port)),
        "{shown}"
    );
    assert!(
        shown.ends_with("; the e-mail is sent again after the next cycle"),
        "{shown}"
    );
    shown
}

#[tokio::test]
async fn refusals_are_told_with_the_way_out_and_without_secrets() {
    for (refuses, parts) in [
        (
            ("AUTH", "535 5.7.8 wrong: hush-Hush\r\n"),
            ["535", "check user and password"],
        ),
        (
            ("MAIL", "550-5.7.1 You are unknown\r\n550 5.7.1 here"),
            ["You are unknown", "check sender and recipients"],
        ),
        (
            ("RCPT", "550 5.1.1 No such box"),
            ["No such box", "check sender and recipients"],
        ),
        (
            ("RCPT", "451 4.7.1 Come back later"),
            ["Come back later", "busy"],
        ),
        (
            ("DATA", "554 5.6.0 Nothing today"),
            ["Nothing today", "check sender and recipients"],
        ),
        (
            (".", "552 5.3.4 Too much"),
            ["Too much", "check sender and recipients"],
        ),
    ] {
        let sink = Sink::start(Behaviour {
            tls_from_the_start: true,
            login: Some(("PLAIN", "scim", PASSWORD)),
            refuses: Some(refuses),
            ..Behaviour::default()
        });
        let sink = sink.await;
        let said = complaint(&sink, "smtps", "", vec![sink.certificate()]).await;
        for part in parts {
            assert!(said.contains(part), "{part:?} is missing in {said}");
        }
        assert_eq!(said.lines().count(), 2, "{said}");
    }
}

#[tokio::test]
async fn nothing_is_sent_where_it_would_be_readable() {
    // Without STARTTLS, whoever sits between may have taken it away.
    let plain = Sink::start(Behaviour::default()).await;
    let said = complaint(&plain, "smtp", "?tls=required", Vec::new()).await;
    assert!(said.contains("STARTTLS is not supported"), "{said}");

    for (start, end, tls_from_the_start) in [("smtps", "", true), ("smtp", "?tls=required", false)]
    {
        let stranger = Sink::start(Behaviour {
            tls_from_the_start,
            offers_starttls: !tls_from_the_start,
            ..Behaviour::default()
        });
        let stranger = stranger.await;
        let said = complaint(&stranger, start, end, Vec::new()).await;
        assert!(said.contains("certificate"), "{said}");
    }
}

/// With the clock stopped, time goes on as soon as nothing else does.
#[tokio::test(start_paused = true)]
async fn a_silent_server_is_not_waited_for() {
    let sink = Sink::start(Behaviour {
        is_silent: true,
        ..Behaviour::default()
    });
    let sink = sink.await;
    let said = complaint(&sink, "smtps", "", vec![sink.certificate()]).await;
    assert!(said.contains("the e-mail is sent again"), "{said}");
}
