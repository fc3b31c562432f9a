-- The migration of uninspected turns said of hours that were counted but never summarised that they were. All are summarised anew.
UPDATE usage_progress SET summarised_to = NULL
 WHERE (SELECT min(hour) FROM usage_counts)
     < least(summarised_to, (SELECT min(start) FROM usage_summaries WHERE span = 'hour'));
