//! Records of CSV as text. Answers have millions of cells, nearly all of which are written as they are.

/// A record that is being written.
pub(crate) struct Record<'text> {
    text: &'text mut Vec<u8>,
    is_first: bool,
}

impl<'text> Record<'text> {
    /// A record behind what `text` holds.
    pub(crate) fn start(text: &'text mut Vec<u8>) -> Self {
        Self { text, is_first: true }
    }

    /// Writes the next cell, in quotes where it holds what CSV means something by.
    pub(crate) fn cell(&mut self, cell: &str) {
        if !self.is_first {
            self.text.push(b',');
        }
        self.is_first = false;
        let means_something = |byte: u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
        // Without a way out, so that many bytes are looked at in one step.
        if !cell.bytes().fold(false, |found, byte| found | means_something(byte)) {
            self.text.extend_from_slice(cell.as_bytes());
            return;
        }
        self.text.push(b'"');
        for byte in cell.bytes() {
            if byte == b'"' {
                self.text.push(b'"');
            }
            self.text.push(byte);
        }
        self.text.push(b'"');
    }

    /// Ends the record, which has two cells at least: an empty line would be no record.
    pub(crate) fn end(self) {
        self.text.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What is written is what the csv crate writes, byte for byte.
        #[test]
        fn records_are_those_of_the_csv_crate(cells in prop::collection::vec("[a-z,\"\n\r =;ü]{0,6}", 2..5)) {
            let mut text = Vec::new();
            let mut record = Record::start(&mut text);
            for cell in &cells {
                record.cell(cell);
            }
            record.end();
            let mut csv = csv::Writer::from_writer(Vec::new());
            csv.write_record(&cells).unwrap();
            prop_assert_eq!(text, csv.into_inner().unwrap());
        }
    }
}
