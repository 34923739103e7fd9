//! Forms: read strictly, and given back filled in.

use super::Fault;
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// The most bytes that a form may have: 64 KiB, unless its address allows more with [`Largest`].
pub const LARGEST: usize = 64 * 1024;

/// How long a body may take to arrive. A second is left of the request's deadline, so that the answer says whose delay it was.
const ARRIVAL: Duration = Duration::from_secs(7);

/// The most bytes that the forms of an address may have, as `app_data` of its resource: for those that hold a whole letter.
#[derive(Clone, Copy, Debug)]
pub struct Largest(pub usize);

/// A form as it was sent, every field at most once. Extracting it refuses what is no form (415), what is too large (413), and
/// what cannot be read: malformed escapes, invalid UTF-8, a field given twice (400). Fields that nobody asks for are ignored.
#[derive(Debug)]
pub struct Form(pub Fields);

/// A form with fields that may be repeated; [`ListForm::with_lists`] names them.
#[derive(Debug)]
pub struct ListForm(BTreeMap<String, Vec<String>>);

impl ListForm {
    /// The fields, where those in `lists` may be repeated.
    ///
    /// # Errors
    /// [`Fault::Unreadable`] when another one is.
    pub fn with_lists(self, lists: &[&str]) -> Result<Fields, Fault> {
        match self.0.iter().any(|(name, values)| values.len() > 1 && !lists.contains(&name.as_str())) {
            true => Err(Fault::Unreadable("A field was sent twice.")),
            false => Ok(Fields(self.0)),
        }
    }
}

/// What an address asks for after its question mark, read as strictly as a form.
///
/// # Errors
/// [`Fault::Unreadable`] when it cannot be read, or holds a name twice.
pub fn query(request: &HttpRequest) -> Result<Fields, Fault> {
    ListForm(parse(request.query_string().as_bytes())?).with_lists(&[])
}

/// What was typed, by the fields' names.
#[derive(Clone, Debug, Default)]
pub struct Fields(BTreeMap<String, Vec<String>>);

impl Fields {
    /// What was typed into a field; empty when the field is absent.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).and_then(|values| values.first()).map_or("", String::as_str)
    }

    /// Whether a box was ticked, or a button pressed: whether the form has the field at all.
    pub fn is_ticked(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Every field with its value, one pair for each time it was sent.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .flat_map(|(name, values)| values.iter().map(move |value| (name.as_str(), value.as_str())))
    }

    /// The same with one field as if this had been typed.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.insert(name.to_owned(), vec![value.into()]);
        self
    }

    /// The same without one field.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    /// Every value of a field that may be repeated, in the order of the form.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.get(name).into_iter().flatten().map(String::as_str)
    }
}

/// A form that we fill in ourselves.
impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Fields {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut fields = BTreeMap::<String, Vec<String>>::new();
        for (name, value) in pairs {
            fields.entry(name.into()).or_default().push(value.into());
        }
        Self(fields)
    }
}

/// One thing to mend.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldError {
    /// The field.
    pub name: &'static str,
    /// What is wrong and how to mend it, as a sentence.
    pub message: String,
}

/// What is to be mended in a form, in the order in which the fields were looked at, which is the order of the page.
#[derive(Clone, Debug, Default)]
pub struct Problems(Vec<FieldError>);

impl Problems {
    /// Notes something to mend.
    pub fn add(&mut self, name: &'static str, message: impl Display) {
        self.0.push(FieldError { name, message: message.to_string() });
    }

    /// The value, if a field could be understood; else its problem is noted.
    pub fn take<T, E: Display>(&mut self, name: &'static str, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|error| self.add(name, error)).ok()
    }

