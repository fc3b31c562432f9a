-- AlterTable
ALTER TABLE "browser_sessions" ADD COLUMN     "id" TEXT NOT NULL DEFAULT ('bses_0'::text || upper(substr(replace((gen_random_uuid())::text, '-'::text, ''::text), 1, 25))),
ADD COLUMN     "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "user_agent" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "browser_sessions_id_key" ON "browser_sessions"("id");

-- When older sessions were last seen is not known; they were seen at their sign-in.
UPDATE "browser_sessions" SET "last_seen_at" = "created_at";
