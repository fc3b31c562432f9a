-- Lists hold no session whose metadata has expired. At their old end they read through all of these: the indexes hold them no more.
-- DropIndex
DROP INDEX "sessions_account_id_status_id_idx";

-- DropIndex
DROP INDEX "sessions_agent_id_status_id_idx";

-- What Prisma's schema language cannot say.
CREATE INDEX "sessions_account_listed" ON "sessions"("account_id", "id") WHERE "expired_at" IS NULL;
CREATE INDEX "sessions_agent_listed" ON "sessions"("agent_id", "id") WHERE "expired_at" IS NULL;
CREATE INDEX "sessions_account_status" ON "sessions"("account_id", "status", "id") WHERE "expired_at" IS NULL;
CREATE INDEX "sessions_agent_status" ON "sessions"("agent_id", "status", "id") WHERE "expired_at" IS NULL;
