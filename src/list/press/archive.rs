//! The files of a press pack as one ZIP archive: the same files make the same bytes, whenever and wherever that is.

use super::pack::Pack;
use crate::clock::Timestamp;
use std::io::{Cursor, Write};
use zip::result::ZipError;
use zip::write::FullFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Who may read and write a file where it is unpacked.
const MODE: u32 = 0o644;

/// The archive. `made_at` is what its files say of themselves: the moment of the edition, not of the archive.
pub(super) fn zip(pack: &Pack, made_at: Timestamp) -> Result<Vec<u8>, ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for file in &pack.files {
        let options = FullFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(date(made_at))
            .unix_permissions(MODE)
            .with_file_comment(pack.banner.as_str());
        archive.start_file(file.name.as_str(), options)?;
        archive.write_all(file.body.as_bytes())?;
    }
    archive.set_comment(pack.banner.as_str())?;
    Ok(archive.finish()?.into_inner())
}

/// To two seconds, which is all that the format holds; its first day where the moment is before that.
fn date(at: Timestamp) -> DateTime {
    let utc = at.jiff().to_zoned(jiff::tz::TimeZone::UTC).datetime();
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    let year = u16::try_from(utc.year()).unwrap_or_default();
    DateTime::from_date_and_time(
        year,
        small(utc.month()),
        small(utc.day()),
        small(utc.hour()),
        small(utc.minute()),
        small(utc.second()),
    )
    .unwrap_or_default()
}
