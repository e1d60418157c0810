//! Laws of behavioural sources, cut out of their line before it is cut into words.

/// The keyword and what stands after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Law {
    pub key: String,
    pub text: String,
}

const KEYS: [&str; 7] = [
    "value",
    "vol",
    "cur",
    "table",
    "laplace",
    "freq",
    "chebyshev",
];

/// Cuts `B… V=law m=2`, `E… VALUE={law}`, `G… TABLE {x} = …` into what stands around the law, and the law.
pub fn cut(text: &str) -> (String, Option<Law>) {
    let (head, law) = found(text);
    let Some(mut law) = law else {
        return (head.to_string(), None);
    };
    let end = law.text.rfind(" m=").unwrap_or(law.text.len());
    let tail = law.text.split_off(end);
    if tail.trim_start().contains([' ', '}', ')']) {
        law.text.push_str(&tail);
        return (head.to_string(), Some(law));
    }
    (format!("{head}{tail}"), Some(law))
}

fn found(text: &str) -> (&str, Option<Law>) {
    let keys: &[&str] = match text.as_bytes().first() {
        Some(b'b') => &["v", "i"],
        Some(b'e' | b'g') => &KEYS,
        _ if text.starts_with(".func") => return function(text),
        _ => return (text, None),
    };
    let separates = |c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')');
    let (mut at, mut words) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let skipped = rest.len() - rest.trim_start_matches(separates).len();
        let rest = &rest[skipped..];
        at += skipped;
        let length = rest
            .find(|c: char| separates(c) || matches!(c, '=' | '{' | '\''))
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        let is_key = words >= 3 && keys.contains(&word);
        // A voltage is also called v; only v= and i= are keywords of B.
        let after = after.trim_start();
        if is_key && (keys.len() > 2 || after.starts_with('=')) {
            let law = after.strip_prefix('=').unwrap_or(after).trim();
            let (key, text_of_law) = (word.to_string(), law.to_string());
            let law = Law {
                key,
                text: text_of_law,
            };
            return (&text[..at], Some(law));
        }
        if matches!(rest.chars().next(), Some('=' | '{' | '\'')) {
            return (text, None);
        }
        words += 1;
        at += length.max(1);
    }
    (text, None)
}

/// `.func name(arguments) {body}`, also with `=`.
fn function(text: &str) -> (&str, Option<Law>) {
    let Some((head, body)) = text.split_once(')') else {
        return (text, None);
    };
    let body = body.trim();
    let law = Law {
        key: "func".to_string(),
        text: body.strip_prefix('=').unwrap_or(body).trim().to_string(),
    };
    (&text[..head.len() + 1], Some(law))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_law() {
        let cases = [
            ("b1 a 0 v = v(a)*2", "b1 a 0 ", "v", "v(a)*2"),
            ("b1 a 0 i={x==1 ? 2 : 3}", "b1 a 0 ", "i", "{x==1 ? 2 : 3}"),
            ("e1 7 0 value={v(1)}", "e1 7 0 ", "value", "{v(1)}"),
            ("e1 7 0 value {v(1)}", "e1 7 0 ", "value", "{v(1)}"),
            ("e1 (7,0) value = {v(1)}", "e1 (7,0) ", "value", "{v(1)}"),
            ("g1 a b cur='v(1)'", "g1 a b ", "cur", "'v(1)'"),
            ("b1 a b i=v(1)*2 m=3", "b1 a b  m=3", "i", "v(1)*2"),
            (
                "e1 a b table {v(1)} = (0,0)",
                "e1 a b ",
                "table",
                "{v(1)} = (0,0)",
            ),
        ];
        for (text, before, key, law) in cases {
            let (head, found) = cut(text);
            let found = found.unwrap();
            assert_eq!(
                (&*head, &*found.key, &*found.text),
                (before, key, law),
                "{text}"
            );
        }
        for text in [
            "e1 a b c d 2",
            "r1 value b 1k",
            "b1 a v c",
            "e1 value cur a b 2",
        ] {
            assert_eq!(cut(text), (text.to_string(), None));
        }
    }
}
