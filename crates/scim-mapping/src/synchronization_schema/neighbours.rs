//! What Graph answers beside a schema: its functions and operators, a tried expression, the job and its template.

use serde_json::Value;

use super::resource::resource;
use super::{
    AttributeDefinition, AttributeMappingSource, MetadataEntry, ObjectDefinition, Presence,
};
use super::{ScalarValue, SynchronizationSchema};

resource! {
    /// The answer of `GET …/schema/functions`.
    AttributeMappingFunctionSchemaCollection("collection of attributeMappingFunctionSchema") {
        /// The functions.
        value: Vec<AttributeMappingFunctionSchema>,
    }
}

resource! {
    /// A function of the expression language, as Graph describes it.
    AttributeMappingFunctionSchema("attributeMappingFunctionSchema") {
        /// The name.
        name: String,
        /// What it takes.
        parameters: Vec<AttributeMappingParameterSchema>,
    }
}

resource! {
    /// A parameter of a function.
    AttributeMappingParameterSchema("attributeMappingParameterSchema") {
        /// The name.
        name: String,
        /// `String`, `Integer`, `Reference`, `Binary`, `Boolean` or `DateTime`.
        r#type: String,
        /// Whether it must be given.
        required: bool,
        /// Whether it can be given several times.
        allow_multiple_occurrences: bool,
    }
}

resource! {
    /// The answer of `GET …/schema/filterOperators`.
    FilterOperatorSchemaCollection("collection of filterOperatorSchema") {
        /// The operators.
        value: Vec<FilterOperatorSchema>,
    }
}

resource! {
    /// An operator of scoping filters, as Graph describes it.
    FilterOperatorSchema("filterOperatorSchema") {
        /// The identifier, the same as the name.
        id: String,
        /// The name.
        name: String,
        /// `Binary` or `Unary`.
        arity: String,
        /// `All` or `Any`.
        multivalued_comparison_type: String,
        /// The types of attributes that it can be used for.
        supported_attribute_types: Vec<String>,
    }
}

resource! {
    /// The body of `POST …/schema/parseExpression`.
    ParseExpressionRequest("parseExpression request") {
        /// The text of the expression.
        expression: String,
        /// The object for which it is evaluated.
        test_input_object: ExpressionInputObject,
        /// The attribute that gets the value.
        target_attribute_definition: AttributeDefinition,
    }
}

resource! {
    /// An object for which an expression is tried.
    ExpressionInputObject("expressionInputObject") {
        /// What its properties are.
        definition: ObjectDefinition,
        /// Their values.
        properties: Vec<PropertyValue>,
    }
}

resource! {
    /// A property of an object for which an expression is tried.
    PropertyValue("stringKeyObjectValuePair") {
        /// The name.
        key: String,
        /// The value, a list for an attribute with many.
        value: Value,
    }
}

resource! {
    /// The answer of `POST …/schema/parseExpression`.
    ParseExpressionResponse("parseExpressionResponse") {
        /// Why it could not be read or evaluated.
        error: PublicError,
        /// The values.
        evaluation_result: Vec<ScalarValue>,
        /// Whether it was evaluated.
        evaluation_succeeded: bool,
        /// The tree of the expression.
        parsed_expression: AttributeMappingSource,
        /// Whether it was read.
        parsing_succeeded: bool,
    }
}

resource! {
    /// An error of Graph.
    PublicError("publicError") {
        /// For programs.
        code: String,
        /// For people.
        message: String,
        /// What is at fault.
        target: String,
    }
}

resource! {
    /// A job that provisions one application.
    SynchronizationJob("synchronizationJob") {
        /// The identifier.
        id: String,
        /// The template that it was made of, such as `scim`.
        template_id: String,
        /// When it runs.
        schedule: SynchronizationSchedule,
        /// How it stands.
        status: SynchronizationStatus,
        /// Its schema, where it was asked for.
        schema: SynchronizationSchema,
        /// Settings of the job.
        synchronization_job_settings: Vec<MetadataEntry>,
    }
}

resource! {
    /// When a job runs.
    SynchronizationSchedule("synchronizationSchedule") {
        /// When it ends.
        expiration: String,
        /// The time between runs, as a duration of ISO 8601 such as `PT40M`.
        interval: String,
        /// `Active`, `Disabled` or `Paused`.
        state: String,
    }
}

resource! {
    /// How a job stands.
    SynchronizationStatus("synchronizationStatus") {
        /// `NotConfigured`, `NotRun`, `Active`, `Paused` or `Quarantine`.
        code: String,
        /// How many runs in a row have failed.
        count_successive_complete_failures: i64,
        /// Whether objects that failed have been given up.
        escrows_pruned: bool,
        /// The last run.
        last_execution: SynchronizationTaskExecution,
        /// The last run without a failure.
        last_successful_execution: SynchronizationTaskExecution,
        /// The last run without a failure that changed the target.
        last_successful_execution_with_exports: SynchronizationTaskExecution,
        /// What a running cycle has done.
        progress: Vec<SynchronizationProgress>,
        /// Why the job is in quarantine.
        quarantine: SynchronizationQuarantine,
        /// When the job first was up to date.
        steady_state_first_achieved_time: String,
        /// When the job last was up to date.
        steady_state_last_achieved_time: String,
        /// How many objects are synchronised, for each type.
        synchronized_entry_count_by_type: Vec<MetadataEntry>,
        /// Where to read on.
        troubleshooting_url: String,
    }
}

resource! {
    /// What a running cycle has done.
    SynchronizationProgress("synchronizationProgress") {
        /// How much is done.
        completed_units: i64,
        /// When this was observed.
        progress_observation_date_time: String,
        /// How much there is.
        total_units: i64,
        /// What is counted.
        units: String,
    }
}

resource! {
    /// Why a job is in quarantine.
    SynchronizationQuarantine("synchronizationQuarantine") {
        /// When it began.
        current_began: String,
        /// The error that led to it.
        error: PublicError,
        /// When the next attempt is.
        next_attempt: String,
        /// `EncounteredBaseEscrowThreshold`, `TooManyDeletes`, …
        reason: String,
        /// When the series of quarantines began.
        series_began: String,
        /// How many there were in the series.
        series_count: i64,
    }
}

resource! {
    /// One run of a job.
    SynchronizationTaskExecution("synchronizationTaskExecution") {
        /// Names the run in the logs.
        activity_identifier: String,
        /// How many objects were added to the failed ones.
        count_escrowed: i64,
        /// How many objects were read that failed before.
        count_escrowed_raw: i64,
        /// How many objects were exported.
        count_exported: i64,
        /// How many exports there should have been.
        count_exports: i64,
        /// How many objects were imported.
        count_imported: i64,
        /// How many of them were changes.
        count_imported_deltas: i64,
        /// How many of them referred to others.
        count_imported_reference_deltas: i64,
        /// What went wrong.
        error: PublicError,
        /// `Succeeded`, `Failed` or `EntryLevelErrors`.
        state: String,
        /// When it began.
        time_began: String,
        /// When it ended.
        time_ended: String,
    }
}

resource! {
    /// What jobs are made of.
    SynchronizationTemplate("synchronizationTemplate") {
        /// The identifier.
        id: String,
        /// The application that it is for.
        application_id: String,
        /// Whether it is the one to use.
        default: bool,
        /// For people.
        description: String,
        /// Whether it appears in lists.
        discoverable: bool,
        /// The kind of connector, such as `CustomSCIM`.
        factory_tag: String,
        /// Further settings.
        metadata: Vec<MetadataEntry>,
        /// The schema with which a job begins.
        schema: SynchronizationSchema,
    }
}
