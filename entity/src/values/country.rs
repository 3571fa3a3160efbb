//! Codes of states, organisations and nationalities.

use super::{CountryKind, Invalid, text::text_type};

text_type! {
    /// Code of a state, organisation or nationality as a passport prints it (ICAO Doc 9303-3 §5): ISO 3166-1
    /// alpha-3, except `D` for Germany, and codes for what ISO does not list, such as `RKS` (Kosovo), `UNO`
    /// (United Nations), `GBN` (British National (Overseas)) and `XXA` (stateless). Input may also be an ISO
    /// 3166-1 alpha-2 or alpha-3 code, in either case: `de`, `DEU` and `D` are the same.
    #[derive(Copy)]
    pub struct CountryCode(&'static str);
    debug = shown;
    length = 1..=3;
    pattern = "^[A-Za-z]{1,3}$";
    example = "GBR";
    parse = country_code;
}

/// Part of ICAO Doc 9303-3 §5 that lists a code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Part A: exceptions from ISO 3166-1.
    Exceptions,
    /// Part B: reserved by the ISO 3166 maintenance agency.
    Reserved,
    /// Part C: United Nations travel documents.
    UnitedNations,
    /// Part D: other issuing authorities.
    OtherAuthorities,
    /// Part E: persons without a defined nationality.
    NoNationality,
    /// Part F: deprecated in ISO 3166, on documents that are still around.
    Deprecated,
    /// Part G: specimen documents.
    Specimen,
    /// Part H: ICAO, for the signature of master lists only.
    Icao,
}

/// A code of ICAO Doc 9303-3 §5 that is not an ISO 3166-1 alpha-3 code.
struct Extra {
    part: Part,
    code: &'static str,
    aliases: &'static [&'static str],
    /// ISO 3166-1 alpha-3 code of the state it stands for or belongs to.
    iso_alpha3: Option<&'static str>,
    name: &'static str,
}

impl Extra {
    const fn new(
        part: Part,
        code: &'static str,
        aliases: &'static [&'static str],
        name: &'static str,
    ) -> Self {
        Self {
            part,
            code,
            aliases,
            iso_alpha3: None,
            name,
        }
    }

    const fn of(self, iso_alpha3: &'static str) -> Self {
        Self {
            iso_alpha3: Some(iso_alpha3),
            ..self
        }
    }
}

/// ICAO Doc 9303-3 §5 beyond ISO 3166-1. The aliases are the two-letter codes of the same section, and for
/// Germany and Kosovo the codes that are used elsewhere.
#[rustfmt::skip]
const EXTRAS: &[Extra] = &[
    Extra::new(Part::Exceptions, "D", &["DE", "DEU"], "Germany").of("DEU"),
    Extra::new(Part::Exceptions, "GBD", &[], "British Overseas Territories Citizen").of("GBR"),
    Extra::new(Part::Exceptions, "GBN", &[], "British National (Overseas)").of("GBR"),
    Extra::new(Part::Exceptions, "GBO", &[], "British Overseas Citizen").of("GBR"),
    Extra::new(Part::Exceptions, "GBP", &[], "British Protected Person").of("GBR"),
    Extra::new(Part::Exceptions, "GBS", &[], "British Subject").of("GBR"),
    Extra::new(Part::Exceptions, "RKS", &["KS", "XK", "XKX"], "Kosovo"),
    Extra::new(Part::Reserved, "EUE", &["EU"], "European Union"),
    Extra::new(Part::UnitedNations, "UNO", &["UN"], "United Nations Organization"),
    Extra::new(Part::UnitedNations, "UNA", &[], "United Nations specialized agency"),
    Extra::new(Part::UnitedNations, "UNK", &[], "United Nations Interim Administration Mission in Kosovo"),
    Extra::new(Part::OtherAuthorities, "XBA", &[], "African Development Bank"),
    Extra::new(Part::OtherAuthorities, "XIM", &[], "African Export-Import Bank"),
    Extra::new(Part::OtherAuthorities, "XCC", &[], "Caribbean Community"),
    Extra::new(Part::OtherAuthorities, "XCE", &[], "Council of Europe"),
    Extra::new(Part::OtherAuthorities, "XCO", &[], "Common Market for Eastern and Southern Africa"),
    Extra::new(Part::OtherAuthorities, "XEC", &[], "Economic Community of West African States"),
    Extra::new(Part::OtherAuthorities, "XPO", &[], "International Criminal Police Organization (INTERPOL)"),
    Extra::new(Part::OtherAuthorities, "XES", &[], "Organization of Eastern Caribbean States"),
    Extra::new(Part::OtherAuthorities, "XMP", &[], "Parliamentary Assembly of the Mediterranean"),
    Extra::new(Part::OtherAuthorities, "XOM", &[], "Sovereign Military Order of Malta"),
    Extra::new(Part::OtherAuthorities, "XDC", &[], "Southern African Development Community"),
    Extra::new(Part::NoNationality, "XXA", &[], "Stateless person (1954 Convention)"),
    Extra::new(Part::NoNationality, "XXB", &[], "Refugee (1951 Convention)"),
    Extra::new(Part::NoNationality, "XXC", &[], "Refugee (other than 1951 Convention)"),
    Extra::new(Part::NoNationality, "XXX", &[], "Person of unspecified nationality"),
    Extra::new(Part::Deprecated, "ANT", &["AN"], "Netherlands Antilles"),
    Extra::new(Part::Deprecated, "NTZ", &["NT"], "Neutral Zone"),
    Extra::new(Part::Specimen, "UTO", &["UT"], "Utopia"),
    Extra::new(Part::Icao, "IAO", &["IA"], "International Civil Aviation Organization"),
];

