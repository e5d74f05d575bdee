//! What arrives at a mail server, and what is said when nothing does. The judge of an e-mail is another library than its writer.

mod sink;

use clap::Parser as _;
use lettre::transport::smtp::client::Certificate;
use mail_parser::{Address, Message, MessageParser};
use scim_mapping::provisioning::Notification;
use serde_json::{Value, json};

use self::sink::{Behaviour, Sink};
use super::server::{Server, SmtpUrl};
use super::{Job, NotificationArguments, Settings, send, whole};

const PASSWORD: &str = "hush-Hush";

fn settings(url: &str, roots: Vec<Certificate>) -> Settings {
    Settings {
        server: Server::new(&SmtpUrl::from(url.to_owned()), roots).unwrap(),
        from: whole("Provisioning <scim@fjordlab.example>").unwrap(),
        to: whole("\"Åse, Drift\" <ase@fjordlab.example>, ops@fjordlab.example").unwrap(),
        job: Job {
            tenant_url: "https://api.peakon.com/scim/v2".to_owned(),
            state: "fjordlab.sqlite".to_owned(),
        },
    }
}

fn notification(condition: &Value, subject: &str, text: &str) -> Notification {
    let told = json!({"condition": condition, "subject": subject, "text": text, "at": "2026-02-03T07:05:09Z"});
    serde_json::from_value(told).unwrap()
}

fn too_many() -> Notification {
    let text = "612 people would be disabled or deleted, more than 500: nobody was.\n.Since 3 February 2026.\n\
        Look at the directory: was a group unassigned by mistake? Zoë Brontë is one of them.";
    notification(
        &json!("tooManyDeletes"),
        "Provisioning to Peakon has stopped before 612 deletions",
        text,
    )
}

fn read(message: &[u8]) -> Message<'_> {
    MessageParser::default().parse(message).unwrap()
}

/// Names and addresses.
fn people(address: Option<&Address<'_>>) -> Vec<(String, String)> {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let all = address.unwrap().iter();
    all.map(|one| (text(one.name()), text(one.address())))
        .collect()
}

#[tokio::test]
async fn the_e_mail_arrives_as_it_was_meant_by_every_way() {
    let login = |mechanism| Some((mechanism, "scim@fjordlab", PASSWORD));
    let behaviour = |tls_from_the_start, offers_starttls, login| Behaviour {
        tls_from_the_start,
        offers_starttls,
        login,
        ..Behaviour::default()
    };
    for (start, end, behaviour) in [
        ("smtps", "", behaviour(true, false, login("PLAIN"))),
        (
            "smtp",
            "?tls=required",
            behaviour(false, true, login("PLAIN")),
        ),
        (
            "smtp",
            "?tls=required",
            behaviour(false, true, login("LOGIN")),
        ),
        ("smtp", "?tls=required", behaviour(false, true, None)),
        ("smtp", "", behaviour(false, false, None)),
    ] {
        let sink = Sink::start(behaviour.clone()).await;
        let user = match behaviour.login {
            Some(_) => format!("scim%40fjordlab:{PASSWORD}@"),
            None => String::new(),
        };
        let url = format!("{start}://{user}localhost:{}{end}", sink.port);
        let settings = settings(&url, vec![sink.certificate()]);
        send(&settings, &too_many()).await.unwrap();

        let received = sink.received();
        assert_eq!(received.len(), 1, "{start}{end}");
        let mail = &received[0];
        assert_eq!(mail.is_encrypted, !(start == "smtp" && end.is_empty()));
        assert_eq!(mail.has_logged_in, behaviour.login.is_some());
        assert_eq!(mail.sender, "scim@fjordlab.example");
        assert_eq!(
            mail.recipients,
            ["ase@fjordlab.example", "ops@fjordlab.example"]
        );
        as_it_was_meant(&mail.message);
    }
}