    /// Notes what is to be mended by another look at the form too, after what there is.
    pub fn append(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// Whether there is nothing to mend.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A form for its page: what was typed, and what is to be mended. The templates in `templates/parts` ask it by field name.
#[derive(Clone, Debug, Default)]
pub struct Filled {
    fields: Fields,
    problems: Problems,
}

impl Filled {
    /// A form that shows these values and problems.
    pub fn new(fields: Fields, problems: Problems) -> Self {
        Self { fields, problems }
    }

    /// What stands in a field; empty if nothing does.
    pub fn value(&self, name: &str) -> &str {
        self.fields.get(name)
    }

    /// What is wrong with a field; empty if nothing is.
    pub fn error(&self, name: &str) -> &str {
        self.problems.0.iter().find(|problem| problem.name == name).map_or("", |problem| &problem.message)
    }

    /// What was typed.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// What is to be mended, for a form that is filled in anew.
    pub fn problems(&self) -> Problems {
        self.problems.clone()
    }

    /// Everything that is to be mended, in the order of the page.
    pub fn errors(&self) -> &[FieldError] {
        &self.problems.0
    }
}

impl FromRequest for Form {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let read = read(request, payload);
        Box::pin(async { ListForm(read.await?).with_lists(&[]).map(Form) })
    }
}

impl FromRequest for ListForm {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let read = read(request, payload);
        Box::pin(async { read.await.map(ListForm) })
    }
}

fn read(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<BTreeMap<String, Vec<String>>, Fault>> + use<> {
    let largest = request.app_data::<Largest>().map_or(LARGEST, |largest| largest.0);
    let head = check_head(request.headers(), largest);
    let mut payload = payload.take();
    async move {
        head?;
        let mut body = Vec::new();
        let late = tokio::time::Instant::now() + ARRIVAL;
        while let Some(chunk) =
            tokio::time::timeout_at(late, payload.next()).await.map_err(|_| Fault::TooSlow)?
        {
            let chunk = chunk.map_err(|_| Fault::Unreadable("The request ended too early."))?;
            if body.len() + chunk.len() > largest {
                return Err(Fault::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        parse(&body)
    }
}

fn check_head(headers: &HeaderMap, largest: usize) -> Result<(), Fault> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let (media_type, parameters) = content_type.split_once(';').unwrap_or((content_type, ""));
    let charset =
        parameters.split(';').filter_map(|parameter| parameter.split_once('=')).find_map(|(name, value)| {
            name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
        });
    if !media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
        || charset.is_some_and(|charset| !charset.eq_ignore_ascii_case("utf-8"))
        || headers.get(CONTENT_ENCODING).is_some_and(|value| value != "identity")
    {
        return Err(Fault::UnsupportedMediaType);
    }
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > largest) { Err(Fault::TooLarge) } else { Ok(()) }
}

/// Reads `a=1&b=2` (WHATWG URL, "application/x-www-form-urlencoded parsing"), but refuses what that replaces silently.
fn parse(body: &[u8]) -> Result<BTreeMap<String, Vec<String>>, Fault> {
    let mut fields = BTreeMap::<String, Vec<String>>::new();
    for pair in body.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |b| *b == b'=');
        let mut half = || decode(halves.next().unwrap_or_default());
        let name = half()?;
        fields.entry(name).or_default().push(half()?);
    }
    Ok(fields)
}

