//! What holds for every page: who may see it, what it takes for a form, and that texts stay texts.

use peakon_service::NewAccount;
use reqwest::header::{HeaderMap, ORIGIN};
use serde_json::json;

use super::{add_administrator, at_the_page};
use crate::support::Account;
use crate::visitor::{LOGIN, PAGES, PASSWORD, Visitor};

/// Texts that would be markup, or upset a page, if it did not write them as text.
const HOSTILE: [&str; 5] = [
    "<script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "</title></style></textarea>&amp;{{1}}",
    "\u{202e}gnp.exe \u{2066}rtl",
    "name with every letter of a long, long word: Donaudampfschifffahrtselektrizitätenhauptbetrieb",
];

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;")
}

#[tokio::test]
async fn every_page_is_for_who_has_logged_in() {
    let (account, mut visitor) = at_the_page().await;
    let mut stranger = Visitor::new(account.service.address());
    stranger.get("/administration/login").await.is(200);
    for page in ["connect", "attributes", "requests", "employees"] {
        let path = format!("{PAGES}/{page}");
        stranger.get(&path).await.leads_to("/administration/login");
        let page = visitor.get(&path).await.is(200);
        assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(page.headers["cache-control"], "no-store");
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        assert_eq!(page.headers["referrer-policy"], "same-origin");
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe") && !policy.contains("script-src"));
        assert_eq!(page.text.matches("<h1").count(), 1);
        assert_eq!(page.text.matches("<script").count(), 0);
        assert_eq!(page.text.matches("style=").count(), 0);
        page.has("<html lang=\"en\">")
            .has("aria-current=\"page\"")
            .has("Skip to the content");
    }
    visitor
        .get(PAGES)
        .await
        .leads_to(&format!("{PAGES}/connect"));
    let nothing = visitor.get("/administration/nothing").await.is(404);
    assert_eq!(nothing.headers["cache-control"], "no-store");
    visitor.get("/administration/style.css").await.is(200);
    visitor.get("/administration/icon.svg").await.is(200);
    account.service.stop().await;
}

#[tokio::test]
async fn a_control_character_is_refused_wherever_it_stands() {
    let (account, mut visitor) = at_the_page().await;
    let text = "a control character";
    for address in [
        "employees?after=%00",
        "employees?after=x%1f",
        "employees?after=%7F",
        "tokens/%00/revoke",
    ] {
        let path = format!("{PAGES}/{address}");
        visitor.get(&path).await.is(400).has(text);
    }
    let unusual = format!("{PAGES}/employees?after=%2500%C3%A9");
    visitor.get(&unusual).await.is(200);
    let path = format!("{PAGES}/tokens/%00/revoke");
    visitor.post(&path, &[]).await.is(400).has(text);
    for (form, field) in [
        ("employees", "search"),
        ("tokens", "label"),
        ("attributes", "name"),
    ] {
        let path = format!("{PAGES}/{form}");
        let page = visitor.post(&path, &[(field, "x\0y")]).await;
        page.is(400).has(text);
    }
    let mut stranger = Visitor::new(account.service.address());
    let refused = stranger.log_in("ines\0", PASSWORD).await;
    refused.is(400).has(text);
    account.service.stop().await;
}

/// Every form, with fields that it would take.
const FORMS: [(&str, &[(&str, &str)]); 7] = [
    ("tokens", &[("label", "x"), ("lifetime", "90")]),
    ("tokens/0/revoke", &[]),
    ("attributes", &[("name", "Forged"), ("kind", "text")]),
    (
        "attributes/rename",
        &[("name", "Salary"), ("new_name", "Forged")],
    ),
    ("attributes/retire", &[("name", "Salary")]),
    ("attributes/restore", &[("name", "Salary")]),
    ("employees", &[("search", "x")]),
];

