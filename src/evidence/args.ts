import Type, { type Static } from 'typebox';

/** What the message of a code is made from. */
export const Arguments = Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
  description: 'What the message is made from',
});
export type Arguments = Static<typeof Arguments>;
