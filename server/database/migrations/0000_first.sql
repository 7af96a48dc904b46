CREATE TABLE "credential" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"provider_id" text NOT NULL,
	"user_id" text NOT NULL,
	"access_token" text,
	"refresh_token" text,
	"id_token" text,
	"access_token_expires_at" timestamp with time zone,
	"refresh_token_expires_at" timestamp with time zone,
	"scope" text,
	"password" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_key" (
	"id" text PRIMARY KEY NOT NULL,
	"config_id" text NOT NULL,
	"name" text,
	"start" text,
	"reference_id" text NOT NULL,
	"prefix" text,
	"key" text NOT NULL,
	"refill_interval" integer,
	"refill_amount" integer,
	"last_refill_at" timestamp with time zone,
	"enabled" boolean DEFAULT true,
	"rate_limit_enabled" boolean DEFAULT true,
	"rate_limit_time_window" integer,
	"rate_limit_max" integer,
	"request_count" integer DEFAULT 0,
	"remaining" integer,
	"last_request" timestamp with time zone,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"permissions" text,
	"metadata" text
);
--> statement-breakpoint
CREATE TABLE "invitation" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"email" text NOT NULL,
	"role" text,
	"status" text DEFAULT 'pending' NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"inviter_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "member" (
	"id" text PRIMARY KEY NOT NULL,
	"organization_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role" text DEFAULT 'member' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "organization" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"slug" text NOT NULL,
	"logo" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"metadata" text,
	"reviews" boolean DEFAULT false NOT NULL,
	CONSTRAINT "organization_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
