/**
 * Loads node's own fetch with node's own connections; to be imported before undici. Loaded first, undici would put its
 * connections under node's fetch, and those of another version refuse what fetch sends for others: arctic's request for a
 * token, whose length stands in it twice then.
 */
Reflect.get(globalThis, 'Headers');
