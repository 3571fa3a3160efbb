//! Machine readable zones of passports.

use actix_web::web::Data;
use actix_web::{HttpResponse, get, post};
use service::passports::ParseMrz;
use service::policy::{ReadPassports, RevealPassport};
use service::{Core, passports};

use super::PassportPath;
use super::mrz_view::{MrzVerdict, PassportMrz};
use crate::error::Result;
use crate::extract::{IfNoneMatch, Json, May, Path};
use crate::problem::{NotModified, TooManyReveals, conflicts};
use crate::reply;

conflicts!(MrzConflicts: NoMrz);

/// Check a machine readable zone
///
/// Reads the lines of a passport, card or visa (ICAO Doc 9303), and tells which check digit is wrong and where. Nothing
/// is stored. A wrong digit is a verdict; only what is no machine readable zone answers 422. Permissions: anyone who is
/// signed in.
#[utoipa::path(
    tag = "passports",
    extensions(("x-permission" = json!("ReadPassports"))),
    request_body(content = ParseMrz, example = json!({
        "mrz": "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3404159ZE184226B<<<<<16"
    })),
    responses((status = 200, description = "The verdict.", body = MrzVerdict))
)]
#[post("/v1/passports/parse-mrz")]
pub async fn parse_mrz(
    by: May<ReadPassports>,
    core: Data<Core>,
    command: Json<ParseMrz>,
) -> Result<HttpResponse> {
    let verdict = passports::parse_mrz(&core, &by, command.0)?;
    Ok(reply::ok(&MrzVerdict::from(verdict)))
}

/// Write a machine readable zone
///
/// The lines as the passport should have them (ICAO Doc 9303-4), with names in the letters A to Z and fillers for a
/// personal number that is not recorded; warnings say where its issuer may have printed them differently. They show the number: for everybody but the holder
/// each call is a reveal, in the audit trail and of the hour's limit. Permissions: staff for all, customers for their own.
#[utoipa::path(
    tag = "passports",
    extensions(("x-permission" = json!("RevealPassport"))),
    params(PassportPath),
    responses((status = 200, description = "The lines.", body = PassportMrz), NotModified, MrzConflicts, TooManyReveals)
)]
#[get("/v1/passports/{id}/mrz")]
pub async fn get_passport_mrz(
    by: May<RevealPassport>,
    core: Data<Core>,
    path: Path<PassportPath>,
    known: IfNoneMatch,
) -> Result<HttpResponse> {
    let (version, composed) = passports::compose_mrz(&core, &by, path.0.id).await?;
    Ok(reply::fresh(&known, version, &PassportMrz::from(composed)))
}
