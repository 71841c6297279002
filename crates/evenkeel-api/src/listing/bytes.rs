//! Numbers and texts as bytes. Whoever reads them trusts none: what is asked for is there, or the listing is refused.

use super::ListingError;

/// Seven bits a byte, the lowest first; the highest bit says that another follows.
pub(super) fn put_number(out: &mut Vec<u8>, mut number: u64) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

pub(super) fn put_size(out: &mut Vec<u8>, size: usize) {
    put_number(out, size as u64);
}

/// Small numbers of either sign take few bytes.
pub(super) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put_number(out, fold(number));
}

pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_size(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

/// How many bytes a number takes.
pub(super) fn width(number: u64) -> usize {
    let bits = 64 - (number | 1).leading_zeros();
    usize::try_from(bits.div_ceil(7)).unwrap_or(10)
}

/// The sign in the lowest bit.
pub(super) fn fold(number: i64) -> u64 {
    (number.wrapping_shl(1) ^ (number >> 63)).cast_unsigned()
}

fn unfold(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

/// What is still to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input<'a>(pub(super) &'a [u8]);

const CUT: ListingError = ListingError::Corrupt("a block ends within a value");

impl<'a> Input<'a> {
    pub(super) fn left(&self) -> usize {
        self.0.len()
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], ListingError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(CUT)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn byte(&mut self) -> Result<u8, ListingError> {
        let (byte, rest) = self.0.split_first().ok_or(CUT)?;
        self.0 = rest;
        Ok(*byte)
    }

    pub(super) fn number(&mut self) -> Result<u64, ListingError> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let low = u64::from(byte & 0x7f);
            let shifted = low << shift;
            if shifted >> shift != low {
                break;
            }
            number |= shifted;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(ListingError::Corrupt("a number is too large"))
    }

    pub(super) fn small(&mut self) -> Result<u32, ListingError> {
        u32::try_from(self.number()?).map_err(|_| ListingError::Corrupt("a number is too large"))
    }

    pub(super) fn signed(&mut self) -> Result<i64, ListingError> {
        self.number().map(unfold)
    }

    /// How many things follow that take a byte each at least: never more than there are bytes.
    pub(super) fn count(&mut self) -> Result<usize, ListingError> {
        let count = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        if count > self.left() {
            return Err(CUT);
        }
        Ok(count)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, ListingError> {
        let length = self.count()?;
        text(self.take(length)?)
    }
}

pub(super) fn text(bytes: &[u8]) -> Result<&str, ListingError> {
    std::str::from_utf8(bytes).map_err(|_| ListingError::Corrupt("a text is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_take_as_many_bytes_as_is_said() {
        for number in [0, 1, 127, 128, 300, 1 << 31, u64::MAX - 1, u64::MAX] {
            let mut out = Vec::new();
            put_number(&mut out, number);
            assert_eq!(out.len(), width(number), "{number}");
            let mut input = Input(&out);
            assert_eq!((input.number(), input.left()), (Ok(number), 0));
        }
        for number in [0, -1, 1, i64::MIN, i64::MAX, -1_795_344_233_000] {
            let mut out = Vec::new();
            put_signed(&mut out, number);
            assert_eq!(Input(&out).signed(), Ok(number));
        }
    }

    #[test]
    fn a_number_that_is_too_large_or_cut_is_refused() {
        assert!(Input(&[0xff; 10]).number().is_err());
        assert!(Input(&[0x80]).number().is_err());
        assert!(Input(&[5, b'a']).text().is_err());
    }
}
