//! Which encoding a text is in, and its bytes as UTF-8.

use std::io::{self, Read, Seek, SeekFrom};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, Encoding, IBM866, KOI8_R, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251};

/// How much of what is not ASCII is weighed.
const SAMPLE: usize = 128 << 10;

/// Letters of Russian in permille of running text, а to я.
const FREQUENCY: [f32; 32] = [
    80.0, 16.0, 45.0, 17.0, 30.0, 85.0, 9.4, 16.5, 73.5, 12.0, 35.0, 44.0, 32.0, 67.0, 109.0, 28.0, 47.0, 55.0, 63.0,
    26.0, 2.6, 9.7, 4.8, 14.4, 7.3, 3.6, 0.4, 19.0, 17.4, 3.2, 6.4, 20.0,
];

/// Finds the encoding of the whole stream: marks, then UTF-8 by being valid to the end, then
/// whichever encoding of Russian reads most like Russian.
pub(super) fn detect<R: Read + Seek>(stream: &mut R) -> io::Result<&'static Encoding> {
    stream.rewind()?;
    let mut buffer = vec![0_u8; 64 << 10];
    let mut tail = Vec::new();
    let mut sample = Vec::new();
    let (mut utf8, mut first) = (true, true);
    loop {
        let read = stream.read(&mut buffer)?;
        let chunk = &buffer[..read];
        if first {
            if let Some((marked, _)) = Encoding::for_bom(chunk) {
                return Ok(marked);
            }
            if let Some(unmarked) = utf16_without_mark(chunk) {
                return Ok(unmarked);
            }
            first = false;
        }
        if read == 0 {
            break;
        }
        if sample.len() < SAMPLE && !chunk.is_ascii() {
            sample.extend_from_slice(chunk);
        }
        if utf8 {
            tail.extend_from_slice(chunk);
            match std::str::from_utf8(&tail) {
                Ok(_) => tail.clear(),
                Err(error) if error.error_len().is_none() => drop(tail.drain(..error.valid_up_to())),
                Err(_) => utf8 = false,
            }
        }
        if !utf8 && sample.len() >= SAMPLE {
            break;
        }
    }
    if utf8 && tail.is_empty() {
        return Ok(UTF_8);
    }
    Ok(weigh(&sample))
}

/// UTF-16 without a byte order mark: zeros on one side of the pairs only.
pub(super) fn utf16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let head = &head[..head.len().min(4096)];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let enough = head.len() / 20;
    match (even, odd) {
        (0, odd) if odd > enough => Some(UTF_16LE),
        (even, 0) if even > enough => Some(UTF_16BE),
        _ => None,
    }
}

fn weigh(sample: &[u8]) -> &'static Encoding {
    if western(sample) {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(sample, true);
        return detector.guess(None, Utf8Detection::Deny);
    }
    let mut best = (f32::MIN, WINDOWS_1251);
    for encoding in [WINDOWS_1251, IBM866, KOI8_R] {
        let score = russian(&encoding.decode_without_bom_handling(sample).0);
        if score > best.0 {
            best = (score, encoding);
        }
    }
    best.1
}

/// Single high bytes within Latin words: an accented alphabet, not Russian.
fn western(sample: &[u8]) -> bool {
    let (mut high, mut lonely) = (0, 0);
    for (at, byte) in sample.iter().enumerate().filter(|(_, byte)| !byte.is_ascii()) {
        let letter = |at: Option<usize>| at.and_then(|at| sample.get(at)).is_some_and(u8::is_ascii_alphabetic);
        let high_beside = |at: Option<usize>| at.and_then(|at| sample.get(at)).is_some_and(|byte| !byte.is_ascii());
        let (before, after) = (at.checked_sub(1), Some(at + 1));
        high += usize::from(*byte >= 0x80);
        lonely += usize::from((letter(before) || letter(after)) && !high_beside(before) && !high_beside(after));
    }
    high > 0 && lonely * 10 > high * 7
}

/// How much a text reads like Russian: mean logarithm of the letters' frequency, with a
/// penalty for capitals after small letters and for signs no table contains.
fn russian(text: &str) -> f32 {
    let (mut score, mut count) = (0.0_f32, 0_u32);
    let mut after_small = false;
    for letter in text.chars() {
        if letter.is_ascii() {
            after_small = false;
            continue;
        }
        count += 1;
        let small = match letter {
            'а'..='я' => Some(letter as u32 - 'а' as u32),
            'А'..='Я' => Some(letter as u32 - 'А' as u32),
            _ => None,
        };
        score += match (small, letter) {
            (Some(index), _) => (FREQUENCY[index as usize] / 31.0).ln(),
            (None, 'ё' | 'Ё' | '«' | '»' | '„' | '“' | '”' | '–' | '—' | '№' | '…' | '°' | '\u{a0}') => {
                -0.5
            }
            (None, '\u{80}'..='\u{9f}' | char::REPLACEMENT_CHARACTER) => -8.0,
            _ => -4.0,
        };
        let capital = letter.is_uppercase();
        if capital && after_small {
            score -= 3.0;
        }
        after_small = letter.is_lowercase();
    }
    if count == 0 { f32::MIN } else { score / count as f32 }
}

