//! ngspice's binary raw file: one or more plots, each a text header and doubles.

use realfft::num_complex::Complex;

/// One analysis: the names of its vectors and its points, one complex number per vector.
pub struct Plot {
    pub names: Vec<String>,
    pub points: Vec<Vec<Complex<f64>>>,
}

/// Every plot of a raw file.
pub fn parse(mut bytes: &[u8]) -> Vec<Plot> {
    const MARK: &[u8] = b"Binary:\n";
    let mut plots = Vec::new();
    while let Some(at) = bytes.windows(MARK.len()).position(|window| window == MARK) {
        let header = String::from_utf8_lossy(&bytes[..at]).into_owned();
        let n_vectors = count(&header, "No. Variables:");
        let n_points = count(&header, "No. Points:");
        let complex = header
            .lines()
            .any(|line| line.starts_with("Flags:") && line.contains("complex"));
        let list = header
            .split("Variables:\n")
            .nth(1)
            .expect("a list of variables");
        let names = list
            .lines()
            .filter_map(|line| line.split_whitespace().nth(1))
            .map(str::to_owned)
            .collect();
        let width = if complex { 16 } else { 8 };
        let (data, rest) = bytes[at + MARK.len()..].split_at(n_points * n_vectors * width);
        let number = |entry: &[u8]| match complex {
            true => Complex::new(double(&entry[..8]), double(&entry[8..])),
            false => Complex::new(double(entry), 0.0),
        };
        let points = data
            .chunks(n_vectors * width)
            .map(|point| point.chunks(width).map(number).collect())
            .collect();
        plots.push(Plot { names, points });
        bytes = rest;
    }
    plots
}

fn double(bytes: &[u8]) -> f64 {
    f64::from_ne_bytes(bytes.try_into().expect("eight bytes"))
}

fn count(header: &str, key: &str) -> usize {
    let line = header
        .lines()
        .find_map(|line| line.strip_prefix(key))
        .unwrap_or_else(|| panic!("no `{key}` in raw"));
    line.trim()
        .parse()
        .unwrap_or_else(|e| panic!("{key} {line}: {e}"))
}
