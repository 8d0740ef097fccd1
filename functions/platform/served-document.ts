/** An API document as it is served: it says where. It is made once for all stages, so that it cannot know. */
import { setting } from './env.ts';

/** The document with the base address of this stage's API, to which its paths are added. */
export const servedDocument = (document: object) => ({ ...document, servers: [{ url: setting('API_URL') }] });
