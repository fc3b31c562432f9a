-- CreateTable
CREATE TABLE "payloads" (
    "session_id" TEXT NOT NULL,
    "turn" INTEGER NOT NULL,
    "stored_at" TIMESTAMPTZ(3) NOT NULL,
    "request" BYTEA NOT NULL,
    "masked" BYTEA NOT NULL,
    "response" BYTEA,

    CONSTRAINT "payloads_pkey" PRIMARY KEY ("session_id","turn")
);

-- CreateIndex
CREATE INDEX "payloads_stored_at_idx" ON "payloads"("stored_at");

-- AddForeignKey
ALTER TABLE "payloads" ADD CONSTRAINT "payloads_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "vault_keys"("session_id") ON DELETE CASCADE ON UPDATE CASCADE;
