//! Drawings as files: as they are (SVG), or as a picture (PNG) for programs that take no drawing.

use halfsky_report::chart::ChartSize;
use halfsky_report::chart::line::{LineChart, line_chart};
use halfsky_report::chart::sheet::sheet;
use halfsky_report::render::picture::png;

use crate::app::App;
use crate::error::WebError;
use crate::list::Params;
use crate::pages::{Answer, download};

/// The file of a chart with its title above and a note below: `?format=png` is a picture, anything else the drawing.
pub(crate) async fn answer(
    app: &App,
    params: &Params,
    name: &str,
    (chart, note): (&LineChart, &str),
) -> Answer {
    let size = ChartSize::Wide;
    let drawn = line_chart(chart, size, "chart").map_err(|_| {
        WebError::NotFound("还没有可以画图的数据。请在资料中查看缺数原因。".to_owned())
    })?;
    let svg = sheet(&drawn, size.pixels(), &chart.title, note);
    if params.value("format") != "png" {
        return Ok(download(&format!("{name}.svg"), "image/svg+xml", svg.into_bytes()));
    }
    let typesetting = app.settings.typesetting.clone();
    let work = move || -> Result<Vec<u8>, WebError> {
        let fonts = typesetting.fonts();
        let fonts = fonts.map_err(|missing| {
            WebError::Refused(format!("{missing}。现在可以先下载SVG格式的图。"))
        })?;
        Ok(png(&svg, fonts).map_err(anyhow::Error::from)?.png)
    };
    let bytes = tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)??;
    Ok(download(&format!("{name}.png"), "image/png", bytes))
}