CREATE TABLE "passkey" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text,
	"public_key" text NOT NULL,
	"user_id" text NOT NULL,
	"credential_id" text NOT NULL,
	"counter" integer NOT NULL,
	"device_type" text NOT NULL,
	"backed_up" boolean NOT NULL,
	"transports" text,
	"created_at" timestamp with time zone DEFAULT now(),
	"aaguid" text
);
--> statement-breakpoint
CREATE TABLE "session" (
	"id" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"token" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"user_id" text NOT NULL,
	"active_organization_id" text,
	CONSTRAINT "session_token_unique" UNIQUE("token")
);
--> statement-breakpoint
CREATE TABLE "account_holder" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"email_verified" boolean DEFAULT false NOT NULL,
	"image" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "account_holder_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "verification" (
	"id" text PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"value" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "account_asset" (
	"account_id" text NOT NULL,
	"hash" text NOT NULL,
	"bytes" bigint NOT NULL,
	"mime" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone NOT NULL,
	CONSTRAINT "account_asset_account_id_hash_pk" PRIMARY KEY("account_id","hash")
);
--> statement-breakpoint
CREATE TABLE "asset_upload" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"hash" text,
	"bytes" bigint NOT NULL,
	"offset" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"done_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "asset_upload_part" (
	"upload_id" text NOT NULL,
	"offset" bigint NOT NULL,
	"bytes" bigint NOT NULL,
	"store_key" text NOT NULL,
	CONSTRAINT "asset_upload_part_upload_id_offset_pk" PRIMARY KEY("upload_id","offset")
);
--> statement-breakpoint
CREATE TABLE "consent_chunk" (
	"session_id" text NOT NULL,
	"position" integer NOT NULL,
	"received_at_ms" integer NOT NULL,
	"bytes" integer NOT NULL,
	"hash" text NOT NULL,
	"store_key" text NOT NULL,
	CONSTRAINT "consent_chunk_session_id_position_pk" PRIMARY KEY("session_id","position")
);
--> statement-breakpoint
CREATE TABLE "consent_receipt" (
	"id" text PRIMARY KEY NOT NULL,
	"session_id" text,
	"account_id" text,
	"presenter_hash" text NOT NULL,
	"receipt" jsonb NOT NULL,
	"issued_at" timestamp with time zone NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"revocation_number" bigint
);
--> statement-breakpoint
CREATE TABLE "consent_session" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"state" text NOT NULL,
	"presenter_hash" text NOT NULL,
	"presenter_name" text NOT NULL,
	"files" jsonb NOT NULL,
	"language" text NOT NULL,
	"scope" jsonb NOT NULL,
	"challenge" jsonb NOT NULL,
	"hints" jsonb,
	"results" jsonb,
	"chain_head" text,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"decided_at" timestamp with time zone,
	"revoke_token_hash" text NOT NULL,
	"lease_until" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"media_delete_at" timestamp with time zone,
	"media_deleted_at" timestamp with time zone,
	CONSTRAINT "consent_session_revoke_token_hash_unique" UNIQUE("revoke_token_hash")
);
--> statement-breakpoint
CREATE TABLE "heard_voice" (
	"account_id" text NOT NULL,
	"recording_hash" text NOT NULL,
	"session_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "heard_voice_account_id_recording_hash_session_id_pk" PRIMARY KEY("account_id","recording_hash","session_id")
);
--> statement-breakpoint
CREATE TABLE "recording_fingerprint" (
	"session_id" text PRIMARY KEY NOT NULL,
	"exact" text NOT NULL,
	"pictures" jsonb NOT NULL,
	"sounds" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_entry" (
	"position" bigint PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"body" "bytea" NOT NULL,
	"leaf_hash" "bytea" NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_head" (
	"size" bigint PRIMARY KEY NOT NULL,
	"root_hash" "bytea" NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"key_id" text NOT NULL,
	"signed" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "log_node" (
	"level" integer NOT NULL,
	"position" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "log_node_level_position_pk" PRIMARY KEY("level","position")
);
--> statement-breakpoint
CREATE TABLE "published_document" (
	"kind" text PRIMARY KEY NOT NULL,
	"number" bigint NOT NULL,
	"issued_at" timestamp with time zone NOT NULL,
	"document" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "published_key" (
	"key_id" text PRIMARY KEY NOT NULL,
	"public_key" "bytea" NOT NULL,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_until" timestamp with time zone,
	"withdrawn_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "salt" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text,
	"value" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "account_ban" (
	"account_id" text PRIMARY KEY NOT NULL,
	"case_id" text,
	"reason" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "case_source" (
	"case_id" text NOT NULL,
	"what" text NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"store_key" text,
	"deleted_at" timestamp with time zone,
	CONSTRAINT "case_source_case_id_what_pk" PRIMARY KEY("case_id","what")
);
--> statement-breakpoint
CREATE TABLE "evidence_access" (
	"case_id" text NOT NULL,
	"reviewer_id" text NOT NULL,
	"hour" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "evidence_access_case_id_reviewer_id_hour_pk" PRIMARY KEY("case_id","reviewer_id","hour")
);
--> statement-breakpoint
CREATE TABLE "evidence_seen" (
	"case_id" text NOT NULL,
	"reviewer_id" text NOT NULL,
	"what" text NOT NULL,
	CONSTRAINT "evidence_seen_case_id_reviewer_id_what_pk" PRIMARY KEY("case_id","reviewer_id","what")
);
--> statement-breakpoint
CREATE TABLE "moderation_verdict" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"project_id" text NOT NULL,
	"content_hash" text NOT NULL,
	"decision" text NOT NULL,
	"verdict" jsonb NOT NULL,
	"film" text,
	"content" jsonb,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "review_case" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"subject_id" text NOT NULL,
	"author_id" text NOT NULL,
	"claim" text DEFAULT 'person' NOT NULL,
	"organization_id" text,
	"risk" integer NOT NULL,
	"outcome" text,
	"created_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"claimed_by" text,
	"claimed_at" timestamp with time zone,
	"appeal_words" text,
	"appealed_at" timestamp with time zone,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "review_decision" (
	"id" text PRIMARY KEY NOT NULL,
	"case_id" text NOT NULL,
	"reviewer_id" text,
	"outcome" text NOT NULL,
	"reason" text NOT NULL,
	"on_appeal" boolean NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "render" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"project_id" text NOT NULL,
	"project_name" text NOT NULL,
	"project" jsonb NOT NULL,
	"request_key" text,
	"request_hash" text,
	"permit_id" text NOT NULL,
	"receipts" jsonb,
	"logged" text DEFAULT 'nothing' NOT NULL,
	"grade" text NOT NULL,
	"output" jsonb NOT NULL,
	"priority" text NOT NULL,
	"state" text NOT NULL,
	"version" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"duration_s" double precision NOT NULL,
	"work_s" double precision NOT NULL,
	"band" integer NOT NULL,
	"tag" integer NOT NULL,
	"turns" integer NOT NULL,
	"frame_count" integer,
	"segment_count" integer,
	"sound_key" text,
	"encoded_by" text,
	"replans" integer DEFAULT 0 NOT NULL,
	"film" jsonb,
	"cpu_s" double precision DEFAULT 0 NOT NULL,
	"trouble_since" timestamp with time zone,
	"error" jsonb
);
--> statement-breakpoint
CREATE TABLE "render_clock" (
	"band" integer PRIMARY KEY NOT NULL,
	"now" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "render_segment" (
	"render_id" text NOT NULL,
	"position" integer NOT NULL,
	"key" text NOT NULL,
	"frames" integer NOT NULL,
	"reused" boolean NOT NULL,
	"done_at" timestamp with time zone,
	CONSTRAINT "render_segment_render_id_position_pk" PRIMARY KEY("render_id","position")
);
--> statement-breakpoint
CREATE TABLE "render_share" (
	"account_id" text NOT NULL,
	"band" integer NOT NULL,
	"finish" bigint NOT NULL,
	CONSTRAINT "render_share_account_id_band_pk" PRIMARY KEY("account_id","band")
);
--> statement-breakpoint
CREATE TABLE "render_speed" (
	"kind" text PRIMARY KEY NOT NULL,
	"work" double precision NOT NULL,
	"wall_s" double precision NOT NULL,
	"cpu_s" double precision NOT NULL
);
--> statement-breakpoint
CREATE TABLE "render_step" (
	"id" text PRIMARY KEY NOT NULL,
	"render_id" text NOT NULL,
	"kind" text NOT NULL,
	"segments" jsonb NOT NULL,
	"state" text NOT NULL,
	"job_id" text NOT NULL,
	"worker_id" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"losses" integer DEFAULT 0 NOT NULL,
	"fraction" double precision DEFAULT 0 NOT NULL,
	"cost_s" double precision NOT NULL,
	"band" integer NOT NULL,
	"tag" integer NOT NULL,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "render_worker" (
	"id" text PRIMARY KEY NOT NULL,
	"slots" integer NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "attempt" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deleted_account" (
	"id" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "server_permit" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"project_id" text NOT NULL,
	"project_hash" text NOT NULL,
	"grade" text NOT NULL,
	"receipt_ids" jsonb NOT NULL,
	"verdict_id" text,
	"issued_at" timestamp with time zone NOT NULL,
	"until" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"end_reason" text
);
--> statement-breakpoint
CREATE TABLE "stored_file" (
	"key" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"bytes" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage" (
	"account_id" text NOT NULL,
	"kind" text NOT NULL,
	"day" text NOT NULL,
	"amount" integer NOT NULL,
	CONSTRAINT "usage_account_id_kind_day_pk" PRIMARY KEY("account_id","kind","day")
);
--> statement-breakpoint
ALTER TABLE "credential" ADD CONSTRAINT "credential_user_id_account_holder_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_inviter_id_account_holder_id_fk" FOREIGN KEY ("inviter_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organization"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_user_id_account_holder_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passkey" ADD CONSTRAINT "passkey_user_id_account_holder_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_account_holder_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_asset" ADD CONSTRAINT "account_asset_account_id_account_holder_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "asset_upload" ADD CONSTRAINT "asset_upload_account_id_account_holder_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "asset_upload_part" ADD CONSTRAINT "asset_upload_part_upload_id_asset_upload_id_fk" FOREIGN KEY ("upload_id") REFERENCES "public"."asset_upload"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consent_chunk" ADD CONSTRAINT "consent_chunk_session_id_consent_session_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."consent_session"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consent_receipt" ADD CONSTRAINT "consent_receipt_session_id_consent_session_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."consent_session"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consent_receipt" ADD CONSTRAINT "consent_receipt_account_id_account_holder_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account_holder"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consent_session" ADD CONSTRAINT "consent_session_account_id_account_holder_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "heard_voice" ADD CONSTRAINT "heard_voice_account_id_account_holder_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "heard_voice" ADD CONSTRAINT "heard_voice_session_id_consent_session_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."consent_session"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recording_fingerprint" ADD CONSTRAINT "recording_fingerprint_session_id_consent_session_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."consent_session"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_ban" ADD CONSTRAINT "account_ban_account_id_account_holder_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_ban" ADD CONSTRAINT "account_ban_case_id_review_case_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."review_case"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "case_source" ADD CONSTRAINT "case_source_case_id_review_case_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."review_case"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence_access" ADD CONSTRAINT "evidence_access_case_id_review_case_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."review_case"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence_access" ADD CONSTRAINT "evidence_access_reviewer_id_account_holder_id_fk" FOREIGN KEY ("reviewer_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence_seen" ADD CONSTRAINT "evidence_seen_case_id_review_case_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."review_case"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evidence_seen" ADD CONSTRAINT "evidence_seen_reviewer_id_account_holder_id_fk" FOREIGN KEY ("reviewer_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "moderation_verdict" ADD CONSTRAINT "moderation_verdict_account_id_account_holder_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_case" ADD CONSTRAINT "review_case_author_id_account_holder_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_case" ADD CONSTRAINT "review_case_organization_id_organization_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organization"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_case" ADD CONSTRAINT "review_case_claimed_by_account_holder_id_fk" FOREIGN KEY ("claimed_by") REFERENCES "public"."account_holder"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_decision" ADD CONSTRAINT "review_decision_case_id_review_case_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."review_case"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "review_decision" ADD CONSTRAINT "review_decision_reviewer_id_account_holder_id_fk" FOREIGN KEY ("reviewer_id") REFERENCES "public"."account_holder"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "render" ADD CONSTRAINT "render_account_id_account_holder_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "render_segment" ADD CONSTRAINT "render_segment_render_id_render_id_fk" FOREIGN KEY ("render_id") REFERENCES "public"."render"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "render_share" ADD CONSTRAINT "render_share_account_id_account_holder_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "render_step" ADD CONSTRAINT "render_step_render_id_render_id_fk" FOREIGN KEY ("render_id") REFERENCES "public"."render"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "server_permit" ADD CONSTRAINT "server_permit_account_id_account_holder_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stored_file" ADD CONSTRAINT "stored_file_account_id_account_holder_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage" ADD CONSTRAINT "usage_account_id_account_holder_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account_holder"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "credential_user" ON "credential" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "api_key_reference" ON "api_key" USING btree ("reference_id");--> statement-breakpoint
CREATE INDEX "api_key_key" ON "api_key" USING btree ("key");--> statement-breakpoint
CREATE INDEX "invitation_organization" ON "invitation" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "invitation_email" ON "invitation" USING btree ("email");--> statement-breakpoint
CREATE UNIQUE INDEX "member_once" ON "member" USING btree ("organization_id","user_id");--> statement-breakpoint
CREATE INDEX "member_user" ON "member" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "passkey_user" ON "passkey" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "passkey_credential" ON "passkey" USING btree ("credential_id");--> statement-breakpoint
CREATE INDEX "session_user" ON "session" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "verification_identifier" ON "verification" USING btree ("identifier");--> statement-breakpoint
CREATE INDEX "account_asset_used" ON "account_asset" USING btree ("used_at");--> statement-breakpoint
CREATE UNIQUE INDEX "asset_upload_once" ON "asset_upload" USING btree ("account_id","hash");--> statement-breakpoint
CREATE INDEX "asset_upload_expires" ON "asset_upload" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "consent_receipt_account" ON "consent_receipt" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "consent_receipt_presenter" ON "consent_receipt" USING btree ("presenter_hash");--> statement-breakpoint
CREATE UNIQUE INDEX "consent_receipt_revocation" ON "consent_receipt" USING btree ("revocation_number");--> statement-breakpoint
CREATE INDEX "consent_session_account" ON "consent_session" USING btree ("account_id","created_at");--> statement-breakpoint
CREATE INDEX "consent_session_state" ON "consent_session" USING btree ("state");--> statement-breakpoint
CREATE INDEX "consent_session_media" ON "consent_session" USING btree ("media_delete_at");--> statement-breakpoint
CREATE INDEX "recording_fingerprint_exact" ON "recording_fingerprint" USING btree ("exact");--> statement-breakpoint
CREATE INDEX "salt_account" ON "salt" USING btree ("account_id");--> statement-breakpoint
CREATE INDEX "moderation_verdict_account" ON "moderation_verdict" USING btree ("account_id","created_at");--> statement-breakpoint
CREATE INDEX "moderation_verdict_content" ON "moderation_verdict" USING btree ("content_hash");--> statement-breakpoint
CREATE INDEX "moderation_verdict_film" ON "moderation_verdict" USING btree ("account_id","film");--> statement-breakpoint
CREATE INDEX "review_case_queue" ON "review_case" USING btree ("state","risk","created_at");--> statement-breakpoint
CREATE INDEX "review_case_author" ON "review_case" USING btree ("author_id");--> statement-breakpoint
CREATE UNIQUE INDEX "review_case_subject" ON "review_case" USING btree ("kind","subject_id","author_id","claim");--> statement-breakpoint
CREATE INDEX "review_decision_case" ON "review_decision" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "render_account" ON "render" USING btree ("account_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "render_request" ON "render" USING btree ("account_id","request_key");--> statement-breakpoint
CREATE INDEX "render_state" ON "render" USING btree ("state");--> statement-breakpoint
CREATE INDEX "render_permit" ON "render" USING btree ("permit_id");--> statement-breakpoint
CREATE INDEX "render_logged" ON "render" USING btree ("logged","state");--> statement-breakpoint
CREATE INDEX "render_step_render" ON "render_step" USING btree ("render_id");--> statement-breakpoint
CREATE INDEX "render_step_state" ON "render_step" USING btree ("state");--> statement-breakpoint
CREATE INDEX "render_step_worker" ON "render_step" USING btree ("worker_id");--> statement-breakpoint
CREATE INDEX "attempt_until" ON "attempt" USING btree ("until");--> statement-breakpoint
CREATE INDEX "server_permit_account" ON "server_permit" USING btree ("account_id","issued_at");--> statement-breakpoint
CREATE INDEX "stored_file_account" ON "stored_file" USING btree ("account_id");