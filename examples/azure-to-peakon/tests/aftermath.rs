//! What follows a cycle: the e-mail that cannot be sent is sent after the next one, and the run report is there after each.

use support::{everybody, half, mail, said, service, sink, sync, url};

#[cfg(test)]
#[path = "aftermath/conditions.rs"]
mod conditions;
#[cfg(test)]
#[path = "../src/notification/tests/sink.rs"]
#[expect(dead_code, reason = "the tests of the e-mails use the rest of it")]
mod mail_server;

#[cfg(test)]
mod support {
    use std::path::{Path, PathBuf};
    use std::process::Output;

    use peakon_service::{Configuration, RunningService, Token, start};
    use serde_json::Value;
    use tokio::process::Command;

    use super::mail_server::{Behaviour, Sink};

    pub(crate) const TOKEN: &str = "t0ken-of-the-account";
    pub(crate) const PASSWORD: &str = "hush-Hush";

    pub(crate) async fn service(folder: &Path) -> RunningService {
        let database = format!("sqlite://{}", folder.join("peakon.db").display());
        let token: Token = TOKEN.parse().unwrap();
        start(Configuration::new(
            ([127, 0, 0, 1], 0).into(),
            database,
            token,
        ))
        .await
        .unwrap()
    }

    /// The program in a folder, with a token.
    pub(crate) fn program(service: &RunningService, folder: &Path, token: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_azure-to-peakon"));
        command
            .current_dir(folder)
            .env("PEAKON_TENANT_URL", service.base_url())
            .env("PEAKON_TOKEN", token)
            .env("SSL_CERT_FILE", folder.join("sink.pem"));
        command
    }

    /// What makes it a job from a directory.
    pub(crate) fn job(command: &mut Command, directory: &Path) {
        let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample/schema.json");
        command
            .args(["sync", "--json", "--deletion-threshold", "5", "--directory"])
            .arg(directory)
            .arg("--schema")
            .arg(schema);
    }

    /// One cycle from a directory, with more arguments.
    pub(crate) async fn sync(
        service: &RunningService,
        folder: &Path,
        directory: &Path,
        more: &[&str],
    ) -> Output {
        let mut command = program(service, folder, TOKEN);
        job(&mut command, directory);
        command.arg("--once").args(more).output().await.unwrap()
    }

    /// What was said on standard error, of a run with this exit code whose output is JSON.
    #[track_caller]
    pub(crate) fn said(output: &Output, code: i32) -> String {
        let said = String::from_utf8(output.stderr.clone()).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        let _: Value = serde_json::from_slice(&output.stdout).unwrap();
        for secret in [TOKEN, PASSWORD] {
            assert!(
                !said.contains(secret) && !String::from_utf8_lossy(&output.stdout).contains(secret)
            );
        }
        said
    }
    /// A directory from which half of the people are gone.
    pub(crate) fn half(folder: &Path, everybody: &Path) -> PathBuf {
        let everybody = std::fs::read_to_string(everybody).unwrap();
        let mut directory: Value = serde_json::from_str(&everybody).unwrap();
        let users = directory["users"].as_array_mut().unwrap();
        users.truncate(users.len() / 2);
        let half = folder.join("half.json");
        std::fs::write(&half, directory.to_string()).unwrap();
        half
    }

