//! The QR code of a survey's address, as an `<svg>` element for a page. Pure.

use qrcode::QrCode;
use qrcode::render::svg;

use crate::ground::{Error, Result};

/// Draws the code of `address`; `label` is what a screen reader says instead.
pub fn qr(address: &str, label: &str) -> Result<String> {
    let code = QrCode::new(address.as_bytes()).map_err(|e| Error::internal(format!("QR code of {address}: {e}")))?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
    let element = drawn.find("<svg").map_or(drawn.as_str(), |at| &drawn[at..]);
    Ok(element.replacen("<svg", &format!("<svg role=\"img\" aria-label=\"{}\"", escape(label)), 1))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_an_element_that_a_page_may_hold() {
        let code = qr("https://stoa.example.org/s/amman-7k3m9q", "\"A\" & <B>").unwrap();
        assert!(code.starts_with("<svg role=\"img\" aria-label=\"&quot;A&quot; &amp; &lt;B&gt;\""), "{code}");
        assert!(code.ends_with("</svg>") && !code.contains("style=") && !code.contains("<?xml"));
    }
}
