CREATE TABLE "activity" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "state" BIGINT NOT NULL,
  "trashed_at" BIGINT,
  "version" BIGINT NOT NULL,
  "created_at" BIGINT NOT NULL,
  "updated_at" BIGINT NOT NULL,
  "owner_id" BIGINT,
  "name" TEXT COLLATE "C" NOT NULL,
  "name_key" TEXT COLLATE "C" NOT NULL,
  "kind" TEXT COLLATE "C" NOT NULL,
  "direction" TEXT COLLATE "C",
  "due" TEXT COLLATE "C",
  "duration" BIGINT,
  "place" TEXT COLLATE "C",
  "description" TEXT COLLATE "C",
  "status" TEXT COLLATE "C" NOT NULL,
  "done_at" BIGINT,
  "outcome" TEXT COLLATE "C",
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id")
);

CREATE INDEX "activity_state_name_key_id" ON "activity" ("tenant_id", "state", "name_key", "id");

CREATE INDEX "activity_state_status_due_id" ON "activity" ("tenant_id", "state", "status", "due", "id");

CREATE TABLE "activity_link" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "activity_id" BIGINT NOT NULL REFERENCES "activity" ("id"),
  "object" TEXT COLLATE "C" NOT NULL,
  "record_id" BIGINT NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("activity_id" >> 40) = "tenant_id"),
  CHECK (("record_id" >> 40) = "tenant_id")
);

CREATE INDEX "activity_link_activity_id" ON "activity_link" ("tenant_id", "activity_id");

CREATE INDEX "activity_link_object_record_id" ON "activity_link" ("tenant_id", "object", "record_id");

CREATE TABLE "activity_reminder" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "activity_id" BIGINT NOT NULL REFERENCES "activity" ("id"),
  "minutes" BIGINT NOT NULL,
  "sent_at" BIGINT,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("activity_id" >> 40) = "tenant_id")
);

CREATE INDEX "activity_reminder_activity_id" ON "activity_reminder" ("tenant_id", "activity_id");

CREATE TABLE "operation" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "member_id" BIGINT NOT NULL,
  "kind" TEXT COLLATE "C" NOT NULL,
  "via" TEXT COLLATE "C" NOT NULL,
  "summary" TEXT COLLATE "C" NOT NULL,
  "at" BIGINT NOT NULL,
  "undoes" BIGINT,
  "undone_by" BIGINT,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("member_id" >> 40) = "tenant_id"),
  CHECK (("undoes" >> 40) = "tenant_id"),
  CHECK (("undone_by" >> 40) = "tenant_id")
);

CREATE INDEX "operation_member_id_id" ON "operation" ("tenant_id", "member_id", "id");

CREATE TABLE "change" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "operation_id" BIGINT NOT NULL REFERENCES "operation" ("id"),
  "object" TEXT COLLATE "C" NOT NULL,
  "kind" TEXT COLLATE "C" NOT NULL,
  "record_id" BIGINT NOT NULL,
  "last_id" BIGINT,
  "fields" TEXT COLLATE "C",
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("operation_id" >> 40) = "tenant_id"),
  CHECK (("record_id" >> 40) = "tenant_id"),
  CHECK (("last_id" >> 40) = "tenant_id")
);

CREATE INDEX "change_operation_id_id" ON "change" ("tenant_id", "operation_id", "id");

CREATE INDEX "change_object_record_id" ON "change" ("tenant_id", "object", "record_id");

CREATE INDEX "change_object_last_id" ON "change" ("tenant_id", "object", "last_id") WHERE "last_id" IS NOT NULL;

