//! Finished answers that are kept in memory, compressed once: the public pages and the assets.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue,
    IF_NONE_MATCH, VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use brotli::enc::BrotliEncoderParams;
use bytes::Bytes;
use std::io::Write;

/// A body in three encodings, with the headers that belong to it. Clones share the bytes.
#[derive(Clone, Debug)]
pub struct Kept {
    plain: Variant,
    gzip: Variant,
    brotli: Variant,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// A body in one encoding. Each has an ETag of its own, because a strong one stands for bytes (RFC 9110 section 8.8.3.3).
#[derive(Clone, Debug)]
struct Variant {
    body: Bytes,
    etag: HeaderValue,
    encoding: Option<HeaderValue>,
}

/// From this size a body is compressed faster and a little larger: somebody is waiting for it.
const LARGE: usize = 32 * 1024;

/// How far back the compressor looks, as a power of two in bytes. Lists repeat themselves within less; the usual 22 needs sixteen times
/// the memory.
const WINDOW: i32 = 18;

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
    /// Compresses a body, which takes a while: not for a thread that answers. `tag` is what stands between the quotation
    /// marks of its ETag; `caching` is its `Cache-Control`.
    ///
    /// # Errors
    /// See [`NotKept`].
    pub fn new(
        body: impl Into<Vec<u8>>,
        content_type: &'static str,
        caching: &'static str,
        tag: &str,
    ) -> Result<Self, NotKept> {
        let plain = kept_bytes(body.into());
        let variant = |body, suffix: &str, encoding: Option<&'static str>| {
            let etag = HeaderValue::from_str(&format!("\"{tag}{suffix}\"")).map_err(|_| NotKept::Header)?;
            Ok::<_, NotKept>(Variant { body, etag, encoding: encoding.map(HeaderValue::from_static) })
        };
        Ok(Self {
            gzip: variant(gzip(&plain)?, "_gz", Some("gzip"))?,
            brotli: variant(brotli(&plain)?, "_br", Some("br"))?,
            plain: variant(plain, "", None)?,
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
        &self.plain.body
    }

    /// The answer to a request: 304 when the client has it already, in whichever encoding, else the bytes in the best
    /// encoding it takes.
    pub fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let had = [&self.brotli, &self.gzip, &self.plain]
            .into_iter()
            .find(|variant| has_it(request.headers(), variant.etag.as_bytes()));
        let best = || match best(request.headers()) {
            Encoding::Brotli => &self.brotli,
            Encoding::Gzip => &self.gzip,
            Encoding::Plain => &self.plain,
        };
        let variant = had.unwrap_or_else(best);
        let status = if had.is_some() { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
        let mut response = HttpResponse::new(status);
        let headers = response.headers_mut();
        headers.insert(ETAG, variant.etag.clone());
        // A 304 says what decides whether the copy may be used, and nothing of a body (RFC 9110 section 15.4.5).
        let said = |name: &HeaderName| had.is_none() || name != CONTENT_TYPE;
        for (name, value) in self.headers.iter().filter(|(name, _)| said(name)) {
            headers.insert(name.clone(), value.clone());
        }
        if had.is_some() {
            return response;
        }
        if let Some(encoding) = &variant.encoding {
            headers.insert(CONTENT_ENCODING, encoding.clone());
        }
        response.set_body(actix_web::body::BoxBody::new(variant.body.clone()))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Encoding {
    Plain,
    Gzip,
    Brotli,
}

/// RFC 9110 section 12.5.3, as far as we offer anything: what is named and not refused with `q=0`. The smaller one is sent whatever the
/// client likes better, as the section allows. Names are read without regard to case (section 8.4.1).
fn best(headers: &HeaderMap) -> Encoding {
    let mut best = Encoding::Plain;
    for line in headers.get_all(ACCEPT_ENCODING).filter_map(|value| value.to_str().ok()) {
        for offer in line.split(',') {
            let (name, weight) = offer.split_once(';').unwrap_or((offer, ""));
            let refused =
                || weight.trim().strip_prefix("q=").is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
            let is = |encoding: &str| name.trim().eq_ignore_ascii_case(encoding);
            if is("br") && !refused() {
                return Encoding::Brotli;
            }
            if is("gzip") && !refused() {
                best = Encoding::Gzip;
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
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(plain)?;
    encoder.finish().map(kept_bytes)
}

fn brotli(plain: &[u8]) -> std::io::Result<Bytes> {
    // Measured with 100 kB of names: quality 5 takes 2 ms, and 9 more than ten times as long to save a thirtieth.
    let quality = if plain.len() < LARGE { 9 } else { 5 };
    let parameters =
        BrotliEncoderParams { quality, lgwin: WINDOW, size_hint: plain.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*plain, &mut packed, &parameters)?;
    Ok(kept_bytes(packed))
}

/// Bytes that stay for long take no more room than they need.
fn kept_bytes(mut bytes: Vec<u8>) -> Bytes {
    bytes.shrink_to_fit();
    Bytes::from(bytes)
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
            ("GZIP", Some("gzip")),
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
        flate2::read::GzDecoder::new(kept.gzip.body.as_ref()).read_to_end(&mut unzipped).unwrap();
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut kept.brotli.body.as_ref(), &mut unpacked).unwrap();
        assert!(unzipped == kept.plain.body && unpacked == kept.plain.body);
        assert!(kept.brotli.body.len() < kept.plain.body.len() / 10);
    }

    #[actix_web::test]
    async fn who_has_it_is_told_so() {
        for (given, status, tag) in [
            ("\"abc-html\"", 304, "\"abc-html\""),
            ("W/\"abc-html\"", 304, "\"abc-html\""),
            ("\"x\", \"abc-html_gz\"", 304, "\"abc-html_gz\""),
            ("*", 304, "\"abc-html_br\""),
            ("\"abc\"", 200, "\"abc-html_gz\""),
            ("abc-html", 200, "\"abc-html_gz\""),
        ] {
            let response = answer(&[(IF_NONE_MATCH, given), (ACCEPT_ENCODING, "gzip")]);
            assert_eq!(response.status().as_u16(), status, "{given}");
            assert_eq!(response.headers().get(ETAG).unwrap(), tag);
            assert_eq!(response.headers().contains_key(CONTENT_ENCODING), status == 200);
        }
    }
}
