/** The bucket of materials: an object is written once, under the id of its material, and never changed. */
import { S3Client } from '@aws-sdk/client-s3';
import { setting } from '../platform/env.ts';

// A checksum of our own making would be that of an empty body: the file is sent by somebody else.
export const s3 = new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' });

export const bucket = (): string => setting('MATERIALS_BUCKET');

/** Addresses, for writing and reading, are good for so many seconds. */
export const goodFor = 15 * 60;
