export function ensureTools(root: string, local: string): Promise<string>;
