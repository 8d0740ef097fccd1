/** Tests that wait for a cloud go first: what computes beside them takes what they leave of the processor. */
import { setPriority } from 'node:os';

setPriority(10);
