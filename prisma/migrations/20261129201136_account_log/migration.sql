-- CreateTable
CREATE TABLE "log_queue" (
    "account_id" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "source" TEXT NOT NULL,
    "ref" TEXT NOT NULL,

    CONSTRAINT "log_queue_pkey" PRIMARY KEY ("account_id","id")
);

-- CreateTable
CREATE TABLE "log_leaves" (
    "account_id" TEXT NOT NULL,
    "leaf_index" BIGINT NOT NULL,
    "source" TEXT NOT NULL,
    "ref" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "body" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "log_leaves_pkey" PRIMARY KEY ("account_id","leaf_index")
);

-- CreateTable
CREATE TABLE "log_nodes" (
    "account_id" TEXT NOT NULL,
    "level" SMALLINT NOT NULL,
    "node_index" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "log_nodes_pkey" PRIMARY KEY ("account_id","level","node_index")
);

-- CreateTable
CREATE TABLE "log_checkpoints" (
    "account_id" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "root" BYTEA NOT NULL,
    "key_id" TEXT NOT NULL,
    "note" TEXT NOT NULL,

    CONSTRAINT "log_checkpoints_pkey" PRIMARY KEY ("account_id","size")
);

-- CreateTable
CREATE TABLE "log_keys" (
    "account_id" TEXT NOT NULL,
    "from_size" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "key_id" TEXT NOT NULL,
    "public_key" BYTEA NOT NULL,

    CONSTRAINT "log_keys_pkey" PRIMARY KEY ("account_id","from_size")
);

-- CreateTable
CREATE TABLE "log_cosignatures" (
    "account_id" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "name" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "line" TEXT NOT NULL,

    CONSTRAINT "log_cosignatures_pkey" PRIMARY KEY ("account_id","size","name","key_id")
);

-- CreateTable
CREATE TABLE "log_publications" (
    "account_id" TEXT NOT NULL,
    "sink" TEXT NOT NULL,
    "size" BIGINT NOT NULL,

    CONSTRAINT "log_publications_pkey" PRIMARY KEY ("account_id","sink")
);

-- CreateIndex
CREATE INDEX "log_leaves_account_id_kind_leaf_index_idx" ON "log_leaves"("account_id", "kind", "leaf_index");

-- CreateIndex
CREATE UNIQUE INDEX "log_leaves_account_id_source_ref_key" ON "log_leaves"("account_id", "source", "ref");

-- CreateIndex
CREATE UNIQUE INDEX "log_keys_account_id_public_key_key" ON "log_keys"("account_id", "public_key");

-- What Prisma's schema language cannot say.

ALTER TABLE "log_leaves" ADD CONSTRAINT "log_leaves_index_from_zero" CHECK ("leaf_index" >= 0);
ALTER TABLE "log_leaves" ADD CONSTRAINT "log_leaves_hash_is_sha256" CHECK (octet_length("hash") = 32);
-- An entry bundle states the length of a leaf in two bytes.
ALTER TABLE "log_leaves" ADD CONSTRAINT "log_leaves_body_fits" CHECK (octet_length("body") <= 65535);
ALTER TABLE "log_nodes" ADD CONSTRAINT "log_nodes_hash_is_sha256" CHECK (octet_length("hash") = 32);

CREATE TRIGGER "log_leaves_append_only" BEFORE UPDATE OR DELETE ON "log_leaves" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "log_leaves_no_truncate" BEFORE TRUNCATE ON "log_leaves" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "log_nodes_append_only" BEFORE UPDATE OR DELETE ON "log_nodes" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "log_nodes_no_truncate" BEFORE TRUNCATE ON "log_nodes" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "log_checkpoints_append_only" BEFORE UPDATE OR DELETE ON "log_checkpoints" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "log_checkpoints_no_truncate" BEFORE TRUNCATE ON "log_checkpoints" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "log_keys_append_only" BEFORE UPDATE OR DELETE ON "log_keys" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "log_keys_no_truncate" BEFORE TRUNCATE ON "log_keys" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "log_cosignatures_append_only" BEFORE UPDATE OR DELETE ON "log_cosignatures" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "log_cosignatures_no_truncate" BEFORE TRUNCATE ON "log_cosignatures" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- What becomes a leaf is queued in the transaction that makes it: none is lost, and none is there that was rolled back.
CREATE FUNCTION "queue_seal"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "log_queue" ("account_id", "source", "ref") VALUES (NEW."account_id", 'seal', NEW."id");
  RETURN NULL;
END $$;
CREATE FUNCTION "queue_account_event"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "log_queue" ("account_id", "source", "ref") VALUES (NEW."account_id", 'event', NEW."id");
  RETURN NULL;
END $$;
CREATE TRIGGER "sessions_queue_seal" AFTER INSERT ON "sessions" FOR EACH ROW
  WHEN (NEW."seal" IS NOT NULL) EXECUTE FUNCTION "queue_seal"();
CREATE TRIGGER "sessions_queue_late_seal" AFTER UPDATE ON "sessions" FOR EACH ROW
  WHEN (OLD."seal" IS NULL AND NEW."seal" IS NOT NULL) EXECUTE FUNCTION "queue_seal"();
CREATE TRIGGER "account_events_queue" AFTER INSERT ON "account_events" FOR EACH ROW EXECUTE FUNCTION "queue_account_event"();

-- What an older version has sealed and recorded, in the order of time.
INSERT INTO "log_queue" ("account_id", "source", "ref")
SELECT "account_id", "source", "ref" FROM (
  SELECT "account_id", 'seal' AS "source", "id" AS "ref", "sealed_at" AS "at" FROM "sessions" WHERE "seal" IS NOT NULL
  UNION ALL
  SELECT "account_id", 'event', "id", "at" FROM "account_events"
) AS "past" ORDER BY "at", "ref";