CREATE TABLE "contact" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "state" BIGINT NOT NULL,
  "trashed_at" BIGINT,
  "version" BIGINT NOT NULL,
  "created_at" BIGINT NOT NULL,
  "updated_at" BIGINT NOT NULL,
  "owner_id" BIGINT,
  "name" TEXT COLLATE "C" NOT NULL,
  "name_key" TEXT COLLATE "C" NOT NULL,
  "prefix" TEXT COLLATE "C",
  "first_name" TEXT COLLATE "C",
  "middle_name" TEXT COLLATE "C",
  "last_name" TEXT COLLATE "C",
  "suffix" TEXT COLLATE "C",
  "nickname" TEXT COLLATE "C",
  "title" TEXT COLLATE "C",
  "department" TEXT COLLATE "C",
  "lifecycle" TEXT COLLATE "C",
  "birthday" TEXT COLLATE "C",
  "website" TEXT COLLATE "C",
  "street" TEXT COLLATE "C",
  "city" TEXT COLLATE "C",
  "region" TEXT COLLATE "C",
  "postal_code" TEXT COLLATE "C",
  "country" TEXT COLLATE "C",
  "description" TEXT COLLATE "C",
  "source" TEXT COLLATE "C",
  "opt_out" BIGINT NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id")
);

CREATE INDEX "contact_state_name_key_id" ON "contact" ("tenant_id", "state", "name_key", "id");

CREATE TABLE "comment" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "state" BIGINT NOT NULL,
  "trashed_at" BIGINT,
  "version" BIGINT NOT NULL,
  "created_at" BIGINT NOT NULL,
  "updated_at" BIGINT NOT NULL,
  "owner_id" BIGINT,
  "name" TEXT COLLATE "C" NOT NULL,
  "name_key" TEXT COLLATE "C" NOT NULL,
  "record_object" TEXT COLLATE "C" NOT NULL,
  "record_id" BIGINT NOT NULL,
  "body" TEXT COLLATE "C" NOT NULL,
  "public" BIGINT NOT NULL,
  "contact_id" BIGINT REFERENCES "contact" ("id"),
  "edited_at" BIGINT,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id"),
  CHECK (("record_id" >> 40) = "tenant_id"),
  CHECK (("contact_id" >> 40) = "tenant_id")
);

CREATE INDEX "comment_state_name_key_id" ON "comment" ("tenant_id", "state", "name_key", "id");

CREATE INDEX "comment_record_object_record_id_id" ON "comment" ("tenant_id", "record_object", "record_id", "id");

CREATE INDEX "comment_contact_id" ON "comment" ("tenant_id", "contact_id");

CREATE TABLE "comment_mention" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "comment_id" BIGINT NOT NULL REFERENCES "comment" ("id"),
  "member_id" BIGINT NOT NULL,
  "written" TEXT COLLATE "C" NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("comment_id" >> 40) = "tenant_id"),
  CHECK (("member_id" >> 40) = "tenant_id")
);

CREATE INDEX "comment_mention_comment_id" ON "comment_mention" ("tenant_id", "comment_id");

CREATE INDEX "comment_mention_member_id" ON "comment_mention" ("tenant_id", "member_id");

CREATE TABLE "company" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "state" BIGINT NOT NULL,
  "trashed_at" BIGINT,
  "version" BIGINT NOT NULL,
  "created_at" BIGINT NOT NULL,
  "updated_at" BIGINT NOT NULL,
  "owner_id" BIGINT,
  "name" TEXT COLLATE "C" NOT NULL,
  "name_key" TEXT COLLATE "C" NOT NULL,
  "website" TEXT COLLATE "C",
  "industry" TEXT COLLATE "C",
  "employees" BIGINT,
  "revenue_amount" BIGINT,
  "revenue_currency" TEXT COLLATE "C",
  "street" TEXT COLLATE "C",
  "city" TEXT COLLATE "C",
  "region" TEXT COLLATE "C",
  "postal_code" TEXT COLLATE "C",
  "country" TEXT COLLATE "C",
  "description" TEXT COLLATE "C",
  "parent_id" BIGINT REFERENCES "company" ("id"),
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id"),
  CHECK (("parent_id" >> 40) = "tenant_id")
);

CREATE INDEX "company_state_name_key_id" ON "company" ("tenant_id", "state", "name_key", "id");

CREATE TABLE "company_domain" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "company_id" BIGINT NOT NULL REFERENCES "company" ("id"),
  "domain" TEXT COLLATE "C" NOT NULL,
  "is_primary" BIGINT NOT NULL,
  "live" BIGINT,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("company_id" >> 40) = "tenant_id")
);

