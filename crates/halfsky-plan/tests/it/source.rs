//! Reading files of every format.

mod docx;
mod files;
mod make;
