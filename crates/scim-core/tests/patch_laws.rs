//! Laws of PATCH over generated resources and requests.

#[cfg(test)]
#[path = "semantics/registry.rs"]
mod registry;

#[cfg(test)]
#[path = "patch_laws/generate.rs"]
mod generate;

#[cfg(test)]
mod laws {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use scim_core::compatibility::Compatibility;
    use scim_core::message::{PatchOperation, PatchRequest};
    use scim_core::patch::{self, AttributeChange, PatchLimits};
    use scim_core::resource::Resource;
    use scim_core::schema::RegisteredResourceType;
    use scim_core::urn;
    use serde_json::{Value, json};

    use super::generate::{
        compatibility, group, member, on_members, on_members_oddly, operation, user,
    };
    use super::registry::resource_type;

    fn resource(value: &Value) -> Resource {
        Resource::new(value.as_object().unwrap().clone())
    }

    fn read(
        operations: &[Value],
        resource_type: &RegisteredResourceType,
        compatibility: &Compatibility,
    ) -> Option<PatchRequest> {
        let body = json!({"schemas": [urn::PATCH_OP], "Operations": operations});
        PatchRequest::read(&body, resource_type, compatibility).ok()
    }

    /// The order of entries carries no meaning.
    fn without_order(value: &Value) -> Value {
        let mut value = value.clone();
        for entries in value.as_object_mut().unwrap().values_mut() {
            if let Value::Array(entries) = entries {
                entries.sort_by_key(ToString::to_string);
            }
        }
        value
    }

