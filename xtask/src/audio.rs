//! Stereo takes: reading, writing and how well one cancels another.

use anyhow::Context;
use anyhow::Result;
use anyhow::ensure;
use std::fs::File;
use std::path::Path;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::formats::FormatOptions;
use symphonia::core::formats::TrackType;
use symphonia::core::formats::probe::Hint;
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;
use symphonia::default;

/// Two channels of equal length; 1.0 is full scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Audio {
    pub sample_rate: u32,
    pub channels: [Vec<f32>; 2],
}

impl Audio {
    /// Reads a WAV or FLAC file; a mono file becomes two equal channels.
    pub fn read(path: &Path) -> Result<Self> {
        Self::decode(path).with_context(|| format!("could not read {}", path.display()))
    }

    fn decode(path: &Path) -> Result<Self> {
        let stream = MediaSourceStream::new(Box::new(File::open(path)?), Default::default());
        let (format_options, metadata_options) =
            (FormatOptions::default(), MetadataOptions::default());
        let mut reader =
            default::get_probe().probe(&Hint::new(), stream, format_options, metadata_options)?;
        let track = reader
            .default_track(TrackType::Audio)
            .context("there is no audio track")?;
        let track_id = track.id;
        let codec = track
            .codec_params
            .as_ref()
            .and_then(|params| params.audio())
            .context("there is no audio codec")?;
        let sample_rate = codec.sample_rate.context("the sample rate is not stated")?;
        let mut decoder =
            default::get_codecs().make_audio_decoder(codec, &AudioDecoderOptions::default())?;

        let mut channels = [Vec::new(), Vec::new()];
        let mut planes: Vec<Vec<f32>> = Vec::new();
        while let Some(packet) = reader.next_packet()? {
            if packet.track_id == track_id {
                decoder.decode(&packet)?.copy_to_vecs_planar(&mut planes);
                ensure!(
                    matches!(planes.len(), 1 | 2),
                    "it has {} channels, not one or two",
                    planes.len()
                );
                channels[0].extend_from_slice(&planes[0]);
                channels[1].extend_from_slice(planes.last().unwrap_or(&planes[0]));
            }
        }
        Ok(Self {
            sample_rate,
            channels,
        })
    }

    /// Writes 32-bit float WAV.
    pub fn write(&self, path: &Path) -> Result<()> {
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: self.sample_rate,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        let mut writer = hound::WavWriter::create(path, spec)
            .with_context(|| format!("could not write {}", path.display()))?;
        for (left, right) in self.channels[0].iter().zip(&self.channels[1]) {
            writer.write_sample(*left)?;
            writer.write_sample(*right)?;
        }
        Ok(writer.finalize()?)
    }

    pub fn frames(&self) -> usize {
        self.channels[0].len()
    }

    /// Length in seconds.
    pub fn seconds(&self) -> f64 {
        self.frames() as f64 / f64::from(self.sample_rate)
    }

    /// The first `frames` frames.
    pub fn start(&self, frames: usize) -> Self {
        let cut = |channel: &Vec<f32>| channel[..frames.min(channel.len())].to_vec();
        Self {
            sample_rate: self.sample_rate,
            channels: [cut(&self.channels[0]), cut(&self.channels[1])],
        }
    }

    /// Every sample multiplied.
    pub fn scaled(&self, factor: f32) -> Self {
        let scale = |channel: &Vec<f32>| channel.iter().map(|sample| sample * factor).collect();
        Self {
            sample_rate: self.sample_rate,
            channels: self.channels.each_ref().map(scale),
        }
    }

    /// Adds another take of the same rate behind this one.
    pub fn append(&mut self, other: &Self) {
        for (channel, more) in self.channels.iter_mut().zip(&other.channels) {
            channel.extend_from_slice(more);
        }
    }

    /// Peak of what is left when `other` is taken away from this take, in dBFS; −∞ for equal takes.
    /// A sample that is not a finite number counts as +∞.
    pub fn null_dbfs(&self, other: &Self) -> Result<f64> {
        let rates = (self.sample_rate, other.sample_rate);
        ensure!(
            rates.0 == rates.1,
            "one take is at {} Hz, the other at {} Hz",
            rates.0,
            rates.1
        );
        let frames = (self.frames(), other.frames());
        ensure!(
            frames.0 == frames.1,
            "one take has {} frames, the other {}",
            frames.0,
            frames.1
        );
        let pairs = self
            .channels
            .iter()
            .flatten()
            .zip(other.channels.iter().flatten());
        Ok(peak_dbfs(pairs.map(|(a, b)| f64::from(*a) - f64::from(*b))))
    }

    /// Peak in dBFS.
    pub fn peak_dbfs(&self) -> f64 {
        peak_dbfs(
            self.channels
                .iter()
                .flatten()
                .map(|sample| f64::from(*sample)),
        )
    }
}

fn peak_dbfs(samples: impl Iterator<Item = f64>) -> f64 {
    let magnitude = |sample: f64| {
        if sample.is_finite() {
            sample.abs()
        } else {
            f64::INFINITY
        }
    };
    20.0 * samples.map(magnitude).fold(0.0, f64::max).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(samples: &[f32]) -> Audio {
        Audio {
            sample_rate: 48_000,
            channels: [samples.to_vec(), samples.to_vec()],
        }
    }

    #[test]
    fn null_is_the_peak_of_the_difference() -> Result<()> {
        let null = take(&[0.5, -0.25, 0.0]).null_dbfs(&take(&[0.5, -0.35, 0.0]))?;
        assert!((null + 20.0).abs() < 1e-5, "{null}");
        assert_eq!(take(&[0.5]).null_dbfs(&take(&[0.5]))?, f64::NEG_INFINITY);
        assert_eq!(take(&[f32::NAN]).null_dbfs(&take(&[0.5]))?, f64::INFINITY);
        assert!(take(&[0.5]).null_dbfs(&take(&[0.5, 0.5])).is_err());
        Ok(())
    }

    #[test]
    fn what_is_written_is_read_back() -> Result<()> {
        let path = std::env::temp_dir().join(format!("loadline-xtask-{}.wav", std::process::id()));
        let written = Audio {
            sample_rate: 44_100,
            channels: [vec![0.1, -1.5, 1e-9], vec![1.0, 0.0, -0.3]],
        };
        written.write(&path)?;
        let read = Audio::read(&path);
        std::fs::remove_file(&path)?;
        assert_eq!(read?, written);
        Ok(())
    }
}
