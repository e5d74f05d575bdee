//! Source records: the attributes of one object of the directory.

use std::fmt;

use serde_json::{Map, Value};

use crate::expression::EvaluatedValue;

/// The attributes of one source object, by the names that mappings use.
///
/// Names are compared as written, as Entra does.
///
/// ```
/// use scim_mapping::Record;
///
/// let record = Record::from_json(r#"{"userPrincipalName": "ines@fjordlab.example", "mail": null}"#)?;
/// assert_eq!(record.text("userPrincipalName").as_deref(), Some("ines@fjordlab.example"));
/// assert_eq!(record.text("mail"), None);
/// # Ok::<(), scim_mapping::RecordError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Record {
    attributes: Map<String, Value>,
}

/// Why a value is no record.
///
/// ```
/// use scim_mapping::{Record, RecordError};
///
/// let error = Record::from_graph_user(&serde_json::json!({"mail": "ines@fjordlab.example"})).unwrap_err();
/// assert!(matches!(error, RecordError::NoId));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The text is no JSON.
    #[error("the record is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The value is JSON, but no object.
    #[error("a record is a JSON object with the attributes as members, not {0}")]
    NotAnObject(&'static str),
    /// A user of Microsoft Graph without an id cannot be told from others.
    #[error("the user has no `id`; ask Microsoft Graph for it with $select=id,…")]
    NoId,
}

impl RecordError {
    pub(crate) fn not_an_object(value: &Value) -> Self {
        Self::NotAnObject(kind(value))
    }
}

impl Record {
    /// A record with these attributes, whose names are taken as they are.
    ///
    /// ```
    /// # use scim_mapping::Record;
    /// let record = Record::new(serde_json::Map::new());
    /// assert_eq!(record, Record::default());
    /// ```
    #[must_use]
    pub fn new(attributes: Map<String, Value>) -> Self {
        Self { attributes }
    }

    /// Reads a JSON object whose names are the ones that mappings use.
    ///
    /// # Errors
    ///
    /// When the text is no JSON object.
    ///
    /// ```
    /// # use scim_mapping::Record;
    /// assert_eq!(Record::from_json("[]").unwrap_err().to_string(), "a record is a JSON object with the attributes as members, not a list");
    /// ```
    pub fn from_json(text: &str) -> Result<Self, RecordError> {
        match serde_json::from_str(text)? {
            Value::Object(attributes) => Ok(Self::new(attributes)),
            other => Err(RecordError::not_an_object(&other)),
        }
    }

    /// Reads a user as Microsoft Graph gives it, and renames its properties to those of the synchronisation: `id` becomes
    /// `objectId`, `mobilePhone` `mobile`, `officeLocation` `physicalDeliveryOfficeName`, the first of `businessPhones`
    /// `telephoneNumber`, and so on. Other properties keep their names.
    ///
    /// `accountEnabled: false` or a `deletedDateTime` makes `IsSoftDeleted` true, unless the user says it himself.
    ///
    /// # Errors
    ///
    /// When the value is no object or has no `id`.
    ///
    /// ```
    /// # use scim_mapping::Record;
    /// let user = serde_json::json!({
    ///     "id": "1f0c9a6e-77b2-4c1d-9e35-0a4b8d2c6f10",
    ///     "businessPhones": ["+47 22 55 01 34"],
    ///     "manager": {"id": "81d4e7aa-0000-4000-8000-000000000001"},
    /// });
    /// let record = Record::from_graph_user(&user)?;
    /// assert_eq!(record.text("telephoneNumber").as_deref(), Some("+47 22 55 01 34"));
    /// assert_eq!(record.text("manager").as_deref(), Some("81d4e7aa-0000-4000-8000-000000000001"));
    /// # Ok::<(), scim_mapping::RecordError>(())
    /// ```
    pub fn from_graph_user(user: &Value) -> Result<Self, RecordError> {
        let Value::Object(properties) = user else {
            return Err(RecordError::not_an_object(user));
        };
        if !properties.get("id").is_some_and(Value::is_string) {
            return Err(RecordError::NoId);
        }
        let mut attributes = Map::new();
        for (name, value) in properties {
            match (name.as_str(), value) {
                ("onPremisesExtensionAttributes", Value::Object(extensions)) => {
                    attributes.extend(extensions.clone());
                }
                ("onPremisesExtensionAttributes", Value::Null) => {}
                ("businessPhones", Value::Array(phones)) => {
                    if let Some(first) = phones.first() {
                        attributes.insert("telephoneNumber".to_owned(), first.clone());
                    }
                    attributes.insert(name.clone(), value.clone());
                }
                ("passwordProfile", Value::Object(profile)) => {
                    if let Some(password) = profile.get("password") {
                        attributes.insert("passwordProfile.password".to_owned(), password.clone());
                    }
                }
                // A delta page tells who the manager is now, and of the former one that he is not.
                ("manager@delta", Value::Array(changes)) => {
                    let now = changes
                        .iter()
                        .rfind(|manager| manager.get("@removed").is_none())
                        .cloned();
                    attributes.insert("manager".to_owned(), now.unwrap_or(Value::Null));
                }
                (name, value) => {
                    attributes.insert(synchronization_name(name).to_owned(), value.clone());
                }
            }
        }
        if !attributes.contains_key("IsSoftDeleted") {
            let disabled = attributes.get("accountEnabled") == Some(&Value::Bool(false));
            let deleted = attributes
                .get("deletedDateTime")
                .is_some_and(|deleted| !deleted.is_null());
            attributes.insert("IsSoftDeleted".to_owned(), Value::Bool(disabled || deleted));
        }
        Ok(Self::new(attributes))
    }