    pub(crate) fn everybody() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("sample/directory.json")
    }

    /// A mail server whose certificate the cycles of the folder trust.
    pub(crate) async fn sink(folder: &Path) -> Sink {
        let sink = Sink::start(Behaviour {
            offers_starttls: true,
            login: Some(("PLAIN", "scim", PASSWORD)),
            ..Behaviour::default()
        })
        .await;
        std::fs::write(folder.join("sink.pem"), &sink.pem).unwrap();
        sink
    }

    /// The options for e-mails through the server at a port.
    pub(crate) fn mail(folder: &Path, port: u16) -> [String; 4] {
        let file = folder.join(format!("smtp-{port}"));
        std::fs::write(&file, url(port)).unwrap();
        [
            "--smtp-url-file".to_owned(),
            file.display().to_string(),
            "--mail-from=scim@fjordlab.example".to_owned(),
            "--mail-to=ops@fjordlab.example".to_owned(),
        ]
    }

    pub(crate) fn url(port: u16) -> String {
        format!("smtp://scim:{PASSWORD}@localhost:{port}?tls=required")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_e_mail_that_fails_stops_nothing_and_is_sent_after_the_next_cycle() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let service = service(folder).await;
    let sink = sink(folder).await;
    let everybody = everybody();
    let report = ["--report", "report.html"];
    let first = sync(&service, folder, &everybody, &report).await;
    assert_eq!(said(&first, 0), "");
    let page = std::fs::read_to_string(folder.join("report.html")).unwrap();
    assert!(
        page.contains("1 cycle, from") && page.contains(">Created</h3>"),
        "{page}"
    );

    let half = half(folder, &everybody);
    // Bound, so that nobody else takes it, and nobody listens there.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let nobody = socket.local_addr().unwrap().port();
    let wrong = mail(folder, nobody);
    let wrong: Vec<_> = wrong.iter().map(String::as_str).chain(report).collect();
    let stopped = sync(&service, folder, &half, &wrong).await;
    let complaint = said(&stopped, 4);
    assert!(
        complaint.contains(&format!("the mail server localhost:{nobody}")),
        "{complaint}"
    );
    assert!(
        complaint.contains("sent again after the next cycle"),
        "{complaint}"
    );
    let page = std::fs::read_to_string(folder.join("report.html")).unwrap();
    assert!(
        page.contains("2 cycles, from") && page.contains("Held back: "),
        "{page}"
    );

    let right = mail(folder, sink.port);
    let right: Vec<_> = right.iter().map(String::as_str).collect();
    assert_eq!(said(&sync(&service, folder, &half, &right).await, 4), "");
    let received = sink.received();
    assert_eq!(received.len(), 1);
    assert!(received[0].is_encrypted && received[0].has_logged_in);
    let text = mail_parser::MessageParser::default()
        .parse(&received[0].message)
        .unwrap();
    let subject = text.subject().unwrap();
    assert!(
        subject.starts_with("Provisioning to ") && subject.contains("would disable or delete"),
        "{subject}"
    );
    let body = text.body_text(0).unwrap();
    assert!(
        body.contains("azure-to-peakon restart --force-deletes --state azure-to-peakon.db"),
        "{body}"
    );

    // It was told once.
    assert_eq!(said(&sync(&service, folder, &half, &right).await, 4), "");
    assert_eq!(sink.received().len(), 1);

    let shown = url(sink.port);
    let shown = ["--smtp-url", &shown, right[2], right[3]];
    let warning = said(&sync(&service, folder, &half, &shown).await, 4);
    assert!(
        warning.contains("--smtp-url shows a secret") && warning.contains("SMTP_URL"),
        "{warning}"
    );
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_wanted_to_be_told_is_not_told_later() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let service = service(folder).await;
    let sink = sink(folder).await;
    let everybody = everybody();
    said(&sync(&service, folder, &everybody, &[]).await, 0);
    let half = half(folder, &everybody);
    said(&sync(&service, folder, &half, &[]).await, 4);
    let mail = mail(folder, sink.port);
    let mail: Vec<_> = mail.iter().map(String::as_str).collect();
    assert_eq!(said(&sync(&service, folder, &half, &mail).await, 4), "");
    assert_eq!(sink.received().len(), 0);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_that_cannot_be_written_changes_nothing_about_how_the_cycle_ended() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let service = service(folder).await;
    let report = ["--report", "no/such/folder/report.html"];
    let output = sync(&service, folder, &everybody(), &report).await;
    let warning: serde_json::Value = serde_json::from_str(said(&output, 0).trim()).unwrap();
    let place = warning["warning"]["place"].as_str().unwrap();
    assert!(place.contains("no/such/folder"), "{warning:#}");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["cycle"]["result"], "Succeeded", "{told:#}");
    service.stop().await;
}
