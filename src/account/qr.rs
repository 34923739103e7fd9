//! The picture that a phone reads: a square of squares, as SVG inside the page, so that nothing is fetched and nothing is inline that the
//! content policy forbids.

use crate::web::Fault;
use qrcode::{Color, QrCode};
use std::fmt::Write as _;

/// The white margin around it, in squares (ISO/IEC 18004 asks for four).
const QUIET_ZONE: usize = 4;

/// The picture of a text. It holds nothing but digits and fixed words, so it may stand in a page as it is.
pub(super) fn svg(text: &str) -> Result<String, Fault> {
    let code = QrCode::new(text).map_err(Fault::unexpected)?;
    let width = code.width();
    let whole = width + 2 * QUIET_ZONE;
    let mut dark = String::new();
    for (row, colors) in code.to_colors().chunks(width).enumerate() {
        for (column, _) in colors.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
            let _ = write!(dark, "M{} {}h1v1h-1z", column + QUIET_ZONE, row + QUIET_ZONE);
        }
    }
    Ok(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {whole} {whole}\" role=\"img\" aria-label=\"The secret as a picture for your app\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{whole}v{whole}H0z\"/><path fill=\"#000\" d=\"{dark}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_a_square_of_squares_and_holds_no_text() {
        let svg = svg("otpauth://totp/<x>\"&").unwrap();
        assert!(svg.starts_with("<svg class=\"qr\" viewBox=\"0 0 33 33\""), "{svg}");
        // The three corners that every code has.
        for corner in ["M4 4h1", "M28 4h1", "M4 28h1"] {
            assert!(svg.contains(corner), "{corner}");
        }
        assert!(!svg.contains("otpauth") && !svg.contains("style"));
    }
}
