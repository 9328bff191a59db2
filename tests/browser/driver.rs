//! A headless Chromium of one's own: chromedriver on a port it chose, a fresh profile, two window
//! sizes, pictures. All of it ends with the test, even one that panics or is killed.

#![allow(dead_code, reason = "each journey uses what it needs")]

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use stoa::web::request::SESSION_COOKIE;

use crate::support::{Person, TestApp};

/// A small phone.
pub const PHONE: (u32, u32) = (360, 800);
/// A desk.
pub const DESK: (u32, u32) = (1280, 900);

/// One browser window on one instance.
pub struct Window<'a> {
    pub app: &'a TestApp,
    pub client: Client,
    _driver: Driver,
}

impl<'a> Window<'a> {
    /// Opens a window of the given size with script and light colours, in which nobody is signed in.
    pub async fn open(app: &'a TestApp, size: (u32, u32)) -> Self {
        Self::open_with(app, size, &[]).await
    }

    /// As `open`, with more of Chromium's options (`--force-dark-mode`, `--blink-settings=scriptEnabled=false`).
    pub async fn open_with(app: &'a TestApp, size: (u32, u32), options: &[&str]) -> Self {
        let driver = Driver::start();
        let mut all: Vec<String> = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--no-proxy-server",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-extensions",
            "--disable-default-apps",
            "--hide-scrollbars",
            "--lang=en",
        ]
        .map(str::to_owned)
        .to_vec();
        all.push(format!("--user-data-dir={}", driver.profile.display()));
        all.extend(options.iter().map(|o| (*o).to_owned()));
        let wanted = json!({"browserName": "chrome", "goog:chromeOptions": {"args": all}, "goog:loggingPrefs": {"browser": "ALL"}});
        let Value::Object(wanted) = wanted else { unreachable!("an object is written above") };
        let client = ClientBuilder::new(HttpConnector::new()).capabilities(wanted).connect(&driver.url).await;
        let client = client.unwrap_or_else(|e| panic!("Chromium does not start: {e}"));
        let window = Self { app, client, _driver: driver };
        window.resize(size).await;
        window
    }

    /// Makes the page exactly this large: a window cannot be made as narrow as a phone, the page can.
    pub async fn resize(&self, (width, height): (u32, u32)) {
        self.devtools("Emulation.setDeviceMetricsOverride", json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false})).await;
    }

    /// Signs somebody in, without the sign-in page.
    pub async fn sign_in(&self, person: &Person) {
        let cookie = json!({"name": SESSION_COOKIE, "value": self.app.session(person), "url": self.app.url("/"), "httpOnly": true});
        assert_eq!(self.devtools("Network.setCookie", cookie).await["success"], true, "the cookie is taken");
    }

    /// Loads a path of the instance.
    pub async fn go(&self, path: &str) {
        self.client.goto(&self.app.url(path)).await.unwrap_or_else(|e| panic!("{path} does not load: {e}"));
    }

    /// The path and query of the page that is shown.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("an address");
        url.query().map_or_else(|| url.path().to_owned(), |q| format!("{}?{q}", url.path()))
    }

    /// The one element of a CSS selector, waiting until it is there.
    pub async fn find(&self, css: &str) -> Element {
        self.client.wait().for_element(Locator::Css(css)).await.unwrap_or_else(|e| panic!("no {css} on the page: {e}"))
    }

    /// Types into a field after emptying it.
    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.expect("a field can be emptied");
        field.send_keys(text).await.expect("a field can be typed into");
    }

    pub async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap_or_else(|e| panic!("{css} cannot be clicked: {e}"));
    }

    /// Clicks what leads to another page, and waits until that page is there.
    pub async fn press(&self, css: &str) {
        self.script("window.pressed = true").await;
        self.click(css).await;
        for _ in 0..400 {
            // While the page changes there is none to ask.
            let there = self.client.execute("return !window.pressed && document.readyState === 'complete'", Vec::new()).await;
            if matches!(there, Ok(Value::Bool(true))) {
                return;
            }
            actix_web::rt::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("{css} was clicked on {} and no other page came", self.path().await);
    }

    /// Presses the browser's own Back button.
    pub async fn back(&self) {
        self.client.back().await.expect("there is a page before");
    }

    /// The text of the page as it is shown.
    pub async fn text(&self) -> String {
        self.find("body").await.text().await.expect("a body has text")
    }

    /// Runs a script in the page: `return …`.
    pub async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|e| panic!("the script failed: {e}\n{script}"))
    }

    /// Keeps a picture of the whole page as `target/screenshots/<name>.png`.
    pub async fn picture(&self, name: &str) -> PathBuf {
        // The page is made as high as it wants to be: capturing beyond the window shifts right-to-left pages.
        let size = self.script("return [document.documentElement.clientWidth, innerHeight, document.documentElement.scrollHeight]").await;
        let [width, height, whole] = [0, 1, 2].map(|i| u32::try_from(size[i].as_u64().expect("a size")).expect("a small size"));
        self.resize((width, whole.clamp(height, 16_000))).await;
        let picture = self.devtools("Page.captureScreenshot", json!({"format": "png"})).await;
        self.resize((width, height)).await;
        use base64::Engine;
        let bytes = base64::engine::general_purpose::STANDARD.decode(picture["data"].as_str().expect("a picture")).expect("Base64");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder").join("screenshots");
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let file = folder.join(format!("{name}.png"));
        std::fs::write(&file, bytes).expect("the picture is kept");
        file
    }

    /// What the page complained about since the last call: script errors, refused styles, lost files.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.command("se/log", json!({"type": "browser"})).await;
        log.as_array().into_iter().flatten().map(|e| format!("{}: {}", e["level"], e["message"])).collect()
    }

    /// A command of Chromium's own protocol.
    pub async fn devtools(&self, command: &str, arguments: Value) -> Value {
        self.command("goog/cdp/execute", json!({"cmd": command, "params": arguments})).await
    }

    /// Plugs in an authenticator that has somebody's consent and knows who holds it, as WebDriver pretends to be one.
    pub async fn authenticator(&self) {
        let wanted = json!({"protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
            "isUserConsenting": true, "isUserVerified": true});
        self.command("webauthn/authenticator", wanted).await;
    }

    async fn command(&self, end: &'static str, body: Value) -> Value {
        self.client.issue_cmd(Extension { end, body }).await.unwrap_or_else(|e| panic!("{end}: {e}"))
    }

    /// Closes the window; a test that forgets it only ends a little later.
    pub async fn close(self) {
        let _ = self.client.clone().close().await;
    }
}

