/**
 * What the canary applies for, and which department decides it: a service of the system itself, published with every
 * catalogue and shown in none. Small, but nothing of the way is left out: a personal value is sealed, a department is
 * asked, an output is handed out.
 */
import type { Department, Service } from '../catalogue/schemas.ts';
import type { Submission } from '../intake/schemas.ts';

/** Of the service, of its one item, and of its department. */
export const canaryCode = 'canary';

const name = { zh: '系统自检', en: 'Self-check of the system' };

export const canaryDepartment: Department = { code: canaryCode, name, hidden: true };

/** Decided within seconds, so that the law's clock never has a say. */
const limits = { statutory: { workingDays: 20 }, promised: { workingDays: 10 } } as const;

const form = {
  type: 'object',
  title: name.zh,
  'x-en': name.en,
  additionalProperties: false,
  required: ['sentAt'],
  properties: {
    sentAt: {
      type: 'string',
      title: '发出时间',
      'x-en': 'Sent at',
      description: '按实际时间',
      'x-en-description': 'By the real time',
      maxLength: 24,
    },
  },
};

/**
 * A body for `POST /applications`. Its person is nobody; whoever has that phone is never written to.
 * @param sentAt by the real time
 */
export const canarySubmission = (sentAt: Date): Submission => ({
  service: canaryCode,
  channel: 'web',
  language: 'en',
  applicant: {
    type: 'person',
    name: '自检',
    idNumber: '110101190001010014',
    phone: '13000000000',
  },
  form: { sentAt: sentAt.toISOString() },
  materials: [],
  delivery: { method: 'electronic' },
});

export const canaryService: Service = {
  code: canaryCode,
  kind: 'item',
  name,
  summary: {
    zh: '系统每隔几分钟为自己办一次件，检验全流程。',
    en: 'Every few minutes the system goes its own way, to see that it works.',
  },
  basis: [],
  limits,
  applicants: ['person'],
  visits: 0,
  fee: 0,
  acceptance: 'automatic',
  jointType: 'general',
  delivery: ['electronic'],
  items: [
    {
      code: canaryCode,
      name,
      department: canaryCode,
      limits,
      after: [],
      onRefusal: 'continues',
      fields: ['sentAt'],
      optionalFields: [],
      materials: [],
      output: { name: { zh: '自检结果', en: 'Result of the self-check' }, form: 'electronic' },
      needs: [],
      excludes: [],
      waitsFor: {},
    },
  ],
  conditions: [],
  stages: [],
  questions: [],
  asks: [],
  form,
  example: canarySubmission(new Date('2026-01-01T00:00:00.000Z')),
  alone: true,
  partOf: [],
  hidden: true,
};
