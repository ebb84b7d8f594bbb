//! Accepted figures that stand in no edition yet.

use halfsky_monitor::period::Period;

use super::Task;
use super::submitted::areas;
use crate::app::App;
use crate::error::WebError;
use crate::pages::editions::list::unpublished;
use crate::pages::editions::publish_url;
use crate::permission::Action;
use crate::shell::Stage;
use crate::visit::Visit;

/// Every period with accepted submissions that this person may publish.
pub(crate) async fn waiting(app: &App, visit: &Visit) -> Result<Vec<Task>, WebError> {
    let mut list = Vec::new();
    for area in areas(app, visit, Action::PublishFigures).await? {
        let of_area = |(period, count): (Period, usize)| Task {
            stage: Stage::Data,
            title: format!("发布{}数据", period.label()),
            note: format!("{count}份报送已接受，尚未列入版本"),
            due: None,
            url: publish_url(&area, period),
            action: "发布",
        };
        list.extend(unpublished(app, &area).await?.into_iter().map(of_area));
    }
    Ok(list)
}
