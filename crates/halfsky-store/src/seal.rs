//! What must not be readable in the database or its backups: passwords as slow hashes, tokens as fast ones,
//! personal data and secrets of the second factor encrypted with a key that lies in a file of its own.
//!
//! Another cipher is one more file here; the first character of a sealed text says which one was used.

pub mod cipher;
pub mod key_file;
pub mod password;
pub mod token;

pub use cipher::SecretKey;
