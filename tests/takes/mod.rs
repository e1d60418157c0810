//! The recordings in plugin-assets.

use std::fs::File;
use std::path::Path;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::formats::FormatOptions;
use symphonia::core::formats::TrackType;
use symphonia::core::formats::probe::Hint;
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

/// The first seconds of a take at most, left and right, and its rate.
pub fn take(name: &str, seconds: f64) -> ([Vec<f32>; 2], u32) {
    let audio = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-assets/audio");
    let file = audio.join(format!("{name}.flac"));
    let stream = MediaSourceStream::new(Box::new(File::open(file).unwrap()), Default::default());
    let probe = symphonia::default::get_probe();
    let mut format = probe
        .probe(
            &Hint::new(),
            stream,
            FormatOptions::default(),
            MetadataOptions::default(),
        )
        .unwrap();
    let track = format.default_track(TrackType::Audio).unwrap();
    let parameters = track.codec_params.as_ref().unwrap().audio().unwrap();
    let rate = parameters.sample_rate.unwrap();
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .unwrap();
    let wanted = (seconds * f64::from(rate)) as usize;
    let (mut channels, mut planes) = ([Vec::new(), Vec::new()], Vec::<Vec<f32>>::new());
    while channels[0].len() < wanted
        && let Ok(Some(packet)) = format.next_packet()
    {
        let block = decoder.decode(&packet).unwrap();
        block.copy_to_vecs_planar(&mut planes);
        channels[0].extend(&planes[0]);
        channels[1].extend(planes.last().unwrap());
    }
    channels
        .iter_mut()
        .for_each(|channel| channel.truncate(wanted));
    (channels, rate)
}
