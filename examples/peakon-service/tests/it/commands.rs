//! The program beside serving: accounts, tokens, administrators.

use std::process::{Command, Output, Stdio};

use peakon_service::Accounts;
use sqlx::Connection as _;
use tempfile::TempDir;

use crate::support::{TestDatabase, new_database};

const PASSWORD: &str = "PEAKON_ADMINISTRATOR_PASSWORD";

/// A folder, and the database that the environment names, if it is not a file there.
struct Place {
    folder: TempDir,
    database: Option<TestDatabase>,
}

impl Place {
    fn new() -> Self {
        let database = new_database();
        Self {
            database: Some(database).filter(|it| matches!(it, TestDatabase::PostgreSql { .. })),
            ..Self::with_file()
        }
    }

    fn with_file() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            database: None,
        }
    }

    fn url(&self) -> String {
        let file = || format!("sqlite://{}/peakon.db", self.folder.path().display());
        self.database.as_ref().map_or_else(file, TestDatabase::url)
    }
}

fn program(place: &Place, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_peakon-service"));
    command
        .current_dir(place.folder.path())
        .env_remove("DATABASE_URL")
        .envs(place.database.as_ref().map(|it| ("DATABASE_URL", it.url())))
        .env_remove(PASSWORD)
        .args(arguments)
        .stdin(Stdio::null());
    command
}

#[track_caller]
fn lines(output: Output) -> Vec<String> {
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{error}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// Runs well, and prints this.
#[track_caller]
fn prints(place: &Place, arguments: &[&str]) -> Vec<String> {
    lines(program(place, arguments).output().unwrap())
}

/// Runs to the end with this exit code; the one message holds these texts.
#[track_caller]
fn fails(place: &Place, arguments: &[&str], code: i32, texts: &[&str]) {
    let output = program(place, arguments).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{error}");
    assert!(output.stdout.is_empty());
    for text in texts {
        assert!(error.contains(text), "{error:?} does not hold {text:?}");
    }
}

#[test]
fn accounts_are_made_listed_and_changed() {
    let place = &Place::new();
    let add = ["account", "add", "fjordlab", "--name", "Fjordlab A/S"];
    assert_eq!(prints(place, &add), ["account fjordlab"]);
    fails(place, &add, 1, &["`fjordlab` already"]);
    fails(
        place,
        &["account", "add", "Fjord Lab"],
        1,
        &["small letters"],
    );
    let set = ["account", "set", "fjordlab", "--employee-rules", "peakon"];
    prints(place, &set);
    let listed = prints(place, &["account", "list"]);
    assert_eq!(listed, ["fjordlab  peakon  Fjordlab A/S"]);
    let remove = |name| ["account", "remove", "fjordlab", "--confirm", name];
    fails(
        place,
        &remove("fjordlab"),
        1,
        &["another name", "account list"],
    );
    fails(place, &["account", "remove", "fjordlab"], 2, &["--confirm"]);
    fails(
        place,
        &["account", "set", "nordlys", "--unknown-members", "keep"],
        1,
        &["`nordlys`", "account list"],
    );
    let nothing = ["account", "set", "fjordlab"];
    fails(place, &nothing, 2, &["--employee-rules", "--email-domain"]);
    let domain = [
        "account",
        "set",
        "fjordlab",
        "--email-domain",
        "@fjordlab.example",
    ];
    fails(place, &domain, 1, &["behind its `@`"]);
    std::fs::write(
        place.folder.path().join("own.json"),
        r#"[{"name": "a:b", "kind": "text"}]"#,
    )
    .unwrap();
    let wrong = ["account", "add", "nordlys", "--attributes", "own.json"];
    fails(place, &wrong, 1, &["\"a:b\"", "colon"]);
    assert_eq!(prints(place, &remove("Fjordlab A/S")), ["removed fjordlab"]);
    assert!(prints(place, &["account", "list"]).is_empty());
}

/// Nothing but serving and `account add` makes a database, and none takes that of another program.
#[test]
fn a_database_that_is_not_there_or_not_ours_is_left_alone() {
    let place = &Place::with_file();
    let folder = place.folder.path();
    let typo = ["--database", "sqlite://typo.db"];
    for arguments in [&["token", "list", "x"][..], &["administrator", "list"]] {
        let arguments = [arguments, &typo].concat();
        fails(place, &arguments, 1, &["no database sqlite://typo.db"]);
    }
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);

    let execute = |statement: &'static str| {
        sqlx::any::install_default_drivers();
        let url = format!("sqlite://{}/peakon.db?mode=rwc", folder.display());
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let mut connection = sqlx::AnyConnection::connect(&url).await.unwrap();
            let done = sqlx::query(statement).execute(&mut connection).await;
            done.unwrap();
            connection.close().await.unwrap();
        });
    };
    execute("CREATE TABLE bookmarks (url TEXT)");
    let file = folder.join("peakon.db");
    let before = std::fs::read(&file).unwrap();
    let add = ["account", "add", "fjordlab"];
    fails(place, &add, 1, &["tables of another program"]);
    assert_eq!(std::fs::read(&file).unwrap(), before);

    std::fs::remove_file(&file).unwrap();
    prints(place, &add);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    execute(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'later', TRUE, x'00', 0)",
    );
    let list = ["account", "list"];
    fails(place, &list, 1, &["by a newer version", "use that one"]);
}

