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

/// What may stand behind a law.
const TAILS: [&str; 7] = [
    "m",
    "tc1",
    "tc2",
    "temp",
    "dtemp",
    "reciproctc",
    "reciprocm",
];

/// Cuts `B… V=law m=2`, `E… VALUE={law}`, `G… TABLE {x} = …` and `.if (law)` into what stands around the law, and the law.
pub fn cut(text: &str) -> (String, Option<Law>) {
    let (head, law) = found(text);
    let Some(mut law) = law else {
        return (head.to_string(), None);
    };
    if text.starts_with('.') {
        return (head.to_string(), Some(law));
    }
    let tail = law.text.split_off(tail(&law.text));
    law.text.truncate(law.text.trim_end().len());
    (format!("{head} {tail}"), Some(law))
}

/// Where the first `m=` or the like begins that is outside brackets and quotes and no comparison.
fn tail(law: &str) -> usize {
    let (mut depth, mut quoted, mut before) = (0usize, false, ' ');
    for (at, c) in law.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '(' | '{' if !quoted => depth += 1,
            ')' | '}' if !quoted => depth = depth.saturating_sub(1),
            _ if depth == 0 && !quoted && matches!(before, ' ' | '\t' | '}' | ')' | '\'') => {
                let rest = &law[at..];
                let is_tail = |key: &&str| {
                    let after = rest.strip_prefix(key).map(str::trim_start);
                    let value = after.and_then(|after| after.strip_prefix('='));
                    value.is_some_and(|value| !value.starts_with('='))
                };
                if at > 0 && TAILS.iter().any(is_tail) {
                    return at;
                }
            }
            _ => {}
        }
        before = c;
    }
    law.len()
}

fn found(text: &str) -> (&str, Option<Law>) {
    let keys: &[&str] = match text.as_bytes().first() {
        Some(b'b') => &["v", "i"],
        Some(b'e' | b'g') => &KEYS,
        _ if text.starts_with(".func") => return function(text),
        _ if text.starts_with(".if") || text.starts_with(".elseif") => return condition(text),
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

/// `.if (expression)`.
fn condition(text: &str) -> (&str, Option<Law>) {
    let end = text.find(|c: char| c.is_whitespace() || c == '(');
    let (head, rest) = text.split_at(end.unwrap_or(text.len()));
    let law = Law {
        key: "if".to_string(),
        text: rest.trim().to_string(),
    };
    (head, Some(law))
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
                "b1 a b v={v(1)}tc1=1m temp = 50",
                "b1 a b  tc1=1m temp = 50",
                "v",
                "{v(1)}",
            ),
            (
                "b1 a b i=x* m == 3 ? 1 : 2",
                "b1 a b ",
                "i",
                "x* m == 3 ? 1 : 2",
            ),
            (".if (a==1)", ".if", "if", "(a==1)"),
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
                (head.trim_end(), &*found.key, &*found.text),
                (before.trim_end(), key, law),
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
