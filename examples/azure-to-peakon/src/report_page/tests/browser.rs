//! The page in a real browser: by keyboard, in light and dark, on wide and narrow screens, on paper, and as a screen reader is
//! told of it.
//!
//! `CHROMEDRIVER` names the driver; `AXE_CORE` a file `axe.min.js` of npm's `axe-core`; with `PICTURES` naming a folder, the pictures
//! of `docs` are left there.

#[expect(dead_code, reason = "peakon-service's tests use the rest of it")]
#[path = "../../../../peakon-service/tests/it/browser/driver.rs"]
mod driver;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use self::driver::{Browser, ENTER};
use super::sample::week;
use super::{digest, filled, write};

fn client_builder() -> reqwest::ClientBuilder {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
}

const OPEN_ALL: &str =
    "for (const part of document.querySelectorAll('details')) { part.open = true }";

/// The pages, each in a file of its own: a week, nothing at all, and one whose names try to be more.
fn pages(folder: &tempfile::TempDir) -> [String; 3] {
    let path = |name: &str| folder.path().join(name);
    let (cycles, entries) = week();
    write(&path("week.html"), &cycles, digest(&entries)).unwrap();
    write(&path("nothing.html"), &[], digest(&[])).unwrap();
    let hostile = "<script>document.title='Donaudampfschifffahrtselektrizitätenhauptbetriebswerk'</script>\"><img src=//x.example>";
    std::fs::write(path("hostile.html"), filled(hostile)).unwrap();
    ["week.html", "nothing.html", "hostile.html"]
        .map(|name| format!("file://{}", path(name).display()))
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(browser), ignore = "CHROMEDRIVER names no driver of a browser")]
async fn the_page_loads_nothing_and_is_read_by_keyboard_and_screen_reader() {
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::start().await;
    for url in pages(&folder) {
        browser.open(&url).await;
        assert_eq!(browser.complaints().await, Vec::<String>::new(), "{url}");
        let found = browser
            .evaluate(
                "return [performance.getEntriesByType('resource').length, document.scripts.length + document.images.length,
                    document.documentElement.lang, document.querySelectorAll('h1').length,
                    document.querySelectorAll('th:not([scope]), table:not(:has(caption))').length,
                    document.title.startsWith('Provisioning to'), getComputedStyle(document.body).margin]",
            )
            .await;
        assert_eq!(found, json!([0, 0, "en", 1, 0, true, "0px"]), "{url}");
        browser.evaluate(OPEN_ALL).await;
        let tree = browser.accessible().await;
        let count = |role: &str| tree.iter().filter(|(known, _)| known == role).count();
        assert_eq!(
            (count("main"), count("banner"), count("navigation")),
            (1, 1, 1),
            "{url}"
        );
        for (role, name) in &tree {
            let has_name = [
                "link",
                "table",
                "navigation",
                "region",
                "image",
                "DisclosureTriangle",
            ]
            .contains(&role.as_str());
            assert!(
                !has_name || !name.trim().is_empty(),
                "{url}: a nameless {role}"
            );
        }
    }

    let [week, ..] = pages(&folder);
    browser.open(&week).await;
    let is_open = "return document.querySelector('details.cause').open";
    assert_eq!(browser.evaluate(is_open).await, false);
    browser
        .tab_to("A value that must be unique is taken Failed: 2")
        .await;
    browser.press(&[ENTER]).await;
    assert_eq!(browser.evaluate(is_open).await, true);
    let text = browser
        .evaluate("return document.querySelector('details.cause').innerText")
        .await;
    assert!(
        text.as_str().unwrap().contains("userName is taken"),
        "{text}"
    );
}

/// What stands out of the window, if the page has to be scrolled sideways.
const TOO_WIDE: &str =
    "return document.documentElement.scrollWidth <= window.innerWidth ? [] : [...document.querySelectorAll('body *')]
        .filter(element => element.getBoundingClientRect().right > window.innerWidth)
        .map(element => element.outerHTML.slice(0, 200))";

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(browser), ignore = "CHROMEDRIVER names no driver of a browser")]
async fn it_fits_narrow_screens_and_paper() {
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::start().await;
    for url in pages(&folder) {
        for width in [320, 360, 768, 1280] {
            browser.set_width(width).await;
            browser.open(&url).await;
            for _ in ["closed", "open"] {
                let wide = browser.evaluate(TOO_WIDE).await;
                assert_eq!(wide, json!([]), "{url} is too wide for {width}");
                browser.evaluate(OPEN_ALL).await;
            }
        }
    }
    let [week, ..] = pages(&folder);
    browser.open(&week).await;
    let is_seen = "return document.querySelector('details.cause table').checkVisibility()";
    assert_eq!(browser.evaluate(is_seen).await, false);
    browser
        .devtools("Emulation.setEmulatedMedia", json!({"media": "print"}))
        .await;
    assert_eq!(
        browser.evaluate(is_seen).await,
        true,
        "what is closed is printed as well"
    );
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(
    not(all(browser, axe)),
    ignore = "CHROMEDRIVER names no driver of a browser, or AXE_CORE no file axe.min.js"
)]
async fn axe_finds_no_fault_in_light_and_dark() {
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::start().await;
    let axe = std::fs::read_to_string(std::env::var("AXE_CORE").unwrap()).unwrap();
    for scheme in ["light", "dark"] {
        browser.set_scheme(scheme).await;
        for width in [320, 1280] {
            browser.set_width(width).await;
            for url in pages(&folder) {
                browser.open(&url).await;
                browser.evaluate(&axe).await;
                for state in ["closed", "open"] {
                    let faults = browser
                        .evaluate_later(
                            "axe.run(document).then(found => done(found.violations.map(fault =>
                                [fault.id, fault.help, fault.nodes.map(node => node.html + ' ' + node.failureSummary)])))",
                        )
                        .await;
                    assert_eq!(
                        faults,
                        json!([]),
                        "{url}, {state}, in {scheme}, {width}: {faults:#}"
                    );
                    browser.evaluate(OPEN_ALL).await;
                }
            }
        }
    }
}

/// The pictures of `docs`, if they are asked for.
#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(browser), ignore = "CHROMEDRIVER names no driver of a browser")]
async fn pictures_show_the_week() {
    let folder = tempfile::tempdir().unwrap();
    let browser = Browser::start().await;
    let [week, ..] = pages(&folder);
    for (name, scheme, width) in [
        ("report", "light", 1040),
        ("report-dark", "dark", 1040),
        ("report-narrow", "light", 320),
    ] {
        browser.set_scheme(scheme).await;
        browser.set_width(width).await;
        browser.open(&week).await;
        browser.evaluate("document.querySelector('details.cause').open = true; document.querySelector('#updated').open = true").await;
        let picture = BASE64_STANDARD.decode(browser.picture().await).unwrap();
        assert!(picture.starts_with(b"\x89PNG"), "{name}");
        if let Some(folder) = std::env::var_os("PICTURES") {
            std::fs::write(
                std::path::Path::new(&folder).join(format!("{name}.png")),
                picture,
            )
            .unwrap();
        }
    }
}
