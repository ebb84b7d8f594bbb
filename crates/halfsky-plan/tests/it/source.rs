//! Reading files of every format.

mod conversions;
mod damage;
mod docx;
mod files;
mod make;
mod office;
mod pdf;
