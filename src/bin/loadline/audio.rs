//! Recordings: WAV and FLAC of any rate and depth in, 32-bit float WAV out.

use crate::failure::Failure;
use crate::output;
use std::fs::File;
use std::path::Path;
use std::time::Duration;
use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::FormatOptions;
use symphonia::core::formats::FormatReader;
use symphonia::core::formats::TrackType;
use symphonia::core::formats::probe::Hint;
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

/// A recording in memory: one or two channels of equal length, 1.0 = full scale.
#[derive(Clone)]
pub struct Take {
    pub rate: u32,
    pub channels: Vec<Vec<f32>>,
}

impl Take {
    /// Samples per channel.
    pub fn frames(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }

    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.frames() as f64 / f64::from(self.rate))
    }

    /// Mean power over all channels, square-rooted; full scale is 1.
    pub fn rms(&self) -> f64 {
        let power: f64 = self
            .channels
            .iter()
            .flatten()
            .map(|x| f64::from(*x).powi(2))
            .sum();
        (power / (self.frames() * self.channels.len()) as f64).sqrt()
    }

    /// Largest magnitude; full scale is 1.
    pub fn peak(&self) -> f64 {
        self.channels
            .iter()
            .flatten()
            .fold(0.0, |peak, x| f64::max(peak, f64::from(x.abs())))
    }
}

/// Reads a whole WAV or FLAC file, and refuses one that is damaged, cut short or not mono or stereo.
pub fn read(path: &Path) -> Result<Take, Failure> {
    let name = path.display();
    let file = File::open(path)
        .map_err(|e| Failure::new(format!("can't open {name}: check the name")).detail(e))?;
    if file.metadata().is_ok_and(|about| about.is_dir()) {
        return Err(Failure::new(format!(
            "{name} is a folder: name a WAV or FLAC file in it"
        )));
    }
    let unreadable = |e: Error| {
        Failure::new(format!(
            "can't read {name}: it has to be an intact WAV or FLAC file"
        ))
        .detail(e)
    };
    let stream = MediaSourceStream::new(Box::new(file), Default::default());
    let mut format = symphonia::default::get_probe()
        .probe(
            &Hint::new(),
            stream,
            FormatOptions::default(),
            MetadataOptions::default(),
        )
        .map_err(unreadable)?;
    let no_sound = || {
        Failure::new(format!(
            "{name} holds no sound: export it again as WAV or FLAC"
        ))
    };
    let track = format
        .default_track(TrackType::Audio)
        .ok_or_else(no_sound)?;
    let parameters = track
        .codec_params
        .as_ref()
        .and_then(|p| p.audio())
        .ok_or_else(no_sound)?;
    let (rate, promised, track_id) = (
        parameters.sample_rate.ok_or_else(no_sound)?,
        track.num_frames,
        track.id,
    );
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default().verify(true))
        .map_err(unreadable)?;

    let (channels, end) = decode(format.as_mut(), decoder.as_mut(), track_id);
    let frames = channels.first().map_or(0, Vec::len);
    if let Err(reason) = end {
        let promise = promised.map_or("more".to_owned(), |n| n.to_string());
        return Err(Failure::new(format!(
            "{name} is cut short or damaged: copy or export it again"
        ))
        .detail(format!(
            "its header promises {promise} samples per channel, {frames} could be read: {reason}"
        )));
    }
    if decoder.finalize().verify_ok == Some(false) {
        return Err(
            Failure::new(format!("{name} is damaged: copy or export it again"))
                .detail("its sound does not match the checksum stored in it"),
        );
    }
    match channels.len() {
        _ if frames == 0 => Err(no_sound()),
        1 | 2 => Ok(Take { rate, channels }),
        n => Err(Failure::new(format!(
            "{name} has {n} channels: export it as mono or stereo"
        ))),
    }
}

/// Decodes all packets of a track; what could be read, and whether that was all.
fn decode(
    format: &mut dyn FormatReader,
    decoder: &mut dyn AudioDecoder,
    track_id: u32,
) -> (Vec<Vec<f32>>, Result<(), Error>) {
    let mut channels: Vec<Vec<f32>> = Vec::new();
    let mut planes: Vec<Vec<f32>> = Vec::new();
    loop {
        let packet = match format.next_packet() {
            Ok(Some(packet)) if packet.track_id == track_id => packet,
            Ok(Some(_)) => continue,
            Ok(None) => return (channels, Ok(())),
            Err(error) => return (channels, Err(error)),
        };
        match decoder.decode(&packet) {
            Ok(block) => block.copy_to_vecs_planar(&mut planes),
            Err(error) => return (channels, Err(error)),
        }
        channels.resize(planes.len(), Vec::new());
        for (channel, plane) in channels.iter_mut().zip(&planes) {
            channel.extend_from_slice(plane);
        }
    }
}

/// Writes channels of equal length as a 32-bit float WAV file; nothing is scaled or clipped.
pub fn write(path: &Path, rate: u32, channels: &[Vec<f32>]) -> Result<(), Failure> {
    if let Some(at) = channels
        .iter()
        .find_map(|channel| channel.iter().position(|x| !x.is_finite()))
    {
        return Err(Failure::new(format!(
            "nothing was written to {}: the result is not finite",
            path.display()
        ))
        .detail(format!("first at sample {at}")));
    }
    let spec = hound::WavSpec {
        channels: channels.len() as u16,
        sample_rate: rate,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    output::replace(path, |draft| -> Result<(), hound::Error> {
        let mut writer = hound::WavWriter::create(draft, spec)?;
        for frame in 0..channels.first().map_or(0, Vec::len) {
            for channel in channels {
                writer.write_sample(channel[frame])?;
            }
        }
        writer.finalize()
    })
}
