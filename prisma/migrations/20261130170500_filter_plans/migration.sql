-- Lists are read by an index for each of their filters too: without one, a rare status or a high number of redactions cost a
-- walk over all sessions of the account.
-- AlterTable
-- The number of redactions once the session is sealed. An index on redaction_count itself would make each turn write to all
-- indexes. PostgreSQL computes the column, so that nodes of the version before write it too. The table is written anew once.
ALTER TABLE "sessions" ADD COLUMN "sealed_redactions" INTEGER
  GENERATED ALWAYS AS (CASE WHEN "sealed_at" IS NULL THEN NULL ELSE "redaction_count" END) STORED;

-- CreateIndex
CREATE INDEX "sessions_account_id_status_id_idx" ON "sessions"("account_id", "status", "id");

-- CreateIndex
CREATE INDEX "sessions_agent_id_status_id_idx" ON "sessions"("agent_id", "status", "id");

-- CreateIndex
CREATE INDEX "corrections_account_id_verdict_id_idx" ON "corrections"("account_id", "verdict", "id");

-- What Prisma's schema language cannot say.
CREATE INDEX "sessions_account_redactions" ON "sessions"("account_id", "sealed_redactions") WHERE "sealed_redactions" > 0;
CREATE INDEX "sessions_agent_redactions" ON "sessions"("agent_id", "sealed_redactions") WHERE "sealed_redactions" > 0;
CREATE INDEX "agents_living" ON "agents"("account_id", "id") WHERE "deleted_at" IS NULL;
CREATE INDEX "corrections_open" ON "corrections"("account_id", "id") WHERE "outcome" IS NULL;
CREATE INDEX "corrections_closed" ON "corrections"("account_id", "id") WHERE "outcome" IS NOT NULL;
CREATE INDEX "corrections_open_verdict" ON "corrections"("account_id", "verdict", "id") WHERE "outcome" IS NULL;
CREATE INDEX "corrections_closed_verdict" ON "corrections"("account_id", "verdict", "id") WHERE "outcome" IS NOT NULL;

-- Entries by the hash of the bytes that were sent, within an agent: equal requests of other accounts are not read, and those of
-- one agent come in the order of the list. In RFC 8785 text agent_id is the first member.
CREATE INDEX "entries_request_of_agent" ON "entries"(
  (substr("body", strpos("body", '"request_sha256":"') + 18, 64) COLLATE "C"),
  (substr("body", strpos("body", '"agent_id":"') + 12, 30) COLLATE "C"),
  "session_id", "seq")
  WHERE "kind" = 'turn_forwarded';
DROP INDEX "entries_request_sha256";

-- Reports about a session in the order of their records.
CREATE INDEX "account_events_report_of_session" ON "account_events"(
  "account_id", (substring("body" from '"session_id":"(sess_[0-9A-Z]{26})"') COLLATE "C"), "id")
  WHERE "kind" = 'report_issued';
DROP INDEX "account_events_report_session";
