-- AlterTable
-- In two steps: turns that are there already have no place in the order, and the table is not written anew.
ALTER TABLE "turns" ADD COLUMN     "recorded_xid" BIGINT;
ALTER TABLE "turns" ALTER COLUMN "recorded_xid" SET DEFAULT ((pg_current_xact_id())::text)::bigint;

-- What Prisma's schema language cannot say: it has nothing in it yet, and is made by one read of the table.
CREATE INDEX "turns_agent_id_recorded_xid_idx" ON "turns"("agent_id", "recorded_xid") WHERE "recorded_xid" IS NOT NULL;
