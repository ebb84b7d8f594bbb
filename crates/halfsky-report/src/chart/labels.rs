//! Labels of a chart: each stands at the first of its places where it covers no other.

use super::{Label, Weight, label};

/// Height of a line of type of 12 pixels, above and below its base line.
const ASCENT: f64 = 11.0;
const DESCENT: f64 = 3.0;

/// Where a label may stand: `x`, base line, and `start`, `middle` or `end`.
pub(super) type Place = (f64, f64, &'static str);

/// A rectangle of the drawing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl Area {
    /// What the words of a label cover; the width of type is estimated on the safe side.
    fn of((x, y, anchor): Place, text: &str, weight: Weight) -> Self {
        let wide = if weight == Weight::Bold { 1.06 } else { 1.0 };
        let width = text.chars().map(|c| if c.is_ascii() { 7.0 } else { 12.0 }).sum::<f64>() * wide;
        let left = match anchor {
            "start" => x,
            "middle" => x - width / 2.0,
            _ => x - width,
        };
        Self { left, right: left + width, top: y - ASCENT, bottom: y + DESCENT }
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn inside(&self, other: &Self) -> bool {
        other.left <= self.left
            && self.right <= other.right
            && other.top <= self.top
            && self.bottom <= other.bottom
    }
}

/// The labels of one drawing, written after its lines so that no line crosses a word.
pub(super) struct Labels {
    within: Area,
    words: Vec<Area>,
    /// Markers of values: words keep off them where there is room elsewhere.
    markers: Vec<Area>,
    svg: String,
}

impl Labels {
    /// Labels that stay inside an area.
    pub(super) fn new(within: Area) -> Self {
        Self { within, words: Vec::new(), markers: Vec::new(), svg: String::new() }
    }

    /// Keeps words off a marker.
    pub(super) fn avoid(&mut self, (x, y): (f64, f64), radius: f64) {
        let (left, right) = (x - radius, x + radius);
        self.markers.push(Area { left, right, top: y - radius, bottom: y + radius });
    }

    /// A label that has one place only, as those of the axes.
    pub(super) fn fix(&mut self, (x, y, anchor): Place, fill: &'static str, text: &str) {
        let weight = Weight::Normal;
        self.words.push(Area::of((x, y, anchor), text, weight));
        label(&mut self.svg, &Label { x, y, anchor, fill, weight, text });
    }

    /// A label at the first of its places that is free, else as near to the first one as there is room.
    pub(super) fn place(
        &mut self,
        places: &[Place],
        (fill, weight): (&'static str, Weight),
        text: &str,
    ) {
        let Some(first) = places.first().copied() else { return };
        let area = |place: &Place| Area::of(*place, text, weight);
        let off_words = |place: &&Place| {
            let own = area(place);
            own.inside(&self.within) && !self.words.iter().any(|word| own.overlaps(word))
        };
        let off_markers =
            |place: &&Place| !self.markers.iter().any(|marker| area(place).overlaps(marker));
        let elsewhere = self.elsewhere(places);
        let all = || places.iter().chain(&elsewhere);
        let free = all().filter(off_words).find(off_markers).or_else(|| all().find(off_words));
        let (x, y, anchor) = free.copied().unwrap_or(first);
        self.words.push(area(&(x, y, anchor)));
        label(&mut self.svg, &Label { x, y, anchor, fill, weight, text });
    }

    /// The same places moved up and down, nearest first.
    fn elsewhere(&self, places: &[Place]) -> Vec<Place> {
        let steps = (1..=100).map(|step| f64::from(step) * 4.0);
        let height = self.within.bottom - self.within.top;
        let moves = steps.take_while(|by| *by <= height).flat_map(|by| [by, -by]);
        moves.flat_map(|by| places.iter().map(move |&(x, y, anchor)| (x, y + by, anchor))).collect()
    }

    /// The drawing of all labels.
    pub(super) fn into_svg(self) -> String {
        self.svg
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels() -> Labels {
        Labels::new(Area { left: 0.0, right: 300.0, top: 0.0, bottom: 100.0 })
    }

    const LOOK: (&str, Weight) = ("#000000", Weight::Normal);

    #[test]
    fn a_taken_place_is_left_to_its_first_label() {
        let mut labels = labels();
        let places = [(100.0, 50.0, "end"), (100.0, 70.0, "end")];
        labels.place(&places, LOOK, "目标");
        labels.place(&places, LOOK, "预测");
        labels.place(&places, LOOK, "合并");
        assert!(!labels.words[0].overlaps(&labels.words[1]));
        assert!(labels.words.iter().all(|word| word.inside(&labels.within)));
        assert_eq!(labels.into_svg().matches("<text").count(), 3);
    }

    #[test]
    fn words_keep_off_markers_where_there_is_room() {
        let mut labels = labels();
        labels.avoid((95.0, 48.0), 4.0);
        labels.place(&[(100.0, 50.0, "end")], LOOK, "目标");
        assert!(!labels.words[0].overlaps(&labels.markers[0]));
    }
}
