//! What the audit trail tells apart.

use super::enums::text_enum;

text_enum! {
    /// What was done, or tried, as the audit trail names it.
    pub enum AuditAction {
        /// Staff, another system or the command line added a user.
        UserCreated = "user.created",
        /// Somebody became a customer without staff.
        UserRegistered = "user.registered",
        /// A user was changed.
        UserUpdated = "user.updated",
        /// A user was removed, with all that hung on the user.
        UserDeleted = "user.deleted",
        /// All that is known of a person was handed out.
        UserExported = "user.exported",
        /// A person was erased; what this trail had sealed for the person cannot be opened any more.
        UserErased = "user.erased",
        /// A person's data was put out of use.
        UserRestricted = "user.restricted",
        /// A person's data was put back into use.
        UserUnrestricted = "user.unrestricted",
        /// Somebody asked to be erased.
        ErasureRequested = "erasure.requested",
        /// A request to be erased was refused.
        ErasureRejected = "erasure.rejected",
        /// Somebody agreed to something, refused it or took it back.
        ConsentRecorded = "consent.recorded",
        /// A passport was recorded.
        PassportCreated = "passport.created",
        /// A passport was changed.
        PassportUpdated = "passport.updated",
        /// A passport was removed.
        PassportDeleted = "passport.deleted",
        /// The number of a passport was shown to somebody who is not its holder.
        PassportRevealed = "passport.revealed",
        /// A visa was recorded.
        VisaCreated = "visa.created",
        /// A visa was changed.
        VisaUpdated = "visa.updated",
        /// A visa was removed.
        VisaDeleted = "visa.deleted",
        /// The number of a visa was shown to somebody who is not its holder.
        VisaRevealed = "visa.revealed",
        /// An identity card was recorded.
        IdentityCardCreated = "identity_card.created",
        /// An identity card was changed.
        IdentityCardUpdated = "identity_card.updated",
        /// An identity card was removed.
        IdentityCardDeleted = "identity_card.deleted",
        /// The number of an identity card was shown to somebody who is not its holder.
        IdentityCardRevealed = "identity_card.revealed",
        /// A traveller's number was recorded.
        TravellerNumberCreated = "traveller_number.created",
        /// A traveller's number was changed.
        TravellerNumberUpdated = "traveller_number.updated",
        /// A traveller's number was removed.
        TravellerNumberDeleted = "traveller_number.deleted",
        /// A traveller's number was shown to somebody who is not its holder.
        TravellerNumberRevealed = "traveller_number.revealed",
        /// Somebody wanted to see more numbers of documents within an hour than one may; noted once an hour. An alarm.
        RevealLimited = "reveal.limited",
        /// A membership in a loyalty programme was recorded.
        LoyaltyCreated = "loyalty.created",
        /// A membership was changed.
        LoyaltyUpdated = "loyalty.updated",
        /// A membership was removed.
        LoyaltyDeleted = "loyalty.deleted",
        /// Somebody to call in an emergency was recorded.
        EmergencyContactCreated = "emergency_contact.created",
        /// An emergency contact was changed.
        EmergencyContactUpdated = "emergency_contact.updated",
        /// An emergency contact was removed.
        EmergencyContactDeleted = "emergency_contact.deleted",
        /// How somebody likes to travel was changed.
        PreferencesUpdated = "preferences.updated",
        /// A loyalty programme was added to the catalogue.
        LoyaltyProgramCreated = "loyalty_program.created",
        /// A loyalty programme was changed.
        LoyaltyProgramUpdated = "loyalty_program.updated",
        /// A loyalty programme was removed.
        LoyaltyProgramDeleted = "loyalty_program.deleted",
        /// A rule of entry was added.
        EntryRuleCreated = "entry_rule.created",
        /// A rule of entry was changed.
        EntryRuleUpdated = "entry_rule.updated",
        /// A rule of entry was removed.
        EntryRuleDeleted = "entry_rule.deleted",
        /// A group was made.
        GroupCreated = "group.created",
        /// Name or purpose of a group were changed.
        GroupUpdated = "group.updated",
        /// A group was removed.
        GroupDeleted = "group.deleted",
        /// Somebody joined a group.
        GroupMemberAdded = "group_member.added",
        /// The part that somebody plays in a group was changed.
        GroupMemberUpdated = "group_member.updated",
        /// Somebody left a group.
        GroupMemberRemoved = "group_member.removed",
        /// Somebody made a calendar feed.
        CalendarFeedCreated = "calendar_feed.created",
        /// A calendar feed was ended by its owner.
        CalendarFeedRevoked = "calendar_feed.revoked",
        /// All records of a kind that somebody may see were handed out in one piece.
        DataExported = "data.exported",
        /// The rows of a file were taken; who was added or changed by it has an entry of their own.
        DataImported = "data.imported",
        /// A machine client was added, with its first secret.
        ClientCreated = "client.created",
        /// A machine client was changed.
        ClientUpdated = "client.updated",
        /// A machine client was removed.
        ClientDeleted = "client.deleted",
        /// A machine client got a second secret.
        ClientSecretAdded = "client_secret.added",
        /// A secret of a machine client was removed.
        ClientSecretRemoved = "client_secret.removed",
        /// A machine client, or somebody who says to be one, did not get in.
        ClientRefused = "client.refused",
        /// A webhook endpoint was added, with its first secret.
        WebhookEndpointCreated = "webhook_endpoint.created",
        /// A webhook endpoint was changed, or disabled because its receiver wants no more.
        WebhookEndpointUpdated = "webhook_endpoint.updated",
        /// A webhook endpoint was removed.
        WebhookEndpointDeleted = "webhook_endpoint.deleted",
        /// A webhook endpoint got a new secret.
        WebhookSecretRotated = "webhook_secret.rotated",
        /// Messages were sent to a webhook endpoint once more; the detail says how many.
        WebhooksReplayed = "webhooks.replayed",
        /// Somebody signed in.
        SessionStarted = "session.started",
        /// A session was ended, or all of somebody's.
        SessionEnded = "session.ended",
        /// A refresh token was used twice, and its session ended.
        SessionReuseDetected = "session.reuse_detected",
        /// Somebody did not get in.
        SignInFailed = "sign_in.failed",
        /// The password was right, and a code of the second factor was asked for.
        SignInCodeAsked = "sign_in.code_asked",
        /// Somebody who is signed in did not prove it once more.
        ReauthenticationFailed = "reauthentication.failed",
        /// Somebody changed the own password.
        PasswordChanged = "password.changed",
        /// Somebody chose a new password with a mailed link.
        PasswordReset = "password.reset",
        /// Somebody asked for another address to sign in with.
        EmailChangeRequested = "email.change_requested",
        /// Somebody signs in with another address from here on.
        EmailChanged = "email.changed",
        /// Somebody proved that an address is theirs.
        EmailVerified = "email.verified",
        /// An invitation was mailed again.
        InvitationSent = "invitation.sent",
        /// Somebody who was invited chose a password.
        InvitationAccepted = "invitation.accepted",
        /// The secret of an authenticator app was made; it is not asked for yet.
        SecondFactorCreated = "second_factor.created",
        /// The first code was shown; from here on codes are asked for.
        SecondFactorConfirmed = "second_factor.confirmed",
        /// Somebody removed the own second factor.
        SecondFactorRemoved = "second_factor.removed",
        /// Somebody else's second factor was removed.
        SecondFactorReset = "second_factor.reset",
        /// New recovery codes took the place of the old ones.
        RecoveryCodesRenewed = "recovery_codes.renewed",
        /// A recovery code was used up.
        RecoveryCodeUsed = "recovery_code.used",
        /// A machine client got an access token.
        ClientTokenIssued = "client_token.issued",
        /// A machine client ended one of its access tokens before its time.
        ClientTokenRevoked = "client_token.revoked",
        /// A key of the keyring became the active one: data keys are wrapped under it from here on.
        KeyringKeyAdded = "keyring_key.added",
        /// A key of the keyring under which nothing is wrapped any more was taken out.
        KeyringKeyRetired = "keyring_key.retired",
        /// Data keys of people were wrapped under the active key of the keyring.
        DataKeysRewrapped = "data_keys.rewrapped",
        /// The next key signs access tokens.
        KeysRotated = "keys.rotated",
        /// All keys that sign access tokens were thrown away.
        KeysReplaced = "keys.replaced",
        /// Somebody who is known was denied what they asked for.
        AccessDenied = "access.denied",
        /// A customer or another system asked for a record that is not there, or not theirs.
        AccessNotFound = "access.not_found",
        /// A sealed value had been changed past the program.
        IntegrityViolated = "integrity.violated",
    }
}

