-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "expired_at" TIMESTAMPTZ(3),
ADD COLUMN     "journal_expired_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "ring_keys" (
    "kid" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "first_seen" TIMESTAMPTZ(3) NOT NULL,
    "old_since" TIMESTAMPTZ(3),

    CONSTRAINT "ring_keys_pkey" PRIMARY KEY ("kid","version")
);

-- CreateTable
CREATE TABLE "session_erasures" (
    "session_id" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,

    CONSTRAINT "session_erasures_pkey" PRIMARY KEY ("session_id","stage")
);

-- CreateTable
CREATE TABLE "retention_counts" (
    "account_id" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "count" BIGINT NOT NULL,

    CONSTRAINT "retention_counts_pkey" PRIMARY KEY ("account_id","what")
);

-- What Prisma's schema language cannot say.

-- Retention looks for sealed sessions by age: those whose metadata is kept, and of the others those whose journal is.
CREATE INDEX "sessions_metadata_kept" ON "sessions"("sealed_at") WHERE "sealed_at" IS NOT NULL AND "expired_at" IS NULL;
CREATE INDEX "sessions_journal_kept" ON "sessions"("policy_digest", "sealed_at") WHERE "expired_at" IS NOT NULL;

-- No journal of an open session is erased, and none on the day that its session was sealed.
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_journal_outlives_its_day"
  CHECK ("journal_expired_at" IS NULL OR ("sealed_at" IS NOT NULL AND "journal_expired_at" >= "sealed_at" + interval '1 day')) NOT VALID;

-- Entries stay append-only, but for the entries of a session whose journal has expired: those can be deleted, and not changed.
CREATE FUNCTION "refuse_entry_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (
    SELECT FROM "sessions" WHERE "id" = OLD."session_id" AND "journal_expired_at" IS NOT NULL
  ) THEN RETURN OLD; END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER "entries_append_only" ON "entries";
CREATE TRIGGER "entries_append_only" BEFORE UPDATE OR DELETE ON "entries" FOR EACH ROW EXECUTE FUNCTION "refuse_entry_change"();
