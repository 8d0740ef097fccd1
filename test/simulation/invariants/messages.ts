import type { Event, Invariant } from './found.ts';

/** Of which event a message tells, by its words in either language. */
const kinds: [RegExp, (event: Event) => boolean][] = [
  [/已受理|is accepted/, ({ type }) => type === 'application.accepted'],
  [/需要补正|needs a correction/, ({ type }) => type === 'review.correction-asked'],
  [/已撤回|is withdrawn/, ({ type }) => type === 'application.withdrawn'],
  [/未获批准|was refused/, ({ type, status }) => type === 'application.concluded' && status === 'refused'],
  [/免费寄出|comes by EMS/, ({ type }) => type === 'parcel.ordered'],
  [/已妥投|is delivered\./, ({ type }) => type === 'parcel.delivered'],
  [/正在为您重新寄送|sending a new one/, ({ type }) => type === 'parcel.lost'],
  [/已可领取|is ready\./, ({ type }) => type === 'pickup.ready'],
  [/电子证照已发放|electronic document is in/, ({ type }) => type === 'licence.issued'],
];

export const messages: Invariant = {
  name: 'messages',
  protects: 'No SMS is sent twice, none to a stranger, and none about something that did not happen.',
  check: ({ truth, found }) =>
    found.cases.flatMap(({ application, timeline, truth: own }) => {
      const sent = truth.messages.filter((each) => each.application === application.number);
      const faults = sent
        .filter(({ phone }) => phone !== own.submitted.applicant.phone)
        .map(({ phone }) => `${application.number}: an SMS went to ${phone}`);
      for (const [words, isTold] of kinds) {
        const count = sent.filter(({ text }) => words.test(text)).length;
        const events = timeline.filter(isTold).length;
        if (count > events)
          faults.push(`${application.number}: ${count} SMS for ${events} events (${words.source})`);
      }
      return faults;
    }),
};
