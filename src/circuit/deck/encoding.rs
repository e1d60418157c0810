//! A file's bytes as text, in whatever encoding an editor left them.

const BOM: char = '\u{feff}';

/// UTF-8 or UTF-16, with a byte order mark or without; what is neither is Latin-1: µ in the values of older programs,
/// umlauts in comments. ngspice knows UTF-8 alone.
pub fn decoded(bytes: Vec<u8>) -> String {
    let text = match bytes.as_slice() {
        // In UTF-16 every other byte of a deck's first character is 0, or this is its mark.
        [0xff, 0xfe, ..] | [1..=255, 0, ..] => utf_16(&bytes, u16::from_le_bytes),
        [0xfe, 0xff, ..] | [0, 1..=255, ..] => utf_16(&bytes, u16::from_be_bytes),
        _ => String::from_utf8(bytes).unwrap_or_else(|why| {
            let latin = why.as_bytes().iter().copied();
            latin.map(char::from).collect()
        }),
    };
    match text.strip_prefix(BOM) {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    String::from_utf16_lossy(&pairs.iter().map(|pair| unit(*pair)).collect::<Vec<u16>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "* Röhre\r\nC1 in 0 1µ\r\n";
        let units = || text.encode_utf16();
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
        for (mark, bytes) in [
            (&[][..], text.as_bytes()),
            (&[0xef, 0xbb, 0xbf], text.as_bytes()),
            (&[], &little),
            (&[0xff, 0xfe], &little),
            (&[], &big),
            (&[0xfe, 0xff], &big),
            (&[], &latin),
        ] {
            assert_eq!(
                decoded([mark, bytes].concat()),
                text,
                "{mark:x?} {bytes:x?}"
            );
        }
        assert_eq!(decoded(Vec::new()), "");
    }
}
