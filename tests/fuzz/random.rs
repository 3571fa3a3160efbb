//! Random numbers and texts.

/// A small generator (xorshift, Marsaglia 2003), so that ten million cases take seconds.
pub struct Random(u64);

impl Random {
    /// Zero would stay zero.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below the bound.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap_or_default()
    }

    /// One of several.
    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// Any character.
    pub fn any(&mut self) -> char {
        let scalar = u32::try_from(self.below(0x11_0000)).unwrap_or_default();
        char::from_u32(scalar).unwrap_or('\u{fffd}')
    }

    /// A text with some of its characters replaced, added or dropped.
    pub fn changed(&mut self, text: &str, with: &[char]) -> String {
        let mut characters: Vec<char> = text.chars().collect();
        for _ in 0..self.below(6) {
            let at = self.below(characters.len());
            let character = if self.below(16) == 0 {
                self.any()
            } else {
                self.one_of(with)
            };
            match self.below(10) {
                0 => characters.insert(at, character),
                1 if !characters.is_empty() => drop(characters.remove(at)),
                _ if !characters.is_empty() => characters[at] = character,
                _ => characters.push(character),
            }
        }
        characters.into_iter().collect()
    }
}
