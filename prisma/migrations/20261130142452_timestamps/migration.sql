-- CreateTable
CREATE TABLE "log_timestamps" (
    "account_id" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stamped_at" TIMESTAMPTZ(3) NOT NULL,
    "token" BYTEA NOT NULL,

    CONSTRAINT "log_timestamps_pkey" PRIMARY KEY ("account_id","size")
);

-- What Prisma's schema language cannot say.

CREATE TRIGGER "log_timestamps_append_only" BEFORE UPDATE OR DELETE ON "log_timestamps" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "log_timestamps_no_truncate" BEFORE TRUNCATE ON "log_timestamps" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
