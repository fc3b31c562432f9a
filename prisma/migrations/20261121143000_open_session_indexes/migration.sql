-- DropIndex
DROP INDEX "sessions_agent_id_key_digest_idx";

-- What Prisma's schema language cannot say.

-- Calls of one request have no key, and are never looked for by one.
CREATE INDEX "sessions_key" ON "sessions"("agent_id", "key_digest") WHERE "key_digest" IS NOT NULL;

-- The sealing sweep reads the open sessions, in order of their ids. No index holds a column that every turn changes: the
-- row is then updated within its page, where there is room for it, and no index is touched.
DROP INDEX "sessions_open_idle";
CREATE INDEX "sessions_open" ON "sessions"("id") WHERE "sealed_at" IS NULL;
ALTER TABLE "sessions" SET (fillfactor = 80);
ALTER TABLE "turns" SET (fillfactor = 80);
