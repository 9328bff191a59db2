//! Says of each file that is named what it is, and what is taken out of it or why it is refused:
//! `cargo run -p stoa-evidence --example look -- plan.docx map.pdf`.

fn main() {
    for name in std::env::args().skip(1) {
        let extension = name.rsplit_once('.').map_or("", |(_, e)| e).to_lowercase();
        match std::fs::read(&name).map(|bytes| (bytes.len(), evidence::look(bytes, &extension))) {
            Ok((size, Ok(clean))) => println!("{name}: {}, {size} bytes, now {}, taken out: {:?}", clean.kind, clean.bytes.len(), clean.taken),
            Ok((_, Err(why))) => println!("{name}: refused: {why:?}"),
            Err(error) => println!("{name}: {error}"),
        }
    }
}
