//! Pictures (png) of drawings, at twice their size: for programs that cannot show SVG.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::fonts::Fonts;

/// Pixels for each unit of the drawing.
const SCALE: f32 = 2.0;

/// A picture with the size of its drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub png: Vec<u8>,
    /// In units of the drawing, not in pixels.
    pub width: u32,
    pub height: u32,
}

/// A drawing that cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("图不能转成图片：{0}")]
pub struct PictureError(String);

/// A drawing whose words are set in a face; drawings leave that to the page they stand on.
pub(crate) fn with_family(svg: &str, family: &str) -> String {
    let family = crate::chart::escape(family);
    svg.replacen("<svg ", &format!("<svg font-family=\"{family}\" "), 1)
}

/// The picture of a drawing.
pub fn png(svg: &str, fonts: &Fonts) -> Result<Picture, PictureError> {
    let fail = |what: &dyn std::fmt::Display| PictureError(what.to_string());
    let options = Options {
        font_family: fonts.family(crate::layout::Role::Hei).to_owned(),
        fontdb: Arc::clone(&fonts.drawing),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|e| fail(&e))?;
    let size = tree.size().to_int_size();
    let (width, height) = (size.width(), size.height());
    let scaled = size.scale_by(SCALE).ok_or_else(|| fail(&"大小为0"))?;
    let mut map =
        Pixmap::new(scaled.width(), scaled.height()).ok_or_else(|| fail(&"大小超出范围"))?;
    map.fill(resvg::tiny_skia::Color::WHITE);
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut map.as_mut());
    let png = map.encode_png().map_err(|e| fail(&e))?;
    Ok(Picture { png, width, height })
}