text_enum! {
    /// What came of it.
    pub enum AuditOutcome {
        /// It was done.
        Done = "done",
        /// It was not allowed.
        Denied = "denied",
        /// It did not succeed.
        Failed = "failed",
    }
}

text_enum! {
    /// Who did it.
    pub enum AuditActorKind {
        /// A person who is signed in, or has proved to be that person.
        User = "user",
        /// Another system of the agency.
        Client = "client",
        /// This program by itself, or whoever works its command line.
        System = "system",
        /// Somebody who is not known.
        Anonymous = "anonymous",
    }
}

text_enum! {
    /// What kind of record it was done to.
    pub enum AuditSubject {
        /// A user.
        User = "user",
        /// A passport.
        Passport = "passport",
        /// A visa.
        Visa = "visa",
        /// An identity card.
        IdentityCard = "identity_card",
        /// A traveller's number.
        TravellerNumber = "traveller_number",
        /// A membership in a loyalty programme.
        Loyalty = "loyalty",
        /// An emergency contact.
        EmergencyContact = "emergency_contact",
        /// The travel preferences of a user: the id is the user's.
        Preferences = "preferences",
        /// A loyalty programme.
        LoyaltyProgram = "loyalty_program",
        /// A rule of entry.
        EntryRule = "entry_rule",
        /// A group.
        Group = "group",
        /// A member of a group: the id is the group's, the person is whom it concerns.
        GroupMember = "group_member",
        /// A calendar feed.
        CalendarFeed = "calendar_feed",
        /// A machine client.
        Client = "client",
        /// A secret of a machine client.
        ClientSecret = "client_secret",
        /// A webhook endpoint.
        WebhookEndpoint = "webhook_endpoint",
        /// A session.
        Session = "session",
        /// A request to be erased, or the certificate of it.
        Erasure = "erasure",
        /// An entry of the log of consents.
        Consent = "consent",
    }
}