impl CountryCode {
    /// Every code once: ISO 3166-1 in the order of the English short names, then the others in the order of
    /// ICAO Doc 9303-3 §5.
    pub fn all() -> impl Iterator<Item = Self> {
        let states = rust_iso3166::ALL
            .iter()
            .filter_map(|country| resolve(country.alpha3));
        // An extra with an ISO code as its alias, as Germany has, came with the states.
        let extras = EXTRAS
            .iter()
            .filter(|extra| {
                !extra
                    .aliases
                    .iter()
                    .any(|alias| rust_iso3166::from_alpha3(alias).is_some())
            })
            .map(|extra| extra.code);
        states.chain(extras).map(Self)
    }

    /// ISO 3166-1 alpha-2 code of the state that the code stands for or belongs to: `DE` for `D`, `GB` for
    /// `GBN`, none for organisations, `XXA` or Kosovo.
    pub fn iso_alpha2(&self) -> Option<&'static str> {
        self.iso().map(|country| country.alpha2)
    }

    /// ISO 3166-1 alpha-3 code of the state that the code stands for or belongs to, as [`Self::iso_alpha2`].
    pub fn iso_alpha3(&self) -> Option<&'static str> {
        self.iso().map(|country| country.alpha3)
    }

    /// English short name.
    pub fn name(&self) -> &'static str {
        match self.extra() {
            Some(extra) => extra.name,
            None => self.iso().map_or(self.0, |country| country.name),
        }
    }

    /// What the code stands for.
    pub fn kind(&self) -> CountryKind {
        let Some(extra) = self.extra() else {
            return CountryKind::Country;
        };
        match extra.part {
            // Codes of the United Kingdom beside its own; Germany and Kosovo are countries.
            Part::Exceptions if extra.iso_alpha3 == Some("GBR") => CountryKind::Nationality,
            Part::Exceptions => CountryKind::Country,
            Part::Reserved | Part::UnitedNations | Part::OtherAuthorities | Part::Icao => {
                CountryKind::Organization
            }
            Part::NoNationality => CountryKind::NoNationality,
            Part::Deprecated => CountryKind::Deprecated,
            Part::Specimen => CountryKind::Specimen,
        }
    }

    /// Whether the code marks a specimen document, which nobody travels on (ICAO Doc 9303-3 §5 part G).
    pub fn is_specimen(&self) -> bool {
        self.extra().is_some_and(|extra| extra.part == Part::Specimen)
    }

    /// Whether documents are issued under the code. Persons without a defined nationality get theirs from a
    /// state, and ICAO signs master lists only (ICAO Doc 9303-3 §5 parts E and H).
    pub fn is_issuer(&self) -> bool {
        !self
            .extra()
            .is_some_and(|extra| matches!(extra.part, Part::NoNationality | Part::Icao))
    }

    fn extra(self) -> Option<&'static Extra> {
        EXTRAS.iter().find(|extra| extra.code == self.0)
    }

    fn iso(self) -> Option<rust_iso3166::CountryCode> {
        match self.extra() {
            Some(extra) => extra.iso_alpha3.and_then(rust_iso3166::from_alpha3),
            None => rust_iso3166::from_alpha3(self.0),
        }
    }
}

pub(super) fn country_code(text: &str) -> Result<&'static str, Invalid> {
    resolve(&text.to_ascii_uppercase()).ok_or_else(|| {
        Invalid::unknown_code(
            "The value is not a country code; use ISO 3166-1 alpha-2 or alpha-3, or ICAO Doc 9303-3 §5.",
        )
    })
}

