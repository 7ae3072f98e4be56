CREATE TABLE "activity" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "state" INTEGER NOT NULL,
  "trashed_at" INTEGER,
  "version" INTEGER NOT NULL,
  "created_at" INTEGER NOT NULL,
  "updated_at" INTEGER NOT NULL,
  "owner_id" INTEGER,
  "name" TEXT NOT NULL,
  "name_key" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "direction" TEXT,
  "due" TEXT,
  "duration" INTEGER,
  "place" TEXT,
  "description" TEXT,
  "status" TEXT NOT NULL,
  "done_at" INTEGER,
  "outcome" TEXT,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id")
);

CREATE INDEX "activity_state_name_key_id" ON "activity" ("tenant_id", "state", "name_key", "id");

CREATE INDEX "activity_state_status_due_id" ON "activity" ("tenant_id", "state", "status", "due", "id");

CREATE TABLE "activity_link" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "activity_id" INTEGER NOT NULL REFERENCES "activity" ("id"),
  "object" TEXT NOT NULL,
  "record_id" INTEGER NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("activity_id" >> 40) = "tenant_id"),
  CHECK (("record_id" >> 40) = "tenant_id")
);

CREATE INDEX "activity_link_activity_id" ON "activity_link" ("tenant_id", "activity_id");

CREATE INDEX "activity_link_object_record_id" ON "activity_link" ("tenant_id", "object", "record_id");

CREATE TABLE "activity_reminder" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "activity_id" INTEGER NOT NULL REFERENCES "activity" ("id"),
  "minutes" INTEGER NOT NULL,
  "sent_at" INTEGER,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("activity_id" >> 40) = "tenant_id")
);

CREATE INDEX "activity_reminder_activity_id" ON "activity_reminder" ("tenant_id", "activity_id");

CREATE TABLE "operation" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "member_id" INTEGER NOT NULL,
  "kind" TEXT NOT NULL,
  "via" TEXT NOT NULL,
  "summary" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  "undoes" INTEGER,
  "undone_by" INTEGER,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("member_id" >> 40) = "tenant_id"),
  CHECK (("undoes" >> 40) = "tenant_id"),
  CHECK (("undone_by" >> 40) = "tenant_id")
);

CREATE INDEX "operation_member_id_id" ON "operation" ("tenant_id", "member_id", "id");

CREATE TABLE "change" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "operation_id" INTEGER NOT NULL REFERENCES "operation" ("id"),
  "object" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "record_id" INTEGER NOT NULL,
  "last_id" INTEGER,
  "fields" TEXT,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("operation_id" >> 40) = "tenant_id"),
  CHECK (("record_id" >> 40) = "tenant_id"),
  CHECK (("last_id" >> 40) = "tenant_id")
);

CREATE INDEX "change_operation_id_id" ON "change" ("tenant_id", "operation_id", "id");

CREATE INDEX "change_object_record_id" ON "change" ("tenant_id", "object", "record_id");

CREATE INDEX "change_object_last_id" ON "change" ("tenant_id", "object", "last_id") WHERE "last_id" IS NOT NULL;

CREATE TABLE "contact" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "state" INTEGER NOT NULL,
  "trashed_at" INTEGER,
  "version" INTEGER NOT NULL,
  "created_at" INTEGER NOT NULL,
  "updated_at" INTEGER NOT NULL,
  "owner_id" INTEGER,
  "name" TEXT NOT NULL,
  "name_key" TEXT NOT NULL,
  "prefix" TEXT,
  "first_name" TEXT,
  "middle_name" TEXT,
  "last_name" TEXT,
  "suffix" TEXT,
  "nickname" TEXT,
  "title" TEXT,
  "department" TEXT,
  "lifecycle" TEXT,
  "birthday" TEXT,
  "website" TEXT,
  "street" TEXT,
  "city" TEXT,
  "region" TEXT,
  "postal_code" TEXT,
  "country" TEXT,
  "description" TEXT,
  "source" TEXT,
  "opt_out" INTEGER NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id")
);

CREATE INDEX "contact_state_name_key_id" ON "contact" ("tenant_id", "state", "name_key", "id");

