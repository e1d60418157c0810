//! `.param` lines, which may hold several definitions, expressions with spaces, and functions.

/// Cuts `a=1 b = {a * 2}, f(x)='x+1' c=1k * 2` into what is defined and as what.
pub fn cut(text: &str) -> Result<Vec<(String, String)>, String> {
    let signs = signs(text);
    let mut definitions = Vec::new();
    let mut start = 0;
    for (k, at) in signs.iter().enumerate() {
        let name = text[start..*at].trim();
        let is_name = |name: &str| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        if !is_name(name.split('(').next().unwrap_or("").trim_end()) {
            return Err(format!("`{name}` is no name; write .param name=value"));
        }
        let end = match signs.get(k + 1) {
            Some(next) => at + 1 + place_of_name(&text[at + 1..*next]),
            None => text.len(),
        };
        let value = text[at + 1..end].trim().trim_end_matches(',').trim_end();
        if value.is_empty() {
            return Err(format!("`{name}=` has no value"));
        }
        definitions.push((name.to_string(), value.to_string()));
        start = end;
    }
    let rest = text[start..].trim();
    if signs.is_empty() && !rest.is_empty() {
        return Err(format!("`{rest}` has no value; write .param {rest}=1"));
    }
    Ok(definitions)
}

/// Places of the `=` that define something: those outside brackets and quotes that belong to no comparison.
fn signs(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut quoted) = (0usize, false);
    let mut signs = Vec::new();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'(' | b'{' if !quoted => depth += 1,
            b')' | b'}' if !quoted => depth = depth.saturating_sub(1),
            b'=' if depth == 0 && !quoted => {
                let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
                let is_comparison =
                    matches!(before, b'=' | b'<' | b'>' | b'!') || bytes.get(at + 1) == Some(&b'=');
                if !is_comparison {
                    signs.push(at);
                }
            }
            _ => {}
        }
    }
    signs
}

/// Where the name begins that a text ends with: `1k b` has it at 3, `{a} f(x, y)` at 4.
fn place_of_name(text: &str) -> usize {
    let trimmed = text.trim_end();
    let head = match trimmed.strip_suffix(')') {
        Some(inside) => inside.rfind('(').map_or(trimmed, |at| &trimmed[..at]),
        None => trimmed,
    };
    let head = head.trim_end();
    let letters = head
        .bytes()
        .rev()
        .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
        .count();
    head.len() - letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_definitions() {
        let cases: [(&str, &[(&str, &str)]); 7] = [
            (
                " a=1k b = 2k, c={a+b}",
                &[("a", "1k"), ("b", "2k"), ("c", "{a+b}")],
            ),
            (" a = 1k * 2 b=3", &[("a", "1k * 2"), ("b", "3")]),
            (
                " f(x)='x*2' g(a, b)={a+b} c=1",
                &[("f(x)", "'x*2'"), ("g(a, b)", "{a+b}"), ("c", "1")],
            ),
            (
                " b=ternary_fcn(a==1,1k,2k)",
                &[("b", "ternary_fcn(a==1,1k,2k)")],
            ),
            (
                " b=a>=1 c=a != 2 ? 1 : 0",
                &[("b", "a>=1"), ("c", "a != 2 ? 1 : 0")],
            ),
            ("a='b=1'", &[("a", "'b=1'")]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let cut = cut(text).unwrap();
            let cut: Vec<_> = cut.iter().map(|(a, b)| (&**a, &**b)).collect();
            assert_eq!(cut, expected, "{text}");
        }
        for text in ["a", "=1", "a=", "a=1 b=", "a b=1", "1+1=2"] {
            assert!(cut(text).is_err(), "{text}");
        }
    }
}
