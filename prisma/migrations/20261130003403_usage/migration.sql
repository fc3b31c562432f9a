-- CreateTable
CREATE TABLE "usage_counts" (
    "account_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "measure" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "key" TEXT NOT NULL,
    "count" BIGINT NOT NULL,
    "sum" BIGINT NOT NULL,

    CONSTRAINT "usage_counts_pkey" PRIMARY KEY ("account_id","agent_id","measure","hour","key")
);

-- CreateTable
CREATE TABLE "usage_open_turns" (
    "turn_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "usage_open_turns_pkey" PRIMARY KEY ("turn_id")
);

-- CreateTable
CREATE TABLE "usage_progress" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "rolled_to" TIMESTAMPTZ(3) NOT NULL,
    "rolled_session_id" TEXT NOT NULL,
    "settled_to" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "usage_progress_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "usage_counts_hour_idx" ON "usage_counts"("hour");

-- CreateIndex
CREATE INDEX "usage_open_turns_account_id_idx" ON "usage_open_turns"("account_id");
