//! A column of ids. What most of them are is a few signs that recur and then random ones of a small alphabet: those are
//! written as the number that they are. Any other id is written as it is; each comes back sign by sign.

use std::collections::HashMap;

use super::bytes::{Input, put_size, put_text};
use super::{ListingError, Texts, integers};

/// From so many ids on a form pays for itself.
const WORTH_IT: usize = 3;
/// What a form may say at its begin, in bytes, and how many signs its number may have: a row unfolds to no more.
const LONGEST_PREFIX: usize = 64;
const MOST_SIGNS: usize = 128;

/// What the rest of an id is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Alphabet {
    Decimal,
    Hexadecimal,
    /// Digits and small letters.
    Small,
    /// Digits, small and capital letters.
    Mixed,
    /// 32 hexadecimal digits with a dash after the 8th, the 12th, the 16th and the 20th.
    Uuid,
    /// Anything.
    Text,
}

const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const UUID_SIGNS: usize = 36;
const UUID_DASHES: [usize; 4] = [8, 13, 18, 23];

impl Alphabet {
    const ALL: [Self; 6] = [
        Self::Decimal,
        Self::Hexadecimal,
        Self::Small,
        Self::Mixed,
        Self::Uuid,
        Self::Text,
    ];

    fn code(self) -> u8 {
        let place = Self::ALL.iter().position(|known| *known == self);
        place
            .and_then(|place| u8::try_from(place).ok())
            .unwrap_or(u8::MAX)
    }

    fn of_code(code: u8) -> Result<Self, ListingError> {
        let known = Self::ALL.get(usize::from(code)).copied();
        known.ok_or(ListingError::Corrupt("an id is of no known form"))
    }

    /// The smallest that has all of these signs.
    fn of(signs: &[u8]) -> Option<Self> {
        let mut least = Self::Decimal;
        for sign in signs {
            let of_sign = match sign {
                b'0'..=b'9' => Self::Decimal,
                b'a'..=b'f' => Self::Hexadecimal,
                b'g'..=b'z' => Self::Small,
                b'A'..=b'Z' => Self::Mixed,
                _ => return None,
            };
            least = least.max(of_sign);
        }
        Some(least)
    }

    /// How many signs make one number, and how many different signs there are.
    fn group(self) -> (usize, u64) {
        match self {
            Self::Decimal => (19, 10),
            Self::Hexadecimal | Self::Uuid | Self::Text => (16, 16),
            Self::Small => (12, 36),
            Self::Mixed => (10, 62),
        }
    }
}

/// Ids that begin alike, are of one length, and end in signs of one alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Form<'a> {
    prefix: &'a str,
    alphabet: Alphabet,
    signs: usize,
}

const ANY: Form<'static> = Form {
    prefix: "",
    alphabet: Alphabet::Text,
    signs: 0,
};

/// The beginning of an id and what follows it, which is made of digits and letters alone.
fn split(id: &str) -> Option<(&str, &str, Alphabet)> {
    let bytes = id.as_bytes();
    if let Some(at) = bytes.len().checked_sub(UUID_SIGNS)
        && bytes.get(at..).is_some_and(is_uuid)
    {
        let (prefix, uuid) = id.split_at_checked(at)?;
        return (at <= LONGEST_PREFIX).then_some((prefix, uuid, Alphabet::Uuid));
    }
    let at = bytes
        .iter()
        .rposition(|sign| !sign.is_ascii_alphanumeric())
        .map_or(0, |at| at + 1);
    let (prefix, rest) = id.split_at_checked(at)?;
    let is_short = at <= LONGEST_PREFIX && (1..=MOST_SIGNS).contains(&rest.len());
    let alphabet = Alphabet::of(rest.as_bytes()).filter(|_| is_short)?;
    Some((prefix, rest, alphabet))
}

fn is_uuid(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(at, sign)| {
        if UUID_DASHES.contains(&at) {
            *sign == b'-'
        } else {
            matches!(sign, b'0'..=b'9' | b'a'..=b'f')
        }
    })
}

