//! A look at a Parquet footer before the library reads it. The footer is a Thrift structure (compact protocol), and the
//! library believes the lengths of its lists: some thirty bytes can ask for years of work. So the whole structure is
//! walked once, and no list may be longer than the bytes that are left for it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Structures in structures; a real footer nests about ten deep.
const DEPTH: usize = 40;

/// Whether the footer keeps to its own length. True also for what is no Parquet at all: the library says so itself.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn is_sound(mut file: &File) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    let Some(tail) = length.checked_sub(8) else { return Ok(true) };
    file.seek(SeekFrom::Start(tail))?;
    let mut last = [0; 8];
    file.read_exact(&mut last)?;
    let [a, b, c, d, b'P', b'A', b'R', b'1'] = last else { return Ok(true) };
    let Some(start) = tail.checked_sub(u64::from(u32::from_le_bytes([a, b, c, d]))) else { return Ok(true) };
    file.seek(SeekFrom::Start(start))?;
    let mut footer = Vec::new();
    file.take(tail - start).read_to_end(&mut footer)?;
    Ok(Walk(&footer).structure(DEPTH).is_some())
}

/// The bytes that are left.
struct Walk<'b>(&'b [u8]);

impl Walk<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn skip(&mut self, count: u64) -> Option<()> {
        self.0 = self.0.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn structure(&mut self, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        loop {
            let header = self.byte()?;
            if header == 0 {
                return Some(());
            }
            if header >> 4 == 0 {
                self.number()?;
            }
            self.value(header & 0x0f, depth)?;
        }
    }

    /// A value of a type by its number in the protocol.
    fn value(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            // A boolean is its own header.
            1 | 2 => Some(()),
            3 => self.skip(1),
            4..=6 => self.number().map(|_| ()),
            7 => self.skip(8),
            8 => self.number().and_then(|length| self.skip(length)),
            9 | 10 => self.list(depth.checked_sub(1)?),
            12 => self.structure(depth),
            // Maps and what else there may be have no place in a footer.
            _ => None,
        }
    }

    fn list(&mut self, depth: usize) -> Option<()> {
        let header = self.byte()?;
        let count = if header >> 4 == 15 { self.number()? } else { u64::from(header >> 4) };
        let kind = header & 0x0f;
        // Every element takes a byte at least, but for booleans, of which footers have no lists.
        if count > self.0.len() as u64 || (count > 0 && matches!(kind, 0..=2)) {
            return None;
        }
        (0..count).try_for_each(|_| self.value(kind, depth))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_held_against_the_bytes_that_are_left() {
        let cases: [(&[u8], bool); 7] = [
            (&[0], true),
            (&[0x15, 2, 0], true),
            (&[0x18, 3, b'a', b'b', b'c', 0], true),
            (&[0x19, 0x2c, 0, 0, 0], true),
            (&[0x19, 0x2c, 0, 0], false),
            // A list of two billion booleans.
            (&[0x19, 0xf1, 0xff, 0xff, 0xff, 0xff, 0x07, 0], false),
            (&[0x18, 9, b'a', 0], false),
        ];
        for (footer, sound) in cases {
            assert_eq!(Walk(footer).structure(DEPTH).is_some(), sound, "{footer:?}");
        }
        assert_eq!(Walk(&[0x1c; 1_000]).structure(DEPTH), None, "endless nesting");
    }
}
