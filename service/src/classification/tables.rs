//! The list: a line for each column.

use super::Class::{Personal, Public, Secret, Sensitive};
use super::Storage::{BlindIndex, Clear, Hashed, KeyedHash, Sealed};
use super::{Column, Table};

const PROFILE: &str = "as long as the profile";
const PASSPORT: &str = "until it is removed, or its holder";
const DOCUMENT: &str = "until it is removed, or its holder";
const MEMBERSHIP: &str = "until it is removed, or the member";
const CONTACT: &str = "until it is removed, or the traveller";
const GROUP: &str = "until the group is removed";
const MEMBER: &str = "until the member leaves, or the group or the member is removed";
const CATALOGUE: &str = "as long as the programme is in the catalogue";
const RULE: &str = "until the rule is removed";
const INDEX_KEY: &str = "as long as the database";
const CREDENTIALS: &str = "until it is replaced, or the user is removed";
const SECOND_FACTOR: &str = "until it is disabled, or the user is removed";
const RECOVERY: &str = "until it is used or replaced, or the user is removed";
const SESSION: &str = "until a day after the session has expired, or the user is removed";
const CERTIFICATE: &str =
    "as long as a backup may hold the person; the person's own words go with the person";
const AUDIT: &str = "as long as the database; values until the person is erased";
const EVENT: &str = "thirty days (or as the agency has set)";
const ENDPOINT: &str = "until the endpoint is removed";
const DELIVERY: &str = "as long as events once it is over, and until the endpoint is removed";
const HEAD: &str = "as long as the database";
const KEY: &str = "until the last token that it signed has expired";
const EXTERNAL: &str = "until the number is taken away, or its passport, membership or group is removed; of a person who is erased, \
     the digest as long as the database";
const FEED: &str = "until it is revoked, or its owner, the person or the group is removed";
const IMPORT: &str = "thirty days after the last row";
const ANSWER: &str = "a day (or as the agency has set), and no longer than the person whom it concerns";
const CLIENT: &str = "until the client is removed";
const CLIENT_SECRET: &str = "until it or the client is removed";
const CLIENT_TOKEN: &str = "until it has expired, or its secret or client is removed";
const MAIL: &str = "until it has been sent, for three days at most";
const MAIL_TOKEN: &str = "until it is used or has expired, for seven days at most";
const MAIL_COUNT: &str = "an hour";
const THROTTLE: &str = "a day; thirty where many tries failed, a year while locked";

/// `table "whom it is about" { column Class Storage KEPT "what it is for"; … }`
macro_rules! tables {
    ($($table:ident $about:literal { $($column:ident $class:ident $storage:ident $kept:ident $purpose:literal;)+ })+) => {
        /// Every table with its columns.
        pub const TABLES: &[Table] = &[$(Table {
            name: stringify!($table),
            about: $about,
            columns: &[$(Column {
                name: stringify!($column),
                class: $class,
                storage: $storage,
                purpose: $purpose,
                kept: $kept,
            },)+],
        },)+];
    };
}

