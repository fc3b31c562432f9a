-- AlterTable
ALTER TABLE "accounts" ADD COLUMN     "log_minimum_index" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "log_retention_days" INTEGER;

-- What Prisma's schema language cannot say.

-- Six years at least: an account cannot hide what it did recently.
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_log_retention_days" CHECK ("log_retention_days" >= 2192);
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_log_minimum_index" CHECK ("log_minimum_index" >= 0 AND "log_minimum_index" % 256 = 0);
