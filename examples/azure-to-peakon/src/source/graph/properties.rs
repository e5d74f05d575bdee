//! Which properties of Microsoft Graph a mapping needs.

use std::collections::BTreeSet;

/// What is asked of Graph for each object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Properties {
    /// The value of `$select`.
    pub(super) select: String,
    /// Whether the manager is needed, who is no property and is asked for with `$expand`.
    pub(super) manager: bool,
}

impl Properties {
    /// The properties behind these attributes of mappings, with those that name a user and say whether he may sign in.
    pub(super) fn of_users<'a>(attributes: impl IntoIterator<Item = &'a str>) -> Self {
        let mut select: BTreeSet<&str> = [
            "id",
            "userPrincipalName",
            "displayName",
            "mail",
            "accountEnabled",
        ]
        .into();
        let mut manager = false;
        for name in attributes {
            match name {
                "manager" => manager = true,
                other => select.extend(property(other)),
            }
        }
        Self {
            select: select.into_iter().collect::<Vec<_>>().join(","),
            manager,
        }
    }

    /// The same for groups, whose members are read by themselves.
    pub(super) fn of_groups<'a>(attributes: impl IntoIterator<Item = &'a str>) -> Self {
        let mut select: BTreeSet<&str> = ["id", "displayName"].into();
        let names = attributes
            .into_iter()
            .filter(|name| !["members", "IsSoftDeleted"].contains(name));
        select.extend(names.filter_map(property));
        Self {
            select: select.into_iter().collect::<Vec<_>>().join(","),
            manager: false,
        }
    }
}

/// The property of Graph behind an attribute; none for what Graph does not give.
fn property(attribute: &str) -> Option<&str> {
    let number = attribute.strip_prefix("extensionAttribute");
    if number.is_some_and(|number| number.parse::<u8>().is_ok()) {
        return Some("onPremisesExtensionAttributes");
    }
    match attribute {
        "objectId" => Some("id"),
        "mobile" => Some("mobilePhone"),
        "physicalDeliveryOfficeName" => Some("officeLocation"),
        "facsimileTelephoneNumber" => Some("faxNumber"),
        "telephoneNumber" => Some("businessPhones"),
        "dirSyncEnabled" => Some("onPremisesSyncEnabled"),
        "immutableId" => Some("onPremisesImmutableId"),
        "onPremisesSecurityIdentifier" => Some("onPremisesSecurityIdentifier"),
        "IsSoftDeleted" => Some("accountEnabled"),
        "originalUserPrincipalName" => Some("userPrincipalName"),
        "appRoleAssignments" | "passwordProfile.password" => None,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::Properties;

    #[test]
    fn attributes_of_mappings_become_properties_of_graph() {
        let attributes = [
            "mobile",
            "manager",
            "extensionAttribute7",
            "telephoneNumber",
            "IsSoftDeleted",
            "employeeId",
        ];
        let wanted = Properties::of_users(attributes);
        assert!(wanted.manager);
        assert_eq!(
            wanted.select,
            "accountEnabled,businessPhones,displayName,employeeId,id,mail,mobilePhone,onPremisesExtensionAttributes,userPrincipalName"
        );
        assert_eq!(
            Properties::of_groups(["displayName", "members", "objectId"]).select,
            "displayName,id"
        );
    }
}
