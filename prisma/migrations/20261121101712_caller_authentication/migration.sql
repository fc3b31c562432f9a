-- CreateEnum
CREATE TYPE "agent_secret_purpose" AS ENUM ('signature', 'shared_secret', 'assistant_callback');

-- AlterTable
ALTER TABLE "agents" ADD COLUMN     "assistant" JSONB,
ADD COLUMN     "assistant_callback_url" TEXT,
ADD COLUMN     "caller_auth" JSONB;

-- CreateTable
CREATE TABLE "agent_secrets" (
    "agent_id" TEXT NOT NULL,
    "purpose" "agent_secret_purpose" NOT NULL,
    "kid" TEXT NOT NULL,
    "key_version" TEXT NOT NULL,
    "sealed" BYTEA NOT NULL,

    CONSTRAINT "agent_secrets_pkey" PRIMARY KEY ("agent_id","purpose")
);

-- CreateTable
CREATE TABLE "proxy_keys" (
    "id" TEXT NOT NULL,
    "agent_id" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "proxy_keys_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "proxy_keys_hash_key" ON "proxy_keys"("hash");

-- CreateIndex
CREATE INDEX "proxy_keys_agent_id_idx" ON "proxy_keys"("agent_id");

-- AddForeignKey
ALTER TABLE "agent_secrets" ADD CONSTRAINT "agent_secrets_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "proxy_keys" ADD CONSTRAINT "proxy_keys_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "agents"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


ALTER TABLE "proxy_keys" ADD CONSTRAINT "proxy_keys_hash_is_sha256" CHECK (octet_length("hash") = 32);
