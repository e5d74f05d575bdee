//! A browser, driven as the W3C says (<https://www.w3.org/TR/webdriver2/>): chromedriver takes JSON over HTTP.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::client_builder;

/// The member of a JSON object that names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keys, as the protocol writes them.
pub(crate) const TAB: char = '\u{e004}';
pub(crate) const ENTER: char = '\u{e007}';
pub(crate) const CONTROL: char = '\u{e009}';

/// A headless Chromium of its own, gone when this is dropped.
pub(crate) struct Browser {
    driver: Child,
    client: Client,
    session: String,
    _profile: TempDir,
}

impl Browser {
    pub(crate) async fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let program = std::env::var("CHROMEDRIVER").unwrap_or("chromedriver".to_owned());
        let mut driver = Command::new(program)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(driver.stdout.take().unwrap());
        let port = output
            .lines()
            .find_map(|line| {
                let line = line.unwrap();
                let (_, port) = line.rsplit_once("successfully on port ")?;
                Some(port.trim_end_matches('.').to_owned())
            })
            .expect("chromedriver tells its port");
        let client = client_builder().no_proxy().build().unwrap();
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-proxy-server",
            "--hide-scrollbars",
            "--force-color-profile=srgb",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let mut browser = Self {
            driver,
            client,
            session: format!("http://127.0.0.1:{port}/session"),
            _profile: profile,
        };
        let answer = browser.post("", capabilities).await;
        let id = answer["sessionId"].as_str().unwrap();
        browser.session = format!("{}/{id}", browser.session);
        browser
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Value {
        let response = request.send().await.unwrap();
        let status = response.status();
        let mut body: Value = response.json().await.unwrap();
        let value = body["value"].take();
        assert!(status.is_success(), "{value:#}");
        value
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}{path}", self.session);
        self.answer(self.client.post(url).json(&body)).await
    }

    async fn get(&self, path: &str) -> Value {
        let url = format!("{}{path}", self.session);
        self.answer(self.client.get(url)).await
    }

    /// A command of Chromium's own protocol.
    pub(crate) async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.post("/goog/cdp/execute", body).await
    }

    pub(crate) async fn open(&self, url: &str) {
        self.post("/url", json!({"url": url})).await;
    }

    pub(crate) async fn url(&self) -> String {
        text(&self.get("/url").await)
    }

    pub(crate) async fn title(&self) -> String {
        text(&self.get("/title").await)
    }

    /// What JavaScript says, which runs outside of the rules that the page has set for itself.
    pub(crate) async fn evaluate(&self, script: &str) -> Value {
        let body = json!({"script": script, "args": []});
        self.post("/execute/sync", body).await
    }

    /// What JavaScript says later, by `done`.
    pub(crate) async fn evaluate_later(&self, script: &str) -> Value {
        let script = format!("const done = arguments[0]; {script}");
        let body = json!({"script": script, "args": []});
        self.post("/execute/async", body).await
    }

    /// Waits until JavaScript says so. A page that goes meanwhile is asked anew.
    pub(crate) async fn wait_for(&self, condition: &str) {
        for _ in 0..3000 {
            let url = format!("{}/execute/sync", self.session);
            let script = format!("return Boolean({condition})");
            let request = self
                .client
                .post(url)
                .json(&json!({"script": script, "args": []}));
            let answer: Value = request.send().await.unwrap().json().await.unwrap();
            if answer["value"] == true {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        let (url, title) = (self.url().await, self.title().await);
        panic!("{condition} has not come true at {url} ({title})");
    }

    /// Presses Enter and waits until another page with this title is there, and nothing more is to come.
    pub(crate) async fn enter(&self, title: &str) {
        self.evaluate("window.isThePageBefore = true").await;
        self.press(&[ENTER]).await;
        let title = json!(title);
        let condition = format!(
            "!window.isThePageBefore && document.readyState === 'complete' && document.title === {title}"
        );
        self.wait_for(&condition).await;
    }

    /// Presses keys and lets them go, one after the other; those before a `+` are held down meanwhile.
    pub(crate) async fn press(&self, keys: &[char]) {
        let strokes: Vec<Value> = keys.iter().flat_map(|key| stroke(*key)).collect();
        self.act(strokes).await;
    }

    /// Presses a key while another one is held.
    pub(crate) async fn press_with(&self, held: char, key: char) {
        let [down, up] = stroke(held);
        let [key_down, key_up] = stroke(key);
        self.act(vec![down, key_down, key_up, up]).await;
    }

    async fn act(&self, strokes: Vec<Value>) {
        let body = json!({"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]});
        self.post("/actions", body).await;
    }

    pub(crate) async fn write(&self, text: &str) {
        let keys: Vec<char> = text.chars().collect();
        self.press(&keys).await;
    }

    /// Goes on by the tab key until the control with this name has the focus.
    pub(crate) async fn tab_to(&self, name: &str) {
        let mut seen = Vec::new();
        for _ in 0..60 {
            self.press(&[TAB]).await;
            let focused = self.focused().await;
            if focused == name {
                return;
            }
            seen.push(focused);
        }
        panic!("the tab key does not lead to {name:?}, only to {seen:?}");
    }

    /// The name of what has the focus, as a screen reader says it.
    pub(crate) async fn focused(&self) -> String {
        let element = self.get("/element/active").await;
        let id = element[ELEMENT].as_str().unwrap();
        text(&self.get(&format!("/element/{id}/computedlabel")).await)
    }

    /// The parts of the page as a screen reader is told of them: roles and names.
    pub(crate) async fn accessible(&self) -> Vec<(String, String)> {
        let tree = self
            .devtools("Accessibility.getFullAXTree", json!({}))
            .await;
        let nodes = tree["nodes"].as_array().unwrap();
        nodes
            .iter()
            .filter(|node| node["ignored"] != true)
            .map(|node| {
                let part = |name: &str| text(&node[name]["value"]);
                (part("role"), part("name"))
            })
            .collect()
    }

    /// What the browser has complained of.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let entries = self.post("/se/log", json!({"type": "browser"})).await;
        let entries = entries.as_array().unwrap();
        entries
            .iter()
            .map(|entry| text(&entry["message"]))
            .collect()
    }

    pub(crate) async fn set_width(&self, width: u32) {
        let metrics =
            json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    pub(crate) async fn set_scheme(&self, scheme: &str) {
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// A picture of the whole page, as base64 of a PNG.
    pub(crate) async fn picture(&self) -> String {
        let how = json!({"format": "png", "captureBeyondViewport": true});
        text(&self.devtools("Page.captureScreenshot", how).await["data"])
    }
}

fn stroke(key: char) -> [Value; 2] {
    ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key.to_string()}))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ending the driver ends its browser too, if it is told so by the session's end; the test may have no runtime any more.
        let url = self.session.clone();
        let ended = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(async {
                let client = client_builder().no_proxy().build().unwrap();
                let _ = client.delete(url).send().await;
            });
        });
        let _ = ended.join();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
