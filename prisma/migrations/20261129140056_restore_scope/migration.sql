-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "call_digest" BYTEA,
ADD COLUMN     "credential_digest" BYTEA,
ADD COLUMN     "tokens_outside_turn" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "turns" ADD COLUMN     "chain_tokens" BYTEA,
ADD COLUMN     "conversation_digest" BYTEA;

-- What Prisma's schema language cannot say.

-- The end of a call seals its open sessions, whatever their callers proved.
CREATE INDEX "sessions_open_call" ON "sessions"("agent_id", "call_digest") WHERE "sealed_at" IS NULL AND "call_digest" IS NOT NULL;

-- A request that names a conversation finds its turns; other turns are not in it.
CREATE INDEX "turns_conversation_digest" ON "turns"("conversation_digest") WHERE "conversation_digest" IS NOT NULL;