CREATE TABLE "comment" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "state" INTEGER NOT NULL,
  "trashed_at" INTEGER,
  "version" INTEGER NOT NULL,
  "created_at" INTEGER NOT NULL,
  "updated_at" INTEGER NOT NULL,
  "owner_id" INTEGER,
  "name" TEXT NOT NULL,
  "name_key" TEXT NOT NULL,
  "record_object" TEXT NOT NULL,
  "record_id" INTEGER NOT NULL,
  "body" TEXT NOT NULL,
  "public" INTEGER NOT NULL,
  "contact_id" INTEGER REFERENCES "contact" ("id"),
  "edited_at" INTEGER,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id"),
  CHECK (("record_id" >> 40) = "tenant_id"),
  CHECK (("contact_id" >> 40) = "tenant_id")
);

CREATE INDEX "comment_state_name_key_id" ON "comment" ("tenant_id", "state", "name_key", "id");

CREATE INDEX "comment_record_object_record_id_id" ON "comment" ("tenant_id", "record_object", "record_id", "id");

CREATE INDEX "comment_contact_id" ON "comment" ("tenant_id", "contact_id");

CREATE TABLE "comment_mention" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "comment_id" INTEGER NOT NULL REFERENCES "comment" ("id"),
  "member_id" INTEGER NOT NULL,
  "written" TEXT NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("comment_id" >> 40) = "tenant_id"),
  CHECK (("member_id" >> 40) = "tenant_id")
);

CREATE INDEX "comment_mention_comment_id" ON "comment_mention" ("tenant_id", "comment_id");

CREATE INDEX "comment_mention_member_id" ON "comment_mention" ("tenant_id", "member_id");

CREATE TABLE "company" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "state" INTEGER NOT NULL,
  "trashed_at" INTEGER,
  "version" INTEGER NOT NULL,
  "created_at" INTEGER NOT NULL,
  "updated_at" INTEGER NOT NULL,
  "owner_id" INTEGER,
  "name" TEXT NOT NULL,
  "name_key" TEXT NOT NULL,
  "website" TEXT,
  "industry" TEXT,
  "employees" INTEGER,
  "revenue_amount" INTEGER,
  "revenue_currency" TEXT,
  "street" TEXT,
  "city" TEXT,
  "region" TEXT,
  "postal_code" TEXT,
  "country" TEXT,
  "description" TEXT,
  "parent_id" INTEGER REFERENCES "company" ("id"),
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id"),
  CHECK (("parent_id" >> 40) = "tenant_id")
);

CREATE INDEX "company_state_name_key_id" ON "company" ("tenant_id", "state", "name_key", "id");

CREATE TABLE "company_domain" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "company_id" INTEGER NOT NULL REFERENCES "company" ("id"),
  "domain" TEXT NOT NULL,
  "is_primary" INTEGER NOT NULL,
  "live" INTEGER,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("company_id" >> 40) = "tenant_id")
);

CREATE UNIQUE INDEX "company_domain_domain_live" ON "company_domain" ("tenant_id", "domain", "live");

CREATE INDEX "company_domain_company_id" ON "company_domain" ("tenant_id", "company_id");

CREATE TABLE "company_phone" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "company_id" INTEGER NOT NULL REFERENCES "company" ("id"),
  "number" TEXT NOT NULL,
  "digits" TEXT,
  "label" TEXT,
  "is_primary" INTEGER NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("company_id" >> 40) = "tenant_id")
);

CREATE INDEX "company_phone_company_id" ON "company_phone" ("tenant_id", "company_id");

CREATE TABLE "contact_company" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "contact_id" INTEGER NOT NULL REFERENCES "contact" ("id"),
  "company_id" INTEGER NOT NULL REFERENCES "company" ("id"),
  "role" TEXT,
  "is_primary" INTEGER NOT NULL,
  "ended" TEXT,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("contact_id" >> 40) = "tenant_id"),
  CHECK (("company_id" >> 40) = "tenant_id")
);

CREATE INDEX "contact_company_contact_id" ON "contact_company" ("tenant_id", "contact_id");

CREATE INDEX "contact_company_company_id" ON "contact_company" ("tenant_id", "company_id");

