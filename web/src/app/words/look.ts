/** Looks a word up in a table that the server may know more keys of than we do; the key itself is the last resort. */
export function look(table: Record<string, string>, key: string): string {
  return Object.hasOwn(table, key) ? (table[key] ?? key) : key.replaceAll('-', ' ');
}
