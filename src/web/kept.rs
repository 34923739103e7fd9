//! Finished answers that are kept in memory, compressed once: the public pages and the assets.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue,
    IF_NONE_MATCH, VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use std::io::Write;

/// A body in three encodings, with the headers that belong to it. Clones share the bytes.
#[derive(Clone, Debug)]
pub struct Kept {
    plain: Bytes,
    gzip: Bytes,
    brotli: Bytes,
    etag: HeaderValue,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// Something that cannot stand in a header, or could not be compressed: a defect.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// The ETag or another header holds what a header must not.
    #[error("a header cannot be written")]
    Header,
    /// The compressor failed.
    #[error("a body cannot be compressed")]
    Compression(#[from] std::io::Error),
}

impl Kept {
    /// Compresses a body. `tag` is what stands between the quotation marks of its ETag; `caching` is its `Cache-Control`.
    ///
    /// # Errors
    /// See [`NotKept`].
    pub fn new(
        body: impl Into<Bytes>,
        content_type: &'static str,
        caching: &'static str,
        tag: &str,
    ) -> Result<Self, NotKept> {
        let plain = body.into();
        Ok(Self {
            gzip: gzip(&plain)?,
            brotli: brotli(&plain)?,
            plain,
            etag: HeaderValue::from_str(&format!("\"{tag}\"")).map_err(|_| NotKept::Header)?,
            headers: vec![
                (CONTENT_TYPE, HeaderValue::from_static(content_type)),
                (CACHE_CONTROL, HeaderValue::from_static(caching)),
                (VARY, HeaderValue::from_static("accept-encoding")),
            ],
        })
    }

    /// The same with one more header.
    ///
    /// # Errors
    /// [`NotKept::Header`] when the value cannot stand in a header.
    pub fn with_header(mut self, name: &'static str, value: &str) -> Result<Self, NotKept> {
        let value = HeaderValue::from_str(value).map_err(|_| NotKept::Header)?;
        self.headers.push((HeaderName::from_static(name), value));
        Ok(self)
    }

    /// The body as it is.
    pub fn body(&self) -> &Bytes {
        &self.plain
    }

    /// The answer to a request: 304 when the client has it already, else the bytes in the best encoding it takes.
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let fresh = has_it(request.headers(), self.etag.as_bytes());
        let mut response = HttpResponse::new(if fresh { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
        let headers = response.headers_mut();
        headers.insert(ETAG, self.etag.clone());
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
        if fresh {
            return response;
        }
        let (encoding, body) = match best(request.headers()) {
            Encoding::Brotli => (Some("br"), &self.brotli),
            Encoding::Gzip => (Some("gzip"), &self.gzip),
            Encoding::Plain => (None, &self.plain),
        };
        if let Some(encoding) = encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response.set_body(actix_web::body::BoxBody::new(body.clone()))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Encoding {
    Plain,
    Gzip,
    Brotli,
}

/// RFC 9110 section 12.5.3, as far as we offer anything: what is named and not refused with `q=0`.
fn best(headers: &HeaderMap) -> Encoding {
    let mut best = Encoding::Plain;
    for line in headers.get_all(ACCEPT_ENCODING).filter_map(|value| value.to_str().ok()) {
        for offer in line.split(',') {
            let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
            let refused =
                || weight.trim().strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
            match name.trim() {
                "br" if !refused() => return Encoding::Brotli,
                "gzip" if !refused() => best = Encoding::Gzip,
                _ => {}
            }
        }
    }
    best
}

/// RFC 9110 section 13.1.2: the weak comparison.
fn has_it(headers: &HeaderMap, etag: &[u8]) -> bool {
    headers.get_all(IF_NONE_MATCH).any(|line| {
        line.as_bytes().split(|b| *b == b',').map(<[u8]>::trim_ascii).any(|given| {
            given == b"*" || given == etag || given.strip_prefix(b"W/").is_some_and(|strong| strong == etag)
        })
    })
}

fn gzip(plain: &[u8]) -> std::io::Result<Bytes> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain)?;
    encoder.finish().map(Bytes::from)
}

fn brotli(plain: &[u8]) -> std::io::Result<Bytes> {
    // Quality 9 is a tenth of the time of 11 and some 3 % larger; a new edition is compressed while somebody waits.
    let parameters =
        brotli::enc::BrotliEncoderParams { quality: 9, size_hint: plain.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*plain, &mut packed, &parameters)?;
    Ok(Bytes::from(packed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn kept() -> Kept {
        let kept =
            Kept::new("letter ".repeat(1_000), "text/html; charset=utf-8", "no-cache", "abc-html").unwrap();
        kept.with_header("x-edition", "7").unwrap()
    }

    fn answer(headers: &[(HeaderName, &str)]) -> HttpResponse {
        let request =
            headers.iter().fold(TestRequest::default(), |r, (n, v)| r.append_header((n.clone(), *v)));
        kept().answer(&request.to_http_request())
    }

    #[actix_web::test]
    async fn the_best_accepted_encoding_is_sent() {
        for (accepted, encoding) in [
            ("gzip, deflate, br", Some("br")),
            ("br;q=0, gzip;q=0.5", Some("gzip")),
            ("br; q=0.0,deflate", None),
            ("", None),
            ("*", None),
        ] {
            let response = answer(&[(ACCEPT_ENCODING, accepted)]);
            let header = response.headers().get(CONTENT_ENCODING).map(|v| v.to_str().unwrap().to_owned());
            assert_eq!(header.as_deref(), encoding, "{accepted}");
            assert_eq!(response.headers().get("x-edition").unwrap(), "7");
            assert_eq!(response.headers().get(VARY).unwrap(), "accept-encoding");
        }
    }

    #[actix_web::test]
    async fn every_encoding_is_the_same_body() {
        use std::io::Read;
        let kept = kept();
        let mut unzipped = Vec::new();
        flate2::read::GzDecoder::new(kept.gzip.as_ref()).read_to_end(&mut unzipped).unwrap();
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut kept.brotli.as_ref(), &mut unpacked).unwrap();
        assert!(unzipped == kept.plain && unpacked == kept.plain);
        assert!(kept.brotli.len() < kept.plain.len() / 10);
    }

    #[actix_web::test]
    async fn who_has_it_is_told_so() {
        for (given, status) in [
            ("\"abc-html\"", 304),
            ("W/\"abc-html\"", 304),
            ("\"x\", \"abc-html\"", 304),
            ("*", 304),
            ("\"abc\"", 200),
            ("abc-html", 200),
        ] {
            let response = answer(&[(IF_NONE_MATCH, given)]);
            assert_eq!(response.status().as_u16(), status, "{given}");
            assert_eq!(response.headers().get(ETAG).unwrap(), "\"abc-html\"");
        }
    }
}