CREATE UNIQUE INDEX "company_domain_domain_live" ON "company_domain" ("tenant_id", "domain", "live");

CREATE INDEX "company_domain_company_id" ON "company_domain" ("tenant_id", "company_id");

CREATE TABLE "company_phone" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "company_id" BIGINT NOT NULL REFERENCES "company" ("id"),
  "number" TEXT COLLATE "C" NOT NULL,
  "digits" TEXT COLLATE "C",
  "label" TEXT COLLATE "C",
  "is_primary" BIGINT NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("company_id" >> 40) = "tenant_id")
);

CREATE INDEX "company_phone_company_id" ON "company_phone" ("tenant_id", "company_id");

CREATE TABLE "contact_company" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "contact_id" BIGINT NOT NULL REFERENCES "contact" ("id"),
  "company_id" BIGINT NOT NULL REFERENCES "company" ("id"),
  "role" TEXT COLLATE "C",
  "is_primary" BIGINT NOT NULL,
  "ended" TEXT COLLATE "C",
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("contact_id" >> 40) = "tenant_id"),
  CHECK (("company_id" >> 40) = "tenant_id")
);

CREATE INDEX "contact_company_contact_id" ON "contact_company" ("tenant_id", "contact_id");

CREATE INDEX "contact_company_company_id" ON "contact_company" ("tenant_id", "company_id");

CREATE TABLE "contact_email" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "contact_id" BIGINT NOT NULL REFERENCES "contact" ("id"),
  "address" TEXT COLLATE "C" NOT NULL,
  "address_key" TEXT COLLATE "C" NOT NULL,
  "label" TEXT COLLATE "C",
  "is_primary" BIGINT NOT NULL,
  "live" BIGINT,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("contact_id" >> 40) = "tenant_id")
);

CREATE UNIQUE INDEX "contact_email_address_key_live" ON "contact_email" ("tenant_id", "address_key", "live");

CREATE INDEX "contact_email_contact_id" ON "contact_email" ("tenant_id", "contact_id");

CREATE TABLE "contact_phone" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "contact_id" BIGINT NOT NULL REFERENCES "contact" ("id"),
  "number" TEXT COLLATE "C" NOT NULL,
  "digits" TEXT COLLATE "C",
  "label" TEXT COLLATE "C",
  "is_primary" BIGINT NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("contact_id" >> 40) = "tenant_id")
);

CREATE INDEX "contact_phone_contact_id" ON "contact_phone" ("tenant_id", "contact_id");

CREATE TABLE "counter" (
  "tenant_id" BIGINT NOT NULL,
  "name" TEXT COLLATE "C" NOT NULL,
  "last" BIGINT NOT NULL,
  PRIMARY KEY ("tenant_id", "name")
);

CREATE TABLE "custom_field" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "state" BIGINT NOT NULL,
  "trashed_at" BIGINT,
  "version" BIGINT NOT NULL,
  "created_at" BIGINT NOT NULL,
  "updated_at" BIGINT NOT NULL,
  "owner_id" BIGINT,
  "name" TEXT COLLATE "C" NOT NULL,
  "name_key" TEXT COLLATE "C" NOT NULL,
  "object" TEXT COLLATE "C" NOT NULL,
  "key" TEXT COLLATE "C" NOT NULL,
  "kind" TEXT COLLATE "C" NOT NULL,
  "target" TEXT COLLATE "C",
  "help" TEXT COLLATE "C",
  "required" BIGINT NOT NULL,
  "is_unique" BIGINT NOT NULL,
  "default_text" TEXT COLLATE "C",
  "personal" BIGINT NOT NULL,
  "archived" BIGINT NOT NULL,
  "position" BIGINT NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id")
);

CREATE INDEX "custom_field_state_name_key_id" ON "custom_field" ("tenant_id", "state", "name_key", "id");

CREATE INDEX "custom_field_object_key" ON "custom_field" ("tenant_id", "object", "key");

