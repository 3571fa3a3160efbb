#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
//! A backup opens as it was written, or not at all.

use super::*;

const SECRET: &[u8] = b"the secret of this installation";
/// Three chunks, the last of them short.
const BYTES: usize = 2 * CHUNK + 100;

fn database(bytes: usize) -> Vec<u8> {
    (0..=250).cycle().take(bytes).collect()
}

fn written(bytes: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let database = database(bytes);
    write(
        &mut out,
        SECRET,
        b"{}",
        &*database,
        bytes as u64,
        &mut |_, _, _| Ok(()),
    )
    .unwrap();
    out
}

fn opened(archive: &[u8], secret: &[u8]) -> Result<Vec<u8>, Refused> {
    let opened = open(archive, archive.len() as u64, secret)?;
    assert_eq!(opened.manifest, b"{}");
    let mut database = Vec::new();
    let take = |piece: &[u8]| {
        database.extend_from_slice(piece);
        Ok(())
    };
    opened.read(take, &mut |_, _, _| Ok(()))?;
    Ok(database)
}

/// Where the chunks begin, and the end.
fn boundaries(archive: &[u8]) -> Vec<usize> {
    let first = HEADER + 4 + 2 + TAG;
    (first..archive.len())
        .step_by(CHUNK + TAG)
        .chain([archive.len()])
        .collect()
}

#[test]
fn what_was_written_is_read() {
    for bytes in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, BYTES] {
        assert_eq!(
            opened(&written(bytes), SECRET).unwrap(),
            database(bytes),
            "{bytes}"
        );
    }
}

#[test]
fn a_changed_bit_is_refused_wherever_it_is() {
    let archive = written(300);
    for position in 0..archive.len() {
        let mut changed = archive.clone();
        changed[position] ^= 1 << (position % 8);
        assert!(opened(&changed, SECRET).is_err(), "{position}");
    }
}

#[test]
fn a_part_of_a_backup_is_none() {
    let short = written(300);
    for length in 0..short.len() {
        assert!(opened(&short[..length], SECRET).is_err(), "{length}");
    }
    let archive = written(BYTES);
    let boundaries = boundaries(&archive);
    assert_eq!(boundaries.len(), 4);
    for boundary in &boundaries[..3] {
        for length in [boundary - 1, *boundary, boundary + 1] {
            assert!(opened(&archive[..length], SECRET).is_err(), "{length}");
        }
    }
    // Whole chunks alone, so that the one before the last is the last.
    let whole = written(2 * CHUNK);
    assert!(opened(&whole[..whole.len() - CHUNK - TAG], SECRET).is_err());
}

#[test]
fn chunks_that_are_moved_doubled_left_out_or_added_are_refused() {
    let archive = written(BYTES);
    let at = boundaries(&archive);
    let (head, first, second, last) = (
        &archive[..at[0]],
        &archive[at[0]..at[1]],
        &archive[at[1]..at[2]],
        &archive[at[2]..],
    );
    assert_eq!(
        opened(&[head, first, second, last].concat(), SECRET).unwrap(),
        database(BYTES)
    );
    for chunks in [
        vec![second, first, last],
        vec![first, first, second, last],
        vec![first, last],
        vec![second, last],
        vec![last],
        vec![first, second, last, last],
        vec![first, second, last, b"0"],
        vec![first, second],
        vec![],
    ] {
        let changed = [head, &chunks.concat()].concat();
        assert!(opened(&changed, SECRET).is_err());
    }
    // A chunk of another backup under the same secret.
    let other = written(BYTES);
    let changed = [head, &other[at[0]..at[1]], second, last].concat();
    assert!(opened(&changed, SECRET).is_err());
}

#[test]
fn the_wrong_key_is_told_from_damage() {
    let archive = written(300);
    let wrong = opened(&archive, b"the secret of another installation").unwrap_err();
    assert!(wrong.0.contains("another master key"), "{wrong}");
    let cut = opened(&archive[..archive.len() - 1], SECRET).unwrap_err();
    assert!(cut.0.contains("damaged"), "{cut}");
    let strange = opened(&[0; 100], SECRET).unwrap_err();
    assert!(strange.0.contains("no backup of this program"), "{strange}");
}

/// Nothing of what is sealed shows, and two backups of one database have nothing in common.
#[test]
fn no_two_backups_are_alike() {
    let (one, other) = (written(BYTES), written(BYTES));
    let alike = one
        .iter()
        .zip(&other)
        .skip(MAGIC.len())
        .filter(|(a, b)| a == b)
        .count();
    assert!(alike < one.len() / 100, "{alike}");
    let begin = &database(BYTES)[..64];
    assert!(!one.windows(64).any(|window| window == begin));
}
