-- What Prisma's schema language cannot say.

-- Sessions of an account by agent and call: GET /audit/find visits the agents that had calls, and a page of each call. The
-- index sessions_sealed_call stays for the comparison of call records, and for nodes of the version before.
CREATE INDEX "sessions_calls_of_account" ON "sessions"("account_id", "agent_id", "call_digest", "id")
  WHERE "call_digest" IS NOT NULL;

-- Open sessions of an agent: a list of its sessions by redactions read those of the account, or the agent's whole index.
CREATE INDEX "sessions_open_of_agent" ON "sessions"("agent_id", "id") WHERE "sealed_at" IS NULL;

-- Sealed sessions of a rare status by their redactions, and by the classes of src/sessions/redacted-sessions.ts.
CREATE INDEX "sessions_account_status_redactions" ON "sessions"("account_id", "status", "sealed_redactions", "id")
  WHERE "status" <> 'ok' AND "sealed_redactions" > 0 AND "expired_at" IS NULL;
CREATE INDEX "sessions_agent_status_redactions" ON "sessions"("agent_id", "status", "sealed_redactions", "id")
  WHERE "status" <> 'ok' AND "sealed_redactions" > 0 AND "expired_at" IS NULL;
CREATE INDEX "sessions_account_status_redaction_class" ON "sessions"("account_id", "status", (width_bucket("sealed_redactions",
  '{1,4,16,32,48,64,80,96,112,128,160,192,224,256,288,320,352,384,416,448,480,512,576,640,704,768,832,896,960,1024}'::int[])), "id")
  WHERE "status" <> 'ok' AND "sealed_redactions" > 0 AND "expired_at" IS NULL;
CREATE INDEX "sessions_agent_status_redaction_class" ON "sessions"("agent_id", "status", (width_bucket("sealed_redactions",
  '{1,4,16,32,48,64,80,96,112,128,160,192,224,256,288,320,352,384,416,448,480,512,576,640,704,768,832,896,960,1024}'::int[])), "id")
  WHERE "status" <> 'ok' AND "sealed_redactions" > 0 AND "expired_at" IS NULL;