/// The ICAO code of an upper-case code or alias.
fn resolve(code: &str) -> Option<&'static str> {
    EXTRAS
        .iter()
        .find(|extra| extra.code == code || extra.aliases.contains(&code))
        .map(|extra| extra.code)
        .or_else(|| {
            rust_iso3166::from_alpha3(code)
                .or_else(|| rust_iso3166::from_alpha2(code))
                .map(|country| country.alpha3)
        })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn code(text: &str) -> CountryCode {
        text.parse().unwrap()
    }

    #[test]
    fn every_iso_country_is_found_by_either_code_in_either_case() {
        assert_eq!(rust_iso3166::ALL.len(), 249);
        for country in rust_iso3166::ALL {
            for text in [country.alpha2, country.alpha3] {
                for text in [text.to_owned(), text.to_lowercase()] {
                    let parsed = code(&text);
                    assert_eq!(parsed.iso_alpha2(), Some(country.alpha2));
                    assert_eq!(parsed.iso_alpha3(), Some(country.alpha3));
                    assert_eq!(parsed.name(), country.name);
                    assert!(parsed.is_issuer() && !parsed.is_specimen());
                    assert_eq!(code(parsed.as_str()), parsed);
                }
            }
        }
    }

    #[test]
    fn every_icao_code_and_alias_is_found() {
        for extra in EXTRAS {
            for text in [extra.code].iter().chain(extra.aliases) {
                let parsed = code(&text.to_lowercase());
                assert_eq!(parsed.as_str(), extra.code);
                assert_eq!(parsed.name(), extra.name);
            }
        }
    }

    #[test]
    fn no_icao_code_hides_an_iso_code() {
        for extra in EXTRAS.iter().filter(|extra| extra.code != "D") {
            for text in [extra.code].iter().chain(extra.aliases) {
                assert!(rust_iso3166::from_alpha2(text).is_none(), "{text}");
                assert!(rust_iso3166::from_alpha3(text).is_none(), "{text}");
            }
        }
    }

    #[test]
    fn germany_and_kosovo_go_by_their_passport_codes() {
        for text in ["D", "DE", "DEU", "de"] {
            assert_eq!(code(text).as_str(), "D");
        }
        assert_eq!(code("D").iso_alpha2(), Some("DE"));
        assert_eq!(code("D").iso_alpha3(), Some("DEU"));
        for text in ["RKS", "KS", "XK", "XKX"] {
            assert_eq!(code(text).as_str(), "RKS");
        }
        assert_eq!(code("RKS").iso_alpha2(), None);
        assert_eq!(code("RKS").iso_alpha3(), None);
    }

    #[test]
    fn british_nationalities_belong_to_the_united_kingdom() {
        for text in ["GBD", "GBN", "GBO", "GBP", "GBS"] {
            assert_eq!(code(text).as_str(), text);
            assert_eq!(code(text).iso_alpha2(), Some("GB"));
            assert_eq!(code(text).iso_alpha3(), Some("GBR"));
        }
    }

    #[test]
    fn nationality_only_codes_issue_no_documents() {
        for text in ["XXA", "XXB", "XXC", "XXX", "IAO"] {
            assert!(!code(text).is_issuer(), "{text}");
            assert_eq!(code(text).iso_alpha2(), None);
        }
        for text in ["UNO", "EUE", "XOM", "UTO", "D", "GBD"] {
            assert!(code(text).is_issuer(), "{text}");
        }
    }

    #[test]
    fn utopia_alone_is_a_specimen() {
        assert_eq!(
            CountryCode::all()
                .filter(CountryCode::is_specimen)
                .collect::<Vec<_>>(),
            [code("UTO")]
        );
    }

    #[test]
    fn every_code_has_a_kind() {
        for (text, kind) in [
            ("SWE", CountryKind::Country),
            ("D", CountryKind::Country),
            ("RKS", CountryKind::Country),
            ("GBR", CountryKind::Country),
            ("GBN", CountryKind::Nationality),
            ("EUE", CountryKind::Organization),
            ("UNO", CountryKind::Organization),
            ("XOM", CountryKind::Organization),
            ("IAO", CountryKind::Organization),
            ("XXB", CountryKind::NoNationality),
            ("ANT", CountryKind::Deprecated),
            ("UTO", CountryKind::Specimen),
        ] {
            assert_eq!(code(text).kind(), kind, "{text}");
        }
    }

    #[test]
    fn all_lists_every_code_once() {
        let all: Vec<_> = CountryCode::all().collect();
        assert_eq!(all.len(), 249 + EXTRAS.len() - 1);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
        assert!(all.iter().all(|country| code(country.as_str()) == *country));
    }

    #[test]
    fn other_codes_are_unknown() {
        for text in ["UK", "ZZ", "XX", "276", "É", "D<"] {
            assert_eq!(
                text.parse::<CountryCode>().unwrap_err().code,
                "unknown_code",
                "{text}"
            );
        }
        assert_eq!("Germany".parse::<CountryCode>().unwrap_err().code, "too_long");
        assert_eq!(format!("{:?}", code("fr")), "CountryCode(FRA)");
    }
}