#[test]
fn a_token_is_printed_once_replaced_without_a_gap_and_revoked() {
    let place = &Place::new();
    prints(place, &["account", "add", "fjordlab"]);
    fails(place, &["token", "list", "nordlys"], 1, &["`nordlys`"]);
    let first = prints(place, &["token", "issue", "fjordlab"]);
    assert!(first[0].starts_with("token ") && first[0].len() == 6 + 64);
    let soon = [
        "token",
        "issue",
        "fjordlab",
        "--label",
        "next",
        "--expires",
        "2999-05-01",
    ];
    prints(place, &soon);
    fails(place, &soon, 1, &["revoke the older one"]);
    let listed = prints(place, &["token", "list", "fjordlab"]);
    assert_eq!(listed.len(), 2);
    assert!(
        listed[0].ends_with("without end  never used  directory"),
        "{listed:?}"
    );
    assert!(
        listed[1].ends_with("ends 2999-05-01T00:00:00Z  never used  next"),
        "{listed:?}"
    );
    assert!(
        !listed
            .concat()
            .contains(first[0].trim_start_matches("token "))
    );
    let id = listed[0].split(' ').next().unwrap();
    let revoked = prints(place, &["token", "revoke", "fjordlab", id]);
    assert_eq!(revoked, [format!("revoked {id}")]);
    fails(
        place,
        &["token", "revoke", "fjordlab", id],
        1,
        &[id, "token list"],
    );
    let past = ["token", "issue", "fjordlab", "--expires", "2001-01-01"];
    fails(place, &past, 1, &["has passed already"]);
    let never = ["token", "issue", "fjordlab", "--expires", "never"];
    fails(place, &never, 2, &["2027-05-01"]);
}

#[tokio::test]
async fn an_administrator_gets_a_password_that_no_command_line_shows() {
    let place = &Place::new();
    prints(place, &["account", "add", "fjordlab"]);
    let add = ["administrator", "add", "ines", "--account", "fjordlab"];
    let mut given = program(place, &add);
    given.env(PASSWORD, "correct horse battery");
    assert_eq!(lines(given.output().unwrap()), ["administrator ines"]);
    fails(place, &add, 1, &["`ines` is taken"]);
    let mut short = program(place, &["administrator", "set-password", "ines"]);
    let output = short.env(PASSWORD, "hunter2").output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains("at least 12") && !error.contains("hunter2"),
        "{error}"
    );
    let nobody = ["administrator", "add", "sefa", "--account", "nordlys"];
    fails(place, &nobody, 1, &["`nordlys`"]);
    let made = prints(
        place,
        &["administrator", "add", "sefa", "--account", "fjordlab"],
    );
    let made = made[1].strip_prefix("password ").unwrap();
    let listed = prints(place, &["administrator", "list"]);
    assert_eq!(listed, ["fjordlab  ines", "fjordlab  sefa"]);

    let url = place.url();
    let accounts = Accounts::open(&url).await.unwrap();
    for (login, password, account) in [
        ("ines", "correct horse battery", Some("fjordlab")),
        ("sefa", made, Some("fjordlab")),
        ("sefa", "correct horse battery", None),
        ("nobody", "correct horse battery", None),
        ("nobody", "", None),
    ] {
        let found = accounts.verify_administrator(login, password).await;
        assert_eq!(found.unwrap().as_deref(), account, "{login}");
    }
    accounts.close().await;
    prints(place, &["administrator", "remove", "ines"]);
    fails(place, &["administrator", "remove", "ines"], 1, &["`ines`"]);
}

#[test]
fn the_help_of_each_command_has_an_example() {
    let place = &Place::new();
    for command in [
        ["account", "add"],
        ["account", "list"],
        ["account", "set"],
        ["account", "remove"],
        ["token", "issue"],
        ["token", "list"],
        ["token", "revoke"],
        ["administrator", "add"],
        ["administrator", "set-password"],
        ["administrator", "list"],
        ["administrator", "remove"],
    ] {
        let mut program = program(place, &command);
        let output = program
            .arg("--help")
            .env("DATABASE_URL", "postgres://me:hunter2@host/db")
            .output()
            .unwrap();
        let text = lines(output).join("\n");
        let example = format!("peakon-service {}", command.join(" "));
        for part in [example.as_str(), "DATABASE_URL"] {
            assert!(text.contains(part), "{text} does not hold {part}");
        }
        assert!(!text.contains("hunter2"));
    }
}
