//! The form of a backup.
//!
//! ```text
//! CPBACKUP version algorithm salt(32) check(16)    the header, in clear
//! length(4) manifest                               sealed
//! chunk chunk … chunk                              the database, sealed in pieces of 64 KiB
//! ```
//!
//! A key of its own for each backup is derived (HKDF-SHA-256, RFC 5869) from a secret and the salt. Manifest and chunks are
//! sealed with AES-256-GCM. The nonce of a chunk is its place and whether it is the last one (the STREAM construction of
//! Hoang, Reyhanitabar, Rogaway and Vizár, 2015), so that chunks that are missing, doubled, moved or added do not open.
//! The header is bound to each of them.

use std::io::{ErrorKind, Read, Write};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{self, HKDF_SHA256};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};

use super::{Refused, Watched};

/// Bytes of the database in one chunk.
pub(super) const CHUNK: usize = 64 * 1024;

/// What it is, in which form (1), and with what it is sealed (1 = HKDF-SHA-256 and AES-256-GCM).
const MAGIC: [u8; 10] = *b"CPBACKUP\x01\x01";
const SALT: usize = 32;
/// Bytes that tell a wrong key from a damaged file.
const CHECK: usize = 16;
const HEADER: usize = MAGIC.len() + SALT + CHECK;
const KEY: usize = 32;
const TAG: usize = 16;
/// A manifest has a few kilobytes. Nobody is made to read more because a file says so.
const LONGEST_MANIFEST: u32 = 1024 * 1024;

/// What is sealed: one and the same key never seals two things under one nonce.
#[derive(Clone, Copy)]
enum Part {
    Manifest = 0,
    Database = 1,
}

fn nonce(part: Part, index: u64, last: bool) -> Nonce {
    let mut bytes = [0; NONCE_LEN];
    let parts = [&[part as u8, 0, 0][..], &index.to_be_bytes(), &[u8::from(last)]].concat();
    bytes.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
    Nonce::assume_unique_for_key(bytes)
}

/// The key of one backup.
struct Key {
    header: [u8; HEADER],
    sealing: LessSafeKey,
}

/// How much is derived.
struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

impl Key {
    fn derive(secret: &[u8], salt: &[u8; SALT]) -> Result<Self, Refused> {
        let broken = |_| Refused("The key of the backup cannot be derived.".into());
        let mut derived = [0; KEY + CHECK];
        hkdf::Salt::new(HKDF_SHA256, salt)
            .extract(secret)
            .expand(&[&MAGIC], Length(derived.len()))
            .and_then(|okm| okm.fill(&mut derived))
            .map_err(broken)?;
        let (key, check) = derived.split_at(KEY);
        let mut header = [0; HEADER];
        let written = [&MAGIC, salt.as_slice(), check].concat();
        header.iter_mut().zip(written).for_each(|(to, from)| *to = from);
        let sealing = UnboundKey::new(&AES_256_GCM, key).map_err(broken)?;
        Ok(Self {
            header,
            sealing: LessSafeKey::new(sealing),
        })
    }

    fn seal(&self, part: Part, index: u64, last: bool, bytes: &mut Vec<u8>) -> Result<(), Refused> {
        self.sealing
            .seal_in_place_append_tag(nonce(part, index, last), Aad::from(&self.header), bytes)
            .map_err(|_| Refused("The backup cannot be encrypted.".into()))
    }

    fn open<'a>(&self, part: Part, index: u64, last: bool, bytes: &'a mut [u8]) -> Result<&'a [u8], Refused> {
        self.sealing
            .open_in_place(nonce(part, index, last), Aad::from(&self.header), bytes)
            .map(|opened| &*opened)
            .map_err(|_| damaged())
    }
}

pub(super) fn damaged() -> Refused {
    Refused("The backup is damaged: it was changed or cut off. Take another one.".into())
}

