//! Names that look alike and are not the same: they differ in letters that nobody sees, in letters of other scripts of the
//! same form, or in case beyond what names are compared without.

use rustc_hash::FxHashMap;

use super::{Context, Found};
use crate::diagnostic::{Code, Diagnostic};
use crate::marks::is_unseen;
use crate::names::NameId;
use crate::source::Span;

/// Letters of other scripts, in small letters, and what each is taken for in a name of Latin letters.
///
/// A small letter stands for its capital too, since names are compared without regard to case: the Cyrillic `н` is here
/// for its capital, which looks like `H`.
const FORMS: [(&str, &str); 4] = [
    // Cyrillic.
    ("авекмнорстухіјѕһԁԛԝӏ", "abekmhopctyxijshdqwl"),
    // Greek.
    ("αβεζηικμνορτυχγ", "abezhikmvoptuxy"),
    // Armenian, and what is printed with Latin.
    ("օսհոıſɑɡ", "ouhnisag"),
    // Dashes, dots, quotes and blanks.
    (
        "\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2212}\u{fe63}\u{2024}\u{2018}\u{2019}\u{a0}\u{2002}\u{2003}\u{2009}\u{202f}\u{3000}",
        "-------.''      ",
    ),
];

/// Letters with a mark, by the mark that stands behind the letter where it is written apart.
const MARKED: [(char, &str, &str); 13] = [
    ('\u{300}', "aeioun", "àèìòùǹ"),
    ('\u{301}', "aceilnorsuyz", "áćéíĺńóŕśúýź"),
    ('\u{302}', "aceghijosuwyz", "âĉêĝĥîĵôŝûŵŷẑ"),
    ('\u{303}', "ainouvye", "ãĩñõũṽỹẽ"),
    ('\u{304}', "aeiou", "āēīōū"),
    ('\u{306}', "aegiou", "ăĕğĭŏŭ"),
    ('\u{307}', "cegz", "ċėġż"),
    ('\u{308}', "aeiouywеі", "äëïöüÿẅёї"),
    ('\u{30a}', "au", "åů"),
    ('\u{30b}', "ou", "őű"),
    ('\u{30c}', "acdegilnorstuz", "ǎčďěǧǐľňǒřšťǔž"),
    ('\u{327}', "cgklnrst", "çģķļņŗşţ"),
    ('\u{328}', "aeiu", "ąęįų"),
];

/// Letters that are printed as several.
const SEVERAL: [(char, &str); 6] =
    [('ß', "ss"), ('ﬀ', "ff"), ('ﬁ', "fi"), ('ﬂ', "fl"), ('ﬃ', "ffi"), ('ﬄ', "ffl")];

pub(super) fn check(context: &Context<'_>, found: &mut Found) {
    let vnets = context.inventory.vnets.iter().map(|vnet| (vnet.name, vnet.origin));
    let sites = context.inventory.sites.iter().map(|site| (site.name, site.origin));
    let named = vnets.chain(sites);
    let text = |name: NameId| context.inventory.names.text(name);
    // Names of ASCII alone are as they look, so few inventories need more than this.
    let mut groups: FxHashMap<String, Vec<(Span, NameId)>> = FxHashMap::default();
    for (name, origin) in named.clone().filter(|(name, _)| !text(*name).is_ascii()) {
        groups.entry(form(text(name))).or_default().push((origin, name));
    }
    if groups.is_empty() {
        return;
    }
    for (name, origin) in named.filter(|(name, _)| text(*name).is_ascii()) {
        if let Some(group) = groups.get_mut(&form(text(name))) {
            group.push((origin, name));
        }
    }
    for group in groups.values_mut().filter(|group| group.len() > 1) {
        group.sort_unstable();
        let (first_origin, first) = group[0];
        for &(origin, name) in &group[1..] {
            let (one, other) = (context.shown(first), context.shown(name));
            let label =
                format!("expected names that can be told apart; this one has {}", letters(text(name)));
            found.push(
                Diagnostic::new(
                    Code::LookAlikeNames,
                    format!("{one} and {other} look alike and are two names"),
                )
                .at(context.cell(origin, "name"), label)
                .with(context.cell(first_origin, "name"), format!("this one has {}", letters(text(first))))
                .help("write both alike where they are one network, and rename one where they are two"),
            );
        }
    }
}

