//! The tables, as diesel sees them on both engines. `tests/it/migrations.rs` compares this with what the migrations make.

#![allow(missing_docs, reason = "the migrations say what each column is")]

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    accounts (id) {
        id -> Id,
        sealed -> Binary,
        email_key -> Binary,
        password_hash -> Nullable<Text>,
        administrator -> Bool,
        made_at -> Instant,
        disabled_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    account_tokens (digest) {
        digest -> Binary,
        account_id -> Id,
        purpose -> Text,
        made_at -> Instant,
        ends_at -> Instant,
        used_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    sessions (digest) {
        digest -> Binary,
        id -> Id,
        account_id -> Id,
        browser -> Text,
        made_at -> Instant,
        seen_at -> Instant,
        ends_at -> Instant,
        stepped_up_until -> Nullable<Instant>,
        wrong_codes -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    half_log_ins (digest) {
        digest -> Binary,
        account_id -> Id,
        made_at -> Instant,
        ends_at -> Instant,
        wrong_codes -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    code_apps (account_id) {
        account_id -> Id,
        sealed -> Binary,
        last_step -> BigInt,
        made_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    recovery_codes (account_id, number) {
        account_id -> Id,
        number -> BigInt,
        hash -> Text,
        made_at -> Instant,
        used_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    passkeys (id) {
        id -> Id,
        account_id -> Id,
        credential_id -> Binary,
        algorithm -> BigInt,
        public_key -> Binary,
        counter -> BigInt,
        sealed -> Binary,
        made_at -> Instant,
        used_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    passkey_challenges (holder, purpose) {
        holder -> Binary,
        purpose -> Text,
        account_id -> Id,
        digest -> Binary,
        ends_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    known_devices (digest) {
        digest -> Binary,
        account_id -> Id,
        made_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    campaigns (id) {
        id -> Id,
        slug -> Text,
        version -> BigInt,
        status -> Text,
        access -> Text,
        ordering -> Text,
        title -> Text,
        language -> Text,
        recipient -> Text,
        salutation -> Text,
        closing -> Text,
        letter_date -> Nullable<Text>,
        host -> Text,
        contact -> Text,
        authority -> Text,
        articles -> Text,
        line -> Text,
        opens_at -> Nullable<Instant>,
        closes_at -> Nullable<Instant>,
        published_at -> Nullable<Instant>,
        closed_at -> Nullable<Instant>,
        amber_days -> BigInt,
        red_days -> BigInt,
        four_eyes -> Bool,
        guide -> Text,
        reasons -> Text,
        list_revision -> BigInt,
        joined_count -> BigInt,
        made_at -> Instant,
        zone -> Text,
        eligibility -> Text,
        keep_months -> BigInt,
        paused -> Text,
        text_number -> BigInt,
        silence_counts -> Bool,
        unconfirmed -> Text,
        at_risk -> Bool,
        leavers -> Text,
        late -> Text,
        press_contact -> Text,
        press_pack -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    preview_links (id) {
        id -> Id,
        campaign_id -> Id,
        digest -> Binary,
        sealed -> Binary,
        made_at -> Instant,
        made_by -> Id,
        ends_at -> Instant,
        ended_at -> Nullable<Instant>,
        ended_by -> Nullable<Id>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    letter_versions (id) {
        id -> Id,
        campaign_id -> Id,
        number -> BigInt,
        body -> Text,
        sha256 -> Text,
        made_at -> Instant,
        made_by -> Nullable<Id>,
        introduction -> Text,
        meaning -> BigInt,
        stands_since -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::db::columns::{Id, Instant};
    translations (id) {
        id -> Id,
        campaign_id -> Id,
        language -> Text,
        made_at -> Instant,
        retired_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    translation_versions (id) {
        id -> Id,
        translation_id -> Id,
        number -> BigInt,
        meaning -> BigInt,
        of_number -> BigInt,
        of_draft -> Text,
        title -> Text,
        recipient -> Text,
        salutation -> Text,
        closing -> Text,
        host -> Text,
        authority -> Text,
        introduction -> Text,
        body -> Text,
        sha256 -> Text,
        made_at -> Instant,
        made_by -> Nullable<Id>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable};
    use crate::db::columns::{Id, Instant};
    texts_shown (id) {
        id -> Id,
        sign_on_id -> Id,
        number -> BigInt,
        translation_id -> Nullable<Id>,
        shown_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::db::columns::{Id, Instant};
    letter_drafts (campaign_id) {
        campaign_id -> Id,
        version -> BigInt,
        introduction -> Text,
        body -> Text,
        changed_at -> Instant,
        changed_by -> Id,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Nullable};
    use crate::db::columns::{Id, Instant};
    consent_rounds (id) {
        id -> Id,
        campaign_id -> Id,
        from_number -> BigInt,
        to_number -> BigInt,
        silence_counts -> Bool,
        made_at -> Instant,
        made_by -> Id,
        ends_at -> Instant,
        settled_at -> Nullable<Instant>,
        stopped -> Bool,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    consent_answers (round_id, sign_on_id) {
        round_id -> Id,
        sign_on_id -> Id,
        mailed -> BigInt,
        asked_at -> Instant,
        delivered_at -> Nullable<Instant>,
        reminded_at -> Nullable<Instant>,
        reminders -> BigInt,
        question_at -> Nullable<Instant>,
        answer -> Nullable<Text>,
        answered_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::db::columns::{Id, Instant};
    consent_links (digest) {
        digest -> Binary,
        round_id -> Nullable<Id>,
        sign_on_id -> Id,
        contact_id -> Id,
        made_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    campaign_roles (account_id, campaign_id) {
        account_id -> Id,
        campaign_id -> Id,
        role -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    sign_ons (id) {
        id -> Id,
        campaign_id -> Id,
        version -> BigInt,
        state -> Text,
        origin -> Text,
        letter_version -> BigInt,
        organization -> Text,
        acronym -> Nullable<Text>,
        native_name -> Nullable<Text>,
        sort_as -> Nullable<Text>,
        website -> Nullable<Text>,
        country -> Nullable<Text>,
        line -> Text,
        pin -> Nullable<BigInt>,
        folded -> Text,
        skeleton -> Text,
        acronym_key -> Nullable<Text>,
        website_host -> Nullable<Text>,
        identity -> Text,
        basis -> Nullable<Text>,
        authority_statement -> Nullable<Text>,
        authority_at -> Nullable<Instant>,
        contact_key -> Nullable<Binary>,
        code_handle -> Nullable<Text>,
        code_digest -> Nullable<Binary>,
        code_tries -> BigInt,
        submitted_at -> Instant,
        verify_until -> Nullable<Instant>,
        verified_at -> Nullable<Instant>,
        joined_at -> Nullable<Instant>,
        joined -> Nullable<BigInt>,
        decided_at -> Nullable<Instant>,
        decided_by -> Nullable<Id>,
        question -> Nullable<Text>,
        reason -> Nullable<Text>,
        reason_text -> Nullable<Text>,
        withdrawn_at -> Nullable<Instant>,
        was_listed -> Nullable<Bool>,
        undeliverable_at -> Nullable<Instant>,
        merged_into -> Nullable<Id>,
        attested_at -> Nullable<Instant>,
        first_by -> Nullable<Id>,
        first_at -> Nullable<Instant>,
        flagged -> Bool,
        invitation_id -> Nullable<Id>,
        silence_counts -> Bool,
        renewed_at -> Nullable<Instant>,
        lapsed_at -> Nullable<Instant>,
        lapse_told -> Bool,
        shown -> Text,
        keeps_name -> Bool,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    answers (id) {
        id -> Id,
        sign_on_id -> Id,
        question -> Text,
        asked_at -> Instant,
        sealed -> Binary,
        answered_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    attestations (sign_on_id) {
        sign_on_id -> Id,
        received -> Text,
        sealed -> Nullable<Binary>,
        made_by -> Id,
        made_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    stood_before (sign_on_id, version) {
        sign_on_id -> Id,
        version -> BigInt,
        made_at -> Instant,
        told_at -> Instant,
        over_version -> Nullable<BigInt>,
        mailed -> Bool,
        state -> Text,
        is_distinct -> Bool,
        contact_key -> Nullable<Binary>,
        verify_until -> Nullable<Instant>,
        verified_at -> Nullable<Instant>,
        joined_at -> Nullable<Instant>,
        joined -> Nullable<BigInt>,
        decided_at -> Nullable<Instant>,
        decided_by -> Nullable<Id>,
        question -> Nullable<Text>,
        reason -> Nullable<Text>,
        reason_text -> Nullable<Text>,
        merged_into -> Nullable<Id>,
        attested_at -> Nullable<Instant>,
        first_by -> Nullable<Id>,
        first_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    contacts (id) {
        id -> Id,
        sign_on_id -> Id,
        sealed -> Binary,
        email_key -> Binary,
        domain_key -> Binary,
        updates -> Bool,
        made_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    sign_on_tokens (digest) {
        digest -> Binary,
        sign_on_id -> Id,
        purpose -> Text,
        made_at -> Instant,
        ends_at -> Nullable<Instant>,
        contact_id -> Nullable<Id>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    hand_overs (id) {
        id -> Id,
        sign_on_id -> Id,
        from_contact -> Nullable<Id>,
        sealed -> Nullable<Binary>,
        other_domain -> Bool,
        asked_by -> Nullable<Id>,
        made_at -> Instant,
        ends_at -> Instant,
        objected_at -> Nullable<Instant>,
        outcome -> Nullable<Text>,
        settled_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    hand_over_links (digest) {
        digest -> Binary,
        hand_over_id -> Id,
        purpose -> Text,
        made_at -> Instant,
        ends_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    outbox (id) {
        id -> Id,
        kind -> Text,
        state -> Text,
        campaign_id -> Nullable<Id>,
        subject_id -> Nullable<Id>,
        recipient_key -> Binary,
        sealed_to -> Binary,
        sealed -> Nullable<Binary>,
        message_id -> Text,
        by_stranger -> Bool,
        attempts -> BigInt,
        strikes -> BigInt,
        next_at -> Instant,
        lease_until -> Nullable<Instant>,
        fence -> BigInt,
        made_at -> Instant,
        settled_at -> Nullable<Instant>,
        last_error -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    audit_entries (id) {
        id -> Id,
        at -> Instant,
        campaign_id -> Nullable<Id>,
        subject_kind -> Text,
        subject_id -> Nullable<Id>,
        act -> Text,
        actor_kind -> Text,
        actor_id -> Nullable<Id>,
        old_value -> Nullable<Text>,
        new_value -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    audit_links (chain_id, number) {
        chain_id -> Id,
        number -> BigInt,
        entry_id -> Id,
        salt -> Nullable<Text>,
        words -> Nullable<Text>,
        digest -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    notes (sign_on_id) {
        sign_on_id -> Id,
        sealed -> Binary,
        version -> BigInt,
        changed_at -> Instant,
        changed_by -> Id,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    notices (id) {
        id -> Id,
        sign_on_id -> Id,
        digest -> Binary,
        line -> Text,
        sealed -> Nullable<Binary>,
        made_at -> Instant,
        made_by -> Id,
        ends_at -> Instant,
        answer -> Nullable<Text>,
        answered_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    editions (id) {
        id -> Id,
        campaign_id -> Id,
        number -> BigInt,
        revision -> BigInt,
        letter_version -> BigInt,
        name -> Nullable<Text>,
        made_at -> Instant,
        count -> BigInt,
        sha256 -> Text,
        joined_through -> BigInt,
        ended_at -> Nullable<Instant>,
        entries -> Binary,
        name_key -> Nullable<Text>,
        named_at -> Nullable<Instant>,
        keeps_names -> Bool,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    mail_tallies (campaign_id, recipient_key) {
        campaign_id -> Id,
        recipient_key -> Binary,
        written -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    claims (sign_on_id) {
        sign_on_id -> Id,
        id -> Id,
        account_id -> Id,
        session -> Binary,
        made_at -> Instant,
        seen_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    corrections (id) {
        id -> Id,
        sign_on_id -> Id,
        kind -> Text,
        at -> Instant,
        organization -> Text,
        acronym -> Nullable<Text>,
        native_name -> Nullable<Text>,
        sort_as -> Nullable<Text>,
        website -> Nullable<Text>,
        country -> Nullable<Text>,
        line -> Text,
        old_organization -> Text,
        old_line -> Text,
        note -> Nullable<Binary>,
        outcome -> Nullable<Text>,
        settled_at -> Nullable<Instant>,
        settled_by -> Nullable<Id>,
        first_by -> Nullable<Id>,
        first_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::db::columns::{Id, Instant};
    distinct_pairs (lower_id, upper_id) {
        lower_id -> Id,
        upper_id -> Id,
        reason -> Nullable<Text>,
        made_by -> Id,
        made_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    shortcuts (account_id) {
        account_id -> Id,
        is_on -> Bool,
        keys -> Text,
    }
}

table! {
    use diesel::sql_types::{Binary, Text};
    instance_facts (name) {
        name -> Text,
        value -> Binary,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    reports (id) {
        id -> Id,
        campaign_id -> Id,
        sign_on_id -> Id,
        digest -> Binary,
        kind -> Text,
        line -> Text,
        sealed -> Nullable<Binary>,
        reporter_key -> Nullable<Binary>,
        made_at -> Instant,
        ends_at -> Instant,
        confirmed_at -> Nullable<Instant>,
        version -> Nullable<BigInt>,
        own_domain -> Bool,
        suspended_at -> Nullable<Instant>,
        outcome -> Nullable<Text>,
        settled_at -> Nullable<Instant>,
        settled_by -> Nullable<Id>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    invitations (id) {
        id -> Id,
        campaign_id -> Id,
        version -> BigInt,
        organization -> Text,
        folded -> Text,
        website -> Nullable<Text>,
        language -> Nullable<Text>,
        sealed -> Nullable<Binary>,
        email_key -> Nullable<Binary>,
        late_until -> Nullable<Instant>,
        made_at -> Instant,
        made_by -> Id,
        mailed_at -> Instant,
        mails -> BigInt,
        delivered_at -> Nullable<Instant>,
        bounced_at -> Nullable<Instant>,
        opened_at -> Nullable<Instant>,
        declined_at -> Nullable<Instant>,
        reason -> Nullable<Binary>,
        quiet_at -> Nullable<Instant>,
        revoked_at -> Nullable<Instant>,
        revoked_by -> Nullable<Id>,
    }
}

table! {
    use diesel::sql_types::Binary;
    use crate::db::columns::{Id, Instant};
    invitation_links (digest) {
        digest -> Binary,
        invitation_id -> Id,
        made_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    intentions (id) {
        id -> Id,
        campaign_id -> Id,
        invitation_id -> Nullable<Id>,
        organization -> Text,
        country -> Text,
        sealed -> Nullable<Binary>,
        email_key -> Binary,
        decides_at -> Instant,
        made_at -> Instant,
        ends_at -> Instant,
        confirmed_at -> Nullable<Instant>,
        outcome -> Nullable<Text>,
        settled_at -> Nullable<Instant>,
        sign_on_id -> Nullable<Id>,
    }
}

table! {
    use diesel::sql_types::Binary;
    use crate::db::columns::{Id, Instant};
    intention_links (digest) {
        digest -> Binary,
        intention_id -> Id,
        made_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    elsewhere (sign_on_id) {
        sign_on_id -> Id,
        sealed -> Nullable<Binary>,
        email_key -> Nullable<Binary>,
        asked_at -> Nullable<Instant>,
        asks -> BigInt,
        answer -> Nullable<Text>,
        answered_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable};
    use crate::db::columns::{Id, Instant};
    elsewhere_imports (id) {
        id -> Id,
        campaign_id -> Id,
        version -> BigInt,
        made_at -> Instant,
        made_by -> Id,
        confirmed_at -> Nullable<Instant>,
        done_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::Id;
    elsewhere_lines (import_id, number) {
        import_id -> Id,
        number -> BigInt,
        sealed -> Binary,
        fate -> Text,
        is_another -> Bool,
        other_id -> Nullable<Id>,
    }
}

table! {
    use crate::db::columns::{Id, Instant};
    at_risk_readers (campaign_id, account_id) {
        campaign_id -> Id,
        account_id -> Id,
        made_by -> Id,
        made_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    mail_words (campaign_id, message, number) {
        campaign_id -> Id,
        message -> Text,
        number -> BigInt,
        subject -> Nullable<Text>,
        body -> Nullable<Text>,
        made_at -> Instant,
        made_by -> Nullable<Id>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    mailings (id) {
        id -> Id,
        campaign_id -> Id,
        version -> BigInt,
        audience -> Text,
        subject -> Text,
        body -> Text,
        state -> Text,
        made_at -> Instant,
        changed_at -> Instant,
        changed_by -> Id,
        begun_at -> Nullable<Instant>,
        begun_by -> Nullable<Id>,
        counted -> Nullable<BigInt>,
        looked_at -> Nullable<Id>,
        mailed -> BigInt,
        left_out -> BigInt,
        ended_at -> Nullable<Instant>,
        stopped_by -> Nullable<Id>,
    }
}

table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::db::columns::{Id, Instant};
    mailing_recipients (mailing_id, recipient_key) {
        mailing_id -> Id,
        recipient_key -> Binary,
        mail_id -> Id,
        delivered_at -> Nullable<Instant>,
        refused_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::Binary;
    use crate::db::columns::{Id, Instant};
    unsubscribe_links (digest) {
        digest -> Binary,
        campaign_id -> Id,
        recipient_key -> Binary,
        made_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Text};
    use crate::db::columns::Id;
    expired_tallies (campaign_id, day, country, invited) {
        campaign_id -> Id,
        day -> Text,
        country -> Text,
        invited -> Bool,
        erased -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::db::columns::{Id, Instant};
    digests (account_id, campaign_id) {
        account_id -> Id,
        campaign_id -> Id,
        cadence -> Text,
        hour -> BigInt,
        told_until -> Instant,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    tellings (id) {
        id -> Id,
        campaign_id -> Id,
        event -> Text,
        made_at -> Instant,
        made_by -> Id,
        reached -> Nullable<Id>,
        mailed -> BigInt,
        done_at -> Nullable<Instant>,
    }
}

table! {
    use crate::db::columns::{Id, Instant};
    told_later (telling_id, sign_on_id) {
        telling_id -> Id,
        sign_on_id -> Id,
        next_at -> Instant,
    }
}

table! {
    use diesel::sql_types::Binary;
    use crate::db::columns::Id;
    told_addresses (telling_id, email_key) {
        telling_id -> Id,
        email_key -> Binary,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    deliveries (id) {
        id -> Id,
        campaign_id -> Id,
        version -> BigInt,
        recipient -> Text,
        sealed -> Nullable<Binary>,
        means -> Text,
        on_day -> Nullable<Text>,
        at -> Nullable<Instant>,
        edition_number -> Nullable<BigInt>,
        edition_sha256 -> Nullable<Text>,
        edition_count -> Nullable<BigInt>,
        receipt -> Nullable<Text>,
        replied_on -> Nullable<Text>,
        reply -> Nullable<Text>,
        reply_link -> Nullable<Text>,
        shown -> Bool,
        made_at -> Instant,
        made_by -> Id,
        changed_at -> Instant,
        told_by -> Nullable<Id>,
        reply_told_by -> Nullable<Id>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable};
    use crate::db::columns::{Id, Instant};
    updates (id) {
        id -> Id,
        campaign_id -> Id,
        version -> BigInt,
        made_at -> Instant,
        published_at -> Nullable<Instant>,
        taken_back_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::db::columns::{Id, Instant};
    update_texts (update_id, number) {
        update_id -> Id,
        number -> BigInt,
        title -> Text,
        body -> Text,
        made_at -> Instant,
        made_by -> Id,
    }
}

table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::db::columns::{Id, Instant};
    addresses (id) {
        id -> Id,
        sealed -> Binary,
        email_key -> Binary,
        organization -> Text,
        folded -> Text,
        acronym -> Nullable<Text>,
        native_name -> Nullable<Text>,
        sort_as -> Nullable<Text>,
        website -> Nullable<Text>,
        country -> Nullable<Text>,
        language -> Text,
        sign_on_id -> Nullable<Id>,
        campaign_id -> Nullable<Id>,
        signed_at -> Instant,
        agreed_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{Binary, Nullable};
    use crate::db::columns::{Id, Instant};
    address_links (digest) {
        digest -> Binary,
        address_id -> Nullable<Id>,
        made_at -> Instant,
    }
}

table! {
    use crate::db::columns::Id;
    address_invitations (invitation_id) {
        invitation_id -> Id,
        address_id -> Id,
    }
}

joinable!(account_tokens -> accounts (account_id));
joinable!(address_invitations -> addresses (address_id));
joinable!(audit_links -> audit_entries (entry_id));
joinable!(campaign_roles -> accounts (account_id));
joinable!(campaign_roles -> campaigns (campaign_id));
joinable!(claims -> sign_ons (sign_on_id));
joinable!(consent_answers -> consent_rounds (round_id));
joinable!(consent_answers -> sign_ons (sign_on_id));
joinable!(contacts -> sign_ons (sign_on_id));
joinable!(corrections -> sign_ons (sign_on_id));
joinable!(digests -> campaigns (campaign_id));
joinable!(hand_over_links -> hand_overs (hand_over_id));
joinable!(hand_overs -> sign_ons (sign_on_id));
joinable!(editions -> campaigns (campaign_id));
joinable!(elsewhere -> sign_ons (sign_on_id));
joinable!(elsewhere_lines -> elsewhere_imports (import_id));
joinable!(half_log_ins -> accounts (account_id));
joinable!(intention_links -> intentions (intention_id));
joinable!(invitation_links -> invitations (invitation_id));
joinable!(letter_versions -> campaigns (campaign_id));
joinable!(mailing_recipients -> mailings (mailing_id));
joinable!(reports -> sign_ons (sign_on_id));
joinable!(sessions -> accounts (account_id));
joinable!(sign_on_tokens -> sign_ons (sign_on_id));
joinable!(sign_ons -> campaigns (campaign_id));
joinable!(stood_before -> sign_ons (sign_on_id));
joinable!(texts_shown -> sign_ons (sign_on_id));
joinable!(texts_shown -> translation_versions (translation_id));
joinable!(translation_versions -> translations (translation_id));
joinable!(translations -> campaigns (campaign_id));
joinable!(update_texts -> updates (update_id));

allow_tables_to_appear_in_same_query!(
    account_tokens,
    accounts,
    address_invitations,
    address_links,
    addresses,
    answers,
    at_risk_readers,
    attestations,
    audit_entries,
    audit_links,
    campaign_roles,
    campaigns,
    claims,
    code_apps,
    consent_answers,
    consent_links,
    consent_rounds,
    contacts,
    corrections,
    digests,
    deliveries,
    distinct_pairs,
    hand_over_links,
    hand_overs,
    editions,
    elsewhere,
    elsewhere_imports,
    elsewhere_lines,
    expired_tallies,
    half_log_ins,
    intention_links,
    intentions,
    invitation_links,
    invitations,
    known_devices,
    letter_drafts,
    letter_versions,
    mail_tallies,
    mail_words,
    mailing_recipients,
    mailings,
    notes,
    notices,
    outbox,
    passkey_challenges,
    passkeys,
    preview_links,
    recovery_codes,
    reports,
    sessions,
    shortcuts,
    sign_on_tokens,
    sign_ons,
    stood_before,
    texts_shown,
    translation_versions,
    translations,
    unsubscribe_links,
    tellings,
    told_addresses,
    told_later,
    update_texts,
    updates,
);