/// Bytes of any encoding as UTF-8, from the beginning of the stream, without a mark.
pub(super) struct Decoded<'a, R> {
    source: &'a mut R,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    ready: Vec<u8>,
    start: usize,
    done: bool,
}

impl<'a, R: Read + Seek> Decoded<'a, R> {
    pub(super) fn new(source: &'a mut R, encoding: &'static Encoding) -> io::Result<Self> {
        source.rewind()?;
        let mut mark = [0_u8; 3];
        let read = source.read(&mut mark)?;
        let skipped =
            Encoding::for_bom(&mark[..read]).filter(|(marked, _)| *marked == encoding).map_or(0, |(_, size)| size);
        source.seek(SeekFrom::Start(skipped as u64))?;
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
        Ok(Self { source, decoder, raw: vec![0; 64 << 10], ready: Vec::new(), start: 0, done: false })
    }

    fn refill(&mut self, decoder: &mut Decoder) -> io::Result<()> {
        let read = self.source.read(&mut self.raw)?;
        self.done = read == 0;
        let room = decoder.max_utf8_buffer_length(read).unwrap_or(read * 3 + 16);
        self.ready.resize(room, 0);
        let (_, _, written, _) = decoder.decode_to_utf8(&self.raw[..read], &mut self.ready, self.done);
        self.ready.truncate(written);
        self.start = 0;
        Ok(())
    }
}

impl<R: Read + Seek> Read for Decoded<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(mut decoder) = self.decoder.take() else {
            return self.source.read(out);
        };
        while self.start == self.ready.len() && !self.done {
            self.refill(&mut decoder)?;
        }
        self.decoder = Some(decoder);
        let size = out.len().min(self.ready.len() - self.start);
        out[..size].copy_from_slice(&self.ready[self.start..self.start + size]);
        self.start += size;
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use encoding_rs::{Encoding, IBM866, KOI8_R, UTF_8, UTF_16LE, WINDOWS_1251, WINDOWS_1252};

    use super::{Decoded, detect};

    const TEXT: &str =
        "Логин школы;Регион;Всего баллов\nsch230001;город Горячий Ключ;17\nsch230002;Мостовский район;не пройд.\n";
    const CAPITALS: &str = "МУНИЦИПАЛИТЕТ;ШКОЛА;КЛАСС\nАРМАВИР;СОШ 7;4 А\n";

    fn found(bytes: Vec<u8>) -> &'static Encoding {
        detect(&mut Cursor::new(bytes)).unwrap()
    }

    #[test]
    fn encodings_of_russian_are_told_apart() {
        for text in [TEXT, CAPITALS] {
            for encoding in [WINDOWS_1251, IBM866, KOI8_R] {
                assert_eq!(found(encoding.encode(text).0.into_owned()).name(), encoding.name());
            }
            assert_eq!(found(text.as_bytes().to_vec()).name(), UTF_8.name());
        }
    }

    #[test]
    fn late_russian_after_much_latin_is_seen() {
        let mut bytes = b"login;name\n".repeat(20_000);
        bytes.extend_from_slice(&IBM866.encode(TEXT).0);
        assert_eq!(found(bytes), IBM866);
    }

    #[test]
    fn accents_are_not_russian() {
        let (bytes, ..) = WINDOWS_1252.encode("name;city\nJosé;Málaga\nRenée;Orléans\n");
        assert_eq!(found(bytes.into_owned()), WINDOWS_1252);
    }

    #[test]
    fn utf16_is_found_with_and_without_its_mark() {
        let bytes: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(found(bytes.clone()), UTF_16LE);
        let marked: Vec<u8> = [0xff, 0xfe].into_iter().chain(bytes).collect();
        assert_eq!(found(marked.clone()), UTF_16LE);
        let mut out = String::new();
        Decoded::new(&mut Cursor::new(marked), UTF_16LE).unwrap().read_to_string(&mut out).unwrap();
        assert_eq!(out, TEXT);
    }
}
