-- DropIndex
DROP INDEX "corrections_session_id_turn_path_span_start_span_end_kind_v_key";

-- AlterTable
ALTER TABLE "corrections" ADD COLUMN     "seq" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE UNIQUE INDEX "corrections_session_id_turn_path_span_start_span_end_kind_v_key" ON "corrections"("session_id", "turn", "path", "span_start", "span_end", "kind", "verdict", "seq");
