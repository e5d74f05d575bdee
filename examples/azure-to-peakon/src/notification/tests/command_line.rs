//! What the command line says of e-mails.

use clap::Parser as _;

use super::{PASSWORD, job};
use crate::notification::{NotificationArguments, Settings, whole};

#[derive(Debug, clap::Parser)]
struct CommandLine {
    #[command(flatten)]
    notification: NotificationArguments,
}

fn parsed(arguments: &[&str]) -> Result<Option<Settings>, String> {
    let parsed = CommandLine::try_parse_from(std::iter::once(&"sync").chain(arguments));
    let parsed = parsed.map_err(|error| error.to_string())?;
    parsed
        .notification
        .settings(job())
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
        ([url, from].concat(), ["--mail-to", "all three"]),
        ([url, to].concat(), ["--mail-from", "all three"]),
        ([from, to].concat(), ["--smtp-url-file", "all three"]),
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
fn the_url_comes_from_a_file_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smtp");
    std::fs::write(&path, "smtps://scim:hush-Hush@mail.example\n").unwrap();
    let path = path.display().to_string();
    let from = ["--mail-from", "scim@fjordlab.example"];
    let to = ["--mail-to", "ase@fjordlab.example"];
    let settings = parsed(&[["--smtp-url-file", &path], from, to].concat());
    let shown = format!("{:?}", settings.unwrap().unwrap());
    assert!(
        shown.contains("mail.example:465") && !shown.contains(PASSWORD),
        "{shown}"
    );

    std::fs::write(&path, "smtps://scim:hush Hush@mail.example").unwrap();
    let said = parsed(&[["--smtp-url-file", &path], from, to].concat()).unwrap_err();
    assert!(
        said.contains("without blanks") && !said.contains("hush"),
        "{said}"
    );
    let said = parsed(&[["--smtp-url-file", "/no/such/file"], from, to].concat()).unwrap_err();
    assert!(said.contains("/no/such/file"), "{said}");
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
