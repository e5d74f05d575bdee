/// A place in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Default for Position {
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

impl Position {
    /// Behind the byte.
    pub(super) fn advance(&mut self, byte: u8) {
        if byte == b'\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
    }

    /// The place of an error in a part that begins here.
    pub(super) fn of(self, error: &serde_json::Error) -> Self {
        if error.line() <= 1 {
            Self {
                line: self.line,
                column: self.column + error.column().saturating_sub(1),
            }
        } else {
            Self {
                line: self.line + error.line() - 1,
                column: error.column(),
            }
        }
    }
}
