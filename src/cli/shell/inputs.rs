//! What a call reads and where it writes, which must not be the same.

use std::any::TypeId;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Command, ValueHint};
use tunnelog::import::load::{is_file_of_inventory, is_folder_of_csv, reads};

use crate::cli::shell::exit::Failure;

/// What every verb calls the place of its answer.
const OUTPUT: &str = "output";

/// What stands for an export that comes over the standard input.
const STANDARD_INPUT: &str = "-";

/// The paths that a call names.
#[derive(Default)]
pub(crate) struct Places {
    inputs: Vec<PathBuf>,
    output: Option<PathBuf>,
    /// True where the answer is several files in a folder.
    is_folder: bool,
}

impl Places {
    /// The paths among the arguments of a verb: every one but that of the answer is read.
    pub(crate) fn of(command: &Command, matches: &ArgMatches) -> Self {
        let mut places = Self::default();
        let Some((name, matches)) = matches.subcommand() else { return places };
        let arguments = command.find_subcommand(name).into_iter().flat_map(Command::get_arguments);
        for argument in arguments.filter(|it| it.get_value_parser().type_id() == TypeId::of::<PathBuf>()) {
            let paths = matches.try_get_many::<PathBuf>(argument.get_id().as_str()).ok().flatten();
            let mut paths = paths.into_iter().flatten().cloned();
            if argument.get_id() == OUTPUT {
                places.is_folder = argument.get_value_hint() == ValueHint::DirPath;
                places.output = paths.next_back();
            } else {
                places.inputs.extend(paths);
            }
        }
        places
    }

    /// Fails where the answer would replace something that it is made of, or be read as part of it the next time.
    ///
    /// # Errors
    /// With the path of the answer.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let Some(output) = &self.output else { return Ok(()) };
        let is_taken = |input: &PathBuf| {
            if self.is_folder { is_written_into(input, output) } else { is_replaced(input, output) }
        };
        let Some(input) = self.inputs.iter().find(|input| is_taken(input)) else { return Ok(()) };
        let (what, other) =
            if self.is_folder { ("folder", "another folder") } else { ("file", "a file elsewhere") };
        let (output, input) = (output.display(), input.display());
        Err(Failure::new(format!("the {what} `{output}` is among what is read: `{input}`"))
            .help(format!("name {other} with `-o`")))
    }
}

/// True where a file at `output` is `input`, or is or would be a part of it.
fn is_replaced(input: &Path, output: &Path) -> bool {
    let is_output = |path: &Path| identity(path).is_some_and(|it| Some(it) == identity(output));
    let Some(folder) = folder_read(input) else {
        return is_output(input) || is_standard_input(input, output);
    };
    let outer = folder_of(output);
    let (name, below) = (output.file_name().map(Path::new), outer.file_name().map(Path::new));
    let is_same_folder = |other: &Path| identity(other) == identity(&folder);
    // The name decides, be there a file yet or not.
    let is_inside = name.is_some_and(|name| {
        is_same_folder(&outer) && reads(&folder, name)
            || is_same_folder(&outer.join(".."))
                && below.is_some_and(|below| reads(&folder, &below.join(name)))
    });
    is_inside || files_read(&folder).any(|file| is_output(&file))
}

/// True where files in the folder `output` replace `input` or would be read with it.
fn is_written_into(input: &Path, output: &Path) -> bool {
    let is_same = |one: &Path, other: &Path| identity(one).is_some_and(|it| Some(it) == identity(other));
    let Some(folder) = folder_read(input) else {
        return is_file_of_inventory(input) && is_same(&folder_of(input), output);
    };
    is_same(&folder, output) || is_same(&folder, &folder_of(output)) && !is_folder_of_csv(&folder)
}

/// The folder that is read where `input` is one, or a file that stands for its folder.
fn folder_read(input: &Path) -> Option<PathBuf> {
    if input.is_dir() {
        return Some(input.to_path_buf());
    }
    is_folder_of_csv(input).then(|| folder_of(input))
}

/// The files of an inventory or export in a folder.
fn files_read(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().map(|it| it.path());
    let all = entries(folder).flat_map(move |path| {
        let inner: Vec<PathBuf> = if path.is_dir() { entries(&path).collect() } else { vec![path] };
        inner
    });
    all.filter(move |path| path.strip_prefix(folder).is_ok_and(|rest| reads(folder, rest)))
}

/// The folder that `path` lies in, as one that can be opened.
fn folder_of(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf())
}

/// What two paths of one file have in common; none where there is no file.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(path).ok()?;
    (found.is_file() || found.is_dir()).then(|| (found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}

/// True where `input` is the standard input, and that a file which is at `output`.
#[cfg(unix)]
fn is_standard_input(input: &Path, output: &Path) -> bool {
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;
    if input != Path::new(STANDARD_INPUT) {
        return false;
    }
    let stream = std::io::stdin().as_fd().try_clone_to_owned();
    let found = stream.and_then(|stream| fs::File::from(stream).metadata());
    found.is_ok_and(|it| Some((it.dev(), it.ino())) == identity(output))
}

#[cfg(not(unix))]
fn is_standard_input(_: &Path, _: &Path) -> bool {
    false
}