/// Writes a column of ids.
pub(super) fn put(out: &mut Vec<u8>, ids: &Texts) {
    // What begins alike and is as long takes the alphabet that all of them need.
    let mut groups: HashMap<(&str, usize, bool), (Alphabet, usize)> = HashMap::new();
    let split_ids: Vec<_> = ids.iter().map(split).collect();
    for (prefix, rest, alphabet) in split_ids.iter().flatten() {
        let key = (*prefix, rest.len(), *alphabet == Alphabet::Uuid);
        let group = groups.entry(key).or_insert((*alphabet, 0));
        group.0 = group.0.max(*alphabet);
        group.1 += 1;
    }
    let mut forms = vec![ANY];
    let mut numbers: HashMap<Form<'_>, u32> = HashMap::from([(ANY, 0)]);
    let mut rows = Vec::with_capacity(ids.len());
    let mut packed = Vec::with_capacity(ids.len() * 16);
    for (id, split) in ids.iter().zip(&split_ids) {
        let form = split.and_then(|(prefix, rest, own)| {
            let (alphabet, count) = *groups.get(&(prefix, rest.len(), own == Alphabet::Uuid))?;
            (count >= WORTH_IT).then_some(Form {
                prefix,
                alphabet,
                signs: rest.len(),
            })
        });
        let form = form.unwrap_or(ANY);
        let next = u32::try_from(forms.len()).unwrap_or(u32::MAX);
        let number = *numbers.entry(form).or_insert(next);
        if number == next {
            forms.push(form);
        }
        rows.push(number);
        match split {
            Some((_, rest, _)) if form != ANY => pack(&mut packed, form.alphabet, rest.as_bytes()),
            _ => put_text(&mut packed, id),
        }
    }
    put_size(out, forms.len());
    for form in &forms {
        out.push(form.alphabet.code());
        put_size(out, form.signs);
        put_text(out, form.prefix);
    }
    integers::put(out, &rows);
    put_size(out, packed.len());
    out.extend_from_slice(&packed);
}

/// Reads a column of ids.
pub(super) fn read(input: &mut Input<'_>, rows: usize) -> Result<Texts, ListingError> {
    let wrong = ListingError::Corrupt("an id is of no known form");
    let count = input.count()?;
    let mut forms = Vec::with_capacity(count);
    for _ in 0..count {
        let form = Form {
            alphabet: Alphabet::of_code(input.byte()?)?,
            signs: usize::try_from(input.number()?).unwrap_or(usize::MAX),
            prefix: input.text()?,
        };
        let is_long = form.prefix.len() > LONGEST_PREFIX || form.signs > MOST_SIGNS;
        let is_uuid = form.alphabet == Alphabet::Uuid;
        if is_long || is_uuid && form.signs != UUID_SIGNS {
            return Err(wrong);
        }
        forms.push(form);
    }
    let numbers = integers::read(input, rows, count.saturating_sub(1))?;
    let length = input.count()?;
    let mut packed = Input(input.take(length)?);
    let mut ids = Texts::default();
    for number in numbers {
        let form = usize::try_from(number)
            .ok()
            .and_then(|number| forms.get(number));
        let form = form.ok_or(wrong)?;
        let id = ids.open();
        id.push_str(form.prefix);
        if form.alphabet == Alphabet::Text {
            id.push_str(packed.text()?);
        } else {
            unpack(id, form.alphabet, form.signs, &mut packed)?;
        }
        ids.end();
    }
    if packed.left() > 0 {
        return Err(ListingError::Corrupt("more is there of ids than rows"));
    }
    Ok(ids)
}

fn pack(out: &mut Vec<u8>, alphabet: Alphabet, signs: &[u8]) {
    let (group, base) = alphabet.group();
    let dashless: Vec<u8>;
    let signs = if alphabet == Alphabet::Uuid {
        dashless = signs.iter().copied().filter(|sign| *sign != b'-').collect();
        &dashless
    } else {
        signs
    };
    for signs in signs.chunks(group) {
        let number = signs
            .iter()
            .fold(0_u64, |number, sign| number * base + digit(*sign));
        let bytes = number.to_be_bytes();
        let width = bytes_of(base, signs.len());
        out.extend_from_slice(bytes.get(bytes.len() - width..).unwrap_or_default());
    }
}

