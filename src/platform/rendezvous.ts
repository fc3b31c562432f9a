/**
 * Rendezvous hashing (Thaler and Ravishankar, 1998): each key chooses the member with the highest weight for it. Where a
 * member goes, only its keys move; where one comes, only the keys that choose it.
 */
import { createHash } from 'node:crypto';

/** Returns the member that the key chooses; null where there is none. The order of the members does not matter. */
export function chosenMember<M extends { readonly number: number }>(key: string, members: Iterable<M>): M | null {
  const digest = createHash('sha256').update(key, 'utf8').digest().readUInt32LE(0);
  let chosen: M | null = null;
  let heaviest = -1;
  for (const member of members) {
    const weight = mixed(digest ^ mixed(member.number + 1));
    if (weight < heaviest || (weight === heaviest && chosen !== null && chosen.number < member.number)) continue;
    chosen = member;
    heaviest = weight;
  }
  return chosen;
}

/** The finaliser of MurmurHash3: each bit of the result depends on each bit of the number. From 0 to 2^32 - 1. */
function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
