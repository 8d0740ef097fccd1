import { describe, expect, it } from 'vitest';
import { differences, isCovered, restored } from '../../functions/intake/difference.ts';

const whole = {
  name: '王建国',
  capital: 100,
  representative: { name: '王建国', phone: '13857100001' },
  members: [
    { name: '王建国', share: 60 },
    { name: '李小红', share: 40 },
  ],
};
const shown = {
  name: '王**',
  capital: 100,
  representative: { name: '王**', phone: '138****0001' },
  members: [
    { name: '王**', share: 60 },
    { name: '李**', share: 40 },
  ],
};

describe('a value sent back as it was shown', () => {
  it('is the real one', () => {
    expect(restored(shown, shown, whole)).toEqual(whole);
    expect(differences(whole, restored(shown, shown, whole), '/form')).toEqual([]);
  });

  it('is the real one beside another that was changed', () => {
    const given = { ...shown, representative: { name: '王**', phone: '13857100009' } };
    const after = restored(given, shown, whole);
    expect(after).toEqual({ ...whole, representative: { name: '王建国', phone: '13857100009' } });
    expect(differences(whole, after, '/form')).toEqual(['/form/representative/phone']);
  });

  it('is the real one also where an entry before it was taken out, or put in', () => {
    expect(restored([shown.members[1]], shown.members, whole.members)).toEqual([whole.members[1]]);
    const added = { name: '赵敏', share: 10 };
    expect(restored([added, ...shown.members], shown.members, whole.members)).toEqual([
      added,
      ...whole.members,
    ]);
  });

  it('of entries that look alike is each its own', () => {
    const two = [
      { name: '王建国', share: 50 },
      { name: '王小明', share: 50 },
    ];
    const alike = { name: '王**', share: 50 };
    const added = { name: '赵敏', share: 10 };
    expect(restored([alike, alike], [alike, alike], two)).toEqual(two);
    expect(restored([added, added, alike, alike], [alike, alike], two)).toEqual([added, added, ...two]);
    expect(restored([alike, added], [alike, alike], two)).toEqual([two[0], added]);
    expect(restored([added, alike, alike], [alike, alike, added], [...two, added])).toEqual([added, ...two]);
    // Which of the two is left is not said: it stays masked, and is refused as that.
    expect(restored([alike], [alike, alike], two)).toEqual([alike]);
    expect(restored([alike], [alike, alike], [two[0], two[0]])).toEqual([two[0]]);
  });

  it('in an entry of a list, with something beside it changed', () => {
    const given = [{ name: '王**', share: 50 }, shown.members[1]];
    expect(restored(given, shown.members, whole.members)).toEqual([
      { name: '王建国', share: 50 },
      whole.members[1],
    ]);
  });

  it('sent back whole changes nothing either', () => {
    expect(restored(whole, shown, whole)).toEqual(whole);
  });

  it('is not taken for another field’s', () => {
    expect(restored({ name: '138****0001' }, shown, whole)).toEqual({ name: '138****0001' });
  });

  it('of another shape is taken as it is', () => {
    expect(restored({ members: '王**', name: ['王**'], new: { a: 1 } }, shown, whole)).toEqual({
      members: '王**',
      name: ['王**'],
      new: { a: 1 },
    });
    expect(restored(undefined, shown, whole)).toBeUndefined();
  });
});

describe('differences', () => {
  it('are named as deep as they can be told apart', () => {
    const after = { ...whole, capital: 200, members: [whole.members[0], { name: '李小红', share: 30 }] };
    expect(differences(whole, after, '/form')).toEqual(['/form/capital', '/form/members/1/share']);
    expect(differences(whole, { ...whole, members: [] }, '/form')).toEqual(['/form/members']);
  });

  it('are what came and what went, with escaped names', () => {
    expect(differences({ 'a/b': 1 }, { 'c~d': 1 }, '')).toEqual(['/a~1b', '/c~0d']);
  });
});

describe('a change', () => {
  it.each([
    ['/form/address', true],
    ['/form/address/street', true],
    ['/form/addressee', false],
    ['/form', false],
  ])('of %s is covered by a notice about /form/address: %s', (pointer, expected) => {
    expect(isCovered(pointer, ['/form/address'])).toBe(expected);
  });
});
