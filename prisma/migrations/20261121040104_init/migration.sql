-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "plan" AS ENUM ('beta', 'pilot', 'production', 'internal');

-- CreateEnum
CREATE TYPE "role" AS ENUM ('admin', 'member', 'auditor');

-- CreateEnum
CREATE TYPE "session_status" AS ENUM ('ok', 'partial', 'error');

-- CreateEnum
CREATE TYPE "turn_status" AS ENUM ('forwarded', 'ok', 'partial', 'error');

-- CreateTable
CREATE TABLE "accounts" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "plan" "plan" NOT NULL DEFAULT 'beta',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "users" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "role" "role" NOT NULL DEFAULT 'admin',
    "github_id" BIGINT,
    "github_login" TEXT,
    "name" TEXT,
    "email" TEXT,
    "avatar_url" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "browser_sessions" (
    "id_hash" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "browser_sessions_pkey" PRIMARY KEY ("id_hash")
);

-- CreateTable
CREATE TABLE "sign_in_links" (
    "token_hash" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_links_pkey" PRIMARY KEY ("token_hash")
);

-- CreateTable
CREATE TABLE "agents" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "upstream" TEXT NOT NULL,
    "tokenization" TEXT NOT NULL,
    "policy_name" TEXT NOT NULL,
    "policy_version" INTEGER NOT NULL,
    "policy_yaml" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "agents_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "key_digest" BYTEA,
    "continues_id" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "last_turn_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "sealed_at" TIMESTAMPTZ(3),
    "status" "session_status" NOT NULL DEFAULT 'ok',
    "upstream_model" TEXT NOT NULL,
    "policy_name" TEXT NOT NULL,
    "policy_version" INTEGER NOT NULL,
    "policy_digest" TEXT NOT NULL,
    "turn_count" INTEGER NOT NULL DEFAULT 0,
    "redaction_count" INTEGER NOT NULL DEFAULT 0,
    "redactions_by_kind" JSONB NOT NULL DEFAULT '{}',
    "detection_us" BIGINT NOT NULL DEFAULT 0,
    "tokenize_us" BIGINT NOT NULL DEFAULT 0,
    "upstream_us" BIGINT NOT NULL DEFAULT 0,
    "rehydrate_us" BIGINT NOT NULL DEFAULT 0,
    "merkle_root" BYTEA,
    "seal" TEXT,
    "seal_key_id" TEXT,
    "seal_signature" BYTEA,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy_snapshots" (
    "digest" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "policy_snapshots_pkey" PRIMARY KEY ("digest")
);

-- CreateTable
CREATE TABLE "vault_keys" (
    "session_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "kid" TEXT NOT NULL,
    "key_version" TEXT NOT NULL,
    "wrapped" BYTEA NOT NULL,

    CONSTRAINT "vault_keys_pkey" PRIMARY KEY ("session_id")
);

-- CreateTable
CREATE TABLE "vault_entries" (
    "session_id" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "kid" TEXT NOT NULL,
    "key_version" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,

    CONSTRAINT "vault_entries_pkey" PRIMARY KEY ("session_id","token")
);

-- CreateTable
CREATE TABLE "turns" (
    "id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "status" "turn_status" NOT NULL DEFAULT 'forwarded',
    "model" TEXT NOT NULL,
    "streamed" BOOLEAN NOT NULL,
    "redaction_count" INTEGER NOT NULL,
    "detection_us" INTEGER NOT NULL,
    "tokenize_us" INTEGER NOT NULL,
    "upstream_us" INTEGER,
    "rehydrate_us" INTEGER,
    "added_us" INTEGER,

    CONSTRAINT "turns_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "entries" (
    "session_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "turn" INTEGER NOT NULL,
    "body" TEXT NOT NULL,
    "leaf_hash" BYTEA NOT NULL,

    CONSTRAINT "entries_pkey" PRIMARY KEY ("session_id","seq")
);

-- CreateTable
CREATE TABLE "account_events" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "body" TEXT NOT NULL,

    CONSTRAINT "account_events_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_github_id_key" ON "users"("github_id");

-- CreateIndex
CREATE INDEX "users_account_id_idx" ON "users"("account_id");

-- CreateIndex
CREATE INDEX "browser_sessions_user_id_idx" ON "browser_sessions"("user_id");

-- CreateIndex
CREATE INDEX "agents_account_id_id_idx" ON "agents"("account_id", "id");

-- CreateIndex
CREATE INDEX "sessions_account_id_id_idx" ON "sessions"("account_id", "id");

-- CreateIndex
CREATE INDEX "sessions_agent_id_id_idx" ON "sessions"("agent_id", "id");

-- CreateIndex
CREATE INDEX "sessions_agent_id_key_digest_idx" ON "sessions"("agent_id", "key_digest");

-- CreateIndex
CREATE INDEX "turns_agent_id_started_at_idx" ON "turns"("agent_id", "started_at");

-- CreateIndex
CREATE UNIQUE INDEX "turns_session_id_number_key" ON "turns"("session_id", "number");

-- CreateIndex
CREATE INDEX "account_events_account_id_id_idx" ON "account_events"("account_id", "id");

-- AddForeignKey
ALTER TABLE "users" ADD CONSTRAINT "users_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "browser_sessions" ADD CONSTRAINT "browser_sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sign_in_links" ADD CONSTRAINT "sign_in_links_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "agents" ADD CONSTRAINT "agents_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_policy_digest_fkey" FOREIGN KEY ("policy_digest") REFERENCES "policy_snapshots"("digest") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "turns" ADD CONSTRAINT "turns_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "entries" ADD CONSTRAINT "entries_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account_events" ADD CONSTRAINT "account_events_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "accounts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma's schema language cannot say.

-- An agent's name is unique among the account's living agents; a deleted agent's name is free again.
CREATE UNIQUE INDEX "agents_account_id_name_key" ON "agents"("account_id", "name") WHERE "deleted_at" IS NULL;

-- One open session for a call id: two nodes that see the same call at once meet here, and the loser joins the winner.
CREATE UNIQUE INDEX "sessions_open_key" ON "sessions"("agent_id", "key_digest") WHERE "sealed_at" IS NULL AND "key_digest" IS NOT NULL;

-- The sealing sweep reads the open sessions only.
CREATE INDEX "sessions_open_idle" ON "sessions"("last_turn_at") WHERE "sealed_at" IS NULL;

-- Journals are append-only for everyone who speaks SQL, the application included.
CREATE FUNCTION "refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER "entries_append_only" BEFORE UPDATE OR DELETE ON "entries" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "entries_no_truncate" BEFORE TRUNCATE ON "entries" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "account_events_append_only" BEFORE UPDATE OR DELETE ON "account_events" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "account_events_no_truncate" BEFORE TRUNCATE ON "account_events" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

ALTER TABLE "entries" ADD CONSTRAINT "entries_seq_from_zero" CHECK ("seq" >= 0);
ALTER TABLE "entries" ADD CONSTRAINT "entries_leaf_is_sha256" CHECK (octet_length("leaf_hash") = 32);
