//! Writes events, in the transaction that makes them happen.

use entity::ids::{EventId, UserId};
use entity::values::{AuditAction, EventType};
use entity::{emergency_contacts, events, identity_cards, loyalties, passports, traveller_numbers, visas};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::audit::Who;
use crate::core::Core;
use crate::error::{Error, Result};

/// Most events of one statement: a tier that is renamed changes the memberships of all who hold it, and statements have room
/// for so many values only.
const BATCH: usize = 1000;

/// What has happened to a record.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// What.
    pub(crate) kind: EventType,
    /// To which record.
    pub(crate) subject: Uuid,
    /// Whom it concerns.
    pub(crate) user: Option<UserId>,
    /// The version that came of it; of what is removed, the last one.
    pub(crate) version: Option<i64>,
    /// Which of its fields changed.
    pub(crate) fields: Vec<&'static str>,
}

/// Writes events. Whoever calls it holds the lock of each record: that keeps them in order.
///
/// # Errors
/// When the database is away.
pub(crate) async fn publish(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: impl Into<Who>,
    changes: impl IntoIterator<Item = Change>,
) -> Result<()> {
    let (who, now) = (who.into(), core.clock.now());
    let rows = changes.into_iter().map(|change| {
        let fields =
            serde_json::to_string(&change.fields).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(events::ActiveModel {
            seq: NotSet,
            position: NotSet,
            id: Set(EventId::new()),
            event_type: Set(change.kind.as_str().to_owned()),
            occurred_at: Set(now),
            subject_type: Set(change.kind.subject().to_owned()),
            subject_id: Set(change.subject),
            user_id: Set(change.user),
            version: Set(change.version),
            changed_fields: Set(fields),
            actor_kind: Set(who.kind().as_str().to_owned()),
            actor_id: Set(who.id()),
        })
    });
    let mut rows = rows.collect::<Result<Vec<_>>>()?;
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(BATCH));
        events::Entity::insert_many(rows)
            .exec_without_returning(txn)
            .await?;
        rows = rest;
    }
    Ok(())
}

/// Publishes that all goes that hangs on a person who is about to go: the foreign keys take it along without a word.
///
/// # Errors
/// When the database is away.
pub(crate) async fn forget_belongings(
    core: &Core,
    txn: &impl ConnectionTrait,
    who: Who,
    user: UserId,
) -> Result<()> {
    let mut gone = Vec::new();
    macro_rules! all_of {
        ($($table:ident => $kind:ident),+ $(,)?) => {$(
            let found: Vec<(Uuid, i64)> = $table::Entity::find()
                .select_only()
                .column($table::Column::Id)
                .column($table::Column::Version)
                .filter($table::COLUMN.user_id.eq(user))
                .order_by_asc($table::COLUMN.id)
                .into_tuple()
                .all(txn)
                .await?;
            gone.extend(found.into_iter().map(|(subject, version)| Change {
                kind: EventType::$kind,
                subject,
                user: Some(user),
                version: Some(version),
                fields: Vec::new(),
            }));
        )+};
    }
    all_of! {
        visas => VisaDeleted,
        passports => PassportDeleted,
        identity_cards => IdentityCardDeleted,
        traveller_numbers => TravellerNumberDeleted,
        loyalties => LoyaltyDeleted,
        emergency_contacts => EmergencyContactDeleted,
    }
    publish(core, txn, who, gone).await
}

