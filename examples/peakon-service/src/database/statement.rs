//! A statement that is put together from parts, in the same text for both databases.

use std::fmt::Write as _;

use sqlx::any::AnyArguments;
use sqlx::query::QueryAs;
use sqlx::{Any, AssertSqlSafe};

/// A text of our own and the values of its parameters, which are never part of the text.
#[derive(Debug, Default)]
pub(crate) struct Statement {
    text: String,
    parameters: Vec<Parameter>,
}

#[derive(Debug)]
enum Parameter {
    Text(String),
    Integer(i64),
}

impl Statement {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            parameters: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    pub(crate) fn bind(&mut self, value: impl Into<String>) -> &mut Self {
        self.add(Parameter::Text(value.into()))
    }

    pub(crate) fn bind_integer(&mut self, value: i64) -> &mut Self {
        self.add(Parameter::Integer(value))
    }

    fn add(&mut self, parameter: Parameter) -> &mut Self {
        self.parameters.push(parameter);
        let _ = write!(self.text, "${}", self.parameters.len());
        self
    }

    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn into_query_as<T>(self) -> QueryAs<'static, Any, T, AnyArguments>
    where
        T: for<'r> sqlx::FromRow<'r, sqlx::any::AnyRow>,
    {
        let mut query = sqlx::query_as(AssertSqlSafe(self.text));
        for parameter in self.parameters {
            query = match parameter {
                Parameter::Text(text) => query.bind(text),
                Parameter::Integer(number) => query.bind(number),
            };
        }
        query
    }
}
