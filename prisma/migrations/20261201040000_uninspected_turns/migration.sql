-- What Prisma's schema language cannot say.

-- Turns with parts that were let through without a search. They are few.
CREATE INDEX "entries_uninspected" ON "entries"("session_id", "turn") WHERE "kind" = 'uninspectable_allowed';

-- Turns that were counted before there was this measure. Their hours are summarised again.
WITH found AS (
  SELECT t.id, a.account_id, a.id AS agent_id, date_bin('1 hour', t.started_at, TIMESTAMPTZ '2000-01-01 00:00:00Z') AS hour
    FROM (SELECT DISTINCT session_id, turn FROM entries WHERE kind = 'uninspectable_allowed') e
    JOIN turns t ON t.session_id = e.session_id AND t.number = e.turn
    JOIN agents a ON a.id = t.agent_id
   WHERE t.started_at < (SELECT rolled_to FROM usage_progress)),
added AS (
  INSERT INTO usage_counts (account_id, agent_id, measure, hour, key, count, sum)
  SELECT account_id, coalesce(agent_id, ''), 'uninspected', hour, '', count(*), 0 FROM found
   GROUP BY GROUPING SETS ((account_id, agent_id, hour), (account_id, hour)))
UPDATE usage_progress SET summarised_to = least(summarised_to, (SELECT min(hour) FROM found));
