//! Digits of every script, read as the ten that programs compute with: for every number, date and
//! code that a person types.

use std::borrow::Cow;

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

fn is_decimal(c: char) -> bool {
    CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::DecimalNumber
}

/// The value of a decimal digit (Unicode's category Nd) of any script.
pub fn digit(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.to_digit(10).and_then(|d| u8::try_from(d).ok());
    }
    if !is_decimal(c) {
        return None;
    }
    // Unicode promises each script its ten digits in order and side by side; where several such rows
    // touch, they are whole rows.
    let before = (0..u32::from(c)).rev().map_while(char::from_u32).take_while(|c| is_decimal(*c)).count();
    u8::try_from(before % 10).ok()
}

/// The text with every decimal digit as ASCII; all else stays as it is.
pub fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| digit(c).map_or(c, |d| char::from(b'0' + d))).collect())
}

/// A whole number that somebody typed: digits of any script, and a sign.
pub fn whole<T: std::str::FromStr>(typed: &str) -> Option<T> {
    ascii(typed.trim()).replace('\u{2212}', "-").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digits_of_every_script_are_read() {
        let rows = [
            "٠١٢٣٤٥٦٧٨٩",
            "۰۱۲۳۴۵۶۷۸۹",
            "०१२३४५६७८९",
            "০১২৩৪৫৬৭৮৯",
            "၀၁၂၃၄၅၆၇၈၉",
            "០១២៣៤៥៦៧៨៩",
            "໐໑໒໓໔໕໖໗໘໙",
            "๐๑๒๓๔๕๖๗๘๙",
            "０１２３４５６７８９",
            "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
            "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿",
            "𞥐𞥑𞥒𞥓𞥔𞥕𞥖𞥗𞥘𞥙",
        ];
        for row in rows {
            assert_eq!(ascii(row), "0123456789", "{row}");
        }
        assert_eq!(ascii("١٩٬٥–x ½ 三 Ⅳ ²"), "19٬5–x ½ 三 Ⅳ ²");
        assert_eq!((whole::<i32>(" ٤٢ "), whole::<i32>("−۷"), whole::<i32>("1,234"), whole::<i32>("½")), (Some(42), Some(-7), None, None));
    }

    #[test]
    fn each_script_has_all_ten_of_them() {
        let mut counts = [0; 10];
        for c in '\0'..=char::MAX {
            if let Some(value) = digit(c) {
                assert!(c.is_numeric(), "{c:?}");
                counts[usize::from(value)] += 1;
            }
        }
        assert!(counts[0] > 60 && counts.iter().all(|n| *n == counts[0]), "{counts:?}");
    }
}