/// What an action of the audit trail is in the feed. Nothing, where it changes no record that other systems keep a copy of.
/// Without a wildcard, so that nobody adds an action without a thought of the feed.
pub(crate) const fn type_of(action: AuditAction) -> Option<EventType> {
    Some(match action {
        AuditAction::UserCreated | AuditAction::UserRegistered => EventType::UserCreated,
        AuditAction::UserUpdated
        | AuditAction::EmailChanged
        | AuditAction::EmailVerified
        | AuditAction::InvitationAccepted
        | AuditAction::PasswordReset => EventType::UserUpdated,
        AuditAction::UserDeleted => EventType::UserDeleted,
        AuditAction::UserErased => EventType::UserErased,
        AuditAction::UserRestricted => EventType::UserRestricted,
        AuditAction::UserUnrestricted => EventType::UserUnrestricted,
        AuditAction::ConsentRecorded => EventType::ConsentRecorded,
        AuditAction::PassportCreated => EventType::PassportCreated,
        AuditAction::PassportUpdated => EventType::PassportUpdated,
        AuditAction::PassportDeleted => EventType::PassportDeleted,
        AuditAction::VisaCreated => EventType::VisaCreated,
        AuditAction::VisaUpdated => EventType::VisaUpdated,
        AuditAction::VisaDeleted => EventType::VisaDeleted,
        AuditAction::IdentityCardCreated => EventType::IdentityCardCreated,
        AuditAction::IdentityCardUpdated => EventType::IdentityCardUpdated,
        AuditAction::IdentityCardDeleted => EventType::IdentityCardDeleted,
        AuditAction::TravellerNumberCreated => EventType::TravellerNumberCreated,
        AuditAction::TravellerNumberUpdated => EventType::TravellerNumberUpdated,
        AuditAction::TravellerNumberDeleted => EventType::TravellerNumberDeleted,
        AuditAction::LoyaltyCreated => EventType::LoyaltyCreated,
        AuditAction::LoyaltyUpdated => EventType::LoyaltyUpdated,
        AuditAction::LoyaltyDeleted => EventType::LoyaltyDeleted,
        AuditAction::EmergencyContactCreated => EventType::EmergencyContactCreated,
        AuditAction::EmergencyContactUpdated => EventType::EmergencyContactUpdated,
        AuditAction::EmergencyContactDeleted => EventType::EmergencyContactDeleted,
        AuditAction::PreferencesUpdated => EventType::PreferencesUpdated,
        AuditAction::LoyaltyProgramCreated => EventType::LoyaltyProgramCreated,
        AuditAction::LoyaltyProgramUpdated => EventType::LoyaltyProgramUpdated,
        AuditAction::LoyaltyProgramDeleted => EventType::LoyaltyProgramDeleted,
        AuditAction::EntryRuleCreated => EventType::EntryRuleCreated,
        AuditAction::EntryRuleUpdated => EventType::EntryRuleUpdated,
        AuditAction::EntryRuleDeleted => EventType::EntryRuleDeleted,
        AuditAction::GroupCreated => EventType::GroupCreated,
        AuditAction::GroupUpdated => EventType::GroupUpdated,
        AuditAction::GroupDeleted => EventType::GroupDeleted,
        AuditAction::GroupMemberAdded => EventType::GroupMemberAdded,
        AuditAction::GroupMemberUpdated => EventType::GroupMemberUpdated,
        AuditAction::GroupMemberRemoved => EventType::GroupMemberRemoved,
        AuditAction::UserExported
        | AuditAction::DataExported
        | AuditAction::DataImported
        | AuditAction::ErasureRequested
        | AuditAction::ErasureRejected
        | AuditAction::PassportRevealed
        | AuditAction::VisaRevealed
        | AuditAction::IdentityCardRevealed
        | AuditAction::TravellerNumberRevealed
        | AuditAction::RevealLimited
        | AuditAction::CalendarFeedCreated
        | AuditAction::CalendarFeedRevoked
        | AuditAction::ClientCreated
        | AuditAction::ClientUpdated
        | AuditAction::ClientDeleted
        | AuditAction::ClientSecretAdded
        | AuditAction::ClientSecretRemoved
        | AuditAction::ClientRefused
        | AuditAction::WebhookEndpointCreated
        | AuditAction::WebhookEndpointUpdated
        | AuditAction::WebhookEndpointDeleted
        | AuditAction::WebhookSecretRotated
        | AuditAction::WebhooksReplayed
        | AuditAction::SessionStarted
        | AuditAction::SessionEnded
        | AuditAction::SessionReuseDetected
        | AuditAction::SignInFailed
        | AuditAction::SignInCodeAsked
        | AuditAction::ReauthenticationFailed
        | AuditAction::PasswordChanged
        | AuditAction::EmailChangeRequested
        | AuditAction::InvitationSent
        | AuditAction::SecondFactorCreated
        | AuditAction::SecondFactorConfirmed
        | AuditAction::SecondFactorRemoved
        | AuditAction::SecondFactorReset
        | AuditAction::RecoveryCodesRenewed
        | AuditAction::RecoveryCodeUsed
        | AuditAction::ClientTokenIssued
        | AuditAction::ClientTokenRevoked
        | AuditAction::KeyringKeyAdded
        | AuditAction::KeyringKeyRetired
        | AuditAction::DataKeysRewrapped
        | AuditAction::KeysRotated
        | AuditAction::KeysReplaced
        | AuditAction::AccessDenied
        | AuditAction::AccessNotFound
        | AuditAction::IntegrityViolated => return None,
    })
}
