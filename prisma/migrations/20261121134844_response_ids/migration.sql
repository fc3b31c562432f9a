-- AlterTable
ALTER TABLE "turns" ADD COLUMN     "response_digest" BYTEA;

-- What Prisma's schema language cannot say.

-- A request that names an earlier answer by its id alone finds the turn; other turns are not in it.
CREATE INDEX "turns_response_digest" ON "turns"("response_digest") WHERE "response_digest" IS NOT NULL;
