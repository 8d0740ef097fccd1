/** What an operator asks and does about cases, in words and schemas. */
import type { Calls } from '../platform/call.ts';
import * as answers from './answers.ts';
import * as schemas from './schemas.ts';

const tag = 'Operations';

export const calls = {
  'GET /operations/cases/{id}': {
    operationId: 'examineCase',
    summary:
      'Who holds a case up since when and until when, what it has sent, what comes next. Each reading is written down',
    tag,
    auth: 'bearer',
    answer: { status: 200, schema: answers.story },
  },
  'GET /operations/cases/{id}/repair': {
    operationId: 'previewRepair',
    summary: 'What a repair would do; nothing is done',
    tag,
    auth: 'bearer',
    query: schemas.repairQuery,
    answer: { status: 200, schema: answers.repairAhead },
  },
  'POST /operations/cases/{id}/repair': {
    operationId: 'repairCase',
    summary: 'Repeat what is safe to repeat: entries without effect, waits, executions',
    tag,
    auth: 'bearer',
    idempotent: true,
    body: schemas.repairBody,
    bodyOptional: true,
    answer: { status: 200, schema: answers.repairDone },
  },
  'POST /operations/cases/{id}/replay': {
    operationId: 'replayCase',
    summary: 'Carry the whole journal of a case again; harmless',
    tag,
    auth: 'bearer',
    idempotent: true,
    body: schemas.nothing,
    bodyOptional: true,
    answer: { status: 200, schema: answers.replayed },
  },
  'POST /operations/cases/{id}/anew': {
    operationId: 'makeAnew',
    summary:
      'Outputs of a parcel lost three times are made anew and lie at the window: the applicant is sent a code',
    tag,
    auth: 'bearer',
    idempotent: true,
    body: schemas.nothing,
    bodyOptional: true,
    answer: { status: 200, schema: answers.madeAnew },
  },
  'POST /operations/replays': {
    operationId: 'replayJournal',
    summary: 'Carry again what was written since an instant, of all cases, a part at a time',
    tag,
    auth: 'bearer',
    idempotent: true,
    body: schemas.replaying,
    answer: { status: 200, schema: answers.replayedPart },
  },
  'GET /operations/escalated': {
    operationId: 'listEscalated',
    summary: 'Reviews whose department stays silent although it was reminded, with whom to call',
    tag,
    auth: 'bearer',
    query: schemas.escalatedQuery,
    answer: { status: 200, schema: answers.escalatedList },
  },
  'GET /operations/departments/{code}': {
    operationId: 'examineDepartment',
    summary: 'What lies at a department, the soonest due first, what it took last and what it does not take',
    tag,
    auth: 'bearer',
    answer: { status: 200, schema: answers.load },
  },
} satisfies Calls;