CREATE TABLE "contact_email" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "contact_id" INTEGER NOT NULL REFERENCES "contact" ("id"),
  "address" TEXT NOT NULL,
  "address_key" TEXT NOT NULL,
  "label" TEXT,
  "is_primary" INTEGER NOT NULL,
  "live" INTEGER,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("contact_id" >> 40) = "tenant_id")
);

CREATE UNIQUE INDEX "contact_email_address_key_live" ON "contact_email" ("tenant_id", "address_key", "live");

CREATE INDEX "contact_email_contact_id" ON "contact_email" ("tenant_id", "contact_id");

CREATE TABLE "contact_phone" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "contact_id" INTEGER NOT NULL REFERENCES "contact" ("id"),
  "number" TEXT NOT NULL,
  "digits" TEXT,
  "label" TEXT,
  "is_primary" INTEGER NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("contact_id" >> 40) = "tenant_id")
);

CREATE INDEX "contact_phone_contact_id" ON "contact_phone" ("tenant_id", "contact_id");

CREATE TABLE "counter" (
  "tenant_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "last" INTEGER NOT NULL,
  PRIMARY KEY ("tenant_id", "name")
);

CREATE TABLE "custom_field" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "state" INTEGER NOT NULL,
  "trashed_at" INTEGER,
  "version" INTEGER NOT NULL,
  "created_at" INTEGER NOT NULL,
  "updated_at" INTEGER NOT NULL,
  "owner_id" INTEGER,
  "name" TEXT NOT NULL,
  "name_key" TEXT NOT NULL,
  "object" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "target" TEXT,
  "help" TEXT,
  "required" INTEGER NOT NULL,
  "is_unique" INTEGER NOT NULL,
  "default_text" TEXT,
  "personal" INTEGER NOT NULL,
  "archived" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id")
);

CREATE INDEX "custom_field_state_name_key_id" ON "custom_field" ("tenant_id", "state", "name_key", "id");

CREATE INDEX "custom_field_object_key" ON "custom_field" ("tenant_id", "object", "key");

CREATE TABLE "custom_value" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "object" INTEGER NOT NULL,
  "field_id" INTEGER NOT NULL REFERENCES "custom_field" ("id"),
  "record_id" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "text" TEXT,
  "key" TEXT,
  "number" REAL,
  "instant" INTEGER,
  "target_id" INTEGER,
  "mark" TEXT,
  "live" INTEGER,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("field_id" >> 40) = "tenant_id"),
  CHECK (("record_id" >> 40) = "tenant_id"),
  CHECK (("target_id" >> 40) = "tenant_id")
);

CREATE INDEX "custom_value_object_record_id_field_id_number_key" ON "custom_value" ("tenant_id", "object", "record_id", "field_id", "number", "key");

CREATE INDEX "custom_value_field_id_key_record_id" ON "custom_value" ("tenant_id", "field_id", "key", "record_id") WHERE "key" IS NOT NULL;

CREATE INDEX "custom_value_field_id_number_record_id" ON "custom_value" ("tenant_id", "field_id", "number", "record_id") WHERE "number" IS NOT NULL;

CREATE INDEX "custom_value_field_id_instant_record_id" ON "custom_value" ("tenant_id", "field_id", "instant", "record_id") WHERE "instant" IS NOT NULL;

CREATE INDEX "custom_value_field_id_target_id_record_id" ON "custom_value" ("tenant_id", "field_id", "target_id", "record_id") WHERE "target_id" IS NOT NULL;

CREATE UNIQUE INDEX "custom_value_field_id_mark_live" ON "custom_value" ("tenant_id", "field_id", "mark", "live") WHERE "mark" IS NOT NULL;

CREATE TABLE "pipeline" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "state" INTEGER NOT NULL,
  "trashed_at" INTEGER,
  "version" INTEGER NOT NULL,
  "created_at" INTEGER NOT NULL,
  "updated_at" INTEGER NOT NULL,
  "owner_id" INTEGER,
  "name" TEXT NOT NULL,
  "name_key" TEXT NOT NULL,
  "description" TEXT,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id")
);