fn as_it_was_meant(bytes: &[u8]) {
    assert!(bytes.is_ascii(), "servers without 8BITMIME take it as well");
    let raw = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(!raw.contains(PASSWORD), "{raw}");
    let message = read(bytes);
    let from = (
        "Provisioning".to_owned(),
        "scim@fjordlab.example".to_owned(),
    );
    assert_eq!(people(message.from()), [from]);
    let to = [
        ("Åse, Drift", "ase@fjordlab.example"),
        ("", "ops@fjordlab.example"),
    ];
    assert_eq!(
        people(message.to()),
        to.map(|(name, address)| (name.to_owned(), address.to_owned()))
    );
    assert_eq!(
        message.subject(),
        Some("Provisioning to Peakon has stopped before 612 deletions")
    );
    assert_eq!(
        message.message_id(),
        Some("20260203T070509.000000.TooManyDeletes@fjordlab.example")
    );
    assert_eq!(
        message.header_raw("Auto-Submitted").map(str::trim),
        Some("auto-generated")
    );
    assert_eq!(
        message.header_raw("MIME-Version").map(str::trim),
        Some("1.0")
    );
    assert!(message.date().is_some());
    let content = message.header_raw("Content-Type").unwrap();
    assert_eq!(content.trim(), "text/plain; charset=utf-8");
    assert_eq!(
        message
            .body_text(0)
            .unwrap()
            .replace("\r\n", "\n")
            .trim_end(),
        "612 people would be disabled or deleted, more than 500: nobody was.
.Since 3 February 2026.
Look at the directory: was a group unassigned by mistake? Zoë Brontë is one of them.

Time: 2026-02-03T07:05:09Z
Target: https://api.peakon.com/scim/v2
State: fjordlab.sqlite

Who would be disabled or deleted:
    azure-to-peakon log --action stagedDelete --state fjordlab.sqlite

If that is right, to let the next cycle do it:
    azure-to-peakon restart --force-deletes --state fjordlab.sqlite

If it is wrong, put them back in scope, or correct the mapping; then:
    azure-to-peakon restart --state fjordlab.sqlite

azure-to-peakon tells this once. It tells again when something changes."
    );
}

#[tokio::test]
async fn names_make_no_header_and_no_command() {
    let sink = Sink::start(Behaviour::default()).await;
    let mut settings = settings(&format!("smtp://127.0.0.1:{}", sink.port), Vec::new());
    settings.job.state = "o'ps & co\r\nBcc: eve@evil.example".to_owned();
    let subject = "Zoë\r\nBcc: eve@evil.example\r\n\r\n<script>\u{202e}\u{0}";
    let text = "one\r\n.\r\nRCPT TO:<eve@evil.example>\r\n..two\u{7}\u{2028}three";
    let told = notification(&json!("givenUp"), subject, text);
    send(&settings, &told).await.unwrap();
    let subject = &format!("{} {}", "A".repeat(50), "Ω".repeat(4000));
    let told = notification(&json!("givenUp"), subject, &"line ".repeat(50_000));
    send(&settings, &told).await.unwrap();

    let received = sink.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].recipients.len(), 2);
    let message = read(&received[0].message);
    let names: Vec<_> = message
        .headers()
        .iter()
        .map(mail_parser::Header::name)
        .collect();
    assert!(!names.contains(&"Bcc"), "{names:?}");
    assert_eq!(
        message.subject().map(str::trim_end),
        Some("Zoë Bcc: eve@evil.example <script>")
    );
    let body = message.body_text(0).unwrap().replace("\r\n", "\n");
    assert!(
        body.starts_with("one\n.\nRCPT TO:<eve@evil.example>\n..twothree\n"),
        "{body}"
    );
    assert!(
        body.contains("--state 'o'\\''ps & coBcc: eve@evil.example'\n"),
        "{body}"
    );
    assert_eq!(
        read(&received[1].message)
            .subject()
            .unwrap()
            .chars()
            .count(),
        200
    );
}