CREATE TABLE "custom_value" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "object" BIGINT NOT NULL,
  "field_id" BIGINT NOT NULL REFERENCES "custom_field" ("id"),
  "record_id" BIGINT NOT NULL,
  "position" BIGINT NOT NULL,
  "text" TEXT COLLATE "C",
  "key" TEXT COLLATE "C",
  "number" DOUBLE PRECISION,
  "instant" BIGINT,
  "target_id" BIGINT,
  "mark" TEXT COLLATE "C",
  "live" BIGINT,
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
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "state" BIGINT NOT NULL,
  "trashed_at" BIGINT,
  "version" BIGINT NOT NULL,
  "created_at" BIGINT NOT NULL,
  "updated_at" BIGINT NOT NULL,
  "owner_id" BIGINT,
  "name" TEXT COLLATE "C" NOT NULL,
  "name_key" TEXT COLLATE "C" NOT NULL,
  "description" TEXT COLLATE "C",
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id")
);

CREATE INDEX "pipeline_state_name_key_id" ON "pipeline" ("tenant_id", "state", "name_key", "id");

CREATE TABLE "stage" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "state" BIGINT NOT NULL,
  "trashed_at" BIGINT,
  "version" BIGINT NOT NULL,
  "created_at" BIGINT NOT NULL,
  "updated_at" BIGINT NOT NULL,
  "owner_id" BIGINT,
  "name" TEXT COLLATE "C" NOT NULL,
  "name_key" TEXT COLLATE "C" NOT NULL,
  "pipeline_id" BIGINT NOT NULL REFERENCES "pipeline" ("id"),
  "position" BIGINT NOT NULL,
  "kind" TEXT COLLATE "C" NOT NULL,
  "probability" BIGINT NOT NULL,
  "rot_days" BIGINT,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id"),
  CHECK (("pipeline_id" >> 40) = "tenant_id")
);

CREATE INDEX "stage_state_name_key_id" ON "stage" ("tenant_id", "state", "name_key", "id");

CREATE INDEX "stage_pipeline_id" ON "stage" ("tenant_id", "pipeline_id");

CREATE TABLE "deal" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "state" BIGINT NOT NULL,
  "trashed_at" BIGINT,
  "version" BIGINT NOT NULL,
  "created_at" BIGINT NOT NULL,
  "updated_at" BIGINT NOT NULL,
  "owner_id" BIGINT,
  "name" TEXT COLLATE "C" NOT NULL,
  "name_key" TEXT COLLATE "C" NOT NULL,
  "pipeline_id" BIGINT NOT NULL REFERENCES "pipeline" ("id"),
  "stage_id" BIGINT NOT NULL REFERENCES "stage" ("id"),
  "amount_amount" BIGINT,
  "amount_currency" TEXT COLLATE "C",
  "probability" BIGINT,
  "expected_close" TEXT COLLATE "C",
  "closed_at" BIGINT,
  "lost_reason" TEXT COLLATE "C",
  "company_id" BIGINT REFERENCES "company" ("id"),
  "source" TEXT COLLATE "C",
  "description" TEXT COLLATE "C",
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
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "deal_id" BIGINT NOT NULL REFERENCES "deal" ("id"),
  "contact_id" BIGINT NOT NULL REFERENCES "contact" ("id"),
  "role" TEXT COLLATE "C",
  "is_primary" BIGINT NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("deal_id" >> 40) = "tenant_id"),
  CHECK (("contact_id" >> 40) = "tenant_id")
);

CREATE INDEX "deal_contact_deal_id" ON "deal_contact" ("tenant_id", "deal_id");

CREATE INDEX "deal_contact_contact_id" ON "deal_contact" ("tenant_id", "contact_id");

CREATE TABLE "deal_stage" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "deal_id" BIGINT NOT NULL REFERENCES "deal" ("id"),
  "stage_id" BIGINT NOT NULL,
  "at" BIGINT NOT NULL,
  "member_id" BIGINT NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("deal_id" >> 40) = "tenant_id"),
  CHECK (("stage_id" >> 40) = "tenant_id"),
  CHECK (("member_id" >> 40) = "tenant_id")
);

CREATE INDEX "deal_stage_deal_id" ON "deal_stage" ("tenant_id", "deal_id");

CREATE INDEX "deal_stage_stage_id" ON "deal_stage" ("tenant_id", "stage_id");

