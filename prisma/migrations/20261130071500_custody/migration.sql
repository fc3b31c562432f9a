-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "vault_generation" INTEGER NOT NULL DEFAULT 0;

-- What Prisma's schema language cannot say.
-- A node that has not heard of a purge must write nothing more with what it has in memory: it is told of a conflict, as
-- of one with another node, and reads the session anew. See src/audit/journal-statement.ts.
CREATE FUNCTION "refuse_purged_vault"() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'values of the session were erased meanwhile' USING ERRCODE = 'serialization_failure';
END $$;

-- Retention looks for sealed sessions by age for each policy text, because a policy may ask for less time than metadata has.
DROP INDEX "sessions_metadata_kept";
CREATE INDEX "sessions_metadata_kept" ON "sessions"("policy_digest", "sealed_at") WHERE "sealed_at" IS NOT NULL AND "expired_at" IS NULL;
