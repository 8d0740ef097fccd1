/** Ports on 127.0.0.1: free or taken. */
import { createServer } from 'node:net';

const listen = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });

/** Whether a program could listen there now. */
export const isFree = async (port: number): Promise<boolean> => (await listen(port)) !== undefined;

/** A free port: the preferred one if it is free. */
export async function freePort(preferred: number): Promise<number> {
  return (await listen(preferred)) ?? (await listen(0)) ?? preferred;
}
