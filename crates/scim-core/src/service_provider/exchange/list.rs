//! `GET` on a collection and `POST` on its `/.search`
//! ([RFC 7644 §3.4.2](https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2)).

use serde_json::{Value, json};

use super::super::parameters::Parameters;
use super::super::search::{Paging, Search};
use super::super::step::{Answer, Step};
use super::frame::Frame;
use super::{Next, Operation, Outcome, unexpected};
use crate::paging::IndexPage;
use crate::projection::Projection;
use crate::schema::RegisteredResourceType;
use crate::urn;

#[derive(Debug)]
pub(super) struct List {
    resource_type: RegisteredResourceType,
    projection: Projection,
    start_index: usize,
    count: usize,
}

impl List {
    pub(super) fn begin(
        resource_type: RegisteredResourceType,
        parameters: &Parameters,
        frame: &mut Frame,
    ) -> Outcome<Next> {
        let projection =
            parameters.projection(&resource_type, &frame.compatibility, &mut frame.tolerated)?;
        let IndexPage { start_index, count } = parameters.page(&frame.limits)?;
        let search = Search {
            filter: parameters.filter(
                &resource_type,
                &frame.compatibility,
                &mut frame.tolerated,
            )?,
            sort: parameters.sort(&resource_type, &frame.compatibility, &mut frame.tolerated)?,
            paging: Paging::from_index(start_index),
            evaluation_steps: frame.limits.evaluation_steps,
            ..Search::new(resource_type.definition().name.clone(), count)
        };
        Ok(Next::Ask(
            Operation::List(Self {
                resource_type,
                projection,
                start_index,
                count,
            }),
            Step::Search(search),
        ))
    }

    pub(super) fn resume(self, answer: Answer, frame: &Frame) -> Outcome<Next> {
        let Answer::Found(found) = answer else {
            return Err(unexpected());
        };
        let page = found.map_err(|error| frame.store_refusal(error))?;
        // Never more than the client asked for, whatever the store gives.
        let resources: Vec<Value> = page
            .resources
            .into_iter()
            .take(self.count)
            .map(|resource| frame.show(&self.resource_type, resource, &[&self.projection]))
            .collect();
        Ok(Next::Done(frame.json(
            200,
            &json!({
                "schemas": [urn::LIST_RESPONSE],
                "totalResults": page.total_results,
                "startIndex": self.start_index,
                "itemsPerPage": resources.len(),
                "Resources": resources,
            }),
        )))
    }
}
