//! Embeds the browser assets: our own style sheet and script, and the pinned third-party files.
//!
//! Third-party files are fetched by `npm ci` from the committed lock into the build folder, or taken
//! from the folder named in `HALFSKY_VENDOR_DIR`; the source tree stays untouched.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

/// One file to embed: constant, public name and media type.
struct Asset {
    constant: &'static str,
    stem: &'static str,
    extension: &'static str,
    media_type: &'static str,
    bytes: Vec<u8>,
}

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=assets");
    // the derive macro watches the template it names, but not what that one imports
    println!("cargo::rerun-if-changed=templates");
    println!("cargo::rerun-if-env-changed=HALFSKY_VENDOR_DIR");
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            for line in message.lines() {
                println!("cargo::error={line}");
            }
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), String> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let assets = [
        Asset {
            constant: "STYLE",
            stem: "halfsky",
            extension: "css",
            media_type: "text/css; charset=utf-8",
            bytes: joined(Path::new("assets/css")).map_err(told("assets/css"))?,
        },
        Asset {
            constant: "SCRIPT",
            stem: "halfsky",
            extension: "js",
            media_type: "text/javascript; charset=utf-8",
            bytes: joined(Path::new("assets/js")).map_err(told("assets/js"))?,
        },
        Asset {
            constant: "HTMX",
            stem: "htmx",
            extension: "js",
            media_type: "text/javascript; charset=utf-8",
            bytes: third_party(&out, "htmx.org/dist/htmx.min.js")?,
        },
        Asset {
            constant: "ICON",
            stem: "icon",
            extension: "svg",
            media_type: "image/svg+xml",
            bytes: fs::read("assets/icon.svg").map_err(told("assets/icon.svg"))?,
        },
    ];
    let mut code = String::new();
    let mut list = String::new();
    for asset in &assets {
        embed(asset, &out, (&mut code, &mut list)).map_err(told(asset.stem))?;
    }
    let _ = write!(code, "pub(crate) static FILES: &[File] = &[\n{list}];\n");
    fs::write(out.join("assets.rs"), code).map_err(told("assets.rs"))
}

fn told(what: &str) -> impl FnOnce(io::Error) -> String {
    let what = what.to_owned();
    move |error| format!("{what}: {error}")
}

/// The files of a folder in the order of their names, as one.
fn joined(folder: &Path) -> io::Result<Vec<u8>> {
    let mut paths =
        fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        all.extend(fs::read(path)?);
    }
    Ok(all)
}

/// Writes a file and its two compressed forms, and the lines of Rust that embed them.
fn embed(
    asset: &Asset,
    out: &Path,
    (constants, table): (&mut String, &mut String),
) -> io::Result<()> {
    let mut hash = String::new();
    for byte in Sha256::digest(&asset.bytes).iter().take(6) {
        let _ = write!(hash, "{byte:02x}");
    }
    let file = format!("{}.{hash}.{}", asset.stem, asset.extension);
    let path = |ending: &str| out.join(format!("{file}{ending}"));
    fs::write(path(""), &asset.bytes)?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&asset.bytes)?;
    fs::write(path(".gz"), gzip.finish()?)?;
    let mut brotli = Vec::new();
    brotli::CompressorWriter::new(&mut brotli, 4096, 11, 22).write_all(&asset.bytes)?;
    fs::write(path(".br"), brotli)?;
    let _ = writeln!(
        constants,
        "pub(crate) const {}: &str = {:?};",
        asset.constant,
        format!("/assets/{file}")
    );
    let _ = writeln!(
        table,
        "    File {{ name: {file:?}, media_type: {:?}, plain: include_bytes!({:?}), gzip: include_bytes!({:?}), brotli: include_bytes!({:?}) }},",
        asset.media_type,
        path("").display().to_string(),
        path(".gz").display().to_string(),
        path(".br").display().to_string()
    );
    Ok(())
}

/// The bytes of a third-party file, from the folder of the offline build or from npm.
fn third_party(out: &Path, file: &str) -> Result<Vec<u8>, String> {
    if let Some(folder) = env::var_os("HALFSKY_VENDOR_DIR") {
        let path = PathBuf::from(folder).join(file);
        return fs::read(&path).map_err(|e| {
            format!("HALFSKY_VENDOR_DIR: cannot read {} ({e})\nput the files of assets/package-lock.json there", path.display())
        });
    }
    let folder = out.join("npm");
    let path = folder.join("node_modules").join(file);
    if !up_to_date(&folder) || !path.is_file() {
        fetch(&folder)?;
    }
    fs::read(&path).map_err(|e| format!("{}: {e}", path.display()))
}

/// Whether what was fetched earlier is what the lock names now.
fn up_to_date(folder: &Path) -> bool {
    let fetched = fs::read(folder.join("fetched"));
    let wanted = fs::read("assets/package-lock.json");
    matches!((fetched, wanted), (Ok(a), Ok(b)) if a == b)
}

fn fetch(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(told("OUT_DIR"))?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(Path::new("assets").join(name), folder.join(name)).map_err(told(name))?;
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let done = Command::new(npm)
        .args(["ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"])
        .current_dir(folder)
        .output();
    let help = "halfsky needs Node.js 18 or later with npm, and a network, the first time it is built \
                (one small file, htmx).\nWithout them: name a folder that holds htmx.org/dist/htmx.min.js \
                in the environment variable HALFSKY_VENDOR_DIR.";
    match done {
        Err(e) => Err(format!("cannot run npm ({e})\n{help}")),
        Ok(output) if !output.status.success() => Err(format!(
            "npm ci failed:\n{}\n{help}",
            String::from_utf8_lossy(&output.stderr).trim()
        )),
        Ok(_) => fs::copy("assets/package-lock.json", folder.join("fetched"))
            .map(|_| ())
            .map_err(told("fetched")),
    }
}
