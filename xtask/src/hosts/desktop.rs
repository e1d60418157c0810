//! A host's window on an X11 screen: what is drawn in it, and a mouse.

use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use std::collections::BTreeSet;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::AtomEnum;
use x11rb::protocol::xproto::BUTTON_PRESS_EVENT;
use x11rb::protocol::xproto::BUTTON_RELEASE_EVENT;
use x11rb::protocol::xproto::ConfigureWindowAux;
use x11rb::protocol::xproto::ConnectionExt as _;
use x11rb::protocol::xproto::CreateWindowAux;
use x11rb::protocol::xproto::ImageFormat;
use x11rb::protocol::xproto::MOTION_NOTIFY_EVENT;
use x11rb::protocol::xproto::PropMode;
use x11rb::protocol::xproto::WindowClass;
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// A window at the screen's upper left.
pub struct Desktop {
    connection: RustConnection,
    root: u32,
    pub window: u32,
}

/// What a window shows: red, green and blue of each pixel, row by row.
pub struct Picture {
    size: [u32; 2],
    pixels: Vec<u32>,
}

impl Desktop {
    /// On this display, or the one that DISPLAY names.
    pub fn open(display: Option<&str>, [width, height]: [u32; 2]) -> Result<Self> {
        let (connection, screen) = RustConnection::connect(display)?;
        let screen = &connection.setup().roots[screen];
        let (root, depth) = (screen.root, screen.root_depth);
        let window = connection.generate_id()?;
        connection.create_window(
            depth,
            window,
            root,
            0,
            0,
            u16::try_from(width)?,
            u16::try_from(height)?,
            0,
            WindowClass::INPUT_OUTPUT,
            0,
            &CreateWindowAux::new(),
        )?;
        connection.map_window(window)?.check()?;
        Ok(Self {
            connection,
            root,
            window,
        })
    }

    pub fn resize(&self, [width, height]: [u32; 2]) -> Result<()> {
        let size = ConfigureWindowAux::new().width(width).height(height);
        self.connection
            .configure_window(self.window, &size)?
            .check()?;
        Ok(())
    }

    /// Tells programs how many dots an inch of the screen has, as a desktop does where everything is enlarged: 96 is
    /// the usual size, and `None` leaves it open.
    pub fn tell_dpi(&self, dpi: Option<u32>) -> Result<()> {
        let resources = dpi.map_or(String::new(), |dpi| format!("Xft.dpi:\t{dpi}\n"));
        self.connection
            .change_property8(
                PropMode::REPLACE,
                self.root,
                AtomEnum::RESOURCE_MANAGER,
                AtomEnum::STRING,
                resources.as_bytes(),
            )?
            .check()?;
        Ok(())
    }

    /// Size of the window that the plugin has put into this one, where there is one that can be seen.
    pub fn inside(&self) -> Result<Option<[u32; 2]>> {
        let children = self.connection.query_tree(self.window)?.reply()?.children;
        let Some(child) = children.first() else {
            return Ok(None);
        };
        // It may be closed between two questions.
        let Ok(shape) = self.connection.get_geometry(*child)?.reply() else {
            return Ok(None);
        };
        Ok(Some([shape.width.into(), shape.height.into()]))
    }

    /// The screen's upper left, so much of it.
    pub fn picture(&self, size: [u32; 2]) -> Result<Picture> {
        let [width, height] = [u16::try_from(size[0])?, u16::try_from(size[1])?];
        let every_plane = u32::MAX;
        let image = self
            .connection
            .get_image(
                ImageFormat::Z_PIXMAP,
                self.root,
                0,
                0,
                width,
                height,
                every_plane,
            )?
            .reply()?;
        let pixels: Vec<u32> = image
            .data
            .chunks_exact(4)
            .map(|pixel| u32::from_le_bytes([pixel[0], pixel[1], pixel[2], 0]))
            .collect();
        ensure!(
            pixels.len() == (size[0] * size[1]) as usize,
            "the screen has not 24 bits a pixel"
        );
        Ok(Picture { size, pixels })
    }

    /// Presses and lets go at a place of the screen.
    pub fn click(&self, [x, y]: [u32; 2]) -> Result<()> {
        let (x, y) = (i16::try_from(x)?, i16::try_from(y)?);
        for (kind, detail) in [
            (MOTION_NOTIFY_EVENT, 0),
            (BUTTON_PRESS_EVENT, 1),
            (BUTTON_RELEASE_EVENT, 1),
        ] {
            self.connection
                .xtest_fake_input(kind, detail, 0, self.root, x, y, 0)?
                .check()?;
            // The panel takes the events of a frame together.
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Picture {
    pub fn at(&self, [x, y]: [u32; 2]) -> Result<u32> {
        let place = (y * self.size[0] + x) as usize;
        self.pixels
            .get(place)
            .copied()
            .context("beside the picture")
    }

    /// Pixels of this colour between two corners.
    pub fn count(&self, [from, to]: [[u32; 2]; 2], colour: u32) -> Result<usize> {
        let mut count = 0;
        for y in from[1]..to[1] {
            for x in from[0]..to[0] {
                count += usize::from(self.at([x, y])? == colour);
            }
        }
        Ok(count)
    }

    pub fn colours(&self) -> usize {
        self.pixels.iter().collect::<BTreeSet<_>>().len()
    }
}
