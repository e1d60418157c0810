//! A deck's text as logical lines: includes read, continuations joined, comments cut, lower case.

use crate::circuit::error::CircuitError;
use crate::circuit::error::Place;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

/// One statement with its place.
#[derive(Clone, Debug)]
pub struct Line {
    pub place: Place,
    /// Lower case, without comments. An annotation keeps its case and starts with `*@`.
    pub text: String,
}

/// Where the text of included files comes from: the disk, or the decks that are compiled in.
pub type Files<'a> = &'a dyn Fn(&Path) -> Result<String, String>;

/// Includes may nest this deep; a file that includes itself ends here.
const MAX_INCLUDES: usize = 16;
/// Longest text that is read as a deck, includes and all; a circuit is a few kilobytes.
const MAX_BYTES: usize = 4 << 20;

/// Reads `text` of the file `path` into logical lines. As in SPICE, the first line of a deck is its title.
pub fn read(path: &Path, text: &str, files: Files) -> Result<Vec<Line>, CircuitError> {
    let mut reader = Reader {
        files,
        lines: Vec::new(),
        bytes: 0,
    };
    reader.file(path, text, 0, None)?;
    Ok(reader.lines)
}

struct Reader<'a> {
    files: Files<'a>,
    lines: Vec<Line>,
    bytes: usize,
}

impl Reader<'_> {
    /// Reads a file, or the `section` of a library between `.lib section` and `.endl`.
    fn file(
        &mut self,
        path: &Path,
        text: &str,
        depth: usize,
        section: Option<&str>,
    ) -> Result<(), CircuitError> {
        let file: Arc<str> = path.display().to_string().into();
        self.bytes += text.len();
        let (mut in_control, mut was_open) = (false, false);
        let mut in_section = section.is_none();
        let mut was_found = in_section;
        for (index, raw) in text.lines().enumerate() {
            let place = Place {
                file: file.clone(),
                line: index + 1,
            };
            if self.bytes > MAX_BYTES {
                return Err(place.error(format!(
                    "the deck is larger than {MAX_BYTES} bytes with its includes"
                )));
            }
            let is_title = depth == 0 && index == 0;
            let trimmed = raw.trim();
            if let Some(section) = section {
                let mut words = strip_comment(trimmed).split_whitespace();
                let command = words.next().unwrap_or("").to_ascii_lowercase();
                let is_named = words
                    .next()
                    .is_some_and(|name| name.eq_ignore_ascii_case(section));
                let starts = command == ".lib" && is_named && words.next().is_none();
                if starts || (in_section && command == ".endl") {
                    in_section = starts;
                    was_found |= starts;
                    continue;
                }
                if !in_section {
                    continue;
                }
            }
            if trimmed.starts_with("*@") {
                self.lines.push(Line {
                    place,
                    text: trimmed.to_string(),
                });
                continue;
            }
            let mut statement = strip_comment(trimmed).to_ascii_lowercase();
            if is_title || statement.is_empty() {
                continue;
            }
            let goes_on = statement.ends_with(r"\\");
            if goes_on {
                let kept = statement.trim_end_matches('\\').trim_end().len();
                statement.truncate(kept);
            }
            let continued = was_open.then_some(&*statement);
            was_open = goes_on;
            if let Some(rest) = continued.or(statement.strip_prefix('+')) {
                let last = self
                    .lines
                    .iter_mut()
                    .rfind(|line| !line.text.starts_with("*@"));
                let Some(last) = last else {
                    return Err(place.error("`+` continues nothing; remove it"));
                };
                last.text.push(' ');
                last.text.push_str(rest.trim());
                continue;
            }
            match statement.split_whitespace().next().unwrap_or("") {
                ".control" => in_control = true,
                ".endc" => in_control = false,
                _ if in_control => {}
                ".end" => break,
                ".include" | ".inc" | ".lib" => self.include(path, trimmed, &place, depth)?,
                _ => self.lines.push(Line {
                    place,
                    text: statement,
                }),
            }
        }
        match section {
            Some(section) if !was_found => Err(CircuitError::new(format!(
                "{file}: has no section `{section}`, that is no line `.lib {section}`"
            ))),
            _ => Ok(()),
        }
    }

    /// `.include file`, `.lib file` or `.lib file section`.
    fn include(
        &mut self,
        from: &Path,
        statement: &str,
        place: &Place,
        depth: usize,
    ) -> Result<(), CircuitError> {
        let named = strip_comment(statement)
            .split_once(char::is_whitespace)
            .map_or("", |(_, rest)| rest.trim());
        let is_library = statement.to_ascii_lowercase().starts_with(".lib");
        let (named, section) = match named.rsplit_once(char::is_whitespace) {
            Some((named, section)) if is_library && !section.ends_with(['"', '\'']) => {
                (named.trim(), Some(section))
            }
            _ => (named, None),
        };
        let named = named.trim_matches(['"', '\'']);
        if named.is_empty() {
            return Err(place.error(".include names no file; write .include \"devices.lib\""));
        }
        if depth >= MAX_INCLUDES {
            return Err(place.error(format!(
                "files include each other more than {MAX_INCLUDES} deep"
            )));
        }
        let path = join(from, named);
        let text = (self.files)(&path)
            .map_err(|why| place.error(format!("can't read `{named}`: {why}")))?;
        self.file(&path, &text, depth + 1, section)
    }
}

