//! Bytes as they come, in pieces of one size. What grows by doubling holds three times its size while it moves, and
//! what is reserved at once takes whole pages of the machine for whoever announces much and sends little.

/// Bytes of a piece.
const PIECE: usize = 65_536;

/// What has come so far.
#[derive(Default)]
pub struct Pieces(Vec<Vec<u8>>);

impl Pieces {
    pub fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let Some(last) = self.0.last_mut().filter(|last| last.len() < PIECE) else {
                // The first is as large as it is: most are short.
                let room = if self.0.is_empty() { bytes.len().min(PIECE) } else { PIECE };
                self.0.push(Vec::with_capacity(room));
                continue;
            };
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - last.len()));
            last.extend_from_slice(now);
            bytes = later;
        }
    }

    /// All of them in one; each piece goes as soon as it was copied.
    pub fn whole(mut self) -> Vec<u8> {
        if self.0.len() < 2 {
            return self.0.pop().unwrap_or_default();
        }
        let mut all = Vec::with_capacity(self.0.iter().map(Vec::len).sum());
        self.0.into_iter().for_each(|piece| all.extend_from_slice(&piece));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_in_pieces_of_any_size_is_whole_again() {
        for size in [1, 7, 65_535, 65_536, 65_537, 300_000] {
            let all: Vec<u8> = (0..200_003_usize).map(|n| u8::try_from(n % 251).unwrap()).collect();
            let mut pieces = Pieces::default();
            all.chunks(size).for_each(|piece| pieces.push(piece));
            assert!(pieces.0.iter().all(|piece| piece.len() <= PIECE));
            assert!(pieces.whole() == all, "{size}");
        }
        assert!(Pieces::default().whole().is_empty());
    }
}