fn unpack(
    id: &mut String,
    alphabet: Alphabet,
    signs: usize,
    packed: &mut Input<'_>,
) -> Result<(), ListingError> {
    let (group, base) = alphabet.group();
    let is_uuid = alphabet == Alphabet::Uuid;
    let mut left = if is_uuid {
        signs - UUID_DASHES.len()
    } else {
        signs
    };
    let mut written = 0;
    while left > 0 {
        let count = left.min(group);
        let bytes = packed.take(bytes_of(base, count))?;
        let mut number = bytes
            .iter()
            .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let mut digits = [0_u8; 19];
        for place in digits.iter_mut().take(count).rev() {
            let digit = usize::try_from(number % base).unwrap_or_default();
            *place = DIGITS.get(digit).copied().unwrap_or_default();
            number /= base;
        }
        if number > 0 {
            return Err(ListingError::Corrupt("an id is larger than its form"));
        }
        for digit in digits.iter().take(count) {
            if is_uuid && UUID_DASHES.contains(&written) {
                id.push('-');
                written += 1;
            }
            id.push(char::from(*digit));
            written += 1;
        }
        left -= count;
    }
    Ok(())
}

fn digit(sign: u8) -> u64 {
    let digit = match sign {
        b'0'..=b'9' => sign - b'0',
        b'a'..=b'z' => sign - b'a' + 10,
        b'A'..=b'Z' => sign - b'A' + 36,
        _ => 0,
    };
    u64::from(digit)
}

/// As many bytes as every number of so many signs fits in.
fn bytes_of(base: u64, signs: usize) -> usize {
    let mut largest = 0_u64;
    for _ in 0..signs {
        largest = largest.wrapping_mul(base).wrapping_add(base - 1);
    }
    let bits = 64 - largest.leading_zeros();
    usize::try_from(bits.div_ceil(8)).unwrap_or(8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn back(ids: &[&str]) -> usize {
        let column: Texts = ids.iter().copied().collect();
        let mut out = Vec::new();
        put(&mut out, &column);
        let mut input = Input(&out);
        let read = read(&mut input, ids.len()).unwrap();
        assert_eq!(read.iter().collect::<Vec<_>>(), ids);
        assert_eq!(input.left(), 0);
        out.len()
    }

    #[test]
    fn ids_of_every_form_come_back() {
        back(&[]);
        back(&["", "-", "i-", "机架-7", "e-1\0", "0", "00", "007", "a b"]);
        let many = "z".repeat(500);
        back(&[&many, &many, &many, &"9".repeat(128), &"Z".repeat(129)]);
        for ids in [
            [
                "i-zzzzzzzzzzzzzzzzzzzz",
                "i-00000000000000000000",
                "i-5Zqi0000000000000000",
            ],
            [
                "99999999999999999999",
                "00000000000000000000",
                "18446744073709551615",
            ],
            ["A-FFFF", "A-ffff", "A-0000"],
            [
                "x:ffffffff-ffff-ffff-ffff-ffffffffffff",
                "x:00000000-0000-0000-0000-000000000000",
                "x:00000000-0000-0000-0000-00000000000g",
            ],
        ] {
            back(&ids.repeat(3));
        }
    }

    #[test]
    fn an_id_of_random_signs_takes_what_they_say_and_no_more() {
        let uuids: Vec<String> = (0..100_u64)
            .map(|n| {
                let n = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
                let (a, b, c) = (n >> 32, n >> 16 & 0xffff, n & 0xffff);
                format!(
                    "{a:08x}-{b:04x}-{c:04x}-{:04x}-{:012x}",
                    !n & 0xffff,
                    n >> 9 & 0xffff_ffff_ffff
                )
            })
            .collect();
        let refs: Vec<&str> = uuids.iter().map(String::as_str).collect();
        assert!(back(&refs) < 100 * 16 + 16);
        let hex: Vec<String> = uuids
            .iter()
            .map(|id| format!("e-{}", id.replace('-', "")))
            .collect();
        let refs: Vec<&str> = hex.iter().map(String::as_str).collect();
        assert!(back(&refs) < 100 * 16 + 16);
    }

    #[test]
    fn bytes_that_are_no_number_of_their_form_are_refused() {
        let column: Texts = ["a-99", "a-10", "a-11"].into_iter().collect();
        let mut out = Vec::new();
        put(&mut out, &column);
        assert!(read(&mut Input(&out), 3).is_ok());
        *out.last_mut().unwrap() = 100;
        assert!(read(&mut Input(&out), 3).is_err());
    }

    proptest! {
        #[test]
        fn any_ids_come_back(ids in prop::collection::vec("[a-zA-Z0-9:_-]{0,40}|\\PC{0,12}", 0..60)) {
            let refs: Vec<&str> = ids.iter().map(String::as_str).collect();
            back(&refs);
        }
    }
}