#[tokio::test]
async fn each_condition_comes_with_its_commands() {
    let sink = Sink::start(Behaviour::default()).await;
    let settings = settings(&format!("smtp://127.0.0.1:{}", sink.port), Vec::new());
    for (condition, commands) in [
        (
            json!({"quarantined": "EncounteredQuarantineException"}),
            vec![
                "test-connection",
                "status --state fjordlab.sqlite",
                "restart --state fjordlab.sqlite",
            ],
        ),
        (
            json!({"quarantined": "EncounteredBaseEscrowThreshold"}),
            vec![
                "log --status failure --state fjordlab.sqlite",
                "status --state fjordlab.sqlite",
                "restart --state fjordlab.sqlite",
            ],
        ),
        (json!("recovered"), vec!["status --state fjordlab.sqlite"]),
        (
            json!("givenUp"),
            vec![
                "log --status failure --state fjordlab.sqlite",
                "restart --state fjordlab.sqlite",
            ],
        ),
    ] {
        send(
            &settings,
            &notification(&condition, "About the job", "It is so."),
        )
        .await
        .unwrap();
        let mail = sink.received().pop().unwrap();
        let text = read(&mail.message).body_text(0).unwrap().into_owned();
        let said: Vec<_> = text
            .lines()
            .filter_map(|line| line.strip_prefix("    azure-to-peakon "))
            .collect();
        assert_eq!(said, commands, "{condition}");
    }
}

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

#[derive(Debug, clap::Parser)]
struct CommandLine {
    #[command(flatten)]
    notification: NotificationArguments,
}

fn parsed(arguments: &[&str]) -> Result<Option<Settings>, String> {
    let parsed = CommandLine::try_parse_from(std::iter::once(&"sync").chain(arguments));
    let parsed = parsed.map_err(|error| error.to_string())?;
    let job = Job {
        tenant_url: "https://api.peakon.com/scim/v2".to_owned(),
        state: "fjordlab.sqlite".to_owned(),
    };
    parsed
        .notification
        .settings(job)
        .map_err(|failure| failure.to_string())
}

#[test]
fn whoever_wants_e_mails_says_all_three_and_no_password_is_repeated() {
    let url = ["--smtp-url", "smtps://scim:hush-Hush@mail.example"];
    let from = ["--mail-from", "scim@fjordlab.example"];
    let to = ["--mail-to", "ase@fjordlab.example,ops@fjordlab.example"];
    assert!(parsed(&[]).unwrap().is_none());
    let settings = parsed(&[url, from, to].concat()).unwrap().unwrap();
    assert_eq!(settings.to.iter().count(), 2);
    let shown = format!("{settings:?}");
    assert!(
        !shown.contains(PASSWORD) && shown.contains("mail.example:465"),
        "{shown}"
    );
    let wrong_url = ["--smtp-url", "smtp://scim:hush-Hush@mail.example"];
    let wrong_to = ["--mail-to", "nobody"];
    for (wrong, parts) in [
        ([url, from].concat(), ["--mail-to", "required"]),
        ([url, to].concat(), ["--mail-from", "required"]),
        ([from, to].concat(), ["--smtp-url", "required"]),
        ([wrong_url, from, to].concat(), ["SMTP_URL", "use TLS"]),
        (
            [url, from, wrong_to].concat(),
            ["--mail-to", "ops@fjordlab.example"],
        ),
    ] {
        let said = parsed(&wrong).unwrap_err();
        assert!(parts.iter().all(|part| said.contains(part)), "{said}");
        assert!(!said.contains(PASSWORD), "{said}");
    }
}

#[test]
fn addresses_are_read_whole_or_not_at_all() {
    use lettre::message::{Mailbox, Mailboxes};
    let many: Mailboxes =
        whole("a@x.example,\"IT, Oslo\" <b@x.example>, Åse <c@x.example>").unwrap();
    assert_eq!(many.iter().count(), 3);
    for wrong in [
        "",
        " ",
        "nobody",
        "a@x.example; b@x.example",
        "a@x.example, nobody",
        "a@x.example b@x.example",
    ] {
        assert!(whole::<Mailboxes>(wrong).is_err(), "{wrong}");
    }
    assert!(whole::<Mailbox>("a@x.example, b@x.example").is_err());
    assert!(whole::<Mailbox>("Åse <c@x.example>").is_ok());
}
