-- What Prisma's schema language cannot say.

-- Redactions by their place: a page of them read all entries of other kinds in between.
CREATE INDEX "entries_redactions" ON "entries"("session_id", "seq") WHERE "kind" = 'redaction';
