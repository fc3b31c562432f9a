-- Lists of one owner are read by (owner, id). With statistics of the id the planner took the primary key instead, which is in
-- the order of time, and left out rows of other owners: an agent without recent calls cost a walk over all newer sessions.
-- Without statistics it has no reason to. A change of the type to the same type removes the statistics that there are; it
-- writes no row, and builds partial indexes on the column anew.
ALTER TABLE "sessions" ALTER COLUMN "id" SET STATISTICS 0, ALTER COLUMN "id" TYPE TEXT;
ALTER TABLE "agents" ALTER COLUMN "id" SET STATISTICS 0, ALTER COLUMN "id" TYPE TEXT;
ALTER TABLE "account_events" ALTER COLUMN "id" SET STATISTICS 0, ALTER COLUMN "id" TYPE TEXT;
ALTER TABLE "webhook_attempts" ALTER COLUMN "id" SET STATISTICS 0, ALTER COLUMN "id" TYPE TEXT;
