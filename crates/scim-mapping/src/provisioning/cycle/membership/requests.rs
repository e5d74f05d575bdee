//! The requests that make the members of a group, some of them to each.

use std::collections::VecDeque;

use scim_core::message::{PatchOperation, PatchOperationKind, PatchRequest};
use scim_core::scim_filter::{AttributePath, PatchPath, ValueFilter};
use serde_json::{Value, json};

use crate::provisioning::PatchDialect;
use crate::provisioning::cycle::ProvisioningCycle;
use crate::provisioning::cycle::task::Task;

impl ProvisioningCycle {
    pub(super) fn member_requests(
        &self,
        task: &Task,
        added: &[String],
        removed: &[String],
    ) -> VecDeque<PatchRequest> {
        let object = self.job.object(task.kind);
        let dialect = object.map_or(PatchDialect::Rfc, |object| object.mapping().patch_dialect());
        let size = self.job.settings().members_per_request.max(1);
        let Ok(members) = AttributePath::new("members") else {
            return VecDeque::new();
        };
        let path = PatchPath::Attribute(members.clone());
        let list = |ids: &[String]| ids.iter().map(|id| json!({ "value": id })).collect();
        let mut requests = VecDeque::new();
        for ids in added.chunks(size) {
            let add = PatchOperation::new(
                PatchOperationKind::Add,
                Some(path.clone()),
                Some(Value::Array(list(ids))),
            );
            requests.push_back(PatchRequest::new(vec![add]));
        }
        for ids in removed.chunks(size) {
            let remove = PatchOperationKind::Remove;
            let operations = if dialect == PatchDialect::Entra {
                let value = Some(Value::Array(list(ids)));
                vec![PatchOperation::new(remove, Some(path.clone()), value)]
            } else {
                let Ok(value) = AttributePath::new("value") else {
                    continue;
                };
                let one = |id: &String| {
                    let path = PatchPath::ValuePath {
                        attribute: members.clone(),
                        filter: ValueFilter::eq(value.clone(), id.as_str()),
                        sub_attribute: None,
                    };
                    PatchOperation::new(remove, Some(path), None)
                };
                ids.iter().map(one).collect()
            };
            requests.push_back(PatchRequest::new(operations));
        }
        requests
    }
}
