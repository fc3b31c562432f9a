-- What Prisma's schema language cannot say.

-- Open sessions account by account: a list by redactions and the jobs read those of one account, a page at a time. Nodes of the
-- version before read all of them in order of their ids, and sort them.
CREATE INDEX "sessions_open_of_account" ON "sessions"("account_id", "id") WHERE "sealed_at" IS NULL;
DROP INDEX "sessions_open";

-- Sealed sessions by their redactions, each number of them in the order of the list. One with an expired session holds no list.
DROP INDEX "sessions_account_redactions";
DROP INDEX "sessions_agent_redactions";
CREATE INDEX "sessions_account_redactions" ON "sessions"("account_id", "sealed_redactions", "id")
  WHERE "sealed_redactions" > 0 AND "expired_at" IS NULL;
CREATE INDEX "sessions_agent_redactions" ON "sessions"("agent_id", "sealed_redactions", "id")
  WHERE "sealed_redactions" > 0 AND "expired_at" IS NULL;

-- The same by classes of these numbers: src/sessions/redacted-sessions.ts has the same thresholds. A list of at least so many
-- redactions merges the numbers up to the next threshold and the classes from there on, so it reads what it returns.
CREATE INDEX "sessions_account_redaction_class" ON "sessions"("account_id", (width_bucket("sealed_redactions",
  '{1,4,16,32,48,64,80,96,112,128,160,192,224,256,288,320,352,384,416,448,480,512,576,640,704,768,832,896,960,1024}'::int[])), "id")
  WHERE "sealed_redactions" > 0 AND "expired_at" IS NULL;
CREATE INDEX "sessions_agent_redaction_class" ON "sessions"("agent_id", (width_bucket("sealed_redactions",
  '{1,4,16,32,48,64,80,96,112,128,160,192,224,256,288,320,352,384,416,448,480,512,576,640,704,768,832,896,960,1024}'::int[])), "id")
  WHERE "sealed_redactions" > 0 AND "expired_at" IS NULL;
