-- AlterTable
ALTER TABLE "turns" ADD COLUMN     "said" BYTEA;

-- CreateTable
CREATE TABLE "pending_comparisons" (
    "session_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "body" TEXT NOT NULL,

    CONSTRAINT "pending_comparisons_pkey" PRIMARY KEY ("session_id")
);

-- What Prisma's schema language cannot say.

-- Comparisons with the platform's record, by their session. See src/completeness/comparisons.ts.
CREATE INDEX "account_events_compared_session"
  ON "account_events"("account_id", (substring("body" from '"session_id":"(sess_[0-9A-Z]{26})"') COLLATE "C"))
  WHERE "kind" = 'call_compared';
