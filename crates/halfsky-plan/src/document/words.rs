//! Word lists: a quick look whether any word of a list can stand at a place at all.
//!
//! Most places in a text fit no word; one bit tells it, and the list is tried only at the others.

/// The first or last characters of the words of a list, as bits.
///
/// Characters that share a bit cost a needless try, never a missed word.
#[derive(Debug)]
pub(super) struct Characters(Box<[u64; 1024]>);

impl Characters {
    /// The characters the words start with.
    pub(super) fn first_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self::of(words.into_iter().filter_map(|word| word.chars().next()))
    }

    /// The characters the words end with.
    pub(super) fn last_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self::of(words.into_iter().filter_map(|word| word.chars().next_back()))
    }

    /// Whether a word may start or end with the character.
    pub(super) fn hold(&self, character: char) -> bool {
        let (at, bit) = place(character);
        self.0[at] >> bit & 1 == 1
    }

    fn of(characters: impl Iterator<Item = char>) -> Self {
        let mut bits = Box::new([0; 1024]);
        for character in characters {
            let (at, bit) = place(character);
            bits[at] |= 1 << bit;
        }
        Self(bits)
    }
}

/// Word and bit of a character; characters beyond the first plane share those of the plane.
fn place(character: char) -> (usize, u32) {
    let low = u32::from(character) & 0xFFFF;
    ((low >> 6) as usize, low & 63)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_the_ends_of_its_words() {
        let (first, last) = (Characters::first_of(["提高", "5年"]), Characters::last_of(["提高"]));
        assert!(first.hold('提') && first.hold('5') && !first.hold('高'));
        assert!(last.hold('高') && !last.hold('提'));
    }
}
