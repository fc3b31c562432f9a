-- AlterTable
ALTER TABLE "agents" ADD COLUMN     "assistant_text" TEXT;
