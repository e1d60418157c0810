//! Values as people write them on schematics and panels, both ways.

use crate::units::Ohms;

/// Engineering prefixes by power of a thousand. SPICE's `meg` is read too; its `M` for milli is not, because on
/// schematics and in shops "1M" is a megohm.
const PREFIXES: [(&str, f64); 7] = [
    ("p", 1e-12),
    ("n", 1e-9),
    ("µ", 1e-6),
    ("m", 1e-3),
    ("", 1.0),
    ("k", 1e3),
    ("M", 1e6),
];

/// Ω with three significant digits: "100 Ω", "2.2 kΩ", "1 MΩ".
pub fn ohms(r: Ohms) -> String {
    si(r, "Ω")
}

/// "2k2", "1M", "220k", "68 kΩ", "4R7", "1.5 kohm", "2200".
pub fn parse_ohms(text: &str) -> Option<Ohms> {
    let text = text.trim();
    let bare = strip_suffix_ignoring_case(text, &["Ω", "\u{2126}", "ohms", "ohm"]).unwrap_or(text);
    parse_si(bare)
}

/// A value with an engineering prefix and three significant digits.
pub fn si(value: f64, unit: &str) -> String {
    let rounded = three_digits(value);
    let (prefix, scale) = PREFIXES
        .iter()
        .rev()
        .find(|(_, scale)| rounded.abs() >= *scale * (1.0 - 1e-9))
        .unwrap_or(&PREFIXES[4]);
    // Formatting to twelve digits and reading back drops the division's rounding error.
    let mantissa: f64 = format!("{:.9}", rounded / scale).parse().unwrap_or(0.0);
    format!("{mantissa} {prefix}{unit}")
}

/// A value rounded to this many significant digits, with no more of them than it needs.
pub fn digits(value: f64, digits: usize) -> String {
    let rounded: f64 = format!("{value:.*e}", digits.max(1) - 1)
        .parse()
        .unwrap_or(value);
    rounded.to_string()
}

/// A number with an SI prefix after it or in place of its decimal point; `None` where it is not one.
pub fn parse_si(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Some(value) = parse_number(text) {
        return Some(value);
    }
    let split = text.find(|c: char| c.is_alphabetic())?;
    let (whole, rest) = text.split_at(split);
    let letters = rest
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(rest.len());
    let (prefix, fraction) = rest.split_at(letters);
    let whole = whole.trim();
    let scale = prefix_scale(prefix)?;
    if fraction.is_empty() {
        return Some(parse_number(whole)? * scale);
    }
    // "2k2": the letter stands where the point was.
    let digits_only = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !digits_only(whole) || !digits_only(fraction) {
        return None;
    }
    Some(parse_number(&format!("{whole}.{fraction}"))? * scale)
}

/// A finite decimal number; the comma as decimal point and the typographic minus are understood.
pub fn parse_number(text: &str) -> Option<f64> {
    let plain = text.trim().replace('−', "-").replace(',', ".");
    let starts_as_number = plain.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    let value: f64 = if starts_as_number {
        plain.parse().ok()?
    } else {
        return None;
    };
    value.is_finite().then_some(value)
}

/// "-6", "-6 dB", "+12.0 dBu": a number that may carry `unit`.
pub fn parse_with_unit(text: &str, unit: &str) -> Option<f64> {
    let text = text.trim();
    parse_number(strip_suffix_ignoring_case(text, &[unit, "db"]).unwrap_or(text))
}

/// A pot's rotation, 0 to 1, as its panel is printed: 0 to 10.
pub fn rotation(position: f64) -> String {
    format!("{:.1}", 10.0 * position)
}

/// "7.5" of 10, "75 %", "3 o'clock" (7 o'clock is 0, 5 o'clock is 10) or "noon".
pub fn parse_rotation(text: &str) -> Option<f64> {
    let text = text.trim().to_lowercase().replace('’', "'");
    if text == "noon" {
        return Some(0.5);
    }
    if let Some(percent) = text.strip_suffix('%') {
        return Some(parse_number(percent)? / 100.0);
    }
    if let Some(hour) = text.strip_suffix("o'clock") {
        let turned = (parse_number(hour)? - 7.0).rem_euclid(12.0) / 10.0;
        return (turned <= 1.0).then_some(turned);
    }
    Some(parse_number(&text)? / 10.0)
}

fn three_digits(value: f64) -> f64 {
    format!("{value:.2e}").parse().unwrap_or(0.0)
}

fn prefix_scale(prefix: &str) -> Option<f64> {
    if prefix.eq_ignore_ascii_case("meg") {
        return Some(1e6);
    }
    match prefix {
        "K" => Some(1e3),
        "u" | "\u{3bc}" => Some(1e-6),
        "R" | "r" => Some(1.0),
        _ => PREFIXES
            .iter()
            .find(|(name, _)| *name == prefix)
            .map(|(_, scale)| *scale),
    }
}

fn strip_suffix_ignoring_case<'a>(text: &'a str, suffixes: &[&str]) -> Option<&'a str> {
    suffixes.iter().find_map(|suffix| {
        let start = text.len().checked_sub(suffix.len())?;
        let matches = text.is_char_boundary(start) && text[start..].eq_ignore_ascii_case(suffix);
        matches.then(|| text[..start].trim_end())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_schematics_and_panels_say() {
        for (text, ohms) in [
            ("2k2", 2200.0),
            ("1M", 1e6),
            ("1meg", 1e6),
            ("220k", 220e3),
            ("68 kΩ", 68e3),
            ("68 KOhm", 68e3),
            ("4R7", 4.7),
            ("1,5 k", 1500.0),
            ("500m", 0.5),
            ("2.2e3", 2200.0),
            ("10 Ω", 10.0),
        ] {
            let read = parse_ohms(text).unwrap_or_else(|| panic!("{text}"));
            assert!((read / ohms - 1.0).abs() < 1e-12, "{text}: {read}");
        }
        for text in [
            "", "k", "2x2", "k2", "2k2k", "1.5k5", "nan", "inf", "-", "1e999", "Ω",
        ] {
            assert_eq!(parse_ohms(text), None, "{text}");
        }
    }

    #[test]
    fn reads_rotations() {
        for (text, position) in [
            ("5", 0.5),
            ("7.5", 0.75),
            ("12 o'clock", 0.5),
            ("Noon", 0.5),
            ("7 o’clock", 0.0),
            ("5 o'clock", 1.0),
            ("25 %", 0.25),
        ] {
            assert_eq!(parse_rotation(text), Some(position), "{text}");
        }
        assert_eq!(parse_rotation("6 o'clock"), None);
    }

    #[test]
    fn reads_levels() {
        assert_eq!(parse_with_unit("−6 dB", "dB"), Some(-6.0));
        assert_eq!(parse_with_unit("+12.0 dBu", "dBu"), Some(12.0));
        assert_eq!(parse_with_unit("4", "dBu"), Some(4.0));
        assert_eq!(parse_with_unit("loud", "dB"), None);
    }

    #[test]
    fn writes_three_digits() {
        for (value, text) in [
            (100.0, "100 Ω"),
            (2200.0, "2.2 kΩ"),
            (999.6, "1 kΩ"),
            (68e3, "68 kΩ"),
            (1e6, "1 MΩ"),
            (10e6, "10 MΩ"),
            (0.0, "0 Ω"),
            (0.5, "500 mΩ"),
        ] {
            assert_eq!(ohms(value), text);
        }
    }
}