    /// The attribute as JSON; `None` when there is none.
    ///
    /// ```
    /// # use scim_mapping::Record;
    /// let record = Record::from_json(r#"{"accountEnabled": true}"#)?;
    /// assert_eq!(record.get("accountEnabled"), Some(&true.into()));
    /// # Ok::<(), scim_mapping::RecordError>(())
    /// ```
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.attributes.get(name)
    }

    /// The attribute as one text; `None` for null, for an empty text and for several values.
    ///
    /// ```
    /// # use scim_mapping::Record;
    /// let record = Record::from_json(r#"{"employeeId": 7, "mail": "", "proxyAddresses": ["a", "b"]}"#)?;
    /// assert_eq!(record.text("employeeId").as_deref(), Some("7"));
    /// assert_eq!(record.text("mail"), None);
    /// assert_eq!(record.text("proxyAddresses"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        match self.value(name) {
            EvaluatedValue::List(values) if values.len() > 1 => None,
            value => Some(value.to_string()).filter(|text| !text.is_empty()),
        }
    }

    /// The same record with an attribute set.
    ///
    /// ```
    /// # use scim_mapping::Record;
    /// let record = Record::default().with("IsSoftDeleted", true);
    /// assert_eq!(record.get("IsSoftDeleted"), Some(&true.into()));
    /// ```
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.attributes.insert(name.into(), value.into());
        self
    }

    /// All attributes.
    ///
    /// ```
    /// # use scim_mapping::Record;
    /// let record = Record::default().with("mail", "ines@fjordlab.example");
    /// assert!(record.attributes().keys().eq(["mail"]));
    /// ```
    #[must_use]
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.attributes
    }

    /// The attribute as the expression language sees it.
    pub(crate) fn value(&self, name: &str) -> EvaluatedValue {
        self.attributes
            .get(name)
            .map_or(EvaluatedValue::Null, EvaluatedValue::from_json)
    }
}

/// Only the names: the values are those of a person, a password among them, and must not reach a log.
impl fmt::Debug for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_set()
            .entries(self.attributes.keys())
            .finish()
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The name in synchronisation schemas of a property of Microsoft Graph's user.
fn synchronization_name(property: &str) -> &str {
    match property {
        "id" => "objectId",
        "mobilePhone" => "mobile",
        "officeLocation" => "physicalDeliveryOfficeName",
        "faxNumber" => "facsimileTelephoneNumber",
        "onPremisesSyncEnabled" => "dirSyncEnabled",
        "onPremisesImmutableId" => "immutableId",
        other => other,
    }
}