CREATE TABLE "external_id" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "source" TEXT COLLATE "C" NOT NULL,
  "object" TEXT COLLATE "C" NOT NULL,
  "key" TEXT COLLATE "C" NOT NULL,
  "record_id" BIGINT NOT NULL,
  "live" BIGINT,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("record_id" >> 40) = "tenant_id")
);

CREATE UNIQUE INDEX "external_id_object_source_key_live" ON "external_id" ("tenant_id", "object", "source", "key", "live");

CREATE INDEX "external_id_object_record_id" ON "external_id" ("tenant_id", "object", "record_id");

CREATE TABLE "field_option" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "field_id" BIGINT NOT NULL REFERENCES "custom_field" ("id"),
  "value" TEXT COLLATE "C" NOT NULL,
  "label" TEXT COLLATE "C" NOT NULL,
  "position" BIGINT NOT NULL,
  "archived" BIGINT,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("field_id" >> 40) = "tenant_id")
);

CREATE UNIQUE INDEX "field_option_field_id_value" ON "field_option" ("tenant_id", "field_id", "value");

CREATE TABLE "member" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "name" TEXT COLLATE "C" NOT NULL,
  "email" TEXT COLLATE "C",
  "email_key" TEXT COLLATE "C",
  "name_key" TEXT COLLATE "C" NOT NULL,
  "role" TEXT COLLATE "C" NOT NULL,
  "active" BIGINT NOT NULL,
  "placeholder" BIGINT NOT NULL,
  "created_at" BIGINT NOT NULL,
  CHECK (("id" >> 40) = "tenant_id")
);

CREATE UNIQUE INDEX "member_email_key" ON "member" ("tenant_id", "email_key");

CREATE INDEX "member_name_key" ON "member" ("tenant_id", "name_key");

CREATE TABLE "saved_mapping" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "state" BIGINT NOT NULL,
  "trashed_at" BIGINT,
  "version" BIGINT NOT NULL,
  "created_at" BIGINT NOT NULL,
  "updated_at" BIGINT NOT NULL,
  "owner_id" BIGINT,
  "name" TEXT COLLATE "C" NOT NULL,
  "name_key" TEXT COLLATE "C" NOT NULL,
  "shape" TEXT COLLATE "C" NOT NULL,
  "object" TEXT COLLATE "C" NOT NULL,
  "column_targets" TEXT COLLATE "C",
  "date_order" TEXT COLLATE "C",
  "decimal_mark" TEXT COLLATE "C",
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id")
);

CREATE INDEX "saved_mapping_state_name_key_id" ON "saved_mapping" ("tenant_id", "state", "name_key", "id");

CREATE INDEX "saved_mapping_shape" ON "saved_mapping" ("tenant_id", "shape");

CREATE TABLE "saved_view" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "state" BIGINT NOT NULL,
  "trashed_at" BIGINT,
  "version" BIGINT NOT NULL,
  "created_at" BIGINT NOT NULL,
  "updated_at" BIGINT NOT NULL,
  "owner_id" BIGINT,
  "name" TEXT COLLATE "C" NOT NULL,
  "name_key" TEXT COLLATE "C" NOT NULL,
  "object" TEXT COLLATE "C" NOT NULL,
  "filter_text" TEXT COLLATE "C",
  "sort_keys" TEXT COLLATE "C",
  "column_names" TEXT COLLATE "C",
  "team" BIGINT NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("owner_id" >> 40) = "tenant_id")
);

CREATE INDEX "saved_view_state_name_key_id" ON "saved_view" ("tenant_id", "state", "name_key", "id");

CREATE TABLE "search_token" (
  "tenant_id" BIGINT NOT NULL,
  "token" TEXT COLLATE "C" NOT NULL,
  "object" BIGINT NOT NULL,
  "record_id" BIGINT NOT NULL,
  "in_title" BIGINT NOT NULL,
  "earlier" BYTEA NOT NULL,
  PRIMARY KEY ("tenant_id", "token", "object", "record_id"),
  CHECK (("record_id" >> 40) = "tenant_id")
);

CREATE INDEX "search_token_object_record_id" ON "search_token" ("tenant_id", "object", "record_id");

