//! What languages are called: in English, for the pages, and by those who speak them, for whoever looks for their own.

use super::{Country, Language};

/// Tag, English name, own name (CLDR). What is not here is called by its tag.
const NAMES: [(&str, &str, &str); 92] = [
    ("af", "Afrikaans", "Afrikaans"),
    ("am", "Amharic", "አማርኛ"),
    ("ar", "Arabic", "العربية"),
    ("az", "Azerbaijani", "azərbaycan"),
    ("be", "Belarusian", "беларуская"),
    ("bg", "Bulgarian", "български"),
    ("bn", "Bangla", "বাংলা"),
    ("bs", "Bosnian", "bosanski"),
    ("ca", "Catalan", "català"),
    ("ckb", "Central Kurdish", "کوردیی ناوەندی"),
    ("cs", "Czech", "čeština"),
    ("cy", "Welsh", "Cymraeg"),
    ("da", "Danish", "dansk"),
    ("de", "German", "Deutsch"),
    ("el", "Greek", "Ελληνικά"),
    ("en", "English", "English"),
    ("eo", "Esperanto", "Esperanto"),
    ("es", "Spanish", "español"),
    ("et", "Estonian", "eesti"),
    ("eu", "Basque", "euskara"),
    ("fa", "Persian", "فارسی"),
    ("fi", "Finnish", "suomi"),
    ("fil", "Filipino", "Filipino"),
    ("fr", "French", "français"),
    ("fy", "Western Frisian", "Frysk"),
    ("ga", "Irish", "Gaeilge"),
    ("gl", "Galician", "galego"),
    ("gu", "Gujarati", "ગુજરાતી"),
    ("ha", "Hausa", "Hausa"),
    ("he", "Hebrew", "עברית"),
    ("hi", "Hindi", "हिन्दी"),
    ("hr", "Croatian", "hrvatski"),
    ("hu", "Hungarian", "magyar"),
    ("hy", "Armenian", "հայերեն"),
    ("id", "Indonesian", "Indonesia"),
    ("ig", "Igbo", "Igbo"),
    ("is", "Icelandic", "íslenska"),
    ("it", "Italian", "italiano"),
    ("ja", "Japanese", "日本語"),
    ("ka", "Georgian", "ქართული"),
    ("kk", "Kazakh", "қазақ тілі"),
    ("km", "Khmer", "ខ្មែរ"),
    ("kn", "Kannada", "ಕನ್ನಡ"),
    ("ko", "Korean", "한국어"),
    ("ku", "Kurdish", "kurdî"),
    ("ky", "Kyrgyz", "кыргызча"),
    ("lb", "Luxembourgish", "Lëtzebuergesch"),
    ("lo", "Lao", "ລາວ"),
    ("lt", "Lithuanian", "lietuvių"),
    ("lv", "Latvian", "latviešu"),
    ("mk", "Macedonian", "македонски"),
    ("ml", "Malayalam", "മലയാളം"),
    ("mn", "Mongolian", "монгол"),
    ("mr", "Marathi", "मराठी"),
    ("ms", "Malay", "Melayu"),
    ("mt", "Maltese", "Malti"),
    ("my", "Burmese", "မြန်မာ"),
    ("nb", "Norwegian Bokmål", "norsk bokmål"),
    ("ne", "Nepali", "नेपाली"),
    ("nl", "Dutch", "Nederlands"),
    ("nn", "Norwegian Nynorsk", "norsk nynorsk"),
    ("no", "Norwegian", "norsk"),
    ("pa", "Punjabi", "ਪੰਜਾਬੀ"),
    ("pl", "Polish", "polski"),
    ("ps", "Pashto", "پښتو"),
    ("pt", "Portuguese", "português"),
    ("rm", "Romansh", "rumantsch"),
    ("ro", "Romanian", "română"),
    ("ru", "Russian", "русский"),
    ("rw", "Kinyarwanda", "Ikinyarwanda"),
    ("si", "Sinhala", "සිංහල"),
    ("sk", "Slovak", "slovenčina"),
    ("sl", "Slovenian", "slovenščina"),
    ("so", "Somali", "Soomaali"),
    ("sq", "Albanian", "shqip"),
    ("sr", "Serbian", "српски"),
    ("sv", "Swedish", "svenska"),
    ("sw", "Swahili", "Kiswahili"),
    ("ta", "Tamil", "தமிழ்"),
    ("te", "Telugu", "తెలుగు"),
    ("th", "Thai", "ไทย"),
    ("ti", "Tigrinya", "ትግርኛ"),
    ("tr", "Turkish", "Türkçe"),
    ("uk", "Ukrainian", "українська"),
    ("ur", "Urdu", "اردو"),
    ("uz", "Uzbek", "o‘zbek"),
    ("vi", "Vietnamese", "Tiếng Việt"),
    ("xh", "Xhosa", "IsiXhosa"),
    ("yi", "Yiddish", "ייִדיש"),
    ("yo", "Yoruba", "Èdè Yorùbá"),
    ("zh", "Chinese", "中文"),
    ("zu", "Zulu", "isiZulu"),
];

impl Language {
    /// What it is called in English, with its script and region where the tag names them: `French`, `Portuguese (Brazil)`.
    #[must_use]
    pub fn english_name(&self) -> String {
        let known = NAMES.iter().find(|(tag, ..)| *tag == self.primary());
        let Some((_, english, _)) = known else { return self.as_str().to_owned() };
        self.with_rest((*english).to_owned(), |region| match Country::parse(region) {
            Ok(country) => country.name().to_owned(),
            Err(_) => region.to_owned(),
        })
    }

    /// What its speakers call it: `français`, `português (BR)`.
    #[must_use]
    pub fn own_name(&self) -> String {
        let known = NAMES.iter().find(|(tag, ..)| *tag == self.primary());
        let Some((.., own)) = known else { return self.as_str().to_owned() };
        self.with_rest((*own).to_owned(), ToOwned::to_owned)
    }

    /// The language alone, without script and region.
    #[must_use]
    pub fn primary(&self) -> &str {
        self.identifier().language.as_str()
    }

    fn with_rest(&self, name: String, region_name: impl Fn(&str) -> String) -> String {
        let identifier = self.identifier();
        let script = identifier.script.map(|script| script.as_str().to_owned());
        let region = identifier.region.map(|region| region_name(region.as_str()));
        let rest: Vec<String> = script.into_iter().chain(region).collect();
        if rest.is_empty() { name } else { format!("{name} ({})", rest.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_called_as_people_call_it() {
        for (tag, english, own) in [
            ("fr", "French", "français"),
            ("pt-BR", "Portuguese (Brazil)", "português (BR)"),
            ("sr-Latn", "Serbian (Latn)", "српски (Latn)"),
            ("ar", "Arabic", "العربية"),
            ("gsw", "gsw", "gsw"),
        ] {
            let language = Language::parse(tag).unwrap();
            assert_eq!((language.english_name().as_str(), language.own_name().as_str()), (english, own));
        }
    }

    #[test]
    fn every_name_belongs_to_a_tag_in_its_usual_spelling() {
        let tags: Vec<&str> = NAMES.iter().map(|(tag, ..)| *tag).collect();
        assert!(tags.is_sorted(), "{tags:?}");
        assert!(tags.iter().all(|tag| Language::parse(tag).unwrap().as_str() == *tag));
    }
}
