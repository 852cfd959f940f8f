/** The forms that the suite expects users to be asked to fill in. */
export const schemas: Readonly<Record<'user' | 'defaults' | 'enums' | 'broad', object>> = {
  user: {
    type: 'object',
    properties: {
      username: { type: 'string', description: "User's response" },
      email: { type: 'string', description: "User's email address" },
    },
    required: ['username', 'email'],
  },
  // SEP-1034: a default for each kind.
  defaults: {
    type: 'object',
    properties: {
      name: { type: 'string', description: 'A name', default: 'John Doe' },
      age: { type: 'integer', description: 'An age', default: 30 },
      score: { type: 'number', description: 'A score', default: 95.5 },
      status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
      verified: { type: 'boolean', description: 'Whether verified', default: true },
    },
    required: [],
  },
  // SEP-1613 and SEP-2106.
  broad: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    $defs: {
      address: {
        $anchor: 'addressDef',
        type: 'object',
        properties: { street: { type: 'string' }, city: { type: 'string' } },
      },
    },
    properties: {
      name: { type: 'string' },
      address: { $ref: '#/$defs/address' },
      contactMethod: { type: 'string', enum: ['phone', 'email'] },
      phone: { type: 'string' },
      email: { type: 'string' },
    },
    allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
    if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
    then: { required: ['phone'] },
    else: { required: ['email'] },
    additionalProperties: false,
  },
  // SEP-1330: each way to choose.
  enums: {
    type: 'object',
    properties: {
      untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
      titledSingle: { type: 'string', oneOf: titled('value', 'Option') },
      legacyEnum: {
        type: 'string',
        enum: ['opt1', 'opt2', 'opt3'],
        enumNames: ['Option One', 'Option Two', 'Option Three'],
      },
      untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
      titledMulti: { type: 'array', items: { anyOf: titled('value', 'Choice') } },
    },
    required: [],
  },
};

function titled(name: string, title: string): { const: string; title: string }[] {
  return ['First', 'Second', 'Third'].map((nth, index) => ({ const: `${name}${index + 1}`, title: `${nth} ${title}` }));
}
