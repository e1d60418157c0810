//! Which block the pane shows.

use crate::editor::block::Block;
use crate::rig::Slot;

/// A block of the path, and Setup over it where that is open.
#[derive(Debug, PartialEq)]
pub struct Selection {
    block: Block,
    setup: bool,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            block: Block::Deck(Slot::Preamp),
            setup: false,
        }
    }
}

impl Selection {
    pub fn shown(&self) -> Block {
        match self.setup {
            true => Block::Setup,
            false => self.block,
        }
    }

    /// A block of the path; Setup closes.
    pub fn select(&mut self, block: Block) {
        *self = Self {
            block,
            setup: false,
        };
    }

    /// Opens Setup, or closes it and goes back to the block that it lay over.
    pub fn toggle_setup(&mut self) {
        self.setup = !self.setup;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn setup_gives_back_what_it_covered() {
        let mut selection = Selection::default();
        selection.select(Block::Cabinet);
        selection.toggle_setup();
        assert_eq!(selection.shown(), Block::Setup);
        selection.toggle_setup();
        assert_eq!(selection.shown(), Block::Cabinet);
        selection.toggle_setup();
        selection.select(Block::Out);
        assert_eq!(selection.shown(), Block::Out);
    }
}