CREATE TABLE "tag" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "name" TEXT COLLATE "C" NOT NULL,
  "name_key" TEXT COLLATE "C" NOT NULL,
  CHECK (("id" >> 40) = "tenant_id")
);

CREATE UNIQUE INDEX "tag_name_key" ON "tag" ("tenant_id", "name_key");

CREATE TABLE "tagging" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "object" TEXT COLLATE "C" NOT NULL,
  "record_id" BIGINT NOT NULL,
  "tag_id" BIGINT NOT NULL REFERENCES "tag" ("id"),
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("record_id" >> 40) = "tenant_id"),
  CHECK (("tag_id" >> 40) = "tenant_id")
);

CREATE UNIQUE INDEX "tagging_object_record_id_tag_id" ON "tagging" ("tenant_id", "object", "record_id", "tag_id");

CREATE INDEX "tagging_tag_id" ON "tagging" ("tenant_id", "tag_id");

CREATE TABLE "ticket" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "state" BIGINT NOT NULL,
  "trashed_at" BIGINT,
  "version" BIGINT NOT NULL,
  "created_at" BIGINT NOT NULL,
  "updated_at" BIGINT NOT NULL,
  "owner_id" BIGINT,
  "name" TEXT COLLATE "C" NOT NULL,
  "name_key" TEXT COLLATE "C" NOT NULL,
  "description" TEXT COLLATE "C",
  "status" TEXT COLLATE "C" NOT NULL,
  "status_label" TEXT COLLATE "C",
  "priority" TEXT COLLATE "C" NOT NULL,
  "priority_rank" BIGINT NOT NULL,
  "type" TEXT COLLATE "C",
  "channel" TEXT COLLATE "C",
  "source" TEXT COLLATE "C",
  "requester_id" BIGINT REFERENCES "contact" ("id"),
  "company_id" BIGINT REFERENCES "company" ("id"),
  "waiting_until" TEXT COLLATE "C",
  "closed_at" BIGINT,
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
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id"),
  "side" TEXT COLLATE "C" NOT NULL,
  "comment_id" BIGINT NOT NULL,
  "at" BIGINT NOT NULL,
  "member_id" BIGINT NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("ticket_id" >> 40) = "tenant_id"),
  CHECK (("comment_id" >> 40) = "tenant_id"),
  CHECK (("member_id" >> 40) = "tenant_id")
);

CREATE INDEX "ticket_reply_ticket_id" ON "ticket_reply" ("tenant_id", "ticket_id");

CREATE TABLE "ticket_status" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id"),
  "status" TEXT COLLATE "C" NOT NULL,
  "at" BIGINT NOT NULL,
  "member_id" BIGINT NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("ticket_id" >> 40) = "tenant_id"),
  CHECK (("member_id" >> 40) = "tenant_id")
);

CREATE INDEX "ticket_status_ticket_id" ON "ticket_status" ("tenant_id", "ticket_id");

CREATE TABLE "ticket_watcher" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "tenant_id" BIGINT NOT NULL,
  "ticket_id" BIGINT NOT NULL REFERENCES "ticket" ("id"),
  "member_id" BIGINT NOT NULL,
  CHECK (("id" >> 40) = "tenant_id"),
  CHECK (("ticket_id" >> 40) = "tenant_id"),
  CHECK (("member_id" >> 40) = "tenant_id")
);

CREATE INDEX "ticket_watcher_ticket_id" ON "ticket_watcher" ("tenant_id", "ticket_id");

CREATE INDEX "ticket_watcher_member_id" ON "ticket_watcher" ("tenant_id", "member_id");

CREATE TABLE "workspace" (
  "id" BIGINT PRIMARY KEY NOT NULL,
  "name" TEXT COLLATE "C" NOT NULL,
  "slug" TEXT COLLATE "C" NOT NULL,
  "currency" TEXT COLLATE "C" NOT NULL,
  "zone" TEXT COLLATE "C" NOT NULL,
  "created_at" BIGINT NOT NULL
);

CREATE UNIQUE INDEX "workspace_slug" ON "workspace" ("slug");

