//! Names of what waits.

use super::enums::text_enum;

text_enum! {
    /// What waits to be done behind the backs of requests.
    pub enum QueueName {
        /// Entries of the audit trail that are not chained yet.
        Audit = "audit",
        /// Events that are not in the feed of changes yet.
        Events = "events",
        /// Mail that could be sent by now.
        Mail = "mail",
        /// Webhooks that could be sent by now.
        Webhooks = "webhooks",
    }
}
