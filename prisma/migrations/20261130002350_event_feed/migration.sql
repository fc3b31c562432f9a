-- CreateTable
CREATE TABLE "feed_queue" (
    "account_id" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "source" TEXT NOT NULL,
    "ref" TEXT NOT NULL,
    "place" BIGINT NOT NULL,

    CONSTRAINT "feed_queue_pkey" PRIMARY KEY ("account_id","id")
);

-- CreateTable
CREATE TABLE "feed_events" (
    "account_id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "object_type" TEXT NOT NULL,
    "object_id" TEXT NOT NULL,

    CONSTRAINT "feed_events_pkey" PRIMARY KEY ("account_id","seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "feed_events_id_key" ON "feed_events"("id");

-- CreateIndex
CREATE INDEX "feed_events_account_id_type_seq_idx" ON "feed_events"("account_id", "type", "seq");

-- CreateIndex
CREATE INDEX "feed_events_account_id_created_at_idx" ON "feed_events"("account_id", "created_at");

-- What Prisma's schema language cannot say.

ALTER TABLE "feed_events" ADD CONSTRAINT "feed_events_seq_from_one" CHECK ("seq" >= 1);
CREATE TRIGGER "feed_events_append_only" BEFORE UPDATE OR DELETE ON "feed_events" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "feed_events_no_truncate" BEFORE TRUNCATE ON "feed_events" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();

-- What becomes an event is queued in the transaction that makes it. Seals and acts are queued when they become leaves, so
-- that sealing writes nothing more. Of entries only the rare kinds are queued: usual turns write nothing more either.
CREATE FUNCTION "queue_entry_event"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "feed_queue" ("account_id", "source", "ref", "place")
  SELECT "account_id", 'entry', NEW."session_id", NEW."seq" FROM "sessions" WHERE "id" = NEW."session_id";
  RETURN NULL;
END $$;
CREATE FUNCTION "queue_leaf_event"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "feed_queue" ("account_id", "source", "ref", "place") VALUES (NEW."account_id", 'leaf', '', NEW."leaf_index");
  RETURN NULL;
END $$;
CREATE TRIGGER "entries_queue_event" AFTER INSERT ON "entries" FOR EACH ROW
  WHEN (NEW."kind" IN ('leak_suspected', 'detector_degraded')) EXECUTE FUNCTION "queue_entry_event"();
CREATE TRIGGER "log_leaves_queue_event" AFTER INSERT ON "log_leaves" FOR EACH ROW
  WHEN (NEW."kind" IN ('session_sealed', 'agent_created', 'agent_updated', 'agent_deleted', 'report_issued'))
  EXECUTE FUNCTION "queue_leaf_event"();
