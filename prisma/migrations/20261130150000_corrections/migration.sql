-- CreateTable
CREATE TABLE "corrections" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "turn" INTEGER NOT NULL,
    "path" TEXT NOT NULL,
    "span_start" INTEGER NOT NULL,
    "span_end" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT,
    "closed_by" TEXT,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "corrections_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "corrections_account_id_id_idx" ON "corrections"("account_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "corrections_session_id_turn_path_span_start_span_end_kind_v_key" ON "corrections"("session_id", "turn", "path", "span_start", "span_end", "kind", "verdict");

-- AddForeignKey
ALTER TABLE "corrections" ADD CONSTRAINT "corrections_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "sessions"("id") ON DELETE CASCADE ON UPDATE CASCADE;
