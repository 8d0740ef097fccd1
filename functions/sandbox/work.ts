/** Consumer: what the simulated departments, courier and carrier do on their own, each job after its delay. */
import { businessNow } from '../clock/now.ts';
import { log } from '../platform/log.ts';
import { queueHandler } from '../platform/queue.ts';
import { copiesOf, decisionOn } from './behaviour.ts';
import { isFirstRequest, readDepartment } from './department-store.ts';
import { type DecideJob, type Job, job, later, type ReceiptJob, type TrackJob } from './jobs.ts';
import { postDecision, postReceipt, postTracking, readReview } from './onewindow.ts';
import { readParcel, takeStep } from './parcel-store.ts';
import { onStepDue, trackingPlan } from './tracking.ts';

/** Decides as the department would. Done again, it sends the same decision with the same id. */
async function decide({ department, review, decisionUrl, webhookId, behaviour }: DecideJob): Promise<void> {
  const { secrets } = await readDepartment(department);
  if (secrets.length === 0) throw new Error(`The department ${department} has no secret.`);
  const [found, isFirst] = await Promise.all([
    readReview(secrets, review, `read_${review}_${webhookId}`),
    // Of no other behaviour is it asked.
    behaviour === 'correct-once' && isFirstRequest(review, webhookId),
  ]);
  const decision = decisionOn(behaviour, found, isFirst);
  const copies = Array.from({ length: copiesOf(behaviour) }, () =>
    postDecision(secrets, decisionUrl, `decision_${review}_${webhookId}`, decision),
  );
  const answers = await Promise.all(copies);
  log.info('Decision sent', { department, outcome: decision.outcome, answers });
}

/** Takes the step that is due, tells it, and sets the next. */
async function track({ application, trackingNumber, step }: TrackJob): Promise<void> {
  const parcel = await readParcel(trackingNumber);
  const due = trackingPlan[step];
  const next = parcel && onStepDue(parcel, step);
  if (!parcel || !due || !next || next === 'nothing') return;
  let at = (await businessNow()).toISOString();
  if (next === 'take' && !(await takeStep(trackingNumber, step, at))) return;
  if (next === 'repeat') at = parcel.events[step]?.at ?? at;
  await postTracking({ reference: parcel.reference, trackingNumber, event: due.event, at });
  const following = trackingPlan[step + 1];
  if (following)
    await later({ kind: 'track', application, trackingNumber, step: step + 1 }, following.afterSeconds);
}

const confirm = ({ reference, at }: ReceiptJob): Promise<void> =>
  postReceipt({ reference, status: 'delivered', at });

function work(todo: Job): Promise<void> {
  switch (todo.kind) {
    case 'decide':
      return decide(todo);
    case 'track':
      return track(todo);
    case 'receipt':
      return confirm(todo);
  }
}

export const handler = queueHandler(job, work);
