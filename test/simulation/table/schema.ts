/** What a virtual table is made like. */

/** Names of the attributes that make a key; a table of ours has both. */
export type KeyNames = { hash: string; range: string };
export type IndexSchema = KeyNames & { projection: 'KEYS_ONLY' | 'ALL' };
export type TableSchema = {
  key: KeyNames;
  indexes: Record<string, IndexSchema>;
  /** The attribute with the second after which a row may be removed. */
  timeToLive?: string | undefined;
};

const index = (name: string): IndexSchema => ({
  hash: `${name}Key`,
  range: `${name}Sort`,
  projection: 'KEYS_ONLY',
});

/** The main table's, as infra/stacks/data-stack.ts makes it; a test holds it against the template. */
export const mainSchema: TableSchema = {
  key: { hash: 'pk', range: 'sk' },
  indexes: { list: index('list'), inbox: index('inbox'), due: index('due') },
  timeToLive: 'expiresAt',
};
