//! A headless Chromium of the test's own, and the pages served on a free port.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use halfsky_monitor::role::Role;
use halfsky_store::testing::{ScratchDir, TestDatabase};
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;
use thirtyfour::{LoggingPrefsLogLevel, WebDriver};
use tokio::net::TcpListener;

use halfsky_web::testing::{PASSWORD, TestClock, app, database, settings};
use halfsky_web::{Portal, Settings, Transport};

/// Whether pages may run their scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scripts {
    On,
    Off,
}

/// How many tenths of a second a page may take on a machine that does other things besides.
const PATIENCE: u64 = 300;

/// A browser in front of a running house.
pub(crate) struct Browser {
    pub(crate) driver: WebDriver,
    pub(crate) address: String,
    pub(crate) dir: ScratchDir,
    process: Child,
    pub(crate) database: TestDatabase,
    pub(crate) clock: TestClock,
}

/// Opens a browser; None, with a printed message, where Chromium or its driver is missing.
///
/// # Panics
/// When they are missing although `CI=true`.
pub(crate) async fn open(scripts: Scripts) -> Option<Browser> {
    let found = (find(&["chromedriver"]), find(&["chromium", "chromium-browser", "google-chrome"]));
    let (Some(driver), Some(chromium)) = found else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "CI needs chromium and chromedriver");
        println!("skipped: chromium or chromedriver is not installed");
        return None;
    };
    // the client of the driver wants a provider of cryptography even for plain HTTP; the second test finds it
    let _ = rustls::crypto::ring::default_provider().install_default();
    let database = database().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let clock = TestClock::default();
    let settings = Settings { portal: Portal::Open, ..settings() };
    let app = app(database.store.clone(), &clock, settings);
    tokio::spawn(halfsky_web::serve(listener, app, Transport::default(), std::future::pending()));
    let dir = ScratchDir::new();
    let port = free_port().await;
    let process = Command::new(driver)
        .arg(format!("--port={port}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let driver = connect(port, &capabilities(&chromium, dir.path(), scripts)).await;
    let browser = Browser { driver, address, dir, process, database, clock };
    browser.sign_in(Role::CommitteeOffice).await;
    Some(browser)
}

fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().flat_map(|name| folders.iter().map(move |f| f.join(name))).find(|p| p.is_file())
}

async fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

fn capabilities(chromium: &Path, dir: &Path, scripts: Scripts) -> thirtyfour::ChromeCapabilities {
    let mut wanted = DesiredCapabilities::chrome();
    wanted.set_binary(chromium.to_str().unwrap()).unwrap();
    let profile = format!("--user-data-dir={}", dir.join("profile").display());
    for argument in [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-dev-shm-usage",
        "--window-size=1366,900",
        &profile,
    ] {
        wanted.add_arg(argument).unwrap();
    }
    wanted.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
    if scripts == Scripts::Off {
        let prefs = serde_json::json!({"profile.managed_default_content_settings.javascript": 2});
        wanted.add_experimental_option("prefs", prefs).unwrap();
    }
    wanted
}

