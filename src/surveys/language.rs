//! In which language somebody is asked: what they chose, what their browser prefers, or the
//! questionnaire's default. Pure.
//!
//! A questionnaire may be in languages that Stoa itself does not speak; their names are kept here.

/// Languages with their own names.
const NAMES: &[(&str, &str)] = &[
    ("am", "አማርኛ"),
    ("ar", "العربية"),
    ("bn", "বাংলা"),
    ("cs", "Čeština"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("en", "English"),
    ("es", "Español"),
    ("fa", "فارسی"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hu", "Magyar"),
    ("id", "Bahasa Indonesia"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("ku", "Kurdî"),
    ("mn", "Монгол"),
    ("ms", "Bahasa Melayu"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sv", "Svenska"),
    ("sw", "Kiswahili"),
    ("th", "ไทย"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("ur", "اردو"),
    ("vi", "Tiếng Việt"),
    ("zh", "中文"),
];

/// What a language calls itself; its tag where nobody told us.
pub fn name(tag: &str) -> &str {
    NAMES.iter().find(|(known, _)| *known == tag || *known == main(tag)).map_or(tag, |(_, name)| name)
}

/// The offered language that comes closest to the wanted tag.
pub fn offered<'a>(languages: &'a [String], wanted: &str) -> Option<&'a str> {
    let same = |tag: &&String| tag.eq_ignore_ascii_case(wanted);
    let near = |tag: &&String| main(tag).eq_ignore_ascii_case(main(wanted));
    languages.iter().find(same).or_else(|| languages.iter().find(near)).map(String::as_str)
}

/// The best of the offered languages for an Accept-Language header.
pub fn preferred<'a>(languages: &'a [String], accept: &str) -> Option<&'a str> {
    let mut wanted: Vec<(&str, f32)> = accept
        .split(',')
        .filter_map(|part| {
            let (tag, weight) = part.split_once(';').map_or((part, 1.0), |(tag, q)| {
                let weight = q.trim().strip_prefix("q=").and_then(|q| q.parse().ok());
                (tag, weight.unwrap_or(0.0))
            });
            (weight > 0.0).then_some((tag.trim(), weight))
        })
        .collect();
    wanted.sort_by(|a, b| b.1.total_cmp(&a.1));
    wanted.iter().find_map(|(tag, _)| offered(languages, tag))
}

fn main(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_order_decides_among_what_is_offered() {
        let languages = ["en".to_owned(), "ar".to_owned(), "pt-BR".to_owned()];
        assert_eq!(preferred(&languages, "fr, ar-JO;q=0.8, en;q=0.5"), Some("ar"));
        assert_eq!(preferred(&languages, "en;q=0.1, pt;q=0.9"), Some("pt-BR"));
        assert_eq!(preferred(&languages, "fr, ar;q=0"), None);
        assert_eq!(preferred(&languages, ""), None);
        assert_eq!(offered(&languages, "AR"), Some("ar"));
    }

    #[test]
    fn languages_are_called_by_their_own_names() {
        assert_eq!((name("ar"), name("pt-BR"), name("xx")), ("العربية", "Português", "xx"));
    }
}
