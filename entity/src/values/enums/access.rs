//! Who somebody is to the agency, what they may do, and what they are sent.

use super::text_enum;

text_enum! {
    /// What a user may do.
    pub enum Role {
        /// A traveller, who sees and keeps their own profile.
        Customer = "customer",
        /// Staff of the agency, who work with the profiles of its customers.
        Agent = "agent",
        /// Staff who also manage users and reference data.
        Admin = "admin",
    }
}

text_enum! {
    /// Whether a user may sign in.
    pub enum UserStatus {
        /// May sign in.
        Active = "active",
        /// Was invited and has not set a password yet.
        Invited = "invited",
        /// May not sign in any more.
        Disabled = "disabled",
    }
}

text_enum! {
    /// Who has told us of a consent.
    pub enum ConsentSource {
        /// The person.
        Customer = "customer",
        /// Somebody of the agency, on the person's behalf.
        Staff = "staff",
        /// Another system of the agency.
        Client = "client",
    }
}

text_enum! {
    /// Who has asked for an erasure.
    pub enum Requester {
        /// The person.
        Customer = "customer",
        /// Somebody of the agency.
        Staff = "staff",
        /// Another system of the agency.
        Client = "client",
        /// The service itself: its time had come, or it was erased before and a backup has brought it back.
        System = "system",
    }
}

text_enum! {
    /// How an erasure stands.
    pub enum ErasureStatus {
        /// The person has asked for it.
        Requested = "requested",
        /// An administrator has refused it.
        Rejected = "rejected",
        /// The person is erased.
        Done = "done",
    }
}

text_enum! {
    /// Whether another system of the agency gets in.
    pub enum ClientStatus {
        /// Gets tokens, and its tokens are good.
        Active = "active",
        /// Gets no tokens, and those that it has are refused.
        Disabled = "disabled",
    }
}

text_enum! {
    /// What another system of the agency may do with this one (OAuth 2.0 scopes, RFC 6749 §3.3).
    pub enum Scope {
        /// Read, list and search users.
        UsersRead = "users:read",
        /// Add and change customers.
        UsersWrite = "users:write",
        /// Remove customers.
        UsersDelete = "users:delete",
        /// Read, list and search passports; their numbers are masked.
        PassportsRead = "passports:read",
        /// See the numbers of passports, with a purpose that the audit trail keeps, and in booking data.
        PassportsReveal = "passports:reveal",
        /// Add, change and remove passports.
        PassportsWrite = "passports:write",
        /// Read, list and search visas, identity cards and traveller numbers; their numbers are masked.
        TravelDocumentsRead = "travel-documents:read",
        /// See the numbers of visas, identity cards and travellers, with a purpose that the audit trail keeps.
        TravelDocumentsReveal = "travel-documents:reveal",
        /// Add, change and remove visas, identity cards and traveller numbers.
        TravelDocumentsWrite = "travel-documents:write",
        /// Read the catalogue of loyalty programmes.
        LoyaltyProgramsRead = "loyalty-programs:read",
        /// Change the catalogue of loyalty programmes.
        LoyaltyProgramsWrite = "loyalty-programs:write",
        /// Read and list memberships in loyalty programmes.
        LoyaltiesRead = "loyalties:read",
        /// Add, change and remove memberships in loyalty programmes.
        LoyaltiesWrite = "loyalties:write",
        /// Read and list groups and their members by name; what else is shown of members needs a scope of its own.
        GroupsRead = "groups:read",
        /// Add, change and remove groups and their members.
        GroupsWrite = "groups:write",
        /// Read the rules of entry.
        EntryRulesRead = "entry-rules:read",
        /// Change the rules of entry.
        EntryRulesWrite = "entry-rules:write",
        /// Be told which travel documents, traveller numbers and memberships of customers run out.
        AlertsRead = "alerts:read",
        /// Read whom to call when something happens to a traveller.
        EmergencyContactsRead = "emergency-contacts:read",
        /// Add, change and remove emergency contacts.
        EmergencyContactsWrite = "emergency-contacts:write",
        /// Read how travellers sit, eat and are helped: it tells of religion and health.
        PreferencesRead = "preferences:read",
        /// Change travel preferences.
        PreferencesWrite = "preferences:write",
        /// Read the audit trail: who did what to whose data.
        AuditRead = "audit:read",
        /// Read the feed of changes: which records have changed, and which of their fields.
        EventsRead = "events:read",
        /// See where events are sent to, and what came of each.
        WebhooksRead = "webhooks:read",
        /// Say where events are sent to: with it one gets the events of everybody.
        WebhooksWrite = "webhooks:write",
        /// Ask whether the access token of another client, or of a person, is good.
        TokensIntrospect = "tokens:introspect",
    }
}

text_enum! {
    /// What a signing key is used for at present.
    pub enum KeyState {
        /// Published, so that everybody knows it by the time it signs.
        Next = "next",
        /// Signs.
        Current = "current",
        /// Signs no more; what it signed is good until it expires.
        Previous = "previous",
    }
}

text_enum! {
    /// What a mail in the queue is to do.
    pub enum MailKind {
        /// Invite a user to choose a password.
        Invitation = "invitation",
        /// Ask a user to prove that the address is theirs.
        EmailVerification = "email_verification",
        /// The same, if the address turns out to be a user's.
        VerificationRequest = "verification_request",
        /// Finish a registration, or tell whose address it is that they have an account.
        Registration = "registration",
        /// Let a user choose a new password, if the address turns out to be a user's.
        PasswordReset = "password_reset",
        /// Tell a user that the password has changed.
        PasswordChanged = "password_changed",
        /// Ask the new address of a user whether it is theirs.
        EmailChange = "email_change",
        /// Tell the old address of a user that it is no longer the user's.
        EmailChanged = "email_changed",
    }
}

text_enum! {
    /// What the token of a mailed link can be used for.
    pub enum MailPurpose {
        /// Accept an invitation.
        Invitation = "invitation",
        /// Prove an address, or finish a registration.
        EmailVerification = "email_verification",
        /// Choose a new password.
        PasswordReset = "password_reset",
        /// Take a new address.
        EmailChange = "email_change",
    }
}