CREATE INDEX "pipeline_state_name_key_id" ON "pipeline" ("tenant_id", "state", "name_key", "id");

CREATE TABLE "stage" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "state" INTEGER NOT NULL,
  "trashed_at" INTEGER,
  "version" INTEGER NOT NULL,
  "created_at" INTEGER NOT NULL,
  "updated_at" INTEGER NOT NULL,
  "owner_id" INTEGER,
  "name" TEXT NOT NULL,
  "name_key" TEXT NOT NULL,
  "pipeline_id" INTEGER NOT NULL REFERENCES "pipeline" ("id"),
  "position" INTEGER NOT NULL,
  "kind" TEXT NOT NULL,
  "probability" INTEGER NOT NULL,
  "rot_days" INTEGER,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id"),
  CHECK (("pipeline_id" >> 40) = "tenant_id")
);

CREATE INDEX "stage_state_name_key_id" ON "stage" ("tenant_id", "state", "name_key", "id");

CREATE INDEX "stage_pipeline_id" ON "stage" ("tenant_id", "pipeline_id");

CREATE TABLE "deal" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "state" INTEGER NOT NULL,
  "trashed_at" INTEGER,
  "version" INTEGER NOT NULL,
  "created_at" INTEGER NOT NULL,
  "updated_at" INTEGER NOT NULL,
  "owner_id" INTEGER,
  "name" TEXT NOT NULL,
  "name_key" TEXT NOT NULL,
  "pipeline_id" INTEGER NOT NULL REFERENCES "pipeline" ("id"),
  "stage_id" INTEGER NOT NULL REFERENCES "stage" ("id"),
  "amount_amount" INTEGER,
  "amount_currency" TEXT,
  "probability" INTEGER,
  "expected_close" TEXT,
  "closed_at" INTEGER,
  "lost_reason" TEXT,
  "company_id" INTEGER REFERENCES "company" ("id"),
  "source" TEXT,
  "description" TEXT,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id"),
  CHECK (("pipeline_id" >> 40) = "tenant_id"),
  CHECK (("stage_id" >> 40) = "tenant_id"),
  CHECK (("company_id" >> 40) = "tenant_id")
);

CREATE INDEX "deal_state_name_key_id" ON "deal" ("tenant_id", "state", "name_key", "id");

CREATE INDEX "deal_stage_id" ON "deal" ("tenant_id", "stage_id");

CREATE INDEX "deal_pipeline_id" ON "deal" ("tenant_id", "pipeline_id");

CREATE INDEX "deal_company_id" ON "deal" ("tenant_id", "company_id");

CREATE TABLE "deal_contact" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "deal_id" INTEGER NOT NULL REFERENCES "deal" ("id"),
  "contact_id" INTEGER NOT NULL REFERENCES "contact" ("id"),
  "role" TEXT,
  "is_primary" INTEGER NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("deal_id" >> 40) = "tenant_id"),
  CHECK (("contact_id" >> 40) = "tenant_id")
);

CREATE INDEX "deal_contact_deal_id" ON "deal_contact" ("tenant_id", "deal_id");

CREATE INDEX "deal_contact_contact_id" ON "deal_contact" ("tenant_id", "contact_id");

CREATE TABLE "deal_stage" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "deal_id" INTEGER NOT NULL REFERENCES "deal" ("id"),
  "stage_id" INTEGER NOT NULL,
  "at" INTEGER NOT NULL,
  "member_id" INTEGER NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("deal_id" >> 40) = "tenant_id"),
  CHECK (("stage_id" >> 40) = "tenant_id"),
  CHECK (("member_id" >> 40) = "tenant_id")
);

CREATE INDEX "deal_stage_deal_id" ON "deal_stage" ("tenant_id", "deal_id");

CREATE INDEX "deal_stage_stage_id" ON "deal_stage" ("tenant_id", "stage_id");

CREATE TABLE "external_id" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "source" TEXT NOT NULL,
  "object" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "record_id" INTEGER NOT NULL,
  "live" INTEGER,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("record_id" >> 40) = "tenant_id")
);

CREATE UNIQUE INDEX "external_id_object_source_key_live" ON "external_id" ("tenant_id", "object", "source", "key", "live");

