//! Imports point only up the list of layers in ARCHITECTURE.md, and no two files import each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A module by its path below `crate`, such as `["facts", "prefixes"]`.
type Module = Vec<String>;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

/// The tokens of a file as words, brackets included; what is compiled for tests alone is left out.
fn words(stream: TokenStream, into: &mut Vec<String>) {
    let mut is_of_tests = false;
    for token in stream {
        match token {
            TokenTree::Group(group) => {
                let text = group.stream().to_string().replace(char::is_whitespace, "");
                is_of_tests |= group.delimiter() == Delimiter::Bracket && text == "cfg(test)";
                if is_of_tests && group.delimiter() == Delimiter::Brace {
                    is_of_tests = false;
                    continue;
                }
                let is_tree = group.delimiter() == Delimiter::Brace;
                into.push(if is_tree { "{" } else { "(" }.to_owned());
                words(group.stream(), into);
                into.push(if is_tree { "}" } else { ")" }.to_owned());
            }
            TokenTree::Ident(word) => into.push(word.to_string()),
            TokenTree::Punct(sign) => into.push(sign.to_string()),
            TokenTree::Literal(_) => into.push(String::new()),
        }
    }
}

/// The paths of the tree of a `use` that begins at `at`, below `before`; and where it ends.
fn tree(words: &[String], mut at: usize, before: &Module, paths: &mut Vec<Module>) -> usize {
    let mut path = before.clone();
    loop {
        match words[at].as_str() {
            ":" => at += 1,
            "{" => {
                at += 1;
                while words[at] != "}" {
                    at = tree(words, at, &path, paths);
                    at += usize::from(words[at] == ",");
                }
                return at + 1;
            }
            "as" => at += 2,
            ";" | "," | "}" => {
                paths.push(path);
                return at;
            }
            word => {
                path.push(word.to_owned());
                at += 1;
            }
        }
    }
}

/// Every path that a file names from `crate`, `super` or `self`, or in a `use`.
fn paths(text: &str) -> Vec<Module> {
    let mut all = Vec::new();
    words(text.parse().unwrap(), &mut all);
    let mut paths = Vec::new();
    let mut at = 0;
    while at < all.len() {
        if all[at] == "use" && all.get(at + 1).is_some_and(|next| next != "<") {
            at = tree(&all, at + 1, &Module::new(), &mut paths);
        } else if ["crate", "super", "self"].contains(&all[at].as_str()) {
            let mut path = vec![all[at].clone()];
            while all.get(at + 1).is_some_and(|it| it == ":") && all.get(at + 2).is_some_and(|it| it == ":") {
                at += 3;
                path.extend(all.get(at).cloned());
            }
            // One word alone says how far an item is visible.
            paths.extend((path.len() > 1).then_some(path));
            at += 1;
        } else {
            at += 1;
        }
    }
    paths
}

/// The module of the library, or of the program, that `path` leads into from `from`.
fn resolved(path: &Module, from: &Module, modules: &BTreeMap<Module, String>) -> Option<Module> {
    let (base, passed) = match path.first()?.as_str() {
        "crate" | "tunnelog" => (Module::new(), 1),
        "self" => (from.clone(), 1),
        "super" => {
            let above = path.iter().take_while(|word| *word == "super").count();
            (from[..from.len().checked_sub(above)?].to_vec(), above)
        }
        word => {
            let child = [&from[..], &[word.to_owned()]].concat();
            modules.contains_key(&child).then_some((child, 1))?
        }
    };
    let module = deepest(base, &path[passed..], modules);
    (modules.contains_key(&module) && module != *from).then_some(module)
}

fn deepest(mut module: Module, rest: &[String], modules: &BTreeMap<Module, String>) -> Module {
    for word in rest {
        module.push(word.clone());
        if !modules.contains_key(&module) {
            module.pop();
            break;
        }
    }
    module
}

/// Each module with the text of its file, `main.rs` and `lib.rs` left out.
fn modules() -> BTreeMap<Module, String> {
    let source = root().join("src");
    let mut files = Vec::new();
    collect(&source, &mut files);
    files
        .iter()
        .map(|file| {
            let path = file.strip_prefix(&source).unwrap().with_extension("");
            let module = path.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
            (module, fs::read_to_string(file).unwrap())
        })
        .filter(|(module, _): &(Module, _)| module[..] != ["main"] && module[..] != ["lib"])
        .collect()
}

/// Which modules each module imports from.
fn imports() -> BTreeMap<Module, BTreeSet<Module>> {
    let modules = modules();
    let of = |(module, text): (&Module, &String)| {
        let targets = paths(text).iter().filter_map(|path| resolved(path, module, &modules)).collect();
        (module.clone(), targets)
    };
    modules.iter().map(of).collect()
}

/// The layers that ARCHITECTURE.md lists, from the first to the last: the files in the second column of its table.
fn layers() -> Vec<Module> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let rows = text.lines().skip_while(|line| !line.starts_with("| layer |")).skip(2);
    rows.take_while(|line| line.starts_with('|'))
        .flat_map(|row| {
            let files = row.split('|').nth(2).unwrap();
            files.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()
        })
        .filter_map(|file| {
            let module = file.strip_suffix(".rs")?;
            Some(module.split('/').map(str::to_owned).collect())
        })
        .collect()
}

/// Where `module` stands in the list: by the longest path that it begins with.
fn place(module: &Module, layers: &[Module]) -> Option<usize> {
    let holds = |(_, layer): &(usize, &Module)| module.starts_with(layer);
    layers.iter().enumerate().filter(holds).max_by_key(|(_, layer)| layer.len()).map(|(place, _)| place)
}

#[test]
fn imports_point_only_up_the_list_of_layers() {
    let layers = layers();
    assert!(layers.len() > 20, "the table of layers was not found");
    let imports = imports();
    let mut wrong = Vec::new();
    for (module, targets) in &imports {
        let Some(own) = place(module, &layers) else {
            wrong.push(format!("{} is in no layer", module.join("/")));
            continue;
        };
        for target in targets {
            if place(target, &layers).is_none_or(|other| other > own) {
                wrong.push(format!("{} imports {}", module.join("/"), target.join("/")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The reader of imports sees what there is: the solver runs the rules.
    assert!(imports[&vec!["solve".to_owned(), "run".to_owned()]].contains(&vec!["rules".to_owned()]));
}

#[test]
fn every_layer_is_a_file() {
    let missing: Vec<String> = layers()
        .iter()
        .map(|layer| format!("src/{}.rs", layer.join("/")))
        .filter(|file| !root().join(file).is_file())
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn no_two_files_import_each_other() {
    let imports = imports();
    let mut pairs = Vec::new();
    for (module, targets) in &imports {
        for target in targets.iter().filter(|target| *target > module) {
            if imports.get(target).is_some_and(|back| back.contains(module)) {
                pairs.push(format!("{} and {}", module.join("/"), target.join("/")));
            }
        }
    }
    assert!(pairs.is_empty(), "{}", pairs.join("\n"));
}

/// So what holds of the library built alone, its tests and its documentation, holds beside the program too.
#[test]
fn no_line_of_the_library_depends_on_the_program() {
    let mut texts = modules();
    texts.retain(|module, _| module[0] != "cli");
    texts.insert(vec!["lib".to_owned()], fs::read_to_string(root().join("src/lib.rs")).unwrap());
    let depends = |text: &&String| text.contains("feature = ") || text.contains("cfg!(");
    assert_eq!(texts.values().filter(depends).count(), 0);
    assert!(texts.len() > 100);
}
