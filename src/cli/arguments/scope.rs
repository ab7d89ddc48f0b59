//! Whose answers are asked for, and about what.

use std::fmt;
use std::net::IpAddr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum, ValueHint};
use tunnelog::answer::{By, Resolution, Status};
use tunnelog::class::{Class, Profile};
use tunnelog::prefix::{Prefix, PrefixError};

/// A model, and the classes that are asked for.
pub(crate) type Classes<'a> = (Profile, &'a [Class]);

/// Whose answers or differences are listed.
#[derive(Args, Debug)]
pub(crate) struct ScopeArguments {
    /// Only the clients of this gateway, named by its VNet or as Azure calls it; may be given several times.
    #[arg(long, value_name = "NAME", help_heading = "Narrowing", value_hint = ValueHint::Other)]
    pub(crate) gateway: Vec<String>,

    /// Only this class of clients; may be given several times.
    #[arg(long, value_delimiter = ',', value_parser = classes(), help_heading = "Narrowing")]
    pub(crate) class: Vec<Class>,

    /// Only this client, by its name in `clients.csv`; may be given several times.
    #[arg(long, value_name = "NAME", help_heading = "Narrowing", value_hint = ValueHint::Other)]
    pub(crate) client: Vec<String>,

    /// Group by client class or by named client; with `--client`, always by client.
    #[arg(long, value_name = "WHOM", default_value = "class")]
    by: Whose,

    #[command(flatten)]
    pub(crate) profile: ModelArguments,
}

impl ScopeArguments {
    /// The model, and the classes that are asked for; none where clients are listed by name, who may be of classes of either model.
    pub(crate) fn classes(&self) -> Option<Classes<'_>> {
        (self.by() == By::Class).then(|| (self.profile.get(), &self.class[..]))
    }

    /// Whether answers are given by class or by client.
    pub(crate) fn by(&self) -> By {
        if self.by == Whose::Client || !self.client.is_empty() { By::Client } else { By::Class }
    }

    /// The clients that are asked for; none for all.
    pub(crate) fn clients(&self) -> Option<Vec<String>> {
        (!self.client.is_empty()).then(|| self.client.clone())
    }
}

/// Whom the answer is about.
#[derive(Args, Debug)]
pub(crate) struct SubjectArguments {
    /// The client, by its name in `clients.csv`.
    #[arg(long, value_name = "NAME", conflicts_with = "gateway", value_hint = ValueHint::Other)]
    pub(crate) client: Option<String>,

    /// The gateway that the clients connect to, named by its VNet or as Azure calls it.
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) gateway: Option<String>,

    /// The class of the clients; may be left out where there is but one.
    #[arg(long, value_delimiter = ',', value_parser = classes())]
    pub(crate) class: Vec<Class>,

    #[command(flatten)]
    pub(crate) profile: ModelArguments,
}

impl SubjectArguments {
    /// The model, and the class that is asked for; none where a client is named, who may be of a class of either model.
    pub(crate) fn classes(&self) -> Option<Classes<'_>> {
        self.client.is_none().then(|| (self.profile.get(), &self.class[..]))
    }
}

/// Whose packets are looked at: the clients of one gateway, or one client.
#[derive(Args, Debug)]
#[group(id = "start", multiple = false)]
pub(crate) struct StartArguments {
    /// The gateway that clients connect to, or a client: short for `--gateway` or `--client`.
    #[arg(long, value_name = "GATEWAY|CLIENT", value_hint = ValueHint::Other)]
    from: Option<String>,

    /// The gateway that clients connect to, named by its VNet or as Azure calls it.
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) gateway: Option<String>,

    /// The client, by its name in `clients.csv`.
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) client: Option<String>,
}

impl StartArguments {
    /// What is named, whichever it is.
    pub(crate) fn name(&self) -> Option<&String> {
        self.from.as_ref().or(self.gateway.as_ref()).or(self.client.as_ref())
    }
}

/// Whose routes and destinations are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Whose {
    /// Classes of clients that get the same routes.
    Class,
    /// Clients by name, with the routes that their users added.
    Client,
}

/// What `--model` was called before.
pub(crate) const OLD_MODEL: &str = "profile";

/// What clients are taken to do.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct ModelArguments {
    /// How clients get their routes: `article` (Microsoft's documentation) or `observed` (field reports, per protocol).
    #[arg(long = "model", alias = OLD_MODEL, value_name = "MODEL", default_value = "article", value_parser = models())]
    model: Profile,
}

impl ModelArguments {
    pub(crate) fn get(self) -> Profile {
        self.model
    }
}

/// What `--to` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum To {
    Network(String),
    Prefix(Prefix),
    Address(IpAddr),
}

impl fmt::Display for To {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(name) => f.write_str(name),
            Self::Prefix(prefix) => prefix.fmt(f),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl To {
    /// The network that is named.
    pub(crate) fn network(&self) -> Option<&String> {
        match self {
            Self::Network(name) => Some(name),
            Self::Prefix(_) | Self::Address(_) => None,
        }
    }
}

pub(crate) fn classes() -> impl TypedValueParser<Value = Class> {
    one_of(&Class::ALL, Class::word)
}

pub(crate) fn statuses() -> impl TypedValueParser<Value = Status> {
    one_of(&Status::ALL, Status::word)
}

pub(crate) fn resolutions() -> impl TypedValueParser<Value = Resolution> {
    one_of(&Resolution::ALL, Resolution::word)
}

pub(crate) fn models() -> impl TypedValueParser<Value = Profile> {
    one_of(&Profile::ALL, Profile::word)
}

/// A parser of words into the values that they stand for.
pub(crate) fn one_of<T: Copy + Send + Sync>(
    values: &'static [T],
    word: fn(T) -> &'static str,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(values.iter().map(|value| word(*value))).try_map(move |text| {
        values.iter().copied().find(|value| word(*value) == text).ok_or("not one of the words")
    })
}

pub(crate) fn destination(text: &str) -> Result<To, String> {
    match text.parse() {
        Ok(prefix) => Ok(To::Prefix(prefix)),
        Err(PrefixError::NoLength(_)) => text.parse().map(To::Address).map_err(|_| "not an address".into()),
        Err(error @ (PrefixError::HostBits(_) | PrefixError::LeadingZero(_))) => Err(error.to_string()),
        Err(PrefixError::NotAPrefix) => Ok(To::Network(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_told_from_its_form() {
        assert_eq!(destination("10.2.0.0/16"), Ok(To::Prefix("10.2.0.0/16".parse().unwrap())));
        for text in ["010.2.0.0/16", "10.2.0.0/016", "10.2.0.09"] {
            assert!(destination(text).is_err_and(|error| error.contains("octal")), "{text}");
        }
        assert_eq!(destination("fd00::9"), Ok(To::Address("fd00::9".parse().unwrap())));
        assert_eq!(destination("hub/west"), Ok(To::Network("hub/west".into())));
        let error = destination("10.2.0.1/16").unwrap_err();
        assert!(error.contains("`10.2.0.0/16`"), "{error}");
    }
}