fn decode(escaped: &[u8]) -> Result<String, Fault> {
    let digit = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16));
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped.iter().copied();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => digit(rest.next())
                .zip(digit(rest.next()))
                .and_then(|(high, low)| u8::try_from(high * 16 + low).ok())
                .ok_or(Fault::Unreadable("A character in the form was escaped wrongly."))?,
            plain => plain,
        });
    }
    String::from_utf8(bytes).map_err(|_| Fault::Unreadable("The form was not written in UTF-8."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    const URLENCODED: &str = "application/x-www-form-urlencoded";

    fn form(content_type: &str, body: &[u8]) -> TestRequest {
        TestRequest::post().insert_header((CONTENT_TYPE, content_type)).set_payload(body.to_vec())
    }

    async fn extract(request: TestRequest) -> Result<Fields, Fault> {
        let (request, mut payload) = request.to_http_parts();
        Form::from_request(&request, &mut payload).await.map(|form| form.0)
    }

    #[actix_web::test]
    async fn a_form_is_read_as_browsers_write_it() {
        let body = b"organization=guifi.net+%E2%80%93+caf%c3%a9&&authority=yes&empty=&bare&a%3Db=%26";
        for content_type in [URLENCODED, "Application/X-WWW-Form-URLencoded; charset=\"UTF-8\""] {
            let fields = extract(form(content_type, body)).await.unwrap();
            assert_eq!(fields.get("organization"), "guifi.net – café");
            assert!(
                fields.is_ticked("authority") && fields.is_ticked("bare") && !fields.is_ticked("updates")
            );
            assert_eq!((fields.get("empty"), fields.get("absent"), fields.get("a=b")), ("", "", "&"));
        }
        assert!(extract(form(URLENCODED, b"")).await.unwrap().get("x").is_empty());
    }

    #[actix_web::test]
    async fn what_cannot_be_read_is_refused_and_never_repaired() {
        for body in [
            &b"a=%"[..],
            b"a=%4",
            b"a=%4x",
            b"a=%+1",
            b"%zz=1",
            b"a=%ff",
            b"a=\xff",
            b"a=%c0%af",    // overlong
            b"a=%ed%a0%80", // lone surrogate
            b"a=%e2%82",    // truncated
            b"a=1&a=2",
            b"a=1&b=2&%61=1",
        ] {
            let refused = extract(form(URLENCODED, body)).await;
            assert!(matches!(refused, Err(Fault::Unreadable(_))), "{:?}", String::from_utf8_lossy(body));
        }
    }

    #[actix_web::test]
    async fn only_forms_are_taken_and_only_plain_ones() {
        for content_type in [
            "",
            "text/plain",
            "application/json",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded; charset=latin1",
        ] {
            assert!(matches!(extract(form(content_type, b"a=1")).await, Err(Fault::UnsupportedMediaType)));
        }
        let packed = form(URLENCODED, b"a=1").insert_header((CONTENT_ENCODING, "gzip"));
        assert!(matches!(extract(packed).await, Err(Fault::UnsupportedMediaType)));
    }

    #[actix_web::test]
    async fn a_form_is_at_most_64_kib_whatever_it_declares() {
        let exact = [b"a=".to_vec(), vec![b'x'; LARGEST - 2]].concat();
        assert_eq!(extract(form(URLENCODED, &exact)).await.unwrap().get("a").len(), LARGEST - 2);
        let larger = [exact, vec![b'x']].concat();
        assert!(matches!(extract(form(URLENCODED, &larger)).await, Err(Fault::TooLarge)));
        let letter = form(URLENCODED, &larger).app_data(Largest(LARGEST + 1));
        assert!(extract(letter).await.is_ok());
        let declared = form(URLENCODED, b"a=1").insert_header((CONTENT_LENGTH, "70000"));
        assert!(matches!(extract(declared).await, Err(Fault::TooLarge)));
    }

    #[actix_web::test]
    async fn only_a_field_declared_as_a_list_may_be_repeated() {
        let body = form(URLENCODED, b"entry=2&reason=x&entry=1");
        let (request, mut payload) = body.to_http_parts();
        let form = ListForm::from_request(&request, &mut payload).await.unwrap();
        assert_eq!(form.with_lists(&["entry"]).unwrap().all("entry").collect::<Vec<_>>(), ["2", "1"]);
    }

    #[test]
    fn a_form_comes_back_filled_in_with_each_problem_beside_its_field() {
        let mut problems = Problems::default();
        assert_eq!(problems.take("organization", Ok::<_, String>(1)), Some(1));
        assert_eq!(problems.take("country", Err::<i32, _>("Choose a country.")), None);
        problems.add("country", "A second sentence.");
        let form =
            Filled::new([("organization", "ACT | The App Association")].into_iter().collect(), problems);
        assert_eq!(form.value("organization"), "ACT | The App Association");
        assert_eq!((form.error("organization"), form.error("country")), ("", "Choose a country."));
        assert_eq!(form.errors().len(), 2);
    }
}
