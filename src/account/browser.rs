//! What a browser says it is, in a few coarse words: enough for somebody to recognize their own, too little to tell people apart.

use std::fmt;

/// `Firefox on Linux`. Nothing else of what a browser sends is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Browser {
    name: &'static str,
    system: &'static str,
}

/// What each calls itself, in the order in which they must be looked for: most claim to be several others too.
const NAMES: [(&str, &str); 8] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

impl Browser {
    /// Reads a `User-Agent` header.
    pub(super) fn of(user_agent: &str) -> Self {
        let first = |all: &[(&str, &'static str)]| {
            all.iter().find(|(mark, _)| user_agent.contains(mark)).map_or("", |(_, words)| *words)
        };
        Self { name: first(&NAMES), system: first(&SYSTEMS) }
    }
}

impl fmt::Display for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name, self.system) {
            ("", "") => f.write_str("A browser of an unknown kind"),
            (name, "") => f.write_str(name),
            ("", system) => write!(f, "A browser on {system}"),
            (name, system) => write!(f, "{name} on {system}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_by_a_few_coarse_words() {
        for (user_agent, words) in [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 \
                 Safari/537.36 Edg/141.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("curl/8.5.0", "A browser of an unknown kind"),
            ("<script>alert(1)</script> Linux", "A browser on Linux"),
        ] {
            assert_eq!(Browser::of(user_agent).to_string(), words);
        }
    }
}