tables! {
    users "customers, agents and administrators" {
        id                 Personal  Clear  PROFILE  "names the person to other records";
        email              Personal  Clear  PROFILE  "to sign in, and to write to";
        email_key          Personal  Clear  PROFILE  "to find the address, whatever its case";
        first_name         Personal  Clear  PROFILE  "to address the person and to book";
        last_name          Personal  Clear  PROFILE  "to address the person and to book";
        middle_names       Personal  Clear  PROFILE  "to book";
        preferred_name     Personal  Clear  PROFILE  "to address the person";
        title              Personal  Clear  PROFILE  "to address the person";
        date_of_birth      Sensitive Sealed PROFILE  "to book";
        date_of_birth_index Personal BlindIndex PROFILE "to find the person by the birthday";
        gender             Personal  Clear  PROFILE  "to book: airlines ask for it";
        nationality        Personal  Clear  PROFILE  "to book, and for rules of entry";
        phone              Sensitive Sealed PROFILE  "to call the person, and for bookings";
        phone_index        Personal  BlindIndex PROFILE "to find the person by the number";
        language           Personal  Clear  PROFILE  "to write to the person";
        address            Sensitive Sealed PROFILE  "to book: states of destination ask where a traveller lives";
        role               Personal  Clear  PROFILE  "what the person may do";
        status             Personal  Clear  PROFILE  "whether the person may sign in";
        version            Personal  Clear  PROFILE  "so that nobody overwrites what another has changed";
        created_at         Personal  Clear  PROFILE  "since when the person is known";
        updated_at         Personal  Clear  PROFILE  "what has changed since";
        email_verified_at  Personal  Clear  PROFILE  "whether the address is the person's";
        restricted_at      Personal  Clear  PROFILE  "whether the data may be used (GDPR Article 18)";
        restriction_reason Personal  Clear  PROFILE  "why it may not";
        external_ids  Personal  Clear   PROFILE  "by which other systems of the agency know the person";
    }
    credentials "who signs in with a password" {
        user_id              Personal  Clear   CREDENTIALS  "whose password it is";
        password_hash        Secret    Hashed  CREDENTIALS  "to check the password";
        password_changed_at  Personal  Clear   CREDENTIALS  "since when it is good";
        last_seen_at       Personal  Clear  CREDENTIALS  "whether the account is still used";
    }
    audit_events "everybody who uses the service, and whose data it is about" {
        id             Personal  Clear   AUDIT  "names the entry";
        occurred_at    Personal  Clear   AUDIT  "when it was done";
        action         Personal  Clear   AUDIT  "what was done";
        outcome        Personal  Clear   AUDIT  "whether it was done or refused";
        actor_kind     Personal  Clear   AUDIT  "what kind of actor did it";
        actor_id       Personal  Clear   AUDIT  "who did it";
        session_id     Personal  Clear   AUDIT  "in which session";
        subject_type   Personal  Clear   AUDIT  "to what kind of record";
        subject_id     Personal  Clear   AUDIT  "to which record";
        user_id        Personal  Clear   AUDIT  "whom the record concerns";
        request_id     Personal  Clear   AUDIT  "in which request, to find it in the log";
        address_class  Personal  Clear   AUDIT  "from which network";
        purpose        Personal  Clear   AUDIT  "why, in the words of the program, or in an entry of before they were sealed";
        detail         Personal  Clear   AUDIT  "which permission was missing, and the like";
        changed_fields Personal  Clear   AUDIT  "which fields changed";
        changes        Sensitive Sealed  AUDIT  "what they were and are; unreadable once the person is erased";
        mac            Public    KeyedHash AUDIT "whether this program wrote the entry";
        seq            Public    Clear   AUDIT  "its place in the chain";
        hash           Public    Hashed  AUDIT  "whether an entry was changed, removed or moved";
        sealed_purpose Personal  Sealed  AUDIT  "why a number was revealed, or a person restricted; unreadable once the person is erased";
    }
    audit_chain "nobody" {
        id    Public  Clear   AUDIT  "the one row";
        seq   Public  Clear   AUDIT  "how far the chain has come";
        hash  Public  Hashed  AUDIT  "the hash of its last entry";
    }
    audit_checkpoints "nobody" {
        seq           Public  Clear   AUDIT  "how far the chain had come";
        hash          Public  Hashed  AUDIT  "the hash of the entry there";
        previous_seq  Public  Clear   AUDIT  "the checkpoint before";
        signature     Public  Clear   AUDIT  "that this installation has signed it";
        created_at    Public  Clear   AUDIT  "when it was signed";
    }
    events "everybody who uses the service, and whose data it is about" {
        seq            Public    Clear  EVENT  "in which order they were written";
        position       Public    Clear  EVENT  "where in the feed it stands";
        id             Personal  Clear  EVENT  "names the event";
        event_type     Personal  Clear  EVENT  "what has happened";
        occurred_at    Personal  Clear  EVENT  "when";
        subject_type   Personal  Clear  EVENT  "to what kind of record";
        subject_id     Personal  Clear  EVENT  "to which record";
        user_id        Personal  Clear  EVENT  "whom the record concerns";
        version        Personal  Clear  EVENT  "so that a copy that is newer is left alone";
        changed_fields Personal  Clear  EVENT  "which fields changed; not what they are";
        actor_kind     Personal  Clear  EVENT  "what kind of actor did it";
        actor_id       Personal  Clear  EVENT  "who did it";
    }
    event_head "nobody" {
        id        Public  Clear  HEAD  "the one row";
        position  Public  Clear  HEAD  "how far the feed reaches";
        pruned    Public  Clear  HEAD  "from where on it is kept";
    }
    webhook_endpoints "nobody: another system that events are sent to" {
        id               Public  Clear   ENDPOINT  "names the endpoint";
        url              Public  Clear   ENDPOINT  "where events are sent to";
        description      Public  Clear   ENDPOINT  "what it is for";
        events           Public  Clear   ENDPOINT  "which events";
        status           Public  Clear   ENDPOINT  "whether events are sent";
        stopped_because  Public  Clear   ENDPOINT  "why not";
        secret           Secret  Sealed  ENDPOINT  "to sign messages";
        old_secret       Secret  Sealed  ENDPOINT  "to sign messages as well, while the receiver changes over";
        old_secret_until Public  Clear   ENDPOINT  "until when";
        place            Public  Clear   ENDPOINT  "how far it has come in the feed";
        failures         Public  Clear   ENDPOINT  "whether its receiver can be reached";
        paused_until     Public  Clear   ENDPOINT  "until when it is left alone";
        version          Public  Clear   ENDPOINT  "so that nobody overwrites what another has changed";
        created_at       Public  Clear   ENDPOINT  "when it was added";
        updated_at       Public  Clear   ENDPOINT  "when it was changed";
    }
    webhook_deliveries "everybody who uses the service, and whose data it is about" {
        id              Personal  Clear  DELIVERY  "names the message in the log";
        endpoint_id     Public    Clear  DELIVERY  "for whom it is";
        message_id      Personal  Clear  DELIVERY  "by which the receiver knows it again";
        event_type      Personal  Clear  DELIVERY  "what has happened";
        subject_id      Personal  Clear  DELIVERY  "to which record; its messages go one after the other";
        place           Public    Clear  DELIVERY  "in which order";
        payload         Personal  Clear  DELIVERY  "what is sent: the event, which holds ids and names of fields";
        status          Public    Clear  DELIVERY  "what has become of it";
        attempts        Public    Clear  DELIVERY  "how often it was sent";
        next_attempt_at Public    Clear  DELIVERY  "when it is sent next";
        claimed_until   Public    Clear  DELIVERY  "which process has it in its hands";
        last_attempt_at Public    Clear  DELIVERY  "when it was sent last";
        response_status Public    Clear  DELIVERY  "what the receiver answered";
        failure         Public    Clear  DELIVERY  "why it did not get through";
        delivered_at    Public    Clear  DELIVERY  "when the receiver got it";
        occurred_at     Personal  Clear  DELIVERY  "when it happened";
    }
    consents "customers, agents and administrators" {
        id            Personal  Clear  PROFILE  "names the entry";
        user_id       Personal  Clear  PROFILE  "whose consent it is";
        purpose       Personal  Clear  PROFILE  "what the person was asked about";
        text_version  Personal  Clear  PROFILE  "which text the person was shown";
        granted       Personal  Clear  PROFILE  "what the person answered";
        source        Personal  Clear  PROFILE  "through whom";
        recorded_at   Personal  Clear  PROFILE  "when, as evidence (GDPR Article 7)";
    }
    erasures "people who were erased or have asked for it" {
        id                Personal  Clear  CERTIFICATE  "names the certificate";
        user_id           Personal  Clear  CERTIFICATE  "so that a restored backup does not bring the person back";
        status            Personal  Clear  CERTIFICATE  "what has become of the request";
        reason            Personal  Clear  CERTIFICATE  "on which ground";
        requested_by_kind Personal  Clear  CERTIFICATE  "who asked";
        requested_by      Personal  Clear  CERTIFICATE  "who asked";
        requested_at      Personal  Clear  CERTIFICATE  "when, for the time limit (GDPR Article 12)";
        decided_by        Personal  Clear  CERTIFICATE  "who decided";
        decided_at        Personal  Clear  CERTIFICATE  "when";
        note              Personal  Clear  CERTIFICATE  "why a request was refused";
    }
    data_keys "whoever something is sealed for" {
        user_id          Personal  Clear   PROFILE  "whose data it seals";
        key_id           Personal  Clear   PROFILE  "names the key in what is sealed under it";
        wrapping_key_id  Public    Clear   PROFILE  "which key of the keyring it is wrapped under";
        wrapped_key      Secret    Sealed  PROFILE  "to read what is sealed for the person; without it nobody can";
        created_at       Personal  Clear   PROFILE  "when it was made";
    }
    index_keys "nobody" {
        id     Public  Clear      INDEX_KEY  "which key of the keyring makes blind indexes";
        check  Public  KeyedHash  INDEX_KEY  "to recognize a keyring that is not the right one";
    }
    second_factors "who signs in with an authenticator app" {
        user_id       Personal  Clear   SECOND_FACTOR  "whose app it is";
        secret        Secret    Sealed  SECOND_FACTOR  "to check codes";
        last_step     Personal  Clear   SECOND_FACTOR  "so that a code is good once";
        confirmed_at  Personal  Clear   SECOND_FACTOR  "whether codes are asked for";
        created_at    Personal  Clear   SECOND_FACTOR  "when it was set up";
    }
    recovery_codes "who has lost the app" {
        code_hash  Secret    Hashed  RECOVERY  "to check a recovery code";
        user_id    Personal  Clear   RECOVERY  "whose code it is";
    }
    throttles "what is guessed at" {
        key            Personal  KeyedHash  THROTTLE  "what is guessed at, known to nobody without the key";
        failures       Personal  Clear      THROTTLE  "how often it was tried in vain";
        blocked_until  Personal  Clear      THROTTLE  "when it may be tried again";
        updated_at     Personal  Clear      THROTTLE  "when the row may go";
    }
    user_search_terms "customers, agents and administrators" {
        user_id  Personal  Clear  PROFILE  "whom the word finds";
        term     Personal  Clear  PROFILE  "to find the person by a word of the names or the address";
    }
    mails "who is to be written to" {
        id               Personal  Clear   MAIL  "names the mail";
        kind             Personal  Clear   MAIL  "what to write";
        user_id          Personal  Clear   MAIL  "to whom";
        payload          Sensitive Sealed  MAIL  "what to write that no other table has";
        attempts         Personal  Clear   MAIL  "how often it was tried";
        created_at       Personal  Clear   MAIL  "when to give up";
        next_attempt_at  Personal  Clear   MAIL  "when to try";
        claimed_until    Personal  Clear   MAIL  "so that one process sends it";
    }
    mail_tokens "who was mailed a link" {
        token_hash  Secret    Hashed  MAIL_TOKEN  "to check the link";
        purpose     Personal  Clear   MAIL_TOKEN  "what it is good for";
        user_id     Personal  Clear   MAIL_TOKEN  "whose it is";
        email       Personal  Sealed  MAIL_TOKEN  "which address it proves";
        payload     Sensitive Sealed  MAIL_TOKEN  "what its use will do";
        created_at  Personal  Clear   MAIL_TOKEN  "when it was mailed";
        expires_at  Personal  Clear   MAIL_TOKEN  "until when it is good";
    }
    mail_counts "addresses that mail was sent to" {
        tag    Personal  KeyedHash  MAIL_COUNT  "which address and kind, known to nobody without the key";
        count  Personal  Clear      MAIL_COUNT  "so that nobody's mailbox is flooded";
        since  Personal  Clear      MAIL_COUNT  "when counting starts anew";
    }
    sessions "who is signed in" {
        id             Personal  Clear  SESSION  "names the session to its tokens";
        user_id        Personal  Clear  SESSION  "who is signed in";
        device_name    Personal  Clear  SESSION  "so that the person knows the device again";
        address_class  Personal  Clear  SESSION  "so that the person notices a stranger; a network, never the address";
        second_factor  Personal  Clear  SESSION  "how the person signed in";
        created_at     Personal  Clear  SESSION  "when the person signed in";
        last_used_at   Personal  Clear  SESSION  "so that the person notices a stranger";
        expires_at     Personal  Clear  SESSION  "when it is over";
        ended_at       Personal  Clear  SESSION  "that it is over";
    }
    refresh_tokens "who is signed in" {
        token_hash   Secret    Hashed  SESSION  "to check the token";
        session_id   Personal  Clear   SESSION  "which session it carries on";
        predecessor  Secret    Hashed  SESSION  "to recognize a token that was stolen";
        created_at   Personal  Clear   SESSION  "when it was handed out";
        expires_at   Personal  Clear   SESSION  "until when it is good";
        used_at      Personal  Clear   SESSION  "to recognize a token that was stolen";
    }
    signing_keys "nobody" {
        kid          Public  Clear   KEY  "names the key in tokens";
        state        Public  Clear   KEY  "what it is used for";
        public_key   Public  Clear   KEY  "to check access tokens; published";
        private_key  Secret  Sealed  KEY  "to sign access tokens";
        created_at   Public  Clear   KEY  "which is the older";
        retired_at   Public  Clear   KEY  "when it may go";
    }
    passports "who travels" {
        id               Personal  Clear   PASSPORT  "names the record";
        user_id          Personal  Clear   PASSPORT  "who holds it";
        document_code    Personal  Clear   PASSPORT  "to book, and for rules of entry";
        issuing_country  Personal  Clear   PASSPORT  "to book, and for rules of entry";
        nationality      Personal  Clear   PASSPORT  "to book, and for rules of entry";
        passport_number  Sensitive Sealed  PASSPORT  "to book: advance passenger information";
        number_index     Personal  BlindIndex PASSPORT "to find the passport, and so that it is recorded once";
        personal_number  Sensitive Sealed  PASSPORT  "to write the lines of the document";
        surname          Personal  Clear   PASSPORT  "to book in the names of the document";
        given_names      Personal  Clear   PASSPORT  "to book in the names of the document";
        date_of_birth    Sensitive Sealed  PASSPORT  "to book: advance passenger information";
        sex              Personal  Clear   PASSPORT  "to book: advance passenger information";
        birth_country    Personal  Clear   PASSPORT  "for rules of entry";
        place_of_birth   Sensitive Sealed  PASSPORT  "for visas";
        issue_date       Personal  Clear   PASSPORT  "for visas";
        expiry_date      Personal  Clear   PASSPORT  "to book, and to remind of it in time";
        status           Personal  Clear   PASSPORT  "whether it can be travelled on";
        primary          Personal  Clear   PASSPORT  "which one to book with";
        version          Personal  Clear   PASSPORT  "so that nobody overwrites what another has changed";
        created_at       Personal  Clear   PASSPORT  "since when it is known";
        updated_at       Personal  Clear   PASSPORT  "what has changed since";
        external_ids  Personal  Clear   PASSPORT  "by which other systems of the agency know the passport";
    }
    visas "who travels" {
        id              Personal  Clear   DOCUMENT  "names the record";
        user_id         Personal  Clear   DOCUMENT  "who holds it";
        passport_id     Personal  Clear   DOCUMENT  "which passport it is shown with";
        country         Personal  Clear   DOCUMENT  "to book, and for rules of entry";
        visa_number     Sensitive Sealed  DOCUMENT  "to book: advance passenger information";
        number_index    Personal  BlindIndex DOCUMENT "to find the visa, and so that it is recorded once";
        type            Personal  Clear   DOCUMENT  "for rules of entry";
        entries         Personal  Clear   DOCUMENT  "for rules of entry";
        max_stay_days   Personal  Clear   DOCUMENT  "for rules of entry";
        place_of_issue  Personal  Clear   DOCUMENT  "to book: advance passenger information";
        issue_date      Personal  Clear   DOCUMENT  "to book: advance passenger information";
        valid_from      Personal  Clear   DOCUMENT  "for rules of entry";
        expiry_date     Personal  Clear   DOCUMENT  "for rules of entry, and to remind of it in time";
        status          Personal  Clear   DOCUMENT  "whether it can be travelled on";
        version         Personal  Clear   DOCUMENT  "so that nobody overwrites what another has changed";
        created_at      Personal  Clear   DOCUMENT  "since when it is known";
        updated_at      Personal  Clear   DOCUMENT  "what has changed since";
    }
    identity_cards "who travels" {
        id               Personal  Clear   DOCUMENT  "names the record";
        user_id          Personal  Clear   DOCUMENT  "who holds it";
        issuing_country  Personal  Clear   DOCUMENT  "to book, and for rules of entry";
        nationality      Personal  Clear   DOCUMENT  "to book, and for rules of entry";
        document_number  Sensitive Sealed  DOCUMENT  "to book: advance passenger information";
        number_index     Personal  BlindIndex DOCUMENT "to find the card, and so that it is recorded once";
        surname          Personal  Clear   DOCUMENT  "to book in the names of the document";
        given_names      Personal  Clear   DOCUMENT  "to book in the names of the document";
        date_of_birth    Sensitive Sealed  DOCUMENT  "to book: advance passenger information";
        sex              Personal  Clear   DOCUMENT  "to book: advance passenger information";
        issue_date       Personal  Clear   DOCUMENT  "whether it is the newest";
        expiry_date      Personal  Clear   DOCUMENT  "to book, and to remind of it in time";
        status           Personal  Clear   DOCUMENT  "whether it can be travelled on";
        version          Personal  Clear   DOCUMENT  "so that nobody overwrites what another has changed";
        created_at       Personal  Clear   DOCUMENT  "since when it is known";
        updated_at       Personal  Clear   DOCUMENT  "what has changed since";
    }
    traveller_numbers "who travels" {
        id            Personal  Clear   DOCUMENT  "names the record";
        user_id       Personal  Clear   DOCUMENT  "whose it is";
        type          Personal  Clear   DOCUMENT  "what it is for";
        number        Sensitive Sealed  DOCUMENT  "to book: quicker through the checks, or not taken for another";
        number_index  Personal  BlindIndex DOCUMENT "to find the traveller by the number";
        country       Personal  Clear   DOCUMENT  "to book";
        program       Personal  Clear   DOCUMENT  "which programme has given it";
        expiry_date   Personal  Clear   DOCUMENT  "to remind of it in time";
        version       Personal  Clear   DOCUMENT  "so that nobody overwrites what another has changed";
        created_at    Personal  Clear   DOCUMENT  "since when it is known";
        updated_at    Personal  Clear   DOCUMENT  "what has changed since";
    }
    loyalty_programs "nobody" {
        id             Public  Clear  CATALOGUE  "names the programme";
        supplier       Public  Clear  CATALOGUE  "who runs it";
        name           Public  Clear  CATALOGUE  "what it is called";
        catalogue_key  Public  Clear  CATALOGUE  "so that it is entered once";
        type           Public  Clear  CATALOGUE  "kind of supplier";
        supplier_code  Public  Clear  CATALOGUE  "to book";
        tiers          Public  Clear  CATALOGUE  "which tiers there are";
        carriers       Public  Clear  CATALOGUE  "whose flights earn as its own";
        partners       Public  Clear  CATALOGUE  "whose flights earn beside them";
        alliance       Public  Clear  CATALOGUE  "whose flights earn through an alliance";
        catalogue_entry Public Clear  CATALOGUE  "from which entry of the shipped catalogue it comes";
        catalogue_hash Public  Clear  CATALOGUE  "whether the agency has edited it since";
        offered_from   Public  Clear  CATALOGUE  "whether members are taken";
        offered_until  Public  Clear  CATALOGUE  "whether members are taken";
        version        Public  Clear  CATALOGUE  "so that nobody overwrites what another has changed";
        created_at     Public  Clear  CATALOGUE  "since when it is known";
        updated_at     Public  Clear  CATALOGUE  "what has changed since";
    }
    entry_rules "nobody" {
        id                   Public  Clear  RULE  "names the rule";
        code                 Public  Clear  RULE  "names the rule for people, and to the rules that come with the program";
        kind                 Public  Clear  RULE  "what the rule asks for";
        destinations         Public  Clear  RULE  "where it holds";
        nationalities        Public  Clear  RULE  "for whose passports";
        nationalities_except Public  Clear  RULE  "for whose passports it does not hold";
        anchor               Public  Clear  RULE  "from which day validity is counted";
        min_months           Public  Clear  RULE  "how long a passport is valid at least";
        min_days             Public  Clear  RULE  "how long a passport is valid at least";
        max_age_years        Public  Clear  RULE  "how old a passport is at most";
        severity             Public  Clear  RULE  "how much it matters";
        confidence           Public  Clear  RULE  "how sure it is";
        source_url           Public  Clear  RULE  "where it can be compared";
        source_title         Public  Clear  RULE  "where it can be compared";
        checked_on           Public  Clear  RULE  "when it was compared";
        note                 Public  Clear  RULE  "what else there is to know";
        active               Public  Clear  RULE  "whether it is applied";
        shipped_hash         Public  Clear  RULE  "whether the agency has edited what came with the program";
        version              Public  Clear  RULE  "so that nobody overwrites what another has changed";
        created_at           Public  Clear  RULE  "since when it is known";
        updated_at           Public  Clear  RULE  "what has changed since";
        purpose              Public  Clear  RULE  "for trips of which purpose";
    }
    loyalties "who collects points" {
        id                 Personal  Clear   MEMBERSHIP  "names the record";
        user_id            Personal  Clear   MEMBERSHIP  "who is a member";
        program_id         Personal  Clear   MEMBERSHIP  "of what";
        membership_number  Sensitive Sealed  MEMBERSHIP  "to book, so that points are credited";
        membership_number_index Personal BlindIndex MEMBERSHIP "to find the membership by its number";
        tier               Personal  Clear   MEMBERSHIP  "what the member is entitled to";
        status             Personal  Clear   MEMBERSHIP  "whether it earns and burns";
        expiry_date        Personal  Clear   MEMBERSHIP  "to remind of it in time";
        primary            Personal  Clear   MEMBERSHIP  "which one the member prefers";
        version            Personal  Clear   MEMBERSHIP  "so that nobody overwrites what another has changed";
        created_at         Personal  Clear   MEMBERSHIP  "since when it is known";
        updated_at         Personal  Clear   MEMBERSHIP  "what has changed since";
        external_ids  Personal  Clear   MEMBERSHIP  "by which other systems of the agency know the membership";
    }
    emergency_contacts "who travels, and third people who are called when something happens" {
        id            Personal  Clear   CONTACT  "names the record";
        user_id       Personal  Clear   CONTACT  "for whom it is called";
        name          Sensitive Sealed  CONTACT  "to call in an emergency, and to book";
        relationship  Sensitive Sealed  CONTACT  "to know whom one speaks to";
        phone         Sensitive Sealed  CONTACT  "to call in an emergency, and to book";
        email         Sensitive Sealed  CONTACT  "to write in an emergency";
        language      Personal  Clear   CONTACT  "to be understood in an emergency";
        version       Personal  Clear   CONTACT  "so that nobody overwrites what another has changed";
        created_at    Personal  Clear   CONTACT  "who is called first";
        updated_at    Personal  Clear   CONTACT  "what has changed since";
    }
    travel_preferences "who travels" {
        user_id     Personal  Clear   PROFILE  "whose preferences";
        seat        Personal  Clear   PROFILE  "to book";
        seat_note   Sensitive Sealed  PROFILE  "to book";
        meal        Sensitive Sealed  PROFILE  "to book; it tells of religion and health (GDPR Article 9)";
        meal_note   Sensitive Sealed  PROFILE  "to book; it tells of religion and health (GDPR Article 9)";
        assistance  Sensitive Sealed  PROFILE  "to book; it tells of health (GDPR Article 9)";
        version     Personal  Clear   PROFILE  "so that nobody overwrites what another has changed";
        created_at  Personal  Clear   PROFILE  "since when it is known";
        updated_at  Personal  Clear   PROFILE  "what has changed since";
    }
    groups "who travels together" {
        id          Personal  Clear  GROUP  "names the group";
        name        Personal  Clear  GROUP  "what it is called; often after a family";
        name_key    Personal  Clear  GROUP  "so that no two have one name";
        purpose     Personal  Clear  GROUP  "why they travel together";
        version     Personal  Clear  GROUP  "so that nobody overwrites what another has changed";
        created_at  Personal  Clear  GROUP  "since when it is known";
        updated_at  Personal  Clear  GROUP  "what has changed since";
        external_ids  Personal  Clear   GROUP  "by which other systems of the agency know the group";
    }
    group_members "who travels together" {
        group_id   Personal  Clear  MEMBER  "which group";
        user_id    Personal  Clear  MEMBER  "who travels";
        role       Personal  Clear  MEMBER  "what the member is to the group";
        joined_at  Personal  Clear  MEMBER  "since when";
    }
    external_ids "who is known to other systems of the agency" {
        digest       Personal  BlindIndex  EXTERNAL  "to find the record by its number in another system, and to tell that system that a person is erased";
        user_id      Personal  Clear       EXTERNAL  "for whom the number stands; for nobody once the person is erased";
        passport_id  Personal  Clear       EXTERNAL  "for which passport it stands";
        loyalty_id   Personal  Clear       EXTERNAL  "for which membership it stands";
        group_id     Personal  Clear       EXTERNAL  "for which group it stands";
    }
    calendar_feeds "who subscribes, and whose last days are shown" {
        id             Personal  Clear   FEED  "names the feed";
        user_id        Personal  Clear   FEED  "who subscribes, and whose rights count";
        name           Personal  Clear   FEED  "what the owner calls it";
        token_hash     Secret    Hashed  FEED  "to find the feed of an address";
        about_user_id  Personal  Clear   FEED  "whose last days it shows";
        group_id       Personal  Clear   FEED  "of whose members it shows them";
        created_at     Personal  Clear   FEED  "since when it is";
    }
    idempotency_keys "whoever sends a request again, and whom its answer concerns" {
        key          Personal  KeyedHash  ANSWER  "whose key it is and of what operation, known to nobody without the key";
        fingerprint  Secret    KeyedHash  ANSWER  "whether the same is asked for; it may hold a password";
        user_id      Personal  Clear      ANSWER  "with whom the answer goes";
        shared       Personal  Clear      ANSWER  "whether the answer concerns several people, and goes with any of them";
        answer       Secret    Sealed     ANSWER  "to answer again; under a key that takes the caller's to make";
        expires_at   Personal  Clear      ANSWER  "when it goes";
    }
    imports "who imports; of those in the file, nothing" {
        id          Personal  Clear      IMPORT  "names the import";
        actor_id    Personal  Clear      IMPORT  "whose import it is";
        existing    Public    Clear      IMPORT  "what happens to rows about somebody who is known";
        dry_run     Public    Clear      IMPORT  "whether nothing is written";
        columns     Public    Clear      IMPORT  "which field stands in which column";
        status      Public    Clear      IMPORT  "whether all rows have been looked at";
        rows        Public    Clear      IMPORT  "where to go on";
        added       Public    Clear      IMPORT  "what has become of the rows";
        updated     Public    Clear      IMPORT  "what has become of the rows";
        skipped     Public    Clear      IMPORT  "what has become of the rows";
        failed      Public    Clear      IMPORT  "what has become of the rows";
        problems    Public    Clear      IMPORT  "what is to be mended: row, field and code, no value";
        digest      Personal  KeyedHash  IMPORT  "to know the same file again";
        created_at  Personal  Clear      IMPORT  "when it was opened";
        updated_at  Personal  Clear      IMPORT  "when it goes";
    }
    clients "nobody: another system of the agency" {
        id          Public  Clear  CLIENT  "names the client in tokens";
        name        Public  Clear  CLIENT  "what it is called";
        name_key    Public  Clear  CLIENT  "so that no two have one name";
        scopes      Public  Clear  CLIENT  "what it may do";
        status      Public  Clear  CLIENT  "whether it gets in";
        expires_at  Public  Clear  CLIENT  "whether it gets in";
        version     Public  Clear  CLIENT  "so that nobody overwrites what another has changed";
        created_at  Public  Clear  CLIENT  "since when it is known";
        updated_at  Public  Clear  CLIENT  "what has changed since";
    }
    client_secrets "nobody: another system of the agency" {
        id           Public  Clear   CLIENT_SECRET  "names the secret";
        client_id    Public  Clear   CLIENT_SECRET  "whose it is";
        secret_hash  Secret  Hashed  CLIENT_SECRET  "to check the secret";
        created_at   Public  Clear   CLIENT_SECRET  "which is the older";
    }
    client_tokens "nobody: another system of the agency" {
        id          Public  Clear  CLIENT_TOKEN  "names the token; without the signature it opens nothing";
        client_id   Public  Clear  CLIENT_TOKEN  "who has it";
        secret_id   Public  Clear  CLIENT_TOKEN  "what it was got with";
        scopes      Public  Clear  CLIENT_TOKEN  "what it allows";
        created_at  Public  Clear  CLIENT_TOKEN  "when it was handed out";
        expires_at  Public  Clear  CLIENT_TOKEN  "until when it is good";
        ended_at    Public  Clear  CLIENT_TOKEN  "that it was revoked";
    }
}
