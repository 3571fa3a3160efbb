//! Where everything stands in each format.

/// Size and kind of a machine readable travel document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Card of credit card size, 3 × 30 characters (ICAO Doc 9303-5 §4.2).
    Td1,
    /// Card of 74 × 105 mm, 2 × 36 characters (ICAO Doc 9303-6 §4.2).
    Td2,
    /// Passport, 2 × 44 characters (ICAO Doc 9303-4 §4.2).
    Td3,
    /// Visa of the size of a passport page, 2 × 44 characters (ICAO Doc 9303-7 §4.2).
    MrvA,
    /// Smaller visa, 2 × 36 characters (ICAO Doc 9303-7 §5.2).
    MrvB,
}

impl Format {
    /// Name of the format in the standard.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Td1 => "TD1",
            Self::Td2 => "TD2",
            Self::Td3 => "TD3",
            Self::MrvA => "MRV-A",
            Self::MrvB => "MRV-B",
        }
    }

    /// How many lines it has.
    pub const fn lines(self) -> usize {
        match self {
            Self::Td1 => 3,
            _ => 2,
        }
    }

    /// How many characters a line has.
    pub const fn width(self) -> usize {
        match self {
            Self::Td1 => 30,
            Self::Td2 | Self::MrvB => 36,
            Self::Td3 | Self::MrvA => 44,
        }
    }

    /// Which line, counted from 0, the names fill to its end.
    pub const fn line_of_names(self) -> usize {
        match self {
            Self::Td1 => 2,
            _ => 0,
        }
    }

    pub(super) const fn layout(self) -> &'static Layout {
        match self {
            Self::Td1 => &TD1,
            Self::Td2 => &TD2,
            Self::Td3 => &TD3,
            Self::MrvA => &MRV_A,
            Self::MrvB => &MRV_B,
        }
    }
}

/// Neighbouring characters of one line, as the standard counts them: from 1, both ends included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub line: usize,
    pub from: usize,
    pub to: usize,
}

const fn span(line: usize, from: usize, to: usize) -> Span {
    Span { line, from, to }
}

const fn at(line: usize, position: usize) -> Span {
    span(line, position, position)
}

/// Where the data elements stand.
pub(super) struct Layout {
    pub document_code: Span,
    pub issuing_country: Span,
    pub name: Span,
    pub number: Span,
    pub number_check: Span,
    pub nationality: Span,
    pub birth: Span,
    pub birth_check: Span,
    pub sex: Span,
    pub expiry: Span,
    pub expiry_check: Span,
    /// Personal number or optional data.
    pub optional: &'static [Span],
    /// Only TD3 has one.
    pub optional_check: Option<Span>,
    /// What the composite check digit is over, and where it stands; visas have none.
    pub composite: Option<(&'static [Span], Span)>,
    /// Whether a number of more than nine characters goes on in the optional data.
    pub number_overflows: bool,
}

const TD1: Layout = Layout {
    document_code: span(1, 1, 2),
    issuing_country: span(1, 3, 5),
    name: span(3, 1, 30),
    number: span(1, 6, 14),
    number_check: at(1, 15),
    nationality: span(2, 16, 18),
    birth: span(2, 1, 6),
    birth_check: at(2, 7),
    sex: at(2, 8),
    expiry: span(2, 9, 14),
    expiry_check: at(2, 15),
    optional: &[span(1, 16, 30), span(2, 19, 29)],
    optional_check: None,
    composite: Some((
        &[span(1, 6, 30), span(2, 1, 7), span(2, 9, 15), span(2, 19, 29)],
        at(2, 30),
    )),
    number_overflows: true,
};

const TD2: Layout = Layout {
    name: span(1, 6, 36),
    optional: &[span(2, 29, 35)],
    optional_check: None,
    composite: Some((&[span(2, 1, 10), span(2, 14, 20), span(2, 22, 35)], at(2, 36))),
    number_overflows: true,
    ..TD3
};

const TD3: Layout = Layout {
    document_code: span(1, 1, 2),
    issuing_country: span(1, 3, 5),
    name: span(1, 6, 44),
    number: span(2, 1, 9),
    number_check: at(2, 10),
    nationality: span(2, 11, 13),
    birth: span(2, 14, 19),
    birth_check: at(2, 20),
    sex: at(2, 21),
    expiry: span(2, 22, 27),
    expiry_check: at(2, 28),
    optional: &[span(2, 29, 42)],
    optional_check: Some(at(2, 43)),
    composite: Some((&[span(2, 1, 10), span(2, 14, 20), span(2, 22, 43)], at(2, 44))),
    number_overflows: false,
};

const MRV_A: Layout = Layout {
    optional: &[span(2, 29, 44)],
    optional_check: None,
    composite: None,
    ..TD3
};

const MRV_B: Layout = Layout {
    name: span(1, 6, 36),
    optional: &[span(2, 29, 36)],
    ..MRV_A
};