/// The letters of a name that are not of ASCII, by their numbers.
fn letters(name: &str) -> String {
    const SHOWN: usize = 3;
    let others = name.chars().filter(|letter| !letter.is_ascii());
    let others: Vec<String> = others.map(|letter| format!("U+{:04X}", u32::from(letter))).collect();
    match others.len() {
        0 => "letters of ASCII alone".to_owned(),
        count if count > SHOWN => format!("{} and {} more", others[..SHOWN].join(", "), count - SHOWN),
        _ => others.join(", "),
    }
}

/// What a name looks like: equal for names that look alike.
fn form(name: &str) -> String {
    let mut form = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase).filter(|letter| !is_unseen(*letter)) {
        push(plain(letter), &mut form);
    }
    form
}

fn push(letter: char, form: &mut String) {
    if letter.is_ascii() {
        form.push(letter);
        return;
    }
    if let Some((_, several)) = SEVERAL.iter().find(|(known, _)| *known == letter) {
        form.push_str(several);
        return;
    }
    let marked =
        MARKED.iter().find_map(|(mark, bare, marked)| Some((counterpart(letter, marked, bare)?, *mark)));
    match marked {
        // The mark of `i̇`, which is what a capital with its dot becomes, is seen in every `i`.
        _ if letter == '\u{307}' && form.ends_with('i') => {}
        Some((bare, mark)) => form.extend([same_form(bare), mark]),
        None => form.push(same_form(letter)),
    }
}

fn same_form(letter: char) -> char {
    FORMS.iter().find_map(|(others, latin)| counterpart(letter, others, latin)).unwrap_or(letter)
}

/// The letter of `to` that stands where `letter` stands in `from`.
fn counterpart(letter: char, from: &str, to: &str) -> Option<char> {
    to.chars().nth(from.chars().position(|known| known == letter)?)
}

/// The letter of ASCII that one in another width or of mathematics is.
fn plain(letter: char) -> char {
    let code = u32::from(letter);
    let ascii = match code {
        0xff01..=0xff5e => code - 0xfee0,
        0x1_d400..=0x1_d6a3 => match (code - 0x1_d400) % 52 {
            capital @ 0..26 => u32::from('a') + capital,
            small => u32::from('a') + small - 26,
        },
        0x1_d7ce..=0x1_d7ff => u32::from('0') + (code - 0x1_d7ce) % 10,
        _ => return letter,
    };
    char::from_u32(ascii).unwrap_or(letter).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_go_together() {
        for (others, latin) in FORMS {
            assert_eq!(others.chars().count(), latin.chars().count(), "{others}");
        }
        for (mark, bare, marked) in MARKED {
            assert_eq!(bare.chars().count(), marked.chars().count(), "{mark:?}");
        }
    }

    #[test]
    fn names_that_look_alike_have_one_form() {
        for (one, other) in [
            ("hub", "h\u{200b}ub"),
            ("hub", "hub\u{e0041}"),
            ("spoke", "ѕр\u{43e}ке"),
            ("Hub", "\u{41d}ub"),
            ("HUB", "ｈｕｂ"),
            ("office", "oﬃce"),
            ("straße", "STRASSE"),
            ("Zürich", "Zu\u{308}rich"),
            ("hub-1", "hub\u{2010}1"),
            ("site", "sıte"),
            ("Istanbul", "İstanbul"),
            ("\u{1d421}ub", "hub"),
            ("ΑΒ", "AB"),
            ("ё", "ë"),
        ] {
            assert_eq!(form(one), form(other), "{one} {other:?}");
        }
    }

    #[test]
    fn names_that_differ_to_the_eye_do_not() {
        for (one, other) in
            [("Zürich", "Zurich"), ("hub1", "hub2"), ("хаб", "xab"), ("å", "a"), ("çay", "cay")]
        {
            assert_ne!(form(one), form(other), "{one} {other}");
        }
    }
}