/// The driver needs a moment before it listens.
async fn connect(port: u16, wanted: &thirtyfour::ChromeCapabilities) -> WebDriver {
    let mut last = None;
    for _ in 0..120 {
        match WebDriver::new(format!("http://127.0.0.1:{port}"), wanted.clone()).await {
            Ok(driver) => {
                driver.set_script_timeout(Duration::from_mins(3)).await.unwrap();
                return driver;
            }
            Err(error) => last = Some(error),
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    panic!("chromedriver does not answer: {last:?}");
}

impl Browser {
    /// Signs in as the person in a role.
    pub(crate) async fn sign_in(&self, role: Role) {
        self.sign_in_as(role.code()).await;
    }

    /// Signs in with a login name.
    pub(crate) async fn sign_in_as(&self, login: &str) {
        self.go("/login").await;
        self.find("#login").await.send_keys(login).await.unwrap();
        self.find("#password").await.send_keys(PASSWORD).await.unwrap();
        self.click("form[action='/login'] .primary").await;
        self.find("form[action='/logout']").await;
    }

    /// Signs out.
    pub(crate) async fn sign_out(&self) {
        self.click(".menu summary").await;
        self.click("form[action='/logout'] button").await;
        self.find("form[action='/login']").await;
    }

    /// Goes to a page.
    pub(crate) async fn go(&self, path: &str) {
        self.driver.goto(format!("{}{path}", self.address)).await.unwrap();
    }

    /// Waits until the address holds something.
    pub(crate) async fn arrives(&self, part: &str) {
        let mut address = String::new();
        for _ in 0..PATIENCE {
            address = self.driver.current_url().await.unwrap().to_string();
            if address.contains(part) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{address} without {part}");
    }

    /// Waits until the page says something; it may be on its way to another one.
    pub(crate) async fn reads(&self, words: &str) {
        self.reads_at("main", words).await;
    }

    /// Waits until the first such element says something.
    pub(crate) async fn reads_at(&self, css: &str, words: &str) {
        let mut text = String::new();
        for _ in 0..PATIENCE {
            if let Ok(element) = self.driver.find(By::Css(css)).await
                && let Ok(said) = element.text().await
            {
                text = said;
            }
            if text.contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let place = self.driver.current_url().await.unwrap();
        panic!("{place}: {css} without “{words}”: {text}");
    }

    /// The first element, once it is there.
    pub(crate) async fn find(&self, css: &str) -> WebElement {
        let wait = Duration::from_millis(100 * PATIENCE);
        let query = self.driver.query(By::Css(css)).wait(wait, Duration::from_millis(100));
        query.first().await.unwrap_or_else(|e| panic!("{css}: {e}"))
    }

    /// Clicks an element, away from what floats over the edge of the window.
    pub(crate) async fn click(&self, css: &str) {
        self.until_it_holds_still(css, async |element| {
            element.scroll_into_view().await?;
            element.click().await
        })
        .await;
    }

    /// Types into an empty or filled field.
    pub(crate) async fn types(&self, css: &str, words: &str) {
        self.until_it_holds_still(css, async |field| {
            field.scroll_into_view().await?;
            field.clear().await?;
            field.send_keys(words).await
        })
        .await;
    }

    /// Does something with an element; again when a script put another in its place, or something over it, meanwhile.
    async fn until_it_holds_still(
        &self,
        css: &str,
        work: impl AsyncFn(WebElement) -> WebDriverResult<()>,
    ) {
        for _ in 0..50 {
            match work(self.find(css).await).await.map_err(WebDriverError::into_inner) {
                Ok(()) => return,
                Err(
                    WebDriverErrorInner::StaleElementReference(_)
                    | WebDriverErrorInner::ElementClickIntercepted(_)
                    | WebDriverErrorInner::ElementNotInteractable(_),
                ) => tokio::time::sleep(Duration::from_millis(100)).await,
                Err(other) => panic!("{css}: {other}"),
            }
        }
        panic!("{css}: does not hold still");
    }

    /// The value of an expression in the page.
    pub(crate) async fn value(&self, expression: &str) -> serde_json::Value {
        let script = format!("return {expression};");
        self.driver.execute(&script, Vec::new()).await.unwrap().json().clone()
    }

    /// Writes a text to a file, to be uploaded.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Fails when the page logged an error or broke its own content policy.
    pub(crate) async fn assert_quiet(&self) {
        let log = self.driver.browser_log().await.unwrap();
        let loud: Vec<_> = log
            .iter()
            .filter(|e| e.level == "SEVERE" || e.message.contains("Content Security Policy"))
            .filter(|e| !e.message.contains("the server responded with a status of 4"))
            .collect();
        assert!(loud.is_empty(), "{loud:?}");
    }

    /// Ends browser and driver.
    pub(crate) async fn close(mut self) {
        let _ = self.driver.clone().quit().await;
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
