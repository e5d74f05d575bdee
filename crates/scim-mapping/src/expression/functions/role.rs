//! The roles that a user has in the application.

use serde_json::{Map, Value, json};

use super::super::{EvaluatedValue, EvaluationError, Node};
use super::{Call, Outcome};

/// One assignment, as far as targets are told of it.
struct Role {
    value: Option<String>,
    display_name: Option<String>,
}

impl Role {
    fn name(&self) -> Option<&String> {
        self.value.as_ref().or(self.display_name.as_ref())
    }

    /// An assignment is the role's name, an object, or such an object as a text, which is how PATCH carries it.
    fn read(value: &Value) -> Result<Option<Self>, EvaluationError> {
        match value {
            Value::Null => Ok(None),
            Value::String(text) => match serde_json::from_str(text) {
                Ok(Value::Object(members)) => Self::from_members(&members),
                _ => Ok(Some(text).filter(|text| !text.is_empty()).map(|text| Self {
                    value: Some(text.clone()),
                    display_name: Some(text.clone()),
                })),
            },
            Value::Object(members) => Self::from_members(members),
            other => Err(EvaluationError::new(format!(
                "{other} is no assignment of a role; it is a name or an object with value and displayName"
            ))),
        }
    }

    fn from_members(members: &Map<String, Value>) -> Result<Option<Self>, EvaluationError> {
        let text = |name: &str| {
            members
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let role = Self {
            value: text("value"),
            display_name: text("displayName").or_else(|| text("display")),
        };
        if role.name().is_none() {
            return Err(EvaluationError::new(
                "an assignment of a role has neither value nor displayName; look the role up by its appRoleId first",
            ));
        }
        Ok(Some(role))
    }
}

fn roles(call: &Call<'_>) -> Result<Vec<Role>, EvaluationError> {
    let Some(Node::Attribute(name)) = call.node(0) else {
        return Err(EvaluationError::new(
            "the argument is not the attribute [appRoleAssignments]",
        ));
    };
    let mut roles = Vec::new();
    match call.scope.record.get(name) {
        None => {}
        Some(Value::Array(values)) => {
            for value in values {
                roles.extend(Role::read(value)?);
            }
        }
        Some(single) => roles.extend(Role::read(single)?),
    }
    Ok(roles)
}

pub(super) fn single(call: &Call<'_>) -> Outcome {
    let roles = roles(call)?;
    Ok(roles.first().and_then(Role::name).cloned().into())
}

/// `display` is how the element calls the role's name.
pub(super) fn complex(call: &Call<'_>, display: &str) -> Outcome {
    let elements: Vec<Map<String, Value>> = roles(call)?
        .into_iter()
        .map(|role| {
            let mut element = Map::new();
            element.insert("primary".to_owned(), json!(false));
            element.insert("type".to_owned(), json!("WindowsAzureActiveDirectoryRole"));
            if let Some(name) = role.display_name {
                element.insert(display.to_owned(), Value::String(name));
            }
            if let Some(value) = role.value {
                element.insert("value".to_owned(), Value::String(value));
            }
            element
        })
        .collect();
    Ok(if elements.is_empty() {
        EvaluatedValue::Null
    } else {
        EvaluatedValue::Complex(elements)
    })
}
