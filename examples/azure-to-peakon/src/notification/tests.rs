//! What arrives at a mail server. The judge of an e-mail is another library than its writer.

mod command_line;
mod refusals;
mod sink;

use lettre::transport::smtp::client::Certificate;
use mail_parser::{Address, Message, MessageParser};
use scim_core::resource::Secret;
use scim_mapping::provisioning::Notification;
use serde_json::{Value, json};

use self::sink::{Behaviour, Sink};
use super::server::Server;
use super::{Job, Settings, send, whole};

const PASSWORD: &str = "hush-Hush";

fn settings(url: &str, roots: Vec<Certificate>) -> Settings {
    Settings {
        server: Server::new(&Secret::new(url), roots).unwrap(),
        from: whole("Provisioning <scim@fjordlab.example>").unwrap(),
        to: whole("\"Åse, Drift\" <ase@fjordlab.example>, ops@fjordlab.example").unwrap(),
        job: job(),
    }
}

fn job() -> Job {
    Job {
        tenant_url: "https://api.peakon.com/scim/v2".to_owned(),
        state: "fjordlab.sqlite".to_owned(),
        stays: false,
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
    let mut settings = settings(&format!("smtp://127.0.0.1:{}", sink.port), Vec::new());
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
        assert!(!text.contains("`sync`"), "{text}");
    }
    settings.job.stays = true;
    for (condition, told) in [
        (
            json!({"quarantined": "EncounteredQuarantineException"}),
            "mended (first end the `sync` that is at work, and afterwards start it again):\n    azure-to-peakon restart",
        ),
        (
            json!("tooManyDeletes"),
            "do it (first end the `sync` that is at work, and afterwards start it again):\n    azure-to-peakon restart --force-deletes",
        ),
        (
            json!("givenUp"),
            "mended (and then start `sync` again):\n    azure-to-peakon restart",
        ),
    ] {
        let told_of = notification(&condition, "About the job", "It is so.");
        send(&settings, &told_of).await.unwrap();
        let mail = sink.received().pop().unwrap();
        let text = read(&mail.message)
            .body_text(0)
            .unwrap()
            .replace("\r\n", "\n");
        assert!(text.contains(told), "{text}");
    }
}