CREATE INDEX "external_id_object_record_id" ON "external_id" ("tenant_id", "object", "record_id");

CREATE TABLE "field_option" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "field_id" INTEGER NOT NULL REFERENCES "custom_field" ("id"),
  "value" TEXT NOT NULL,
  "label" TEXT NOT NULL,
  "position" INTEGER NOT NULL,
  "archived" INTEGER,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("field_id" >> 40) = "tenant_id")
);

CREATE UNIQUE INDEX "field_option_field_id_value" ON "field_option" ("tenant_id", "field_id", "value");

CREATE TABLE "member" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT,
  "email_key" TEXT,
  "name_key" TEXT NOT NULL,
  "role" TEXT NOT NULL,
  "active" INTEGER NOT NULL,
  "placeholder" INTEGER NOT NULL,
  "created_at" INTEGER NOT NULL,
  CHECK (("id" >> 40) = "tenant_id")
);

CREATE UNIQUE INDEX "member_email_key" ON "member" ("tenant_id", "email_key");

CREATE INDEX "member_name_key" ON "member" ("tenant_id", "name_key");

CREATE TABLE "saved_mapping" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "state" INTEGER NOT NULL,
  "trashed_at" INTEGER,
  "version" INTEGER NOT NULL,
  "created_at" INTEGER NOT NULL,
  "updated_at" INTEGER NOT NULL,
  "owner_id" INTEGER,
  "name" TEXT NOT NULL,
  "name_key" TEXT NOT NULL,
  "shape" TEXT NOT NULL,
  "object" TEXT NOT NULL,
  "column_targets" TEXT,
  "date_order" TEXT,
  "decimal_mark" TEXT,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id")
);

CREATE INDEX "saved_mapping_state_name_key_id" ON "saved_mapping" ("tenant_id", "state", "name_key", "id");

CREATE INDEX "saved_mapping_shape" ON "saved_mapping" ("tenant_id", "shape");

CREATE TABLE "saved_view" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "state" INTEGER NOT NULL,
  "trashed_at" INTEGER,
  "version" INTEGER NOT NULL,
  "created_at" INTEGER NOT NULL,
  "updated_at" INTEGER NOT NULL,
  "owner_id" INTEGER,
  "name" TEXT NOT NULL,
  "name_key" TEXT NOT NULL,
  "object" TEXT NOT NULL,
  "filter_text" TEXT,
  "sort_keys" TEXT,
  "column_names" TEXT,
  "team" INTEGER NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id")
);

CREATE INDEX "saved_view_state_name_key_id" ON "saved_view" ("tenant_id", "state", "name_key", "id");

CREATE TABLE "search_token" (
  "tenant_id" INTEGER NOT NULL,
  "token" TEXT NOT NULL,
  "object" INTEGER NOT NULL,
  "record_id" INTEGER NOT NULL,
  "in_title" INTEGER NOT NULL,
  "earlier" BLOB NOT NULL,
  PRIMARY KEY ("tenant_id", "token", "object", "record_id"),
  CHECK (("record_id" >> 40) = "tenant_id")
) WITHOUT ROWID;

CREATE INDEX "search_token_object_record_id" ON "search_token" ("tenant_id", "object", "record_id");

CREATE TABLE "tag" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "name_key" TEXT NOT NULL,
  CHECK (("id" >> 40) = "tenant_id")
);

CREATE UNIQUE INDEX "tag_name_key" ON "tag" ("tenant_id", "name_key");

CREATE TABLE "tagging" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "object" TEXT NOT NULL,
  "record_id" INTEGER NOT NULL,
  "tag_id" INTEGER NOT NULL REFERENCES "tag" ("id"),
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("record_id" >> 40) = "tenant_id"),
  CHECK (("tag_id" >> 40) = "tenant_id")
);

CREATE UNIQUE INDEX "tagging_object_record_id_tag_id" ON "tagging" ("tenant_id", "object", "record_id", "tag_id");

CREATE INDEX "tagging_tag_id" ON "tagging" ("tenant_id", "tag_id");

