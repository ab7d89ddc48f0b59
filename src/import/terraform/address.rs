//! Addresses of Terraform: names between dots, some with an index.

/// One name of an address, with its index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) name: String,
    /// The number or key between brackets; keys without their quotes.
    pub(super) index: Option<String>,
}

/// The steps of an address or of a reference, such as `module.hub[0].azurerm_subnet.this["a.b"].id`.
///
/// None where the text is no address.
pub(super) fn parse(text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = text;
    loop {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        if name.is_empty() {
            return None;
        }
        rest = &rest[end..];
        let mut index = None;
        while let Some(inner) = rest.strip_prefix('[') {
            let (key, after) = bracketed(inner)?;
            index = Some(key);
            rest = after;
        }
        steps.push(Step { name, index });
        match rest.strip_prefix('.') {
            Some(after) => rest = after,
            None if rest.is_empty() => return Some(steps),
            None => return None,
        }
    }
}

/// The key up to the closing bracket, and what follows it.
fn bracketed(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(']')?;
        return Some((text[..end].to_owned(), &text[end + 1..]));
    };
    let mut is_escaped = false;
    let end = quoted.find(|letter| {
        let is_end = letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        is_end
    })?;
    let key: String = serde_json::from_str(&text[..end + 2]).ok()?;
    Some((key, quoted[end + 1..].strip_prefix(']')?))
}

/// The modules that an address lies in, and what follows them.
pub(super) fn split_modules(steps: Vec<Step>) -> (Vec<Step>, Vec<Step>) {
    let mut modules = Vec::new();
    let mut steps = steps.into_iter().peekable();
    while steps.peek().is_some_and(|step| step.name == "module") {
        steps.next();
        modules.extend(steps.next());
    }
    (modules, steps.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<Vec<(String, Option<String>)>> {
        Some(parse(text)?.into_iter().map(|step| (step.name, step.index)).collect())
    }

    #[test]
    fn dots_and_brackets_in_keys_are_letters() {
        let step = |name: &str, index: Option<&str>| (name.to_owned(), index.map(str::to_owned));
        assert_eq!(
            shown("module.hub[0].azurerm_subnet.this[\"a.b]\\\"c\"].id"),
            Some(vec![
                step("module", None),
                step("hub", Some("0")),
                step("azurerm_subnet", None),
                step("this", Some("a.b]\"c")),
                step("id", None),
            ])
        );
        for broken in ["", "a..b", "a[", "a[\"b]", "a[\"b\"c]", "a[0]b"] {
            assert_eq!(shown(broken), None, "{broken}");
        }
    }

    #[test]
    fn modules_come_first() {
        let (modules, rest) = split_modules(parse("module.a.module.b[\"x\"].data.azurerm_subnet.s").unwrap());
        assert_eq!(modules.len(), 2);
        assert_eq!(modules[1].index.as_deref(), Some("x"));
        assert_eq!(rest[0].name, "data");
    }
}
