-- CreateTable
CREATE TABLE "head_anchors" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "signature" BYTEA NOT NULL,

    CONSTRAINT "head_anchors_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "journal_heads" (
    "session_id" TEXT NOT NULL,
    "event_count" INTEGER NOT NULL,
    "body" TEXT NOT NULL,
    "anchor_id" TEXT NOT NULL,
    "leaf_index" INTEGER NOT NULL,
    "proof" BYTEA NOT NULL,

    CONSTRAINT "journal_heads_pkey" PRIMARY KEY ("session_id","event_count")
);

-- AddForeignKey
ALTER TABLE "journal_heads" ADD CONSTRAINT "journal_heads_anchor_id_fkey" FOREIGN KEY ("anchor_id") REFERENCES "head_anchors"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma's schema language cannot say.

CREATE TRIGGER "head_anchors_append_only" BEFORE UPDATE OR DELETE ON "head_anchors" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "head_anchors_no_truncate" BEFORE TRUNCATE ON "head_anchors" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "journal_heads_append_only" BEFORE UPDATE OR DELETE ON "journal_heads" FOR EACH ROW EXECUTE FUNCTION "refuse_change"();
CREATE TRIGGER "journal_heads_no_truncate" BEFORE TRUNCATE ON "journal_heads" FOR EACH STATEMENT EXECUTE FUNCTION "refuse_change"();
