-- What Prisma's schema language cannot say. Each index is for a look-up in src/reports/finding.

-- Sessions by the digest of their call. The open ones have an index; a sealed one enters this one when it is sealed.
CREATE INDEX "sessions_sealed_call" ON "sessions"("agent_id", "call_digest")
  WHERE "sealed_at" IS NOT NULL AND "call_digest" IS NOT NULL;

-- Entries by the hash of the bytes that were sent. In RFC 8785 text a quotation mark inside a value has a backslash before
-- it, so no other value can look like this member. Not a hash index: equal requests would share one chain of its pages.
CREATE INDEX "entries_request_sha256"
  ON "entries"((substr("body", strpos("body", '"request_sha256":"') + 18, 64) COLLATE "C"))
  WHERE "kind" = 'turn_forwarded';

-- Reports by their id, and by the one session that they are about.
CREATE INDEX "account_events_report"
  ON "account_events"("account_id", (substring("body" from '"report_id":"(rep_[0-9A-Z]{26})"') COLLATE "C"))
  WHERE "kind" = 'report_issued';
CREATE INDEX "account_events_report_session"
  ON "account_events"("account_id", (substring("body" from '"session_id":"(sess_[0-9A-Z]{26})"') COLLATE "C"))
  WHERE "kind" = 'report_issued';

-- Vault rows by the beginning that the token of a value and those of its parts have in common: all but 14 of 26 characters.
CREATE INDEX "vault_entries_value" ON "vault_entries"((left("token", -14) COLLATE "C"), "session_id");