/// A command of chromedriver that is not in the standard.
#[derive(Debug)]
struct Extension {
    end: &'static str,
    body: Value,
}

impl fantoccini::wd::WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.end))
    }

    fn method_and_body(&self, _: &url::Url) -> (reqwest::Method, Option<String>) {
        (reqwest::Method::POST, Some(self.body.to_string()))
    }
}

/// A running chromedriver with a profile folder.
struct Driver {
    url: String,
    profile: PathBuf,
    /// A shell that ends the driver, the browser and the profile when `leash` is let go.
    shell: Child,
    leash: Option<ChildStdin>,
}

impl Driver {
    fn start() -> Self {
        let profile = tempfile::Builder::new().prefix("stoa-test-browser-").tempdir().expect("a folder for the profile").keep();
        // The driver and its browser are one process group, which the shell leads and ends; closing the
        // leash (at the end of the test or of its process, however it ends) is the sign.
        let script = "trap : INT TERM HUP; profile=$1; chromedriver --port=0 </dev/null & read -r _; kill -TERM $!; wait $! 2>/dev/null; trap '' TERM; kill -TERM 0; rm -rf -- \"$profile\"; sleep 0.2; rm -rf -- \"$profile\"";
        let mut shell = Command::new("sh")
            .args(["-c", script, "stoa-test-browser"])
            .arg(&profile)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let leash = shell.stdin.take();
        let said = BufReader::new(shell.stdout.take().expect("a pipe"));
        let port = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse::<u16>().ok());
        let mut driver = Self { url: String::new(), profile, shell, leash };
        match port {
            Some(port) => driver.url = format!("http://127.0.0.1:{port}"),
            None => {
                drop(driver);
                panic!("these tests need chromedriver and Chromium: install them with script/install-test-tools");
            }
        }
        driver
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.leash.take();
        let _ = self.shell.wait();
    }
}
