//! SPICE numbers: `4.7k`, `2Meg`, `100nF`, `1e-3`.

/// Scale factors, longest first, so that `meg` and `mil` are not read as `m`. Of the two letters that look like a µ
/// ngspice knows the first; the other is what some keyboards write. An `a` is an ampere: there is no atto in ngspice 39.
const SUFFIXES: [(&str, f64); 12] = [
    ("meg", 1e6),
    ("mil", 25.4e-6),
    ("t", 1e12),
    ("g", 1e9),
    ("k", 1e3),
    ("m", 1e-3),
    ("u", 1e-6),
    ("\u{b5}", 1e-6),
    ("\u{3bc}", 1e-6),
    ("n", 1e-9),
    ("p", 1e-12),
    ("f", 1e-15),
];

/// Reads a number at the start of `text`; returns it with the bytes it took.
///
/// A scale factor may be followed by letters of a unit (`10kohm`), which say nothing, as in SPICE: `1F` is a
/// femto.
pub fn leading_number(text: &str) -> Option<(f64, usize)> {
    let mantissa = mantissa_length(text)?;
    let value: f64 = text[..mantissa].replace(['d', 'D'], "e").parse().ok()?;
    let letters = text[mantissa..].chars().take_while(|c| c.is_alphabetic());
    let letters: usize = letters.map(char::len_utf8).sum();
    let unit = text[mantissa..mantissa + letters].to_ascii_lowercase();
    let scale = SUFFIXES
        .iter()
        .find(|(suffix, _)| unit.starts_with(suffix))
        .map_or(1.0, |(_, scale)| *scale);
    Some((value * scale, mantissa + letters))
}

/// Reads `text` as one number and nothing else.
pub fn number(text: &str) -> Option<f64> {
    leading_number(text)
        .filter(|(_, taken)| *taken == text.len())
        .map(|(value, _)| value)
}

/// Length of `digits[.digits][e[sign]digits]` with an optional sign; as in Fortran, `d` is an `e`.
fn mantissa_length(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        bytes[from.min(bytes.len())..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits(at);
    at += whole;
    let mut fraction = 0;
    if bytes.get(at) == Some(&b'.') {
        fraction = digits(at + 1);
        at += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E' | b'd' | b'D')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at + 1 + sign);
        if exponent > 0 {
            at += 1 + sign + exponent;
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_spice_reads() {
        let cases = [
            ("4.7k", 4.7e3),
            ("1Meg", 1e6),
            ("100nF", 1e-7),
            ("1F", 1e-15),
            ("-.5m", -5e-4),
            ("1e-3", 1e-3),
            ("1e3k", 1e6),
            ("2.", 2.0),
            ("10ohm", 10.0),
            ("3mil", 76.2e-6),
            ("4\u{b5}F", 4e-6),
            ("4\u{3bc}", 4e-6),
            ("1k\u{3a9}", 1e3),
            ("1.5d3", 1.5e3),
            ("1A", 1.0),
            ("2mA", 2e-3),
        ];
        for (text, value) in cases {
            let read = number(text).unwrap_or(f64::NAN);
            assert!(
                (read - value).abs() <= 1e-12 * value.abs(),
                "{text}: {read}"
            );
        }
    }

    #[test]
    fn refuses_what_is_no_number() {
        for text in ["", "k", "2k2", ".", "e5", "1 2", "--1"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
