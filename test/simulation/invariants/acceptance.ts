import { day } from '../chaos.ts';
import type { Event, FoundCase, Invariant } from './found.ts';

/** The sweep may be away for a while before it finds what is due. */
const graceMs = 2 * day;

const isAcceptance = ({ type }: Event): boolean => type === 'application.accepted';

/** What a department may say, and silence, against the day that it was given. */
function answerFaults({ application: { number }, timeline }: FoundCase): string[] {
  let dueAt: string | undefined;
  return timeline.flatMap((event) => {
    const { type, at } = event;
    const due = dueAt;
    if (type === 'review.acceptance-requested') dueAt = String(event.dueAt);
    if (due === undefined) return [];
    if (isAcceptance(event)) {
      dueAt = undefined;
      const isSilent = event.silence === true;
      const faults = isSilent === at < due ? [`${number}: silence is ${isSilent} at ${at}, due ${due}`] : [];
      return Date.parse(at) > Date.parse(due) + graceMs
        ? [...faults, `${number} waited until ${at} to be accepted, due ${due}`]
        : faults;
    }
    if (type === 'review.correction-asked' || type === 'application.not-accepted') {
      dueAt = undefined;
      return at >= due ? [`${number}: ${type} at ${at}, after it counted as accepted at ${due}`] : [];
    }
    return [];
  });
}

/** Before the acceptance nobody is asked for a decision, and at most one notice is given. */
function orderFaults({ application: { number, acceptance }, timeline }: FoundCase): string[] {
  const accepted = timeline.findIndex(isAcceptance);
  const before = accepted < 0 ? timeline : timeline.slice(0, accepted);
  const tooEarly = ['round.opened', 'review.requested', 'review.decided'];
  const early = before.filter(({ type }) => tooEarly.includes(type));
  const notices = before.filter(({ type }) => type === 'review.correction-asked');
  const times = timeline.filter(isAcceptance).length;
  const isEnded = timeline.some(({ type }) => /withdrawn|not-accepted/.test(type));
  const isByHand = before.some(({ type }) => type === 'review.acceptance-requested');
  return [
    ...early.map(({ type }) => `${number}: ${type} before it is accepted`),
    ...(notices.length > 1 ? [`${number}: ${notices.length} notices before it is accepted`] : []),
    ...(times > 1 ? [`${number} is accepted ${times} times`] : []),
    ...(times === 0 && !isEnded ? [`${number} is never accepted`] : []),
    ...(isByHand === (acceptance === undefined)
      ? [`${number} was to be accepted by hand: ${isByHand}, and says ${JSON.stringify(acceptance)}`]
      : []),
  ];
}

/** A supplement tells departments of it, and that is all; no due date moves. */
function supplementFaults({ application: { number }, timeline }: FoundCase): string[] {
  return timeline
    .filter(({ type }) => type === 'application.supplemented')
    .flatMap(({ version }) => {
      const others = timeline.filter((event) => event.version === version).slice(1);
      return others.flatMap(({ type, review, dueAt }) => {
        if (type !== 'review.requested' && type !== 'review.acceptance-requested')
          return [`${number}: a supplement causes ${type}`];
        const known = timeline.findLast(
          (event) => event.version < version && event.review === review && event.dueAt !== undefined,
        );
        if (known?.dueAt === dueAt) return [];
        return [`${review}: a supplement moves its day from ${known?.dueAt} to ${dueAt}`];
      });
    });
}

/** What is approved has every material that had to follow. */
function approvalFaults({ application, truth }: FoundCase): string[] {
  const there = new Set((application.materials as { code: string }[]).map(({ code }) => code));
  const approved = new Set(
    (application.reviews as { item: string; status: string }[])
      .filter(({ status }) => status === 'approved')
      .map(({ item }) => item),
  );
  return truth.service.items
    .filter(({ code }) => approved.has(code))
    .flatMap(({ code, materials }) =>
      materials
        .filter(({ required, later, when, yieldedBy }) => required && later && !when && !yieldedBy)
        .filter((material) => !there.has(material.code))
        .map((material) => `${application.number}: ${code} is approved without ${material.code}`),
    );
}

export const acceptance: Invariant = {
  name: 'acceptance',
  protects:
    'Nobody waits longer than the law allows to be accepted, silence means accepted; a supplement touches no clock, and nothing is approved without it.',
  check: ({ found }) =>
    found.cases.flatMap((each) => [
      ...answerFaults(each),
      ...orderFaults(each),
      ...supplementFaults(each),
      ...approvalFaults(each),
    ]),
};