/// Writes a backup of `bytes` bytes of database.
pub(super) fn write(
    out: &mut impl Write,
    secret: &[u8],
    manifest: &[u8],
    mut database: impl Read,
    bytes: u64,
    progress: &mut Watched,
) -> Result<(), Refused> {
    let failed = |error: std::io::Error| Refused(format!("The backup cannot be written: {error}."));
    let mut salt = [0; SALT];
    SystemRandom::new()
        .fill(&mut salt)
        .map_err(|_| Refused("The system gives no random numbers.".into()))?;
    let key = Key::derive(secret, &salt)?;
    out.write_all(&key.header).map_err(failed)?;
    let mut sealed = manifest.to_vec();
    key.seal(Part::Manifest, 0, true, &mut sealed)?;
    let length = u32::try_from(sealed.len()).map_err(|_| Refused("The manifest is too long.".into()))?;
    out.write_all(&length.to_be_bytes()).map_err(failed)?;
    out.write_all(&sealed).map_err(failed)?;

    let (mut left, mut index) = (bytes, 0);
    loop {
        let length = usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK));
        let mut chunk = Vec::with_capacity(CHUNK + TAG);
        chunk.resize(length, 0);
        database.read_exact(&mut chunk).map_err(failed)?;
        left -= length as u64;
        key.seal(Part::Database, index, left == 0, &mut chunk)?;
        out.write_all(&chunk).map_err(failed)?;
        progress("encrypting", bytes - left, bytes)?;
        if left == 0 {
            return out.flush().map_err(failed);
        }
        index += 1;
    }
}

/// A backup whose manifest has been read.
pub(super) struct Opened<R> {
    pub(super) manifest: Vec<u8>,
    key: Key,
    database: R,
    /// Bytes of the chunks.
    left: u64,
}

impl<R> std::fmt::Debug for Opened<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Opened(***)")
    }
}

/// Reads a backup of `bytes` bytes up to its manifest.
pub(super) fn open<R: Read>(mut input: R, bytes: u64, secret: &[u8]) -> Result<Opened<R>, Refused> {
    let (mut header, mut length) = ([0; HEADER], [0; 4]);
    read(&mut input, &mut header)?;
    let (form, rest) = header.split_at(MAGIC.len());
    if form != MAGIC {
        return Err(Refused(
            "This is no backup of this program, or one of a later version in another form.".into(),
        ));
    }
    let salt = rest.first_chunk().ok_or_else(damaged)?;
    let key = Key::derive(secret, salt)?;
    if key.header != header {
        return Err(Refused(
            "The backup was made with another master key (or its first bytes were changed). Put the master.key that \
             belongs to it into DATA_DIR, or set MASTER_KEY."
                .into(),
        ));
    }
    read(&mut input, &mut length)?;
    let length = u32::from_be_bytes(length);
    if length > LONGEST_MANIFEST {
        return Err(damaged());
    }
    let before = HEADER as u64 + 4 + u64::from(length);
    let left = bytes.checked_sub(before).ok_or_else(damaged)?;
    let mut sealed = vec![0; length as usize];
    read(&mut input, &mut sealed)?;
    Ok(Opened {
        manifest: key.open(Part::Manifest, 0, true, &mut sealed)?.to_vec(),
        key,
        database: input,
        left,
    })
}

impl<R: Read> Opened<R> {
    /// Hands the database on, piece by piece; no piece that was changed. The end has been reached when it succeeds.
    pub(super) fn read(
        mut self,
        mut take: impl FnMut(&[u8]) -> Result<(), Refused>,
        progress: &mut Watched,
    ) -> Result<(), Refused> {
        let (all, mut index) = (self.left, 0);
        let mut chunk = vec![0; CHUNK + TAG];
        loop {
            let length = usize::try_from(self.left).map_or(chunk.len(), |left| left.min(CHUNK + TAG));
            chunk.truncate(length);
            read(&mut self.database, &mut chunk)?;
            self.left -= length as u64;
            take(self.key.open(Part::Database, index, self.left == 0, &mut chunk)?)?;
            progress("decrypting", all - self.left, all)?;
            if self.left == 0 {
                return Ok(());
            }
            index += 1;
        }
    }
}

fn read(input: &mut impl Read, bytes: &mut [u8]) -> Result<(), Refused> {
    input.read_exact(bytes).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => damaged(),
        _ => Refused(format!("The backup cannot be read: {error}.")),
    })
}

#[cfg(test)]
mod tests;
