//! A dark sheet to draw on, in points of a 1600 by 900 picture.

use crate::failure::Failure;
use crate::output;
use plotters::backend::BitMapBackend;
use plotters::backend::DrawingBackend;
use plotters::style::Color;
use plotters::style::FontDesc;
use plotters::style::FontFamily;
use plotters::style::FontStyle;
use plotters::style::FontTransform;
use plotters::style::RGBColor;
use plotters::style::register_font;
use plotters::style::text_anchor::Pos;
use plotters::style::text_anchor::VPos;
use std::path::Path;

pub use plotters::style::text_anchor::HPos;

pub type Point = (f64, f64);

pub const WIDTH: f64 = 1600.0;
pub const HEIGHT: f64 = 900.0;
pub const PAPER: RGBColor = RGBColor(0x16, 0x18, 0x1d);
pub const SHEET: RGBColor = RGBColor(0x1c, 0x1f, 0x26);
pub const GRID: RGBColor = RGBColor(0x31, 0x35, 0x3f);
pub const INK: RGBColor = RGBColor(0xe4, 0xe6, 0xeb);
pub const FAINT: RGBColor = RGBColor(0x9a, 0xa1, 0xae);
pub const DRY: RGBColor = RGBColor(0xa6, 0xac, 0xb8);
/// Rigs A and B.
pub const RIGS: [RGBColor; 2] = [RGBColor(0xff, 0x9d, 0x3c), RGBColor(0x4f, 0xa8, 0xff)];

/// Pixels per point each way while drawing; averaged at the end, which smooths lines, fills and letters alike.
const FINE: usize = 3;
const FONT: &str = "Inter";

/// A picture while it is being drawn.
///
/// Drawing goes into memory; its only possible failure, a missing font, is met when the fonts are registered.
pub struct Canvas<'a>(BitMapBackend<'a>);

/// Draws a picture and writes it as PNG.
pub fn picture(path: &Path, draw: impl FnOnce(&mut Canvas)) -> Result<(), Failure> {
    register_fonts()?;
    let (width, height) = (WIDTH as usize, HEIGHT as usize);
    let mut fine = vec![0; 3 * width * height * FINE * FINE];
    let mut canvas = Canvas(BitMapBackend::with_buffer(
        &mut fine,
        ((width * FINE) as u32, (height * FINE) as u32),
    ));
    canvas.block((0.0, 0.0), (WIDTH, HEIGHT), PAPER);
    draw(&mut canvas);
    drop(canvas);
    let pixels = averaged(&fine, width, height);
    output::replace(path, |draft| -> Result<(), String> {
        let mut png = BitMapBackend::new(draft, (width as u32, height as u32));
        png.blit_bitmap((0, 0), (width as u32, height as u32), &pixels)
            .map_err(|e| e.to_string())?;
        png.present().map_err(|e| e.to_string())
    })
}

fn register_fonts() -> Result<(), Failure> {
    let regular = include_bytes!("../../../../plugin-assets/fonts/Inter-Regular.otf");
    let bold = include_bytes!("../../../../plugin-assets/fonts/Inter-SemiBold.otf");
    register_font(FONT, FontStyle::Normal, regular)
        .and_then(|()| register_font(FONT, FontStyle::Bold, bold))
        .map_err(|_| Failure::new("the font in this program is damaged: build it again"))
}

/// Every point as the mean of its FINE × FINE pixels.
fn averaged(fine: &[u8], width: usize, height: usize) -> Vec<u8> {
    let mut sums = vec![0u16; 3 * width * height];
    for (y, line) in fine.chunks_exact(3 * width * FINE).enumerate() {
        for (x, pixel) in line.chunks_exact(3).enumerate() {
            let at = 3 * (y / FINE * width + x / FINE);
            sums[at..at + 3]
                .iter_mut()
                .zip(pixel)
                .for_each(|(sum, value)| *sum += u16::from(*value));
        }
    }
    sums.iter()
        .map(|sum| (sum / (FINE * FINE) as u16) as u8)
        .collect()
}

impl Canvas<'_> {
    /// A line through points, with round joints; points closer together than its width are left out.
    pub fn line(&mut self, points: &[Point], color: RGBColor, width: f64) {
        let width = (width * FINE as f64).round().max(1.0);
        let apart = |a: (i32, i32), b: (i32, i32)| f64::from(a.0 - b.0).hypot(f64::from(a.1 - b.1));
        let mut from: Option<(i32, i32)> = None;
        for (index, to) in points.iter().map(|point| fine(*point)).enumerate() {
            let is_last = index + 1 == points.len();
            match from {
                Some(from) if apart(from, to) < width && !is_last => continue,
                Some(from) if from != to => {
                    let _ = self
                        .0
                        .draw_path([from, to], &color.stroke_width(width as u32));
                }
                _ => {}
            }
            if width > FINE as f64 {
                let _ = self.0.draw_circle(to, (width / 2.0) as u32, &color, true);
            }
            from = Some(to);
        }
    }

    /// A filled rectangle between two corners.
    pub fn block(&mut self, from: Point, to: Point, color: RGBColor) {
        let _ = self.0.draw_rect(fine(from), fine(to), &color, true);
    }

    pub fn text(&mut self, text: &str, at: Point, size: f64, color: RGBColor, anchor: HPos) {
        self.letters(
            text,
            (at.0, at.1 + LIFT * size),
            size,
            color,
            anchor,
            FontStyle::Normal,
            FontTransform::None,
        );
    }

    pub fn heading(&mut self, text: &str, at: Point, size: f64) {
        self.letters(
            text,
            (at.0, at.1 + LIFT * size),
            size,
            INK,
            HPos::Left,
            FontStyle::Bold,
            FontTransform::None,
        );
    }

    /// Text that runs upwards, centred on `at`.
    pub fn upward_text(&mut self, text: &str, at: Point, size: f64, color: RGBColor) {
        let at = (at.0 + LIFT * size, at.1);
        self.letters(
            text,
            at,
            size,
            color,
            HPos::Center,
            FontStyle::Normal,
            FontTransform::Rotate270,
        );
    }

    #[allow(clippy::too_many_arguments)] // the one place where all that text can be comes together
    fn letters(
        &mut self,
        text: &str,
        at: Point,
        size: f64,
        color: RGBColor,
        anchor: HPos,
        style: FontStyle,
        turn: FontTransform,
    ) {
        let font = FontDesc::new(
            FontFamily::Name(FONT),
            size * LINE_PER_EM * FINE as f64,
            style,
        )
        .transform(turn);
        let _ = self.0.draw_text(
            text,
            &font.color(&color).pos(Pos::new(anchor, VPos::Center)),
            fine(at),
        );
    }
}

/// Height of Inter from ascender to descender, which is what the font backend calls its size.
const LINE_PER_EM: f64 = 1.21;

/// How far, in ems, the font backend sets capitals above the middle that it was given.
const LIFT: f64 = 0.24;

fn fine((x, y): Point) -> (i32, i32) {
    (
        (x * FINE as f64).round() as i32,
        (y * FINE as f64).round() as i32,
    )
}

/// A colour on its way from the sheet (0) to itself (1).
pub fn faded(color: RGBColor, strength: f64) -> RGBColor {
    let mix = |from: u8, to: u8| {
        (f64::from(from) + strength * (f64::from(to) - f64::from(from))).round() as u8
    };
    RGBColor(
        mix(SHEET.0, color.0),
        mix(SHEET.1, color.1),
        mix(SHEET.2, color.2),
    )
}
