-- Generated from the migrations by `make schema`; `make check` fails when it is out of date.
-- Loaded into a database that has no table at all, in one transaction (amends.ledger.schema.tables).
CREATE TABLE "auth_group" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(150) NOT NULL UNIQUE);
CREATE TABLE "auth_group_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL, "name" varchar(255) NOT NULL);
CREATE TABLE "auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "is_superuser" bool NOT NULL, "username" varchar(150) NOT NULL UNIQUE, "last_name" varchar(150) NOT NULL, "email" varchar(254) NOT NULL, "is_staff" bool NOT NULL, "is_active" bool NOT NULL, "date_joined" datetime NOT NULL, "first_name" varchar(150) NOT NULL);
CREATE TABLE "auth_user_groups" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "auth_user_user_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "user_id" integer NOT NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" datetime NOT NULL);
CREATE TABLE "ledger_acknowledgement" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "inbox_id" bigint NOT NULL, "api_key" varchar(12) NOT NULL, "at" datetime NOT NULL, "sequence" integer NOT NULL, "digest" varchar(64) NOT NULL, "system_id" bigint NOT NULL REFERENCES "ledger_actingsystem" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "acknowledgement_once" UNIQUE ("inbox_id", "at"));
CREATE TABLE "ledger_actingsystem" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(40) NOT NULL UNIQUE, "title" varchar(120) NOT NULL, "contact" varchar(200) NOT NULL, "actions" text NOT NULL CHECK ((JSON_VALID("actions") OR "actions" IS NULL)), "registered_at" datetime NOT NULL, "retired_at" datetime NULL, "list_key_id" varchar(8) NOT NULL, "mode" varchar(4) NOT NULL, "push_disabled_at" datetime NULL, "push_failures" integer NOT NULL, "sealed_list_secret" BLOB NULL, "silent_after_seconds" integer NOT NULL, "webhook_url" varchar(500) NOT NULL);
CREATE TABLE "ledger_action" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "system" varchar(40) NOT NULL, "kind" varchar(60) NOT NULL, "at" datetime NOT NULL, "identifier_fingerprint" varchar(32) NOT NULL, "key_id" varchar(8) NOT NULL, "sealed_identifier" BLOB NOT NULL, "source_sha256" varchar(64) NOT NULL, "source_line" integer NOT NULL, "recorded_at" datetime NOT NULL, CONSTRAINT "action_reported_once" UNIQUE ("identifier_fingerprint", "kind", "at", "system"));
CREATE TABLE "ledger_actionsubject" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "action_id" bigint NOT NULL REFERENCES "ledger_action" ("id") DEFERRABLE INITIALLY DEFERRED, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, "row_id" bigint NOT NULL REFERENCES "ledger_leakedrow" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "action_subject_once_per_row" UNIQUE ("action_id", "row_id"));
CREATE TABLE "ledger_affectedperson" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "registry_person_id" varchar(80) NOT NULL, "first_row" integer NOT NULL, "table_name" varchar(255) NOT NULL, "sealed_details" BLOB NOT NULL, "exposed_kinds" text NOT NULL CHECK ((JSON_VALID("exposed_kinds") OR "exposed_kinds" IS NULL)), "language" varchar(35) NOT NULL, "contact_channels" varchar(80) NOT NULL, "deceased" bool NOT NULL, "minor" bool NOT NULL, "status_as_of" varchar(20) NOT NULL, "status_at_exposure" varchar(20) NOT NULL, "status_at_hold" varchar(20) NOT NULL, "removed_on" datetime NULL, "removal_phase" varchar(24) NOT NULL, "facts" text NOT NULL CHECK ((JSON_VALID("facts") OR "facts" IS NULL)), "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, "representative_id" bigint NULL REFERENCES "ledger_representative" ("id") DEFERRABLE INITIALLY DEFERRED, "status_at_discovery" varchar(20) NOT NULL, "status_now" varchar(20) NOT NULL, CONSTRAINT "affected_person_one_first_row" UNIQUE ("incident_id", "table_name", "first_row"));
CREATE TABLE "ledger_alarm" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(40) NOT NULL, "about" varchar(80) NOT NULL, "message" varchar(500) NOT NULL, "detail" text NOT NULL CHECK ((JSON_VALID("detail") OR "detail" IS NULL)), "raised_at" datetime NOT NULL, "cleared_at" datetime NULL);
CREATE TABLE "ledger_apikey" ("key_id" varchar(12) NOT NULL PRIMARY KEY, "kind" varchar(4) NOT NULL, "secret_sha256" varchar(64) NOT NULL, "actions" text NOT NULL CHECK ((JSON_VALID("actions") OR "actions" IS NULL)), "requests_per_second" integer NOT NULL, "created_at" datetime NOT NULL, "expires_at" datetime NULL, "revoked_at" datetime NULL, "system_id" bigint NOT NULL REFERENCES "ledger_actingsystem" ("id") DEFERRABLE INITIALLY DEFERRED, "replaced_by" varchar(12) NOT NULL);
CREATE TABLE "ledger_artefact" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(20) NOT NULL, "name" varchar(255) NOT NULL, "sha256" varchar(64) NOT NULL, "size" bigint NOT NULL, "sealed" bool NOT NULL, "preserved_at" datetime NOT NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "artefact_once_per_incident" UNIQUE ("incident_id", "kind", "sha256"));
CREATE TABLE "ledger_breach" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "commitment" varchar(60) NOT NULL, "rule" varchar(40) NOT NULL, "why" varchar(300) NOT NULL, "state" varchar(16) NOT NULL, "found_at" datetime NOT NULL, "action_id" bigint NOT NULL REFERENCES "ledger_action" ("id") DEFERRABLE INITIALLY DEFERRED, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, "row_id" bigint NOT NULL REFERENCES "ledger_leakedrow" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "breach_once_per_action_and_commitment" UNIQUE ("action_id", "incident_id", "commitment"));
CREATE TABLE "ledger_clockfiring" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "subject" varchar(120) NOT NULL, "mark" varchar(24) NOT NULL, "due_at" datetime NOT NULL, "fires_at" datetime NOT NULL, "fired_at" datetime NOT NULL, "open_count" integer NOT NULL, "claimed_at" datetime NULL, "told_at" datetime NULL, "tellings" integer NOT NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "clock_fires_once" UNIQUE ("incident_id", "subject", "mark", "due_at"), CONSTRAINT "clock_never_early" CHECK ("fired_at" >= ("fires_at")));
CREATE TABLE "ledger_contactattempt" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "purpose" varchar(8) NOT NULL, "method" varchar(20) NOT NULL, "result" varchar(20) NOT NULL, "proof" varchar(200) NOT NULL, "by" varchar(80) NOT NULL, "at" datetime NOT NULL, "remedy_id" bigint NOT NULL REFERENCES "ledger_remedy" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "contact_attempt_recorded_once" UNIQUE ("remedy_id", "purpose", "method", "at"));
CREATE TABLE "ledger_delayrequest" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "agency" varchar(120) NOT NULL, "oral" bool NOT NULL, "document_sha256" varchar(64) NOT NULL, "document_size" bigint NOT NULL, "requested_at" datetime NOT NULL, "until" datetime NOT NULL, "recorded_at" datetime NOT NULL, "actor" varchar(80) NOT NULL, "reason" varchar(500) NOT NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "delay_request_expires_after_it_begins" CHECK ("until" > ("requested_at")));
CREATE TABLE "ledger_delivery" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "attempt" integer NOT NULL, "method" varchar(20) NOT NULL, "fate" varchar(12) NOT NULL, "language" varchar(35) NOT NULL, "at" datetime NOT NULL, "content_sha256" varchar(64) NOT NULL, "proof" varchar(200) NOT NULL, "notice_id" bigint NOT NULL REFERENCES "ledger_remedy" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "delivery_one_per_attempt" UNIQUE ("notice_id", "attempt"));
CREATE TABLE "ledger_duty" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "rule" varchar(80) NOT NULL, "rule_version" varchar(20) NOT NULL, "told" varchar(120) NOT NULL, "citation" varchar(200) NOT NULL, "verification" varchar(20) NOT NULL, "trigger" varchar(40) NOT NULL, "due_at" datetime NULL, "due_reason" varchar(300) NOT NULL, "state" varchar(20) NOT NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, "done_at" datetime NULL, "due_by_person" datetime NULL, "due_by_rule" datetime NULL, "jurisdiction" varchar(40) NOT NULL, "name" varchar(40) NOT NULL, "period_text" varchar(160) NOT NULL, "proof" varchar(200) NOT NULL, "recipients" text NOT NULL CHECK ((JSON_VALID("recipients") OR "recipients" IS NULL)), "settled_at" datetime NULL, "settled_by" varchar(80) NOT NULL, "settled_while_unverified" bool NULL, "triggered_at" datetime NULL, "verdict" varchar(20) NOT NULL, "verdict_reason" text NOT NULL, "what_was_done" varchar(300) NOT NULL, "delay_id" bigint NULL REFERENCES "ledger_delayrequest" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "duty_once_per_incident" UNIQUE ("incident_id", "rule"), CONSTRAINT "duty_one_version_per_incident" UNIQUE ("incident_id", "jurisdiction", "name"));
CREATE TABLE "ledger_dutyevent" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(20) NOT NULL, "at" datetime NOT NULL, "actor" varchar(80) NOT NULL, "reason" varchar(500) NOT NULL, "detail" text NOT NULL CHECK ((JSON_VALID("detail") OR "detail" IS NULL)), "duty_id" bigint NOT NULL REFERENCES "ledger_duty" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "ledger_dutyscope" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "jurisdictions" text NOT NULL CHECK ((JSON_VALID("jurisdictions") OR "jurisdictions" IS NULL)), "roles" text NOT NULL CHECK ((JSON_VALID("roles") OR "roles" IS NULL)), "incident_id" bigint NOT NULL UNIQUE REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "ledger_erasure" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(20) NOT NULL, "rule" varchar(80) NOT NULL, "data_keys" text NOT NULL CHECK ((JSON_VALID("data_keys") OR "data_keys" IS NULL)), "ordered_at" datetime NOT NULL, "destroyed_at" datetime NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "erasure_once_per_kind" UNIQUE ("incident_id", "kind"));
CREATE TABLE "ledger_exposurerecord" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "assessed_at" datetime NOT NULL, "document_size" bigint NULL, "size_basis" varchar(60) NOT NULL, "requests" integer NOT NULL, "requests_by_verdict" text NOT NULL CHECK ((JSON_VALID("requests_by_verdict") OR "requests_by_verdict" IS NULL)), "holes" text NOT NULL CHECK ((JSON_VALID("holes") OR "holes" IS NULL)), "unreadable_lines" integer NOT NULL, "logs" text NOT NULL CHECK ((JSON_VALID("logs") OR "logs" IS NULL)), "adverse_assumption" bool NOT NULL, "adverse_reasons" text NOT NULL CHECK ((JSON_VALID("adverse_reasons") OR "adverse_reasons" IS NULL)), "incident_id" bigint NOT NULL UNIQUE REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "ledger_figure" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "edition" integer NOT NULL, "name" varchar(60) NOT NULL, "value" bigint NOT NULL, "unit" varchar(20) NOT NULL, "query" text NOT NULL, "published_at" datetime NOT NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "figure_once_per_edition" UNIQUE ("incident_id", "edition", "name"));
CREATE TABLE "ledger_filerelease" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "state" varchar(12) NOT NULL, "reason" varchar(500) NOT NULL, "requested_by" varchar(80) NOT NULL, "requested_at" datetime NOT NULL, "expires_at" datetime NOT NULL, "decided_by" varchar(80) NOT NULL, "decided_at" datetime NULL, "decision_reason" varchar(500) NOT NULL, "release_id" bigint NOT NULL REFERENCES "ledger_release" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "ledger_fingerprintsuccessor" ("former" varchar(32) NOT NULL PRIMARY KEY, "successor" varchar(32) NOT NULL);
CREATE TABLE "ledger_formerfingerprint" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "fingerprint" varchar(32) NOT NULL, "key_id" varchar(8) NOT NULL, "successor" varchar(32) NOT NULL, "hold_id" bigint NOT NULL REFERENCES "ledger_remedy" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "former_fingerprint_once_per_hold" UNIQUE ("hold_id", "fingerprint"));
CREATE TABLE "ledger_gatestate" ("id" smallint NOT NULL PRIMARY KEY, "generation" bigint NOT NULL, "held_identifiers" bigint NOT NULL, "known_identifiers" bigint NOT NULL, "fingerprint_key_id" varchar(8) NOT NULL, "registry_sha256" varchar(64) NOT NULL, "unknown_is_hold" bool NOT NULL, CONSTRAINT "gate_has_one_state" CHECK ("id" = 1));
CREATE TABLE "ledger_harmassessment" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "cohort" varchar(60) NOT NULL, "version" integer NOT NULL, "persons" integer NOT NULL, "facts" text NOT NULL CHECK ((JSON_VALID("facts") OR "facts" IS NULL)), "findings" text NOT NULL CHECK ((JSON_VALID("findings") OR "findings" IS NULL)), "severity" varchar(10) NOT NULL, "assessed_at" datetime NOT NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "harm_assessment_version" UNIQUE ("incident_id", "cohort", "version"));
CREATE TABLE "ledger_harmsignature" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "signer" varchar(80) NOT NULL, "reason" varchar(500) NOT NULL, "signed_at" datetime NOT NULL, "assessment_id" bigint NOT NULL REFERENCES "ledger_harmassessment" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "harm_signature_once_per_signer" UNIQUE ("assessment_id", "signer"));
CREATE TABLE "ledger_heartbeat" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "inbox_id" bigint NOT NULL, "api_key" varchar(12) NOT NULL, "at" datetime NOT NULL, "sequence" integer NOT NULL, "holding_digest" varchar(64) NOT NULL, "holding_count" integer NULL, "system_id" bigint NOT NULL REFERENCES "ledger_actingsystem" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "heartbeat_once" UNIQUE ("inbox_id", "at"));
CREATE TABLE "ledger_heldidentifier" ("fingerprint" varchar(32) NOT NULL, "key_id" varchar(8) NOT NULL, "hold_id" bigint NOT NULL, PRIMARY KEY ("fingerprint", "hold_id")) WITHOUT ROWID;
CREATE TABLE "ledger_holdevent" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "event" varchar(12) NOT NULL, "generation" bigint NOT NULL, "at" datetime NOT NULL, "hold_id" bigint NOT NULL REFERENCES "ledger_remedy" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "ledger_holdlist" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "sequence" integer NOT NULL, "generation" bigint NOT NULL, "entries" integer NOT NULL, "added" integer NOT NULL, "removed" integer NOT NULL, "incomplete" integer NOT NULL, "digest" varchar(64) NOT NULL, "actions" text NOT NULL CHECK ((JSON_VALID("actions") OR "actions" IS NULL)), "list_key_id" varchar(8) NOT NULL, "at" datetime NOT NULL, "system_id" bigint NOT NULL REFERENCES "ledger_actingsystem" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "hold_list_sequence_once" UNIQUE ("system_id", "sequence"));
CREATE TABLE "ledger_holdrelease" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "ground" varchar(16) NOT NULL, "state" varchar(12) NOT NULL, "count" integer NOT NULL, "list_sha256" varchar(64) NOT NULL, "document" varchar(200) NOT NULL, "reason" varchar(500) NOT NULL, "requested_by" varchar(80) NOT NULL, "requested_at" datetime NOT NULL, "expires_at" datetime NOT NULL, "decided_by" varchar(80) NOT NULL, "decided_at" datetime NULL, "decision_reason" varchar(500) NOT NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "ledger_holdreleaseitem" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "hold_id" bigint NOT NULL REFERENCES "ledger_remedy" ("id") DEFERRABLE INITIALLY DEFERRED, "release_id" bigint NOT NULL REFERENCES "ledger_holdrelease" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "release_lists_a_hold_once" UNIQUE ("release_id", "hold_id"));
CREATE TABLE "ledger_holdterm" ("hold_id" bigint NOT NULL PRIMARY KEY, "begins_at" datetime NOT NULL, "waiting_days" integer NOT NULL, "conditions" varchar(120) NOT NULL, "not_before" datetime NULL, "earliest_end_at" datetime NULL, "extended_at" datetime NULL, "lifted_at" datetime NULL, "ended_because" varchar(60) NOT NULL, "version" integer NOT NULL);
CREATE TABLE "ledger_inboxmark" ("id" smallint NOT NULL PRIMARY KEY, "inbox_id" bigint NOT NULL, "at" varchar(40) NOT NULL, CONSTRAINT "inbox_has_one_mark" CHECK ("id" = 1));
CREATE TABLE "ledger_incident" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "reference" varchar(40) NOT NULL UNIQUE, "title" varchar(200) NOT NULL, "url" varchar(2000) NOT NULL, "disclosed_to" varchar(200) NOT NULL, "disclosed_to_in" text NOT NULL CHECK ((JSON_VALID("disclosed_to_in") OR "disclosed_to_in" IS NULL)), "exposed_from" datetime NOT NULL, "reported_at" datetime NOT NULL, "confirmed_at" datetime NULL, "removed_at" datetime NOT NULL, "timestamp_sources" text NOT NULL CHECK ((JSON_VALID("timestamp_sources") OR "timestamp_sources" IS NULL)), "as_of" datetime NULL, "playbook" varchar(60) NOT NULL, "playbook_version" varchar(20) NOT NULL, "not_read" text NOT NULL CHECK ((JSON_VALID("not_read") OR "not_read" IS NULL)), "opened_at" datetime NOT NULL, "population_held_at" datetime NULL, "identified_at" datetime NULL, "planned_at" datetime NULL, "closed_at" datetime NULL, CONSTRAINT "incident_removed_after_exposed" CHECK ("removed_at" >= ("exposed_from")), CONSTRAINT "incident_reported_after_exposed" CHECK ("reported_at" >= ("exposed_from")));
CREATE TABLE "ledger_journalentry" ("sequence" bigint NOT NULL PRIMARY KEY, "at" datetime NOT NULL, "incident" varchar(40) NOT NULL, "verb" varchar(40) NOT NULL, "actor" varchar(80) NOT NULL, "reason" varchar(500) NOT NULL, "previous" varchar(64) NOT NULL, "digest" varchar(64) NOT NULL, "detail" text NOT NULL);
CREATE TABLE "ledger_journalhead" ("id" smallint NOT NULL PRIMARY KEY, "sequence" bigint NOT NULL, "digest" varchar(64) NOT NULL, CONSTRAINT "journal_has_one_head" CHECK ("id" = 1));
CREATE TABLE "ledger_knownidentifier" ("fingerprint" varchar(32) NOT NULL PRIMARY KEY, "key_id" varchar(8) NOT NULL) WITHOUT ROWID;
CREATE TABLE "ledger_leakedrow" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "table_name" varchar(255) NOT NULL, "row_number" integer NOT NULL, "hidden" bool NOT NULL, "exposed_kinds" text NOT NULL CHECK ((JSON_VALID("exposed_kinds") OR "exposed_kinds" IS NULL)), "identifier_fingerprint" varchar(32) NOT NULL, "judgement" varchar(12) NOT NULL, "outcome" varchar(16) NOT NULL, "registry_person_id" varchar(80) NOT NULL, "weight" real NULL, "gap" real NULL, "reason" varchar(500) NOT NULL, "duplicate_of" integer NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, "person_id" bigint NULL REFERENCES "ledger_affectedperson" ("id") DEFERRABLE INITIALLY DEFERRED, "sealed_identifiers" BLOB NULL, CONSTRAINT "leaked_row_once_per_incident" UNIQUE ("incident_id", "table_name", "row_number"));
CREATE TABLE "ledger_listannouncement" ("event_id" varchar(32) NOT NULL PRIMARY KEY, "sequence" integer NOT NULL, "created_at" datetime NOT NULL, "due_at" datetime NOT NULL, "attempts" integer NOT NULL, "lease" varchar(32) NOT NULL, "leased_until" datetime NULL, "outcome" varchar(10) NOT NULL, "settled_at" datetime NULL, "last_failure" varchar(60) NOT NULL, "system_id" bigint NOT NULL REFERENCES "ledger_actingsystem" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "ledger_notificationdecision" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "regime" varchar(40) NOT NULL, "rationale" varchar(500) NOT NULL, "first_signer" varchar(80) NOT NULL, "second_signer" varchar(80) NOT NULL, "decided_at" datetime NOT NULL, "review_on" date NOT NULL, "assessment_id" bigint NOT NULL REFERENCES "ledger_harmassessment" ("id") DEFERRABLE INITIALLY DEFERRED, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "notification_decision_once_per_assessment" UNIQUE ("assessment_id", "regime"), CONSTRAINT "notification_decision_has_two_signers" CHECK (NOT ("first_signer" = ("second_signer"))));
CREATE TABLE "ledger_officer" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(80) NOT NULL UNIQUE, "may_request" bool NOT NULL, "may_approve" bool NOT NULL, "passphrase" varchar(200) NOT NULL, "granted_at" datetime NOT NULL, "granted_by" varchar(80) NOT NULL, "founder" smallint NULL UNIQUE, "revoked_at" datetime NULL, "failures" integer NOT NULL, "locked_until" datetime NULL, "line" smallint NULL, CONSTRAINT "officer_two_founders" CHECK (("founder" IS NULL OR "founder" IN (1, 2))));
CREATE TABLE "ledger_playbookversion" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(60) NOT NULL, "version" varchar(20) NOT NULL, "sha256" varchar(64) NOT NULL, "text" text NOT NULL, "planned_at" datetime NOT NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "ledger_preservation" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "matter" varchar(120) NOT NULL, "placed_at" datetime NOT NULL, "lifted_at" datetime NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "ledger_recheck" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "on" date NOT NULL, "reason" varchar(500) NOT NULL, "set_at" datetime NOT NULL, "settled_at" datetime NULL, "remedy_id" bigint NOT NULL REFERENCES "ledger_remedy" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "ledger_recipient" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "address" varchar(255) NOT NULL, "recipient_class" varchar(12) NOT NULL, "verdict" varchar(24) NOT NULL, "obtained_data" bool NOT NULL, "requests" integer NOT NULL, "statuses" text NOT NULL CHECK ((JSON_VALID("statuses") OR "statuses" IS NULL)), "first_seen" datetime NOT NULL, "last_seen" datetime NOT NULL, "bytes_sent" bigint NOT NULL, "in_window" bool NOT NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "recipient_once_per_incident" UNIQUE ("incident_id", "address"));
CREATE TABLE "ledger_recipientpolicy" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "version" integer NOT NULL, "tells" varchar(10) NOT NULL, "reason" varchar(500) NOT NULL, "decided_by" varchar(80) NOT NULL, "decided_at" datetime NOT NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "recipient_policy_version" UNIQUE ("incident_id", "version"));
CREATE TABLE "ledger_recordedtime" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(40) NOT NULL, "at" datetime NOT NULL, "before" datetime NULL, "source" varchar(200) NOT NULL, "confidence" varchar(20) NOT NULL, "recorded_at" datetime NOT NULL, "actor" varchar(80) NOT NULL, "reason" varchar(500) NOT NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "ledger_release" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "sha256" varchar(64) NOT NULL, "size" bigint NOT NULL, "audience" varchar(60) NOT NULL, "verdict" varchar(12) NOT NULL, "people" integer NOT NULL, "kinds" text NOT NULL CHECK ((JSON_VALID("kinds") OR "kinds" IS NULL)), "skipped" integer NOT NULL, "screened_at" datetime NOT NULL);
CREATE TABLE "ledger_remedy" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(12) NOT NULL, "entitlement" varchar(60) NOT NULL, "addressee" varchar(16) NOT NULL, "state" varchar(24) NOT NULL, "owner" varchar(60) NOT NULL, "authority" varchar(200) NOT NULL, "due_at" datetime NULL, "created_at" datetime NOT NULL, "barred_action" varchar(60) NOT NULL, "earliest_end" varchar(200) NOT NULL, "end_condition" varchar(500) NOT NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, "person_id" bigint NULL REFERENCES "ledger_affectedperson" ("id") DEFERRABLE INITIALLY DEFERRED, "recipient_id" bigint NULL REFERENCES "ledger_recipient" ("id") DEFERRABLE INITIALLY DEFERRED, "row_id" bigint NULL REFERENCES "ledger_leakedrow" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "remedy_has_a_subject" CHECK (("row_id" IS NOT NULL OR "person_id" IS NOT NULL OR "recipient_id" IS NOT NULL)));
CREATE TABLE "ledger_remedychange" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "change" varchar(12) NOT NULL, "because" varchar(300) NOT NULL, "at" datetime NOT NULL, "playbook_id" bigint NOT NULL REFERENCES "ledger_playbookversion" ("id") DEFERRABLE INITIALLY DEFERRED, "remedy_id" bigint NOT NULL REFERENCES "ledger_remedy" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "ledger_representative" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "registry_representative_id" varchar(80) NOT NULL UNIQUE, "sealed_details" BLOB NOT NULL);
CREATE TABLE "ledger_reviewcase" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "assigned_to" varchar(80) NOT NULL, "assigned_at" datetime NULL, "outcome" varchar(40) NOT NULL, "outcome_reason" varchar(500) NOT NULL, "decided_by" varchar(80) NOT NULL, "decided_at" datetime NULL, "awaits_second_look" bool NOT NULL, "second_by" varchar(80) NOT NULL, "second_at" datetime NULL, "second_reason" varchar(500) NOT NULL, "closed_at" datetime NULL, "times_sent_back" integer NOT NULL, "times_reopened" integer NOT NULL, "remedy_id" bigint NOT NULL UNIQUE REFERENCES "ledger_remedy" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "review_outcome_has_a_decider_and_a_reason" CHECK ((("decided_at" IS NULL AND "decided_by" = '' AND "outcome" = '') OR (NOT ("outcome" = '') AND NOT ("outcome_reason" = '') AND NOT ("decided_by" = '') AND "decided_at" IS NOT NULL))), CONSTRAINT "review_second_look_is_anothers" CHECK ((("second_at" IS NULL AND "second_by" = '') OR ("second_at" IS NOT NULL AND NOT ("second_by" = ("decided_by"))))), CONSTRAINT "review_closed_with_an_outcome" CHECK (("closed_at" IS NULL OR (NOT "awaits_second_look" AND NOT ("outcome" = '')))));
CREATE TABLE "ledger_reviewevent" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "closed" bool NOT NULL, "at" datetime NOT NULL, "remedy_id" bigint NOT NULL REFERENCES "ledger_remedy" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "ledger_sealedidentifier" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "fingerprint" varchar(32) NOT NULL, "key_id" varchar(8) NOT NULL, "sealed" BLOB NOT NULL, "row_id" bigint NOT NULL REFERENCES "ledger_leakedrow" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "sealed_identifier_once_per_row" UNIQUE ("row_id", "fingerprint"));
CREATE TABLE "ledger_statusepisode" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "status" varchar(20) NOT NULL, "begins_at" datetime NULL, "ends_at" datetime NULL, "person_id" bigint NOT NULL REFERENCES "ledger_affectedperson" ("id") DEFERRABLE INITIALLY DEFERRED, "reading_id" bigint NOT NULL REFERENCES "ledger_statusreading" ("id") DEFERRABLE INITIALLY DEFERRED, "superseded_by_id" bigint NULL REFERENCES "ledger_statusreading" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "ledger_statusreading" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "source_sha256" varchar(64) NOT NULL, "status_as_of" datetime NOT NULL, "recorded_at" datetime NOT NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "ledger_supplementarynotice" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "number" integer NOT NULL, "what_changed" text NOT NULL CHECK ((JSON_VALID("what_changed") OR "what_changed" IS NULL)), "persons" integer NOT NULL, "planned_at" datetime NOT NULL, "incident_id" bigint NOT NULL REFERENCES "ledger_incident" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "supplementary_notice_number" UNIQUE ("incident_id", "number"));
CREATE TABLE "ledger_systemholding" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "inbox_id" bigint NOT NULL, "api_key" varchar(12) NOT NULL, "at" datetime NOT NULL, "sequence" integer NOT NULL, "report" varchar(64) NOT NULL, "part" integer NOT NULL, "parts" integer NOT NULL, "count" integer NOT NULL, "entries" BLOB NOT NULL, "system_id" bigint NOT NULL REFERENCES "ledger_actingsystem" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "systemholding_once" UNIQUE ("inbox_id", "at"));
INSERT INTO "auth_permission" ("id", "content_type_id", "codename", "name") VALUES
(1, 1, 'add_permission', 'Can add permission'),
(2, 1, 'change_permission', 'Can change permission'),
(3, 1, 'delete_permission', 'Can delete permission'),
(4, 1, 'view_permission', 'Can view permission'),
(5, 2, 'add_group', 'Can add group'),
(6, 2, 'change_group', 'Can change group'),
(7, 2, 'delete_group', 'Can delete group'),
(8, 2, 'view_group', 'Can view group'),
(9, 3, 'add_user', 'Can add user'),
(10, 3, 'change_user', 'Can change user'),
(11, 3, 'delete_user', 'Can delete user'),
(12, 3, 'view_user', 'Can view user'),
(13, 4, 'add_contenttype', 'Can add content type'),
(14, 4, 'change_contenttype', 'Can change content type'),
(15, 4, 'delete_contenttype', 'Can delete content type'),
(16, 4, 'view_contenttype', 'Can view content type'),
(17, 5, 'add_session', 'Can add session'),
(18, 5, 'change_session', 'Can change session'),
(19, 5, 'delete_session', 'Can delete session'),
(20, 5, 'view_session', 'Can view session'),
(21, 6, 'add_journalentry', 'Can add journal entry'),
(22, 6, 'change_journalentry', 'Can change journal entry'),
(23, 6, 'delete_journalentry', 'Can delete journal entry'),
(24, 6, 'view_journalentry', 'Can view journal entry'),
(25, 7, 'add_release', 'Can add release'),
(26, 7, 'change_release', 'Can change release'),
(27, 7, 'delete_release', 'Can delete release'),
(28, 7, 'view_release', 'Can view release'),
(29, 8, 'add_representative', 'Can add representative'),
(30, 8, 'change_representative', 'Can change representative'),
(31, 8, 'delete_representative', 'Can delete representative'),
(32, 8, 'view_representative', 'Can view representative'),
(33, 9, 'add_incident', 'Can add incident'),
(34, 9, 'change_incident', 'Can change incident'),
(35, 9, 'delete_incident', 'Can delete incident'),
(36, 9, 'view_incident', 'Can view incident'),
(37, 10, 'add_exposurerecord', 'Can add exposure record'),
(38, 10, 'change_exposurerecord', 'Can change exposure record'),
(39, 10, 'delete_exposurerecord', 'Can delete exposure record'),
(40, 10, 'view_exposurerecord', 'Can view exposure record'),
(41, 11, 'add_affectedperson', 'Can add affected person'),
(42, 11, 'change_affectedperson', 'Can change affected person'),
(43, 11, 'delete_affectedperson', 'Can delete affected person'),
(44, 11, 'view_affectedperson', 'Can view affected person'),
(45, 12, 'add_journalhead', 'Can add journal head'),
(46, 12, 'change_journalhead', 'Can change journal head'),
(47, 12, 'delete_journalhead', 'Can delete journal head'),
(48, 12, 'view_journalhead', 'Can view journal head'),
(49, 13, 'add_leakedrow', 'Can add leaked row'),
(50, 13, 'change_leakedrow', 'Can change leaked row'),
(51, 13, 'delete_leakedrow', 'Can delete leaked row'),
(52, 13, 'view_leakedrow', 'Can view leaked row'),
(53, 14, 'add_recipient', 'Can add recipient'),
(54, 14, 'change_recipient', 'Can change recipient'),
(55, 14, 'delete_recipient', 'Can delete recipient'),
(56, 14, 'view_recipient', 'Can view recipient'),
(57, 15, 'add_remedy', 'Can add remedy'),
(58, 15, 'change_remedy', 'Can change remedy'),
(59, 15, 'delete_remedy', 'Can delete remedy'),
(60, 15, 'view_remedy', 'Can view remedy'),
(61, 16, 'add_delivery', 'Can add delivery'),
(62, 16, 'change_delivery', 'Can change delivery'),
(63, 16, 'delete_delivery', 'Can delete delivery'),
(64, 16, 'view_delivery', 'Can view delivery'),
(65, 17, 'add_figure', 'Can add figure'),
(66, 17, 'change_figure', 'Can change figure'),
(67, 17, 'delete_figure', 'Can delete figure'),
(68, 17, 'view_figure', 'Can view figure'),
(69, 18, 'add_duty', 'Can add duty'),
(70, 18, 'change_duty', 'Can change duty'),
(71, 18, 'delete_duty', 'Can delete duty'),
(72, 18, 'view_duty', 'Can view duty'),
(73, 19, 'add_artefact', 'Can add artefact'),
(74, 19, 'change_artefact', 'Can change artefact'),
(75, 19, 'delete_artefact', 'Can delete artefact'),
(76, 19, 'view_artefact', 'Can view artefact'),
(77, 20, 'add_actingsystem', 'Can add acting system'),
(78, 20, 'change_actingsystem', 'Can change acting system'),
(79, 20, 'delete_actingsystem', 'Can delete acting system'),
(80, 20, 'view_actingsystem', 'Can view acting system'),
(81, 21, 'add_knownidentifier', 'Can add known identifier'),
(82, 21, 'change_knownidentifier', 'Can change known identifier'),
(83, 21, 'delete_knownidentifier', 'Can delete known identifier'),
(84, 21, 'view_knownidentifier', 'Can view known identifier'),
(85, 22, 'add_apikey', 'Can add api key'),
(86, 22, 'change_apikey', 'Can change api key'),
(87, 22, 'delete_apikey', 'Can delete api key'),
(88, 22, 'view_apikey', 'Can view api key'),
(89, 23, 'add_gatestate', 'Can add gate state'),
(90, 23, 'change_gatestate', 'Can change gate state'),
(91, 23, 'delete_gatestate', 'Can delete gate state'),
(92, 23, 'view_gatestate', 'Can view gate state'),
(93, 24, 'add_heldidentifier', 'Can add held identifier'),
(94, 24, 'change_heldidentifier', 'Can change held identifier'),
(95, 24, 'delete_heldidentifier', 'Can delete held identifier'),
(96, 24, 'view_heldidentifier', 'Can view held identifier'),
(97, 25, 'add_holdevent', 'Can add hold event'),
(98, 25, 'change_holdevent', 'Can change hold event'),
(99, 25, 'delete_holdevent', 'Can delete hold event'),
(100, 25, 'view_holdevent', 'Can view hold event'),
(101, 26, 'add_alarm', 'Can add alarm'),
(102, 26, 'change_alarm', 'Can change alarm'),
(103, 26, 'delete_alarm', 'Can delete alarm'),
(104, 26, 'view_alarm', 'Can view alarm'),
(105, 27, 'add_inboxmark', 'Can add inbox mark'),
(106, 27, 'change_inboxmark', 'Can change inbox mark'),
(107, 27, 'delete_inboxmark', 'Can delete inbox mark'),
(108, 27, 'view_inboxmark', 'Can view inbox mark'),
(109, 28, 'add_acknowledgement', 'Can add acknowledgement'),
(110, 28, 'change_acknowledgement', 'Can change acknowledgement'),
(111, 28, 'delete_acknowledgement', 'Can delete acknowledgement'),
(112, 28, 'view_acknowledgement', 'Can view acknowledgement'),
(113, 29, 'add_heartbeat', 'Can add heartbeat'),
(114, 29, 'change_heartbeat', 'Can change heartbeat'),
(115, 29, 'delete_heartbeat', 'Can delete heartbeat'),
(116, 29, 'view_heartbeat', 'Can view heartbeat'),
(117, 30, 'add_holdlist', 'Can add hold list'),
(118, 30, 'change_holdlist', 'Can change hold list'),
(119, 30, 'delete_holdlist', 'Can delete hold list'),
(120, 30, 'view_holdlist', 'Can view hold list'),
(121, 31, 'add_listannouncement', 'Can add list announcement'),
(122, 31, 'change_listannouncement', 'Can change list announcement'),
(123, 31, 'delete_listannouncement', 'Can delete list announcement'),
(124, 31, 'view_listannouncement', 'Can view list announcement'),
(125, 32, 'add_sealedidentifier', 'Can add sealed identifier'),
(126, 32, 'change_sealedidentifier', 'Can change sealed identifier'),
(127, 32, 'delete_sealedidentifier', 'Can delete sealed identifier'),
(128, 32, 'view_sealedidentifier', 'Can view sealed identifier'),
(129, 33, 'add_systemholding', 'Can add system holding'),
(130, 33, 'change_systemholding', 'Can change system holding'),
(131, 33, 'delete_systemholding', 'Can delete system holding'),
(132, 33, 'view_systemholding', 'Can view system holding'),
(133, 34, 'add_fingerprintsuccessor', 'Can add fingerprint successor'),
(134, 34, 'change_fingerprintsuccessor', 'Can change fingerprint successor'),
(135, 34, 'delete_fingerprintsuccessor', 'Can delete fingerprint successor'),
(136, 34, 'view_fingerprintsuccessor', 'Can view fingerprint successor'),
(137, 35, 'add_erasure', 'Can add erasure'),
(138, 35, 'change_erasure', 'Can change erasure'),
(139, 35, 'delete_erasure', 'Can delete erasure'),
(140, 35, 'view_erasure', 'Can view erasure'),
(141, 36, 'add_preservation', 'Can add preservation'),
(142, 36, 'change_preservation', 'Can change preservation'),
(143, 36, 'delete_preservation', 'Can delete preservation'),
(144, 36, 'view_preservation', 'Can view preservation'),
(145, 37, 'add_playbookversion', 'Can add playbook version'),
(146, 37, 'change_playbookversion', 'Can change playbook version'),
(147, 37, 'delete_playbookversion', 'Can delete playbook version'),
(148, 37, 'view_playbookversion', 'Can view playbook version'),
(149, 38, 'add_remedychange', 'Can add remedy change'),
(150, 38, 'change_remedychange', 'Can change remedy change'),
(151, 38, 'delete_remedychange', 'Can delete remedy change'),
(152, 38, 'view_remedychange', 'Can view remedy change'),
(153, 39, 'add_statusreading', 'Can add status reading'),
(154, 39, 'change_statusreading', 'Can change status reading'),
(155, 39, 'delete_statusreading', 'Can delete status reading'),
(156, 39, 'view_statusreading', 'Can view status reading'),
(157, 40, 'add_statusepisode', 'Can add status episode'),
(158, 40, 'change_statusepisode', 'Can change status episode'),
(159, 40, 'delete_statusepisode', 'Can delete status episode'),
(160, 40, 'view_statusepisode', 'Can view status episode'),
(161, 41, 'add_action', 'Can add action'),
(162, 41, 'change_action', 'Can change action'),
(163, 41, 'delete_action', 'Can delete action'),
(164, 41, 'view_action', 'Can view action'),
(165, 42, 'add_harmassessment', 'Can add harm assessment'),
(166, 42, 'change_harmassessment', 'Can change harm assessment'),
(167, 42, 'delete_harmassessment', 'Can delete harm assessment'),
(168, 42, 'view_harmassessment', 'Can view harm assessment'),
(169, 43, 'add_harmsignature', 'Can add harm signature'),
(170, 43, 'change_harmsignature', 'Can change harm signature'),
(171, 43, 'delete_harmsignature', 'Can delete harm signature'),
(172, 43, 'view_harmsignature', 'Can view harm signature'),
(173, 44, 'add_notificationdecision', 'Can add notification decision'),
(174, 44, 'change_notificationdecision', 'Can change notification decision'),
(175, 44, 'delete_notificationdecision', 'Can delete notification decision'),
(176, 44, 'view_notificationdecision', 'Can view notification decision'),
(177, 45, 'add_recheck', 'Can add recheck'),
(178, 45, 'change_recheck', 'Can change recheck'),
(179, 45, 'delete_recheck', 'Can delete recheck'),
(180, 45, 'view_recheck', 'Can view recheck'),
(181, 46, 'add_recipientpolicy', 'Can add recipient policy'),
(182, 46, 'change_recipientpolicy', 'Can change recipient policy'),
(183, 46, 'delete_recipientpolicy', 'Can delete recipient policy'),
(184, 46, 'view_recipientpolicy', 'Can view recipient policy'),
(185, 47, 'add_reviewcase', 'Can add review case'),
(186, 47, 'change_reviewcase', 'Can change review case'),
(187, 47, 'delete_reviewcase', 'Can delete review case'),
(188, 47, 'view_reviewcase', 'Can view review case'),
(189, 48, 'add_reviewevent', 'Can add review event'),
(190, 48, 'change_reviewevent', 'Can change review event'),
(191, 48, 'delete_reviewevent', 'Can delete review event'),
(192, 48, 'view_reviewevent', 'Can view review event'),
(193, 49, 'add_actionsubject', 'Can add action subject'),
(194, 49, 'change_actionsubject', 'Can change action subject'),
(195, 49, 'delete_actionsubject', 'Can delete action subject'),
(196, 49, 'view_actionsubject', 'Can view action subject'),
(197, 50, 'add_breach', 'Can add breach'),
(198, 50, 'change_breach', 'Can change breach'),
(199, 50, 'delete_breach', 'Can delete breach'),
(200, 50, 'view_breach', 'Can view breach'),
(201, 51, 'add_contactattempt', 'Can add contact attempt'),
(202, 51, 'change_contactattempt', 'Can change contact attempt'),
(203, 51, 'delete_contactattempt', 'Can delete contact attempt'),
(204, 51, 'view_contactattempt', 'Can view contact attempt'),
(205, 52, 'add_dutyevent', 'Can add duty event'),
(206, 52, 'change_dutyevent', 'Can change duty event'),
(207, 52, 'delete_dutyevent', 'Can delete duty event'),
(208, 52, 'view_dutyevent', 'Can view duty event'),
(209, 53, 'add_dutyscope', 'Can add duty scope'),
(210, 53, 'change_dutyscope', 'Can change duty scope'),
(211, 53, 'delete_dutyscope', 'Can delete duty scope'),
(212, 53, 'view_dutyscope', 'Can view duty scope'),
(213, 54, 'add_recordedtime', 'Can add recorded time'),
(214, 54, 'change_recordedtime', 'Can change recorded time'),
(215, 54, 'delete_recordedtime', 'Can delete recorded time'),
(216, 54, 'view_recordedtime', 'Can view recorded time'),
(217, 55, 'add_clockfiring', 'Can add clock firing'),
(218, 55, 'change_clockfiring', 'Can change clock firing'),
(219, 55, 'delete_clockfiring', 'Can delete clock firing'),
(220, 55, 'view_clockfiring', 'Can view clock firing'),
(221, 56, 'add_delayrequest', 'Can add delay request'),
(222, 56, 'change_delayrequest', 'Can change delay request'),
(223, 56, 'delete_delayrequest', 'Can delete delay request'),
(224, 56, 'view_delayrequest', 'Can view delay request'),
(225, 57, 'add_holdterm', 'Can add hold term'),
(226, 57, 'change_holdterm', 'Can change hold term'),
(227, 57, 'delete_holdterm', 'Can delete hold term'),
(228, 57, 'view_holdterm', 'Can view hold term'),
(229, 58, 'add_holdrelease', 'Can add hold release'),
(230, 58, 'change_holdrelease', 'Can change hold release'),
(231, 58, 'delete_holdrelease', 'Can delete hold release'),
(232, 58, 'view_holdrelease', 'Can view hold release'),
(233, 59, 'add_officer', 'Can add officer'),
(234, 59, 'change_officer', 'Can change officer'),
(235, 59, 'delete_officer', 'Can delete officer'),
(236, 59, 'view_officer', 'Can view officer'),
(237, 60, 'add_holdreleaseitem', 'Can add hold release item'),
(238, 60, 'change_holdreleaseitem', 'Can change hold release item'),
(239, 60, 'delete_holdreleaseitem', 'Can delete hold release item'),
(240, 60, 'view_holdreleaseitem', 'Can view hold release item'),
(241, 61, 'add_supplementarynotice', 'Can add supplementary notice'),
(242, 61, 'change_supplementarynotice', 'Can change supplementary notice'),
(243, 61, 'delete_supplementarynotice', 'Can delete supplementary notice'),
(244, 61, 'view_supplementarynotice', 'Can view supplementary notice'),
(245, 62, 'add_formerfingerprint', 'Can add former fingerprint'),
(246, 62, 'change_formerfingerprint', 'Can change former fingerprint'),
(247, 62, 'delete_formerfingerprint', 'Can delete former fingerprint'),
(248, 62, 'view_formerfingerprint', 'Can view former fingerprint'),
(249, 63, 'add_filerelease', 'Can add file release'),
(250, 63, 'change_filerelease', 'Can change file release'),
(251, 63, 'delete_filerelease', 'Can delete file release'),
(252, 63, 'view_filerelease', 'Can view file release');
INSERT INTO "django_content_type" ("id", "app_label", "model") VALUES
(1, 'auth', 'permission'),
(2, 'auth', 'group'),
(3, 'auth', 'user'),
(4, 'contenttypes', 'contenttype'),
(5, 'sessions', 'session'),
(6, 'ledger', 'journalentry'),
(7, 'ledger', 'release'),
(8, 'ledger', 'representative'),
(9, 'ledger', 'incident'),
(10, 'ledger', 'exposurerecord'),
(11, 'ledger', 'affectedperson'),
(12, 'ledger', 'journalhead'),
(13, 'ledger', 'leakedrow'),
(14, 'ledger', 'recipient'),
(15, 'ledger', 'remedy'),
(16, 'ledger', 'delivery'),
(17, 'ledger', 'figure'),
(18, 'ledger', 'duty'),
(19, 'ledger', 'artefact'),
(20, 'ledger', 'actingsystem'),
(21, 'ledger', 'knownidentifier'),
(22, 'ledger', 'apikey'),
(23, 'ledger', 'gatestate'),
(24, 'ledger', 'heldidentifier'),
(25, 'ledger', 'holdevent'),
(26, 'ledger', 'alarm'),
(27, 'ledger', 'inboxmark'),
(28, 'ledger', 'acknowledgement'),
(29, 'ledger', 'heartbeat'),
(30, 'ledger', 'holdlist'),
(31, 'ledger', 'listannouncement'),
(32, 'ledger', 'sealedidentifier'),
(33, 'ledger', 'systemholding'),
(34, 'ledger', 'fingerprintsuccessor'),
(35, 'ledger', 'erasure'),
(36, 'ledger', 'preservation'),
(37, 'ledger', 'playbookversion'),
(38, 'ledger', 'remedychange'),
(39, 'ledger', 'statusreading'),
(40, 'ledger', 'statusepisode'),
(41, 'ledger', 'action'),
(42, 'ledger', 'harmassessment'),
(43, 'ledger', 'harmsignature'),
(44, 'ledger', 'notificationdecision'),
(45, 'ledger', 'recheck'),
(46, 'ledger', 'recipientpolicy'),
(47, 'ledger', 'reviewcase'),
(48, 'ledger', 'reviewevent'),
(49, 'ledger', 'actionsubject'),
(50, 'ledger', 'breach'),
(51, 'ledger', 'contactattempt'),
(52, 'ledger', 'dutyevent'),
(53, 'ledger', 'dutyscope'),
(54, 'ledger', 'recordedtime'),
(55, 'ledger', 'clockfiring'),
(56, 'ledger', 'delayrequest'),
(57, 'ledger', 'holdterm'),
(58, 'ledger', 'holdrelease'),
(59, 'ledger', 'officer'),
(60, 'ledger', 'holdreleaseitem'),
(61, 'ledger', 'supplementarynotice'),
(62, 'ledger', 'formerfingerprint'),
(63, 'ledger', 'filerelease');
INSERT INTO "django_migrations" ("id", "app", "name", "applied") VALUES
(1, 'contenttypes', '0001_initial', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(2, 'contenttypes', '0002_remove_content_type_name', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(3, 'auth', '0001_initial', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(4, 'auth', '0002_alter_permission_name_max_length', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(5, 'auth', '0003_alter_user_email_max_length', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(6, 'auth', '0004_alter_user_username_opts', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(7, 'auth', '0005_alter_user_last_login_null', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(8, 'auth', '0006_require_contenttypes_0002', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(9, 'auth', '0007_alter_validators_add_error_messages', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(10, 'auth', '0008_alter_user_username_max_length', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(11, 'auth', '0009_alter_user_last_name_max_length', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(12, 'auth', '0010_alter_group_name_max_length', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(13, 'auth', '0011_update_proxy_permissions', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(14, 'auth', '0012_alter_user_first_name_max_length', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(15, 'ledger', '0001_initial', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(16, 'ledger', '0002_append_only_journal', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(17, 'ledger', '0003_hold_gate', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(18, 'ledger', '0004_gate_begins_closed', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(19, 'ledger', '0005_acting_systems', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(20, 'ledger', '0006_journal_tree', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(21, 'ledger', '0007_data_keys', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(22, 'ledger', '0008_plans', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(23, 'ledger', '0009_reviews_and_harm', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(24, 'ledger', '0010_duties', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(25, 'ledger', '0011_hold_terms', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(26, 'ledger', '0012_holds_before_the_gate', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(27, 'ledger', '0014_lines_and_former_fingerprints', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(28, 'ledger', '0015_file_releases', strftime('%Y-%m-%d %H:%M:%f', 'now')),
(29, 'sessions', '0001_initial', strftime('%Y-%m-%d %H:%M:%f', 'now'));
INSERT INTO "ledger_gatestate" ("id", "generation", "held_identifiers", "known_identifiers", "fingerprint_key_id", "registry_sha256", "unknown_is_hold") VALUES
(1, 0, 0, 0, '', '', 1);
INSERT INTO "ledger_heldidentifier" ("fingerprint", "key_id", "hold_id") VALUES
('00000000000000000000000000000000', '', 0);
INSERT INTO "ledger_journalhead" ("id", "sequence", "digest") VALUES
(1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
CREATE UNIQUE INDEX "affected_person_once_per_incident" ON "ledger_affectedperson" ("incident_id", "registry_person_id") WHERE NOT ("registry_person_id" = '');
CREATE INDEX "affected_person_registry" ON "ledger_affectedperson" ("registry_person_id", "incident_id");
CREATE UNIQUE INDEX "alarm_once_while_it_stands" ON "ledger_alarm" ("kind", "about") WHERE "cleared_at" IS NULL;
CREATE INDEX "announcement_due" ON "ledger_listannouncement" ("outcome", "due_at");
CREATE INDEX "auth_group_permissions_group_id_b120cbf9" ON "auth_group_permissions" ("group_id");
CREATE UNIQUE INDEX "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" ON "auth_group_permissions" ("group_id", "permission_id");
CREATE INDEX "auth_group_permissions_permission_id_84c5c92e" ON "auth_group_permissions" ("permission_id");
CREATE INDEX "auth_permission_content_type_id_2f476e4b" ON "auth_permission" ("content_type_id");
CREATE UNIQUE INDEX "auth_permission_content_type_id_codename_01ab375a_uniq" ON "auth_permission" ("content_type_id", "codename");
CREATE INDEX "auth_user_groups_group_id_97559544" ON "auth_user_groups" ("group_id");
CREATE INDEX "auth_user_groups_user_id_6a12ed8b" ON "auth_user_groups" ("user_id");
CREATE UNIQUE INDEX "auth_user_groups_user_id_group_id_94350c0c_uniq" ON "auth_user_groups" ("user_id", "group_id");
CREATE INDEX "auth_user_user_permissions_permission_id_1fbb5f2c" ON "auth_user_user_permissions" ("permission_id");
CREATE INDEX "auth_user_user_permissions_user_id_a95ead1b" ON "auth_user_user_permissions" ("user_id");
CREATE UNIQUE INDEX "auth_user_user_permissions_user_id_permission_id_14a6b632_uniq" ON "auth_user_user_permissions" ("user_id", "permission_id");
CREATE INDEX "breach_state" ON "ledger_breach" ("incident_id", "state");
CREATE INDEX "clock_firing_untold" ON "ledger_clockfiring" ("told_at", "claimed_at");
CREATE UNIQUE INDEX "django_content_type_app_label_model_76bd3d3b_uniq" ON "django_content_type" ("app_label", "model");
CREATE INDEX "django_session_expire_date_a5c62663" ON "django_session" ("expire_date");
CREATE INDEX "former_fingerprint_successor" ON "ledger_formerfingerprint" ("successor");
CREATE INDEX "hold_event_generation" ON "ledger_holdevent" ("generation");
CREATE INDEX "leaked_row_fingerprint" ON "ledger_leakedrow" ("identifier_fingerprint");
CREATE INDEX "leaked_row_registry_person" ON "ledger_leakedrow" ("incident_id", "registry_person_id");
CREATE INDEX "ledger_acknowledgement_system_id_a526f66c" ON "ledger_acknowledgement" ("system_id");
CREATE INDEX "ledger_actionsubject_action_id_241f8a8c" ON "ledger_actionsubject" ("action_id");
CREATE INDEX "ledger_actionsubject_incident_id_14af6a55" ON "ledger_actionsubject" ("incident_id");
CREATE INDEX "ledger_actionsubject_row_id_4780f795" ON "ledger_actionsubject" ("row_id");
CREATE INDEX "ledger_affectedperson_incident_id_d4107f76" ON "ledger_affectedperson" ("incident_id");
CREATE INDEX "ledger_affectedperson_representative_id_7f7aa7a0" ON "ledger_affectedperson" ("representative_id");
CREATE INDEX "ledger_apikey_system_id_a6d09e4f" ON "ledger_apikey" ("system_id");
CREATE INDEX "ledger_artefact_incident_id_fcafba3b" ON "ledger_artefact" ("incident_id");
CREATE INDEX "ledger_breach_action_id_c0fc039d" ON "ledger_breach" ("action_id");
CREATE INDEX "ledger_breach_incident_id_8405aa71" ON "ledger_breach" ("incident_id");
CREATE INDEX "ledger_breach_row_id_a761c357" ON "ledger_breach" ("row_id");
CREATE INDEX "ledger_clockfiring_incident_id_3377b129" ON "ledger_clockfiring" ("incident_id");
CREATE INDEX "ledger_contactattempt_remedy_id_d47b8fb2" ON "ledger_contactattempt" ("remedy_id");
CREATE INDEX "ledger_delayrequest_incident_id_cd7c0d8c" ON "ledger_delayrequest" ("incident_id");
CREATE INDEX "ledger_delivery_notice_id_07ed63b1" ON "ledger_delivery" ("notice_id");
CREATE INDEX "ledger_duty_delay_id_70e8b679" ON "ledger_duty" ("delay_id");
CREATE INDEX "ledger_duty_incident_id_9de4323d" ON "ledger_duty" ("incident_id");
CREATE INDEX "ledger_dutyevent_duty_id_4bfdd118" ON "ledger_dutyevent" ("duty_id");
CREATE INDEX "ledger_erasure_incident_id_05b48bd0" ON "ledger_erasure" ("incident_id");
CREATE INDEX "ledger_figure_incident_id_8e1de59c" ON "ledger_figure" ("incident_id");
CREATE INDEX "ledger_filerelease_release_id_6e781e8c" ON "ledger_filerelease" ("release_id");
CREATE INDEX "ledger_formerfingerprint_hold_id_73593ed4" ON "ledger_formerfingerprint" ("hold_id");
CREATE INDEX "ledger_harmassessment_incident_id_df926c52" ON "ledger_harmassessment" ("incident_id");
CREATE INDEX "ledger_harmsignature_assessment_id_db198206" ON "ledger_harmsignature" ("assessment_id");
CREATE INDEX "ledger_heartbeat_system_id_c124f9b0" ON "ledger_heartbeat" ("system_id");
CREATE INDEX "ledger_heldidentifier_hold_id_8d31a1c7" ON "ledger_heldidentifier" ("hold_id");
CREATE INDEX "ledger_holdevent_hold_id_3d48a12c" ON "ledger_holdevent" ("hold_id");
CREATE INDEX "ledger_holdlist_system_id_3097a410" ON "ledger_holdlist" ("system_id");
CREATE INDEX "ledger_holdrelease_incident_id_3097e6a3" ON "ledger_holdrelease" ("incident_id");
CREATE INDEX "ledger_holdreleaseitem_hold_id_e12a79aa" ON "ledger_holdreleaseitem" ("hold_id");
CREATE INDEX "ledger_holdreleaseitem_release_id_b9af623e" ON "ledger_holdreleaseitem" ("release_id");
CREATE INDEX "ledger_leakedrow_incident_id_98229612" ON "ledger_leakedrow" ("incident_id");
CREATE INDEX "ledger_leakedrow_person_id_015ab6fa" ON "ledger_leakedrow" ("person_id");
CREATE INDEX "ledger_listannouncement_system_id_14a6cd27" ON "ledger_listannouncement" ("system_id");
CREATE INDEX "ledger_notificationdecision_assessment_id_77419928" ON "ledger_notificationdecision" ("assessment_id");
CREATE INDEX "ledger_notificationdecision_incident_id_cec7ca58" ON "ledger_notificationdecision" ("incident_id");
CREATE INDEX "ledger_playbookversion_incident_id_6ec84610" ON "ledger_playbookversion" ("incident_id");
CREATE INDEX "ledger_preservation_incident_id_97e2bf23" ON "ledger_preservation" ("incident_id");
CREATE INDEX "ledger_recheck_remedy_id_6c47bab3" ON "ledger_recheck" ("remedy_id");
CREATE INDEX "ledger_recipient_incident_id_f4ff57c7" ON "ledger_recipient" ("incident_id");
CREATE INDEX "ledger_recipientpolicy_incident_id_f89630d4" ON "ledger_recipientpolicy" ("incident_id");
CREATE INDEX "ledger_recordedtime_incident_id_b3b6ebb5" ON "ledger_recordedtime" ("incident_id");
CREATE INDEX "ledger_remedy_incident_id_2dfafbbf" ON "ledger_remedy" ("incident_id");
CREATE INDEX "ledger_remedy_person_id_65a863cc" ON "ledger_remedy" ("person_id");
CREATE INDEX "ledger_remedy_recipient_id_d6aa66c5" ON "ledger_remedy" ("recipient_id");
CREATE INDEX "ledger_remedy_row_id_481e6150" ON "ledger_remedy" ("row_id");
CREATE INDEX "ledger_remedychange_playbook_id_0743cde9" ON "ledger_remedychange" ("playbook_id");
CREATE INDEX "ledger_remedychange_remedy_id_7e307e2e" ON "ledger_remedychange" ("remedy_id");
CREATE INDEX "ledger_reviewevent_remedy_id_a707dc26" ON "ledger_reviewevent" ("remedy_id");
CREATE INDEX "ledger_sealedidentifier_row_id_5feeed56" ON "ledger_sealedidentifier" ("row_id");
CREATE INDEX "ledger_statusepisode_person_id_877bcd7d" ON "ledger_statusepisode" ("person_id");
CREATE INDEX "ledger_statusepisode_reading_id_1d3d30fb" ON "ledger_statusepisode" ("reading_id");
CREATE INDEX "ledger_statusepisode_superseded_by_id_e0881074" ON "ledger_statusepisode" ("superseded_by_id");
CREATE INDEX "ledger_statusreading_incident_id_69683dd9" ON "ledger_statusreading" ("incident_id");
CREATE INDEX "ledger_supplementarynotice_incident_id_d1e1537c" ON "ledger_supplementarynotice" ("incident_id");
CREATE INDEX "ledger_systemholding_system_id_b21557b9" ON "ledger_systemholding" ("system_id");
CREATE UNIQUE INDEX "preservation_stands_once" ON "ledger_preservation" ("incident_id", "matter") WHERE "lifted_at" IS NULL;
CREATE UNIQUE INDEX "recheck_one_pending" ON "ledger_recheck" ("remedy_id") WHERE "settled_at" IS NULL;
CREATE INDEX "recorded_time_name" ON "ledger_recordedtime" ("incident_id", "name");
CREATE INDEX "remedy_kind_state" ON "ledger_remedy" ("incident_id", "kind", "state");
CREATE UNIQUE INDEX "remedy_once_per_person" ON "ledger_remedy" ("incident_id", "entitlement", "person_id") WHERE ("person_id" IS NOT NULL AND "row_id" IS NULL);
CREATE UNIQUE INDEX "remedy_once_per_recipient" ON "ledger_remedy" ("incident_id", "entitlement", "recipient_id") WHERE "recipient_id" IS NOT NULL;
CREATE UNIQUE INDEX "remedy_once_per_row" ON "ledger_remedy" ("incident_id", "entitlement", "row_id") WHERE "row_id" IS NOT NULL;
CREATE INDEX "review_case_assigned_to" ON "ledger_reviewcase" ("assigned_to");
CREATE TRIGGER journal_entry_not_deleted BEFORE DELETE ON ledger_journalentry
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_entry_not_replaced BEFORE INSERT ON ledger_journalentry
       WHEN EXISTS (SELECT 1 FROM ledger_journalentry WHERE sequence = NEW.sequence)
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_entry_not_updated BEFORE UPDATE ON ledger_journalentry
       BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER ledger_clockfiring_no_delete BEFORE DELETE ON ledger_clockfiring
                    BEGIN SELECT RAISE(ABORT, 'the records of duties are append-only'); END;
CREATE TRIGGER ledger_clockfiring_no_replace BEFORE INSERT ON ledger_clockfiring
                WHEN EXISTS (SELECT 1 FROM ledger_clockfiring WHERE id = NEW.id)
                BEGIN SELECT RAISE(ABORT, 'the records of duties are append-only'); END;
CREATE TRIGGER ledger_delayrequest_no_delete BEFORE DELETE ON ledger_delayrequest
                    BEGIN SELECT RAISE(ABORT, 'the records of duties are append-only'); END;
CREATE TRIGGER ledger_delayrequest_no_replace BEFORE INSERT ON ledger_delayrequest
                WHEN EXISTS (SELECT 1 FROM ledger_delayrequest WHERE id = NEW.id)
                BEGIN SELECT RAISE(ABORT, 'the records of duties are append-only'); END;
CREATE TRIGGER ledger_delayrequest_no_update BEFORE UPDATE ON ledger_delayrequest
                    BEGIN SELECT RAISE(ABORT, 'the records of duties are append-only'); END;
CREATE TRIGGER ledger_dutyevent_no_delete BEFORE DELETE ON ledger_dutyevent
                    BEGIN SELECT RAISE(ABORT, 'the records of duties are append-only'); END;
CREATE TRIGGER ledger_dutyevent_no_replace BEFORE INSERT ON ledger_dutyevent
                WHEN EXISTS (SELECT 1 FROM ledger_dutyevent WHERE id = NEW.id)
                BEGIN SELECT RAISE(ABORT, 'the records of duties are append-only'); END;
CREATE TRIGGER ledger_dutyevent_no_update BEFORE UPDATE ON ledger_dutyevent
                    BEGIN SELECT RAISE(ABORT, 'the records of duties are append-only'); END;
CREATE TRIGGER ledger_harmassessment_delete BEFORE DELETE ON ledger_harmassessment
            BEGIN SELECT RAISE(ABORT, 'what was signed is not changed'); END;
CREATE TRIGGER ledger_harmassessment_update BEFORE UPDATE ON ledger_harmassessment
            BEGIN SELECT RAISE(ABORT, 'what was signed is not changed'); END;
CREATE TRIGGER ledger_harmsignature_delete BEFORE DELETE ON ledger_harmsignature
            BEGIN SELECT RAISE(ABORT, 'what was signed is not changed'); END;
CREATE TRIGGER ledger_harmsignature_update BEFORE UPDATE ON ledger_harmsignature
            BEGIN SELECT RAISE(ABORT, 'what was signed is not changed'); END;
CREATE TRIGGER ledger_notificationdecision_delete BEFORE DELETE ON ledger_notificationdecision
            BEGIN SELECT RAISE(ABORT, 'what was signed is not changed'); END;
CREATE TRIGGER ledger_notificationdecision_update BEFORE UPDATE ON ledger_notificationdecision
            BEGIN SELECT RAISE(ABORT, 'what was signed is not changed'); END;
CREATE TRIGGER ledger_recordedtime_no_delete BEFORE DELETE ON ledger_recordedtime
                    BEGIN SELECT RAISE(ABORT, 'the records of duties are append-only'); END;
CREATE TRIGGER ledger_recordedtime_no_replace BEFORE INSERT ON ledger_recordedtime
                WHEN EXISTS (SELECT 1 FROM ledger_recordedtime WHERE id = NEW.id)
                BEGIN SELECT RAISE(ABORT, 'the records of duties are append-only'); END;
CREATE TRIGGER ledger_recordedtime_no_update BEFORE UPDATE ON ledger_recordedtime
                    BEGIN SELECT RAISE(ABORT, 'the records of duties are append-only'); END;
CREATE TRIGGER review_state_known BEFORE UPDATE OF state ON ledger_remedy
        WHEN NEW.kind = 'review' AND NEW.state NOT IN ('open', 'under_review', 'granted', 'declined', 'moot', 'withdrawn')
        BEGIN SELECT RAISE(ABORT, 'a review has no such state'); END;
