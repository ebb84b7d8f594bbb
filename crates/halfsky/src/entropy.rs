//! Randomness: the only place that asks the system for it.

use anyhow::Context as _;
use jiff::Timestamp;

/// A new identifier (UUID version 7: sorted by time, the rest random).
///
/// A system that cannot give random bytes cannot run a server: the caller stops.
pub(crate) fn new_id(now: Timestamp) -> anyhow::Result<String> {
    let mut bytes = [0_u8; 10];
    fill(&mut bytes)?;
    let millis = u64::try_from(now.as_millisecond()).context("系统时间早于1970年，请校正时钟")?;
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid().to_string())
}

#[expect(clippy::disallowed_methods, reason = "the one place where the program reads randomness")]
pub(crate) fn fill(bytes: &mut [u8]) -> anyhow::Result<()> {
    getrandom::fill(bytes).map_err(|e| anyhow::anyhow!("系统不能提供随机数：{e}"))
}

/// Random bytes.
pub(crate) fn bytes<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// Fills bytes for the pages. Where the system stops giving random bytes, guessable ones would be worse than
/// a failed request.
pub(crate) fn fill_or_stop(bytes: &mut [u8]) {
    fill(bytes).expect("the system gave random bytes when the server started");
}

/// A text nobody can guess: for form tokens and ids of the pages.
///
/// Where the system stops giving random bytes, guessable tokens would be worse than a failed request.
pub(crate) fn unguessable() -> String {
    let mut bytes = [0_u8; 16];
    fill(&mut bytes).expect("the system gave random bytes when the server started");
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}