/// `named` as seen from the folder of `from`, with `.` and `..` taken out.
fn join(from: &Path, named: &str) -> PathBuf {
    let mut path = PathBuf::new();
    for part in from
        .parent()
        .unwrap_or(Path::new(""))
        .join(named)
        .components()
    {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir if path.file_name().is_some() => {
                path.pop();
            }
            other => path.push(other),
        }
    }
    path
}

/// Cuts `* whole-line` and `$ whole-line`, `; trailing`, `$ trailing` and `// trailing` comments.
fn strip_comment(line: &str) -> &str {
    if line.starts_with(['*', '$']) {
        return "";
    }
    let ends = [line.find(';'), line.find(" $"), line.find("//")];
    line[..ends.into_iter().flatten().min().unwrap_or(line.len())].trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Result<Vec<String>, CircuitError> {
        let files = |path: &Path| match path.to_str() {
            Some("lib/devices.lib") => Ok("Rlib a b 1k".to_string()),
            Some("a/models.lib") => Ok(
                ".lib slow\nR1 a b 1\n.endl\n.lib fast\nR2 a b 2\n.endl fast\nR3 c d 3".to_string(),
            ),
            Some("a/loop.cir") => Ok(".include loop.cir".to_string()),
            _ => Err("no such file".to_string()),
        };
        Ok(read(Path::new("a/x.cir"), text, &files)?
            .into_iter()
            .map(|line| line.text)
            .collect())
    }

    #[test]
    fn joins_cuts_and_includes() {
        let deck = "title R1 a b 1\nR1 A \\\\ ; goes on\n0 ; role\n* no\n*@ knob gain \"Gain\"\n+ 4K7\n.include ../lib/devices.lib\n.end\nR9 x y 1";
        assert_eq!(
            texts(deck).unwrap(),
            ["r1 a 0 4k7", "*@ knob gain \"Gain\"", "rlib a b 1k"]
        );
    }

    #[test]
    fn takes_a_section_of_a_library() {
        assert_eq!(texts("t\n.lib \"models.lib\" FAST").unwrap(), ["r2 a b 2"]);
        let missing = texts("t\n.LIB models.lib medium").unwrap_err().0;
        assert!(missing.contains("no section `medium`"), "{missing}");
        let whole = texts("t\n.lib ../lib/devices.lib").unwrap();
        assert_eq!(whole, ["rlib a b 1k"]);
    }

    #[test]
    fn names_the_place_of_a_bad_include() {
        let missing = texts("t\n.include nowhere.lib").unwrap_err().0;
        assert!(
            missing.starts_with("a/x.cir:2: can't read `nowhere.lib`"),
            "{missing}"
        );
        assert!(
            texts("t\n.include loop.cir")
                .unwrap_err()
                .0
                .contains("16 deep")
        );
    }
}
