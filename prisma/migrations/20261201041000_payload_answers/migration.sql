-- The response as the model wrote it, beside the one that the caller got. Nodes of the version before leave it null.
ALTER TABLE "payloads" ADD COLUMN "answer" BYTEA;