#[tokio::test]
async fn a_form_of_another_session_or_site_changes_nothing() {
    let (account, mut visitor) = at_the_page().await;
    let own = visitor.form_key.clone();
    let origin = format!("http://{}", account.service.address());
    let other = Visitor::logged_in(account.service.address()).await;
    let others = other.form_key.clone();
    assert_ne!(own, others);
    let fields_of = |pairs: &[(&'static str, &str)]| {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        headers
    };
    let from_here = fields_of(&[("origin", &origin)]);
    let foreign = [
        fields_of(&[]),
        fields_of(&[("origin", "https://evil.example")]),
        fields_of(&[("origin", "null")]),
        fields_of(&[("origin", &origin), ("sec-fetch-site", "cross-site")]),
        fields_of(&[("origin", &origin), ("sec-fetch-site", "same-site")]),
    ];
    let paths = FORMS.map(|(path, fields)| (format!("{PAGES}/{path}"), fields));
    let log_out: (String, &[(&str, &str)]) = ("/administration/logout".to_owned(), &[]);
    for (path, fields) in paths.iter().chain([&log_out]) {
        let with = |key: &str| {
            let mut all = vec![("form_key".to_owned(), key.to_owned())];
            all.extend(
                fields
                    .iter()
                    .map(|(a, b)| ((*a).to_owned(), (*b).to_owned())),
            );
            all
        };
        for key in ["", "0", &others, &format!("{own}0")] {
            let all = with(key);
            let all: Vec<_> = all.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            visitor.post_as(path, &from_here, &all).await.is(403);
        }
        visitor.post_as(path, &from_here, fields).await.is(403);
        let all = with(&own);
        let all: Vec<_> = all.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        for headers in &foreign {
            visitor.post_as(path, headers, &all).await.is(403);
        }
        if path.ends_with("logout") || path.ends_with("/0/revoke") {
            continue;
        }
        visitor.get(path).await.has_not("Forged");
    }
    // Nobody is logged in on the word of another site either.
    let mut victim = Visitor::new(account.service.address());
    victim.get("/administration/login").await.is(200);
    let fields = [("login", LOGIN), ("password", PASSWORD), ("form_key", "0")];
    let path = "/administration/login";
    victim.post_as(path, &from_here, &fields).await.is(403);
    victim.cookies.clear();
    victim.post(path, &fields[..2]).await.is(403);
    // Still logged in, and nothing has changed.
    let page = visitor.get(&format!("{PAGES}/attributes")).await.is(200);
    page.has(":User:Salary</bdi>").has_not("Retired");
    let mut broken = HeaderMap::new();
    broken.insert(ORIGIN, origin.parse().unwrap());
    let large = "x".repeat(20_000);
    let path = format!("{PAGES}/attributes");
    let page = visitor.post_as(&path, &broken, &[("name", &large)]).await;
    page.is(400).has("too large");
    account.service.stop().await;
}

#[tokio::test]
async fn hostile_texts_are_shown_as_texts() {
    let (account, mut visitor) = at_the_page().await;
    let page = format!("{PAGES}/attributes");
    for (number, text) in HOSTILE.into_iter().enumerate() {
        let name = format!("{number} {text}").replace(':', ";");
        let fields = [("name", name.as_str()), ("kind", "text")];
        visitor.post(&page, &fields).await.leads_to(&page);
        let shown = visitor.get(&page).await.is(200);
        shown
            .has(&format!("<bdi>{}</bdi>", escaped(&name)))
            .has_not("<script")
            .has_not("<img")
            .has_not("onerror=alert(1)>");
        let query = reqwest::Url::parse_with_params("http://x", [("name", &name)]).unwrap();
        let ask = format!("{page}/rename?{}", query.query().unwrap());
        let shown = visitor.get(&ask).await.is(200);
        assert_eq!(shown.value_of("name").unwrap(), escaped(&name));
        let user_name = format!("{number}{text}");
        account
            .employee(&user_name, json!({"displayName": text}))
            .await;
        let shown = visitor.get(&format!("{PAGES}/employees")).await.is(200);
        shown
            .has(&format!("<bdi>{}</bdi>", escaped(text)))
            .has(&format!("<bdi>{}</bdi>", escaped(&user_name)))
            .has_not("<script")
            .has_not("<img");
        let shown = visitor
            .post(&format!("{PAGES}/employees"), &[("search", text)])
            .await;
        assert_eq!(shown.value_of("search").unwrap(), escaped(text));
    }
    let fields = [("label", HOSTILE[0]), ("lifetime", "0")];
    let shown = visitor
        .post(&format!("{PAGES}/tokens"), &fields)
        .await
        .is(200);
    shown.has(&escaped(HOSTILE[0])).has_not("<script");
    let shown = visitor.get(&format!("{PAGES}/connect")).await.is(200);
    shown.has(&escaped(HOSTILE[0])).has_not("<script");
    let shown = visitor.log_in(HOSTILE[0], "x").await.is(422);
    shown.has(&escaped(HOSTILE[0])).has_not("<script");
    account.service.stop().await;
}

#[tokio::test]
async fn an_administrator_sees_his_account_only() {
    let (mut account, mut visitor) = at_the_page().await;
    let accounts = account.service.accounts().clone();
    accounts.create(NewAccount::new("nordlys")).await.unwrap();
    add_administrator(&account, "nordlys", "olu").await;
    account.employee("ines@fjordlab.example", json!({})).await;
    let fields = [("name", "Only Here"), ("kind", "text")];
    let attributes = format!("{PAGES}/attributes");
    visitor
        .post(&attributes, &fields)
        .await
        .leads_to(&attributes);
    let own = &accounts.tokens("default").await.unwrap()[0];

    let mut other = Visitor::new(account.service.address());
    other.log_in("olu", PASSWORD).await.is(303);
    for page in ["connect", "attributes", "requests", "employees"] {
        let shown = other.get(&format!("{PAGES}/{page}")).await.is(200);
        shown
            .has("nordlys")
            .has_not("ines@")
            .has_not("Only Here")
            .has_not("command line")
            .has_not("/Users");
    }
    let revoke = format!("{PAGES}/tokens/{}/revoke", own.id);
    other.get(&revoke).await.is(404);
    other.get(&format!("{PAGES}/connect")).await.is(200);
    other.post(&revoke, &[]).await.is(404);
    let ask = format!("{attributes}/rename?name=Only+Here");
    visitor.get(&ask).await.is(200);
    other.get(&ask).await.is(404);
    other.get(&format!("{PAGES}/connect")).await.is(200);
    let fields = [("name", "Only Here"), ("new_name", "Theirs")];
    for form in ["rename", "retire", "restore"] {
        other
            .post(&format!("{attributes}/{form}"), &fields)
            .await
            .is(404);
    }
    let found = other
        .post(&format!("{PAGES}/employees"), &[("search", "ines")])
        .await;
    found.is(200).has("Nobody is called so.");
    account.token = Some("s3cret-token".to_owned());
    account.get("/Users", &[]).await.is(200);
    account.service.stop().await;
}

#[tokio::test]
async fn a_public_url_decides_the_cookie_the_links_and_the_origin() {
    let public = "https://people.example.com/peakon";
    let account = Account::configured(|configuration| {
        configuration.public_url = Some(public.parse().unwrap());
    })
    .await;
    add_administrator(&account, "default", LOGIN).await;
    let mut visitor = Visitor::new(account.service.address());
    let page = visitor.get("/administration/login").await.is(200);
    let cookie = page.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-administration="), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"),
        "{cookie}"
    );
    page.has("action=\"/peakon/administration/login\"")
        .has("href=\"/peakon/administration/style.css\"");
    let mut headers = HeaderMap::new();
    headers.insert(ORIGIN, "https://people.example.com".parse().unwrap());
    let key = visitor.form_key.clone();
    let fields = [
        ("form_key", key.as_str()),
        ("login", LOGIN),
        ("password", PASSWORD),
    ];
    let page = visitor
        .post_as("/administration/login", &headers, &fields)
        .await;
    page.leads_to("/peakon/administration/integrations");
    let page = visitor.get(&format!("{PAGES}/connect")).await.is(200);
    page.has("https://people.example.com/peakon/scim/v2");
    account.service.stop().await;
}