CREATE TABLE "ticket" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "state" INTEGER NOT NULL,
  "trashed_at" INTEGER,
  "version" INTEGER NOT NULL,
  "created_at" INTEGER NOT NULL,
  "updated_at" INTEGER NOT NULL,
  "owner_id" INTEGER,
  "name" TEXT NOT NULL,
  "name_key" TEXT NOT NULL,
  "description" TEXT,
  "status" TEXT NOT NULL,
  "status_label" TEXT,
  "priority" TEXT NOT NULL,
  "priority_rank" INTEGER NOT NULL,
  "type" TEXT,
  "channel" TEXT,
  "source" TEXT,
  "requester_id" INTEGER REFERENCES "contact" ("id"),
  "company_id" INTEGER REFERENCES "company" ("id"),
  "waiting_until" TEXT,
  "closed_at" INTEGER,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id"),
  CHECK (("requester_id" >> 40) = "tenant_id"),
  CHECK (("company_id" >> 40) = "tenant_id")
);

CREATE INDEX "ticket_state_name_key_id" ON "ticket" ("tenant_id", "state", "name_key", "id");

CREATE INDEX "ticket_status_priority_rank_id" ON "ticket" ("tenant_id", "status", "priority_rank", "id");

CREATE INDEX "ticket_requester_id" ON "ticket" ("tenant_id", "requester_id");

CREATE INDEX "ticket_company_id" ON "ticket" ("tenant_id", "company_id");

CREATE TABLE "ticket_reply" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "ticket_id" INTEGER NOT NULL REFERENCES "ticket" ("id"),
  "side" TEXT NOT NULL,
  "comment_id" INTEGER NOT NULL,
  "at" INTEGER NOT NULL,
  "member_id" INTEGER NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("ticket_id" >> 40) = "tenant_id"),
  CHECK (("comment_id" >> 40) = "tenant_id"),
  CHECK (("member_id" >> 40) = "tenant_id")
);

CREATE INDEX "ticket_reply_ticket_id" ON "ticket_reply" ("tenant_id", "ticket_id");

CREATE TABLE "ticket_status" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "ticket_id" INTEGER NOT NULL REFERENCES "ticket" ("id"),
  "status" TEXT NOT NULL,
  "at" INTEGER NOT NULL,
  "member_id" INTEGER NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("ticket_id" >> 40) = "tenant_id"),
  CHECK (("member_id" >> 40) = "tenant_id")
);

CREATE INDEX "ticket_status_ticket_id" ON "ticket_status" ("tenant_id", "ticket_id");

CREATE TABLE "ticket_watcher" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "tenant_id" INTEGER NOT NULL,
  "ticket_id" INTEGER NOT NULL REFERENCES "ticket" ("id"),
  "member_id" INTEGER NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("ticket_id" >> 40) = "tenant_id"),
  CHECK (("member_id" >> 40) = "tenant_id")
);

CREATE INDEX "ticket_watcher_ticket_id" ON "ticket_watcher" ("tenant_id", "ticket_id");

CREATE INDEX "ticket_watcher_member_id" ON "ticket_watcher" ("tenant_id", "member_id");

CREATE TABLE "workspace" (
  "id" INTEGER PRIMARY KEY NOT NULL,
  "name" TEXT NOT NULL,
  "slug" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "zone" TEXT NOT NULL,
  "created_at" INTEGER NOT NULL
);

CREATE UNIQUE INDEX "workspace_slug" ON "workspace" ("slug");

CREATE VIRTUAL TABLE search_company USING fts5(title, words, detail=column, columnsize=0, tokenize='ascii');

CREATE VIRTUAL TABLE search_contact USING fts5(title, words, detail=column, columnsize=0, tokenize='ascii');

CREATE VIRTUAL TABLE search_deal USING fts5(title, words, detail=column, columnsize=0, tokenize='ascii');

CREATE VIRTUAL TABLE search_ticket USING fts5(title, words, detail=column, columnsize=0, tokenize='ascii');

CREATE VIRTUAL TABLE search_activity USING fts5(title, words, detail=column, columnsize=0, tokenize='ascii');

CREATE VIRTUAL TABLE search_comment USING fts5(title, words, detail=column, columnsize=0, tokenize='ascii');

