-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "tokens_exact" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "tokens_issued" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "tokens_refused" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "tokens_repaired" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "tokens_unknown" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "tokens_withheld" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "turns" ADD COLUMN     "marks" BYTEA;
