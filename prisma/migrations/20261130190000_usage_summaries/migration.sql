-- Figures of past hours and days, a row for each. The job fills the table from usage_counts.
-- AlterTable
ALTER TABLE "usage_progress" ADD COLUMN     "summarised_to" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "usage_summaries" (
    "account_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "span" TEXT NOT NULL,
    "start" TIMESTAMPTZ(3) NOT NULL,
    "counts" JSONB NOT NULL,

    CONSTRAINT "usage_summaries_pkey" PRIMARY KEY ("account_id","agent_id","span","start")
);
