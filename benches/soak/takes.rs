//! The shipped recordings, one after the other.

use std::fs::File;
use std::path::Path;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::formats::FormatOptions;
use symphonia::core::formats::TrackType;
use symphonia::core::formats::probe::Hint;
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

const TAKES: [&str; 3] = ["guit_em9", "bass_woodsy_c", "loop_amen"];

/// Both channels of all takes.
pub fn music() -> [Vec<f32>; 2] {
    let mut music = [Vec::new(), Vec::new()];
    for take in TAKES {
        let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugin-assets/audio");
        read(&assets.join(format!("{take}.flac")), &mut music);
    }
    music
}

fn read(path: &Path, music: &mut [Vec<f32>; 2]) {
    let file = File::open(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let stream = MediaSourceStream::new(Box::new(file), Default::default());
    let (format, meta) = (FormatOptions::default(), MetadataOptions::default());
    let mut reader = symphonia::default::get_probe()
        .probe(&Hint::new(), stream, format, meta)
        .expect("a recording");
    let track = reader
        .default_track(TrackType::Audio)
        .expect("an audio track");
    let codec = track
        .codec_params
        .as_ref()
        .and_then(|codec| codec.audio())
        .expect("a codec");
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(codec, &AudioDecoderOptions::default())
        .expect("a decoder");
    let mut planes: Vec<Vec<f32>> = Vec::new();
    while let Ok(Some(packet)) = reader.next_packet() {
        let block = decoder.decode(&packet).expect("a sound recording");
        block.copy_to_vecs_planar(&mut planes);
        music[0].extend(&planes[0]);
        music[1].extend(planes.last().expect("a channel"));
    }
}