    fn at<'v>(resource: &'v Value, path: &str) -> Option<&'v Value> {
        match path.rsplit_once(':') {
            Some((urn, name)) => resource.get(urn)?.get(name),
            None => resource.get(path),
        }
    }

    /// What a change tells leads from the one state to the other.
    fn check_change(
        change: &AttributeChange,
        before: &Value,
        after: &Value,
    ) -> Result<(), TestCaseError> {
        let (old, new) = (at(before, &change.path), at(after, &change.path));
        prop_assert_ne!(old, new, "{:?}", change);
        if change.path == "password" {
            prop_assert_eq!((&change.before, &change.after), (&None, &None));
            return Ok(());
        }
        let list = |value: Option<&Value>| -> Option<Vec<Value>> {
            value.map_or(Some(Vec::new()), |value| value.as_array().cloned())
        };
        let is_list = old.or(new).is_some_and(Value::is_array);
        if !is_list {
            prop_assert_eq!(old, change.before.as_ref());
            prop_assert_eq!(new, change.after.as_ref());
            return Ok(());
        }
        let mut entries = list(old).unwrap();
        for went in list(change.before.as_ref()).unwrap() {
            let position = entries.iter().position(|entry| *entry == went);
            prop_assert!(position.is_some(), "{:?} was not in {:?}", went, old);
            entries.remove(position.unwrap());
        }
        for came in list(change.after.as_ref()).unwrap() {
            prop_assert!(!entries.contains(&came), "{:?} was there", came);
            entries.push(came);
        }
        let mut new = list(new).unwrap();
        entries.sort_by_key(ToString::to_string);
        new.sort_by_key(ToString::to_string);
        prop_assert_eq!(entries, new);
        Ok(())
    }

    /// One request does what its operations do one after the other, and changes nothing if it fails.
    fn check(
        before: &Value,
        operations: &[Value],
        resource_type: &RegisteredResourceType,
        compatibility: &Compatibility,
    ) -> Result<(), TestCaseError> {
        let Some(request) = read(operations, resource_type, compatibility) else {
            return Ok(());
        };
        let limits = PatchLimits::default();
        let untouched = resource(before);
        let mut patched = untouched.clone();
        let mut one_by_one = Some(untouched.clone());
        for operation in &request.operations {
            one_by_one = one_by_one.and_then(|current| {
                let request = PatchRequest::new(vec![PatchOperation::clone(operation)]);
                patch::apply(&request, &current, resource_type, compatibility)
                    .ok()
                    .map(|patched| patched.resource)
            });
        }
        match patch::apply_in_place(
            &request,
            &mut patched,
            resource_type,
            compatibility,
            &limits,
        ) {
            Err(error) => {
                prop_assert_eq!(&patched, &untouched, "{}", error);
                prop_assert_eq!(one_by_one, None, "{}", error);
            }
            Ok(applied) => {
                let after = applied.resource().to_value();
                if let Some(one_by_one) = one_by_one {
                    prop_assert_eq!(without_order(&one_by_one.to_value()), without_order(&after));
                }
                prop_assert_eq!(applied.is_unchanged(), *before == after);
                let changes = applied.changes();
                prop_assert_eq!(applied.is_unchanged(), changes.is_empty());
                for change in &changes {
                    check_change(change, before, &after)?;
                }
                for (name, value) in after.as_object().unwrap() {
                    let is_told = |change: &AttributeChange| {
                        change.path == *name || change.path.starts_with(&format!("{name}:"))
                    };
                    if before.get(name) != Some(value) {
                        prop_assert!(changes.iter().any(is_told), "{} {:?}", name, changes);
                    }
                }
                applied.undo();
                prop_assert_eq!(&patched, &untouched);
            }
        }
        Ok(())
    }

    /// A delta leads any group where the request leads it, and an error that needs no group is the one that any group gets.
    fn check_delta(
        group: &Value,
        operations: &[Value],
        compatibility: &Compatibility,
    ) -> Result<(), TestCaseError> {
        let groups = resource_type("Group").unwrap();
        let Some(request) = read(operations, &groups, compatibility) else {
            return Ok(());
        };
        let applied = patch::apply(&request, &resource(group), &groups, compatibility);
        let delta = patch::entry_delta(&request, &groups, compatibility, &PatchLimits::default());
        let delta = match delta {
            Ok(Some(delta)) => delta,
            Ok(None) => return Ok(()),
            Err(error) => {
                prop_assert_eq!(applied.err(), Some(error));
                return Ok(());
            }
        };
        let is =
            |entry: &Value, value: &str| entry.get("value").and_then(Value::as_str) == Some(value);
        let mut expected = group.clone();
        let mut members = group
            .get("members")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        members.retain(|entry| !delta.removed.iter().any(|removed| is(entry, removed)));
        for added in delta.added {
            let value = added
                .get("value")
                .and_then(Value::as_str)
                .unwrap()
                .to_owned();
            if !members.iter().any(|entry| is(entry, &value)) {
                members.push(added);
            }
        }
        if members.is_empty() {
            expected.as_object_mut().unwrap().remove("members");
        } else {
            expected["members"] = members.into();
        }
        let applied = applied.map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(
            without_order(&applied.resource.to_value()),
            without_order(&expected)
        );
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

        #[test]
        fn a_request_on_a_user_is_its_operations_or_nothing(
            user in user(), operations in vec(operation(), 1..5), compatibility in compatibility(),
        ) {
            check(&user, &operations, &resource_type("User").unwrap(), &compatibility)?;
        }

        #[test]
        fn a_request_on_a_group_is_its_operations_or_nothing(
            group in group(), operations in vec(on_members(), 1..8), compatibility in compatibility(), fails in any::<bool>(),
        ) {
            let mut operations = operations;
            if fails {
                operations.push(json!({"op": "replace", "path": "id", "value": "2"}));
            }
            check(&group, &operations, &resource_type("Group").unwrap(), &compatibility)?;
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

        #[test]
        fn a_delta_is_the_request(
            group in group(), operations in vec(prop_oneof![on_members(), on_members_oddly()], 1..6),
            compatibility in compatibility(),
        ) {
            check_delta(&group, &operations, &compatibility)?;
            let few = json!({"schemas": [urn::GROUP], "id": "1", "displayName": "G", "members": [member(1), member(3)]});
            check_delta(&few, &operations, &compatibility)?;
            check_delta(&json!({"schemas": [urn::GROUP], "id": "1", "displayName": "G"}), &operations, &compatibility)?;
        }
    }

    #[test]
    fn a_thousand_operations_on_a_large_group_look_at_it_twice() {
        let groups = resource_type("Group").unwrap();
        let compatibility = Compatibility::standard();
        let members: Vec<_> = (0..100_000).map(member).collect();
        let mut group =
            resource(&json!({"schemas": [urn::GROUP], "displayName": "G", "members": members}));
        let operations: Vec<_> = (0..1_000)
            .map(|step| {
                let id = step * 97;
                match step % 4 {
                    0 => json!({"op": "add", "path": "members", "value": [member(id + 200_000)]}),
                    1 => json!({"op": "remove", "path": format!("members[value eq \"{id}\"]")}),
                    2 => json!({"op": "remove", "path": "members", "value": [{"value": id.to_string()}]}),
                    _ => json!({"op": "add", "path": "members", "value": [member(id)]}),
                }
            })
            .collect();
        let request = read(&operations, &groups, &compatibility).unwrap();
        let mut limits = PatchLimits::default();
        // One scan, one index, and for each operation a look-up and at most one entry.
        limits.examined_entries = 202_000;
        let applied =
            patch::apply_in_place(&request, &mut group, &groups, &compatibility, &limits).unwrap();
        let changes = applied.changes();
        assert_eq!(changes.len(), 1);
        assert_eq!(
            changes[0]
                .before
                .as_ref()
                .and_then(Value::as_array)
                .map(Vec::len),
            Some(500)
        );
        assert_eq!(
            changes[0]
                .after
                .as_ref()
                .and_then(Value::as_array)
                .map(Vec::len),
            Some(250)
        );
        let members = applied
            .resource()
            .get("members")
            .and_then(Value::as_array)
            .unwrap();
        assert_eq!(members.len(), 99_750);
        applied.undo();
        limits.examined_entries = 100_000;
        let untouched = group.clone();
        let refused =
            patch::apply_in_place(&request, &mut group, &groups, &compatibility, &limits).err();
        assert_eq!(
            refused.map(|error| error.kind()),
            Some(scim_core::error::ErrorKind::PayloadTooLarge)
        );
        assert_eq!(group, untouched);
    }

    #[test]
    fn entries_that_an_index_does_not_tell_apart_are_counted() {
        let groups = resource_type("Group").unwrap();
        let compatibility = Compatibility::standard();
        let members: Vec<_> = (0..1_000)
            .map(|number| json!({"value": "x", "display": number.to_string()}))
            .collect();
        let mut group =
            resource(&json!({"schemas": [urn::GROUP], "displayName": "G", "members": members}));
        let untouched = group.clone();
        let operation =
            json!({"op": "add", "path": "members[value eq \"x\"]", "value": {"type": "User"}});
        let request = read(&[operation.clone(), operation], &groups, &compatibility).unwrap();
        let mut limits = PatchLimits::default();
        limits.examined_entries = 500_000;
        let refused =
            patch::apply_in_place(&request, &mut group, &groups, &compatibility, &limits).err();
        assert_eq!(
            refused.map(|error| error.kind()),
            Some(scim_core::error::ErrorKind::PayloadTooLarge)
        );
        assert_eq!(group, untouched);
    }
}
