//! The configuration file: what it says takes the place of the defaults of the command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::builder::Resettable;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};
use toml::de::{DeTable, DeValue};

/// The flag that names the file.
const FLAG: &str = "config";

/// Why a configuration file cannot be used. A value is never repeated: it may be a secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigurationFileError {
    #[error("the configuration file {} cannot be read: {cause}", .file.display())]
    Unreadable {
        file: PathBuf,
        cause: std::io::Error,
    },
    #[error("the configuration file {}, line {line}: {problem}", .file.display())]
    Line {
        file: PathBuf,
        line: usize,
        problem: String,
    },
}

/// The command, with the values of the file that the arguments or the environment name, if they name one, as defaults.
pub(crate) fn with_file(
    command: Command,
    arguments: &[OsString],
) -> Result<Command, ConfigurationFileError> {
    // Whatever else is wrong with the arguments is told later, by the command that is returned.
    let looked = command
        .clone()
        .ignore_errors(true)
        .try_get_matches_from(arguments);
    let file = looked.ok().and_then(|found| {
        let found = found.try_get_one::<PathBuf>(FLAG).ok()??;
        Some(found.clone())
    });
    let Some(file) = file else {
        return Ok(command);
    };
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(cause) => return Err(ConfigurationFileError::Unreadable { file, cause }),
    };
    apply(command, &file, &text)
}

fn apply(mut command: Command, file: &Path, text: &str) -> Result<Command, ConfigurationFileError> {
    let wrong = |offset: usize, problem: String| ConfigurationFileError::Line {
        file: file.to_owned(),
        line: line_of(text, offset),
        problem,
    };
    let table = DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        wrong(offset, error.message().to_owned())
    })?;
    // By itself: neither the environment nor what is missing is to blame for what stands in the file.
    let alone = command
        .clone()
        .mut_args(|argument| argument.env(Resettable::Reset));
    for (key, value) in table.get_ref() {
        let name: &str = key.get_ref();
        let is_flag = |argument: &Arg| argument.get_long() == Some(name) && name != FLAG;
        let Some(flag) = command.get_arguments().find(|argument| is_flag(argument)) else {
            return Err(wrong(key.span().start, unknown(&alone, name)));
        };
        let id = flag.get_id().clone();
        let value_name = flag.get_value_names().and_then(|names| names.first());
        let value_name = value_name.map_or_else(|| name.to_uppercase(), ToString::to_string);
        let Some(text) = plain(value.get_ref()) else {
            let problem = format!("`{name}` takes one text or number: {name} = \"{value_name}\"");
            return Err(wrong(value.span().start, problem));
        };
        let program = command.get_name().to_owned();
        let checked = alone
            .clone()
            .try_get_matches_from([program, format!("--{name}={text}")]);
        if let Err(error) = checked {
            let problem = format!("the value of `{name}` {}", refusal(&error, &value_name));
            return Err(wrong(value.span().start, problem));
        }
        command = command.mut_arg(id, |argument| argument.default_value(text));
    }
    Ok(command)
}

/// A key that no flag is called, with the one that was perhaps meant.
fn unknown(command: &Command, name: &str) -> String {
    let arguments = [command.get_name().to_owned(), format!("--{name}=")];
    let error = command.clone().try_get_matches_from(arguments).err();
    let nearest = error.and_then(|error| match error.get(ContextKind::SuggestedArg) {
        Some(ContextValue::String(flag)) if flag != "--config" => {
            Some(flag.trim_start_matches('-').to_owned())
        }
        _ => None,
    });
    if let Some(nearest) = nearest {
        return format!("there is no key `{name}`; did you mean `{nearest}`?");
    }
    let flags = command.get_arguments().filter_map(Arg::get_long);
    let keys = flags.filter(|flag| ![FLAG, "help", "version"].contains(flag));
    let keys = keys.collect::<Vec<_>>().join(", ");
    format!("there is no key `{name}`; the keys are {keys}")
}

fn refusal(error: &clap::Error, value_name: &str) -> String {
    if let Some(ContextValue::Strings(values)) = error.get(ContextKind::ValidValue) {
        return format!("is none of {}", values.join(", "));
    }
    let cause =
        std::error::Error::source(error).filter(|_| error.kind() == ErrorKind::ValueValidation);
    match cause {
        Some(cause) => format!("is no {value_name}: {cause}"),
        None => format!("is no {value_name}"),
    }
}

fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.clone().into_owned()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        _ => None,
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    let before = text.bytes().take(offset);
    before.filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command_line::CommandLine;
    use clap::{CommandFactory as _, FromArgMatches as _};

    fn applied(text: &str) -> Result<Command, ConfigurationFileError> {
        apply(CommandLine::command(), Path::new("peakon.toml"), text)
    }

    #[test]
    fn the_file_comes_before_the_default_and_after_the_flag() {
        let command = applied("listen = \"127.0.0.1:4000\"\nbody-bytes = 1_000\nlog = \"warn\"\n");
        let matches = command
            .unwrap()
            .try_get_matches_from(["peakon-service", "--log", "error"]);
        let read = CommandLine::from_arg_matches(&matches.unwrap()).unwrap();
        assert_eq!(read.listen.port(), 4000);
        assert_eq!(read.limits.body_bytes, 1000);
        assert_eq!(read.log, tracing::level_filters::LevelFilter::ERROR);
    }

    #[track_caller]
    fn refused(text: &str, problem: &str) {
        let error = applied(text).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        refused(
            "\nlisten = 4000",
            "peakon.toml, line 2: the value of `listen` is no ADDRESS:PORT",
        );
        refused(
            "log = \"info\"\nlisen = \"hunter2\"",
            "line 2: there is no key `lisen`; did you mean `listen`?",
        );
        refused("xyzzy = 1", "the keys are listen, ");
        refused("config = \"peakon.toml\"", "there is no key `config`");
        refused("unknown-members = \"hunter2\"", "is none of refuse, keep");
        refused(
            "connections = 0",
            "line 1: the value of `connections` is no NUMBER",
        );
        refused("token = [\"hunter2\"]", "`token` takes one text or number");
        refused("token = \"hunter2", "line 1: ");
        refused(
            "listen = \"127.0.0.1:1\"\nlisten = \"127.0.0.1:2\"",
            "line 2: ",
        );
    }

    #[test]
    fn the_example_of_the_help_can_be_used() {
        let help = CommandLine::command();
        let help = help.get_after_help().unwrap().to_string();
        let (_, example) = help.split_once("the file before the default:\n").unwrap();
        let lines = example.lines().take_while(|line| line.starts_with("  "));
        let example = lines.collect::<Vec<_>>().join("\n");
        let matches = applied(&example)
            .unwrap()
            .try_get_matches_from(["peakon-service"]);
        let read = CommandLine::from_arg_matches(&matches.unwrap()).unwrap();
        assert_eq!(read.listen.port(), 8443);
        assert_eq!(read.limits.requests_per_second, 500);
        assert!(read.tls().is_some());
    }

    #[test]
    fn every_flag_has_a_variable() {
        for argument in CommandLine::command().get_arguments() {
            let Some(flag) = argument.get_long() else {
                continue;
            };
            let variable = match flag {
                "database" => "DATABASE_URL".to_owned(),
                flag => format!("PEAKON_{}", flag.replace('-', "_").to_uppercase()),
            };
            let found = argument.get_env().and_then(|found| found.to_str());
            assert_eq!(found, Some(variable.as_str()), "--{flag}");
        }
    }
}
