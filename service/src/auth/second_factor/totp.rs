//! Codes of authenticator apps (TOTP, RFC 6238), and the picture from which an app reads its secret.

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use chrono::{DateTime, Utc};
use fast_qr::convert::Builder as _;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::QRBuilder;
use totp_rs::{Algorithm, Builder, Totp};

use crate::error::{Error, Result};
use crate::input::Secret;

/// RFC 4226 §4: 160 bits are recommended; apps expect SHA-1.
const SECRET: usize = 20;
/// What every app can do: six digits that change every 30 seconds.
const DIGITS: u8 = 6;
const STEP: u64 = 30;
/// A code of the step before and of the step after is taken too, because clocks differ (RFC 6238 §5.2).
const SKEW: u16 = 1;
/// What apps call the account of.
const ISSUER: &str = "Customer Profile";

/// What an app and the service share.
pub struct App(Totp);

impl App {
    /// A new secret.
    ///
    /// # Errors
    /// `Internal` when the system gives no random numbers.
    pub fn generate(account: &str) -> Result<Self> {
        let mut secret = vec![0; SECRET];
        SystemRandom::new()
            .fill(&mut secret)
            .map_err(|_| Error::Internal("the system gives no random numbers".into()))?;
        Self::of(secret, account)
    }

    /// A secret that was stored.
    ///
    /// # Errors
    /// `Internal` when it is none.
    pub fn of(secret: Vec<u8>, account: &str) -> Result<Self> {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_step_duration(STEP)
            .with_skew(SKEW)
            .with_secret(secret)
            .with_issuer(Some(ISSUER))
            .with_account_name(account)
            .build()
            .map(Self)
            .map_err(|_| Error::Internal("the secret of an authenticator app is not one".into()))
    }

    /// The bytes to be sealed.
    pub fn secret(&self) -> &[u8] {
        self.0.secret().as_bytes()
    }

    /// The secret as people type it into an app (base32, RFC 4648 §6).
    pub fn base32(&self) -> Secret {
        Secret::new(self.0.secret().to_base32())
    }

    /// The secret as apps read it (`otpauth:`).
    ///
    /// # Errors
    /// `Internal` when the account has a name that cannot stand there.
    pub fn uri(&self) -> Result<Secret> {
        self.0
            .to_url()
            .map(Secret::new)
            .map_err(|_| Error::Internal("an otpauth address cannot be written".into()))
    }

    /// The step of the code, if it is the code of one that is near.
    pub fn step_of(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let now = u64::try_from(now.timestamp()).ok()?;
        i64::try_from(self.0.check(code, now)?).ok()
    }
}

/// An address as a QR code (ISO/IEC 18004), drawn as SVG.
///
/// # Errors
/// `Internal` when it is too long for one.
pub fn qr_svg(uri: &Secret) -> Result<Secret> {
    let code = QRBuilder::new(uri.expose())
        .build()
        .map_err(|_| Error::Internal("an otpauth address is too long for a QR code".into()))?;
    Ok(Secret::new(SvgBuilder::default().margin(4).to_str(&code)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// RFC 6238, appendix B: the last six of the eight digits.
    #[test]
    fn the_vectors_of_the_standard_hold() {
        let app = App::of(b"12345678901234567890".to_vec(), "anna").unwrap();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(app.step_of(code, at(seconds)), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn a_code_is_good_for_its_step_and_the_two_beside_it() {
        let app = App::of(b"12345678901234567890".to_vec(), "anna").unwrap();
        let step = 1_234_567_890 / 30;
        for (shift, good) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let now = at((step + shift) * 30);
            assert_eq!(app.step_of("005924", now), good.then_some(step), "{shift}");
        }
        for wrong in ["005925", "05924", "0005924", "", "x05924", "００５９２４"] {
            assert_eq!(app.step_of(wrong, at(1_234_567_890)), None, "{wrong}");
        }
    }

    #[test]
    fn the_address_says_what_apps_need() {
        let app = App::of(b"12345678901234567890".to_vec(), "anna+otp@mail.example").unwrap();
        let uri = app.uri().unwrap();
        let uri = uri.expose();
        assert!(
            uri.starts_with("otpauth://totp/Customer%20Profile:anna%2Botp%40mail.example?"),
            "{uri}"
        );
        for part in [
            "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
            "issuer=Customer%20Profile",
        ] {
            assert!(uri.contains(part), "{uri}");
        }
        assert_eq!(app.base32().expose(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    /// Reads the picture as a phone does.
    #[test]
    fn the_picture_is_read_as_the_address() {
        let app = App::generate("anna.eriksson@mail.example").unwrap();
        let uri = app.uri().unwrap();
        let svg = qr_svg(&uri).unwrap();
        let svg = svg.expose();
        let size: usize = svg
            .split("viewBox=\"0 0 ")
            .nth(1)
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        // Every dark module is a path of its own: `M<x>,<y>h1v1h-1`.
        let mut dark = vec![false; size * size];
        for part in svg.split('M').skip(1) {
            let (x, rest) = part.split_once(',').unwrap();
            let y: String = rest.chars().take_while(char::is_ascii_digit).collect();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            dark[y * size + x] = true;
        }
        let scale = 4;
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(size * scale, size * scale, |x, y| {
            if dark[y / scale * size + x / scale] {
                0
            } else {
                255
            }
        });
        let grids = image.detect_grids();
        assert_eq!(grids[0].decode().unwrap().1, uri.expose());
    }
}
