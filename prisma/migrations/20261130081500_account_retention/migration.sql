-- AlterTable
ALTER TABLE "accounts" ADD COLUMN     "payload_retention_days" INTEGER,
ADD COLUMN     "session_metadata_retention_days" INTEGER;

-- What Prisma's schema language cannot say.

ALTER TABLE "accounts" ADD CONSTRAINT "accounts_retention_days"
  CHECK ("payload_retention_days" >= 0 AND "session_metadata_retention_days" >= 1);
