//! A keyring through its life.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;

fn rotated() -> (tempfile::TempDir, Keyring, String) {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Keyring::create(folder.path(), Utc::now()).unwrap();
    let first = keyring.active();
    keyring.add_active(Utc::now()).unwrap();
    (folder, keyring, first)
}

#[tokio::test]
async fn what_was_wrapped_before_a_rotation_unwraps_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Keyring::create(folder.path(), Utc::now()).unwrap();
    let (id, wrapped) = keyring.wrap(b"Anna", &[1; 32]).await.unwrap();
    keyring.add_active(Utc::now()).unwrap();
    assert_ne!(keyring.active(), id);
    assert_eq!(*keyring.unwrap(&id, b"Anna", &wrapped).await.unwrap(), [1; 32]);
    assert!(keyring.unwrap(&id, b"Bo", &wrapped).await.is_err());
    assert!(
        keyring
            .unwrap(&keyring.active(), b"Anna", &wrapped)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_process_hears_of_keys_that_another_has_made() {
    let folder = tempfile::tempdir().unwrap();
    let ours = Keyring::create(folder.path(), Utc::now()).unwrap();
    let theirs = Keyring::load(folder.path(), None).unwrap().unwrap();
    theirs.add_active(Utc::now()).unwrap();
    let (id, wrapped) = theirs.wrap(b"Anna", &[1; 32]).await.unwrap();
    assert!(!ours.has(&id));
    assert!(ours.unwrap(&id, b"Anna", &wrapped).await.is_ok());
}

#[test]
fn the_active_key_stays_and_others_can_go() {
    let (_folder, keyring, first) = rotated();
    assert!(keyring.remove(&keyring.active()).unwrap_err().contains("active"));
    assert!(keyring.remove("data-0").unwrap_err().contains("no key"));
    keyring.remove(&first).unwrap();
    assert_eq!(keyring.list().len(), 1);
}

#[tokio::test]
async fn whoever_has_not_heard_of_a_rotation_wraps_under_the_new_key_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let ours = Keyring::create(folder.path(), Utc::now()).unwrap();
    let theirs = Keyring::load(folder.path(), None).unwrap().unwrap();
    let before = ours.active();
    let rotated = theirs.add_active(Utc::now()).unwrap();
    assert_eq!(ours.active(), before);
    assert_eq!(ours.wrap(b"Anna", &[1; 32]).await.unwrap().0, rotated.id);
    theirs.remove(&before).unwrap();
    assert!(!ours.still_has(&before).unwrap());
}

#[tokio::test]
async fn a_file_that_is_broken_or_of_another_database_leaves_the_keys_as_they_are() {
    let (folder, keyring, first) = rotated();
    let (id, wrapped) = keyring.wrap(b"Anna", &[1; 32]).await.unwrap();
    let other = tempfile::tempdir().unwrap();
    Keyring::create(other.path(), Utc::now()).unwrap();
    let other = fs::read_to_string(other.path().join(FILE)).unwrap();
    for text in ["", other.as_str()] {
        fs::write(folder.path().join(FILE), text).unwrap();
        assert!(keyring.refresh().is_err());
        assert!(keyring.has(&first));
        assert!(keyring.unwrap(&id, b"Anna", &wrapped).await.is_ok());
        // What would be wrapped now might never be read again.
        assert!(matches!(
            keyring.wrap(b"Bo", &[1; 32]).await,
            Err(Error::Unavailable(_))
        ));
    }
}

#[test]
fn of_keys_that_are_added_at_once_none_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Keyring::create(folder.path(), Utc::now()).unwrap();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let folder = folder.path().to_owned();
            std::thread::spawn(move || {
                let keyring = Keyring::load(&folder, None).unwrap().unwrap();
                keyring.add_active(Utc::now()).unwrap()
            })
        })
        .collect();
    for thread in threads {
        let added = thread.join().unwrap();
        keyring.refresh().unwrap();
        assert!(keyring.has(&added.id));
    }
    assert_eq!(keyring.list().len(), 9);
}

#[test]
fn there_is_one_keyring_and_it_is_never_overwritten() {
    let (folder, keyring, _) = rotated();
    let again = Keyring::create(folder.path(), Utc::now()).unwrap();
    assert_eq!(again.list(), keyring.list());
    assert!(
        Keyring::load(&folder.path().join("elsewhere"), None)
            .unwrap()
            .is_none()
    );
}

#[test]
fn what_is_no_keyring_is_refused_without_a_key_in_the_sentence() {
    let key = STANDARD.encode([7; 32]);
    let short = STANDARD.encode([7; 16]);
    let entry = |id: &str, state: &str, key: &str| {
        format!(r#"{{"id":"{id}","state":"{state}","key":"{key}","created_at":"2026-11-22T00:00:00Z"}}"#)
    };
    let ring = |index: &str, keys: &[String]| {
        format!(
            r#"{{"index_key":{{"id":"i","key":"{index}"}},"keys":[{}]}}"#,
            keys.join(",")
        )
    };
    for text in [
        String::new(),
        "{}".into(),
        ring(&key, &[]),
        ring(&key, &[entry("a", "decrypt_only", &key)]),
        ring(&key, &[entry("a", "active", &key), entry("b", "active", &key)]),
        ring(
            &key,
            &[entry("a", "active", &key), entry("a", "decrypt_only", &key)],
        ),
        ring(&key, &[entry("a", "active", &short)]),
        ring(&short, &[entry("a", "active", &key)]),
    ] {
        let why = Keyring::load(Path::new("unused"), Some(&text)).unwrap_err();
        assert!(why.starts_with("KEYRING ") && why.ends_with('.'), "{why}");
        assert!(!why.contains(&key) && !why.contains(&short), "{why}");
    }
    let good = ring(&key, &[entry("a", "active", &key)]);
    let keyring = Keyring::load(Path::new("unused"), Some(&good)).unwrap().unwrap();
    assert!(keyring.add_active(Utc::now()).unwrap_err().contains("KEYRING"));
}
