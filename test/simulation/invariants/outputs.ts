import type { FoundCase, Invariant } from './found.ts';

type Output = { item: string };
type Consignment = { id: string; status: string; method: string; outputs: Output[] };
type Review = { id: string; item: string; status: string };

const handedOut = ['delivered', 'picked-up', 'issued'];
const open = ['in-review', 'awaiting-correction', 'special-procedure', 'awaiting-condition'];
const granted = ['approved', 'partly-approved', 'issuing', 'delivering', 'ready-for-pickup', 'completed'];

/** Items that hand something out, from the plan as the outputs of the application name them. */
function faultsOf({ application }: FoundCase, physical: ReadonlySet<string>): string[] {
  const { number, status } = application;
  const reviews = application.reviews as Review[];
  const consignments = application.consignments as Consignment[];
  const latest = new Map(reviews.map((review) => [review.item, review]));
  const items = consignments.flatMap(({ outputs }) => outputs.map(({ item }) => item));
  const faults: string[] = [];
  for (const item of new Set(items)) {
    const rounds = reviews.filter((review) => review.item === item && review.status === 'approved').length;
    if (items.filter((each) => each === item).length > rounds)
      faults.push(`${number}: ${item} is handed out twice`);
    if (latest.get(item)?.status !== 'approved' && rounds === 0)
      faults.push(`${number}: ${item} is handed out and not granted`);
  }
  for (const { item } of application.outputs as Output[]) {
    if (latest.get(item)?.status !== 'approved')
      faults.push(`${number}: ${item} is among the outputs and ${latest.get(item)?.status}`);
    if (!granted.includes(status) && !open.includes(status)) {
      faults.push(`${number} is ${status} and has ${item} among its outputs`);
    }
    if (status === 'completed' && !items.includes(item))
      faults.push(`${number} is completed and ${item} is in no consignment`);
  }
  for (const { method, outputs, id } of consignments) {
    const wrong = outputs.filter(({ item }) => physical.has(item) && method === 'electronic');
    for (const { item } of wrong)
      faults.push(`${number}: ${item} is physical and in the electronic consignment ${id}`);
  }
  if (status === 'completed' && !consignments.every((each) => handedOut.includes(each.status))) {
    faults.push(`${number} is completed with ${consignments.map((each) => each.status)}`);
  }
  return faults;
}

export const outputs: Invariant = {
  name: 'outputs',
  protects: 'An output is handed out once, in a way that fits it, and only if it is granted at the end.',
  check: ({ found }) =>
    found.cases.flatMap((each) => {
      const physical = (each.application.outputs as (Output & { form: string })[]).filter(
        ({ form }) => form === 'physical',
      );
      return faultsOf(each, new Set(physical.map(({ item }) => item)));
    }),
};
