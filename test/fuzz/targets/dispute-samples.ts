/** Disagreements as their authors write them, to be spoiled: what was said, settled, claimed and taken back. */
import {
  type DocumentId,
  type EntryHash,
  type Json,
  type Op,
  POLICY,
  PRESET_POLICY,
  SUSPICION,
  sha256,
  toHex,
  utf8,
} from '@folkmoot/core'

/** One change: whose, in knowledge of which earlier ones, and what it says. */
export interface Told {
  readonly by: number
  readonly deps: readonly number[]
  readonly ops: readonly Op[]
}

/** Milliseconds since 1970. */
export const START = 1_700_000_000_000
/** The hash of the change in each place: good ones name them, and spoiled ones the wrong ones. */
export const ENTRIES = Array.from({ length: 12 }, (_, i) => toHex(sha256(utf8(`change ${i}`))) as EntryHash)

const [FIRST = '', SECOND = '', THIRD = '', FOURTH = ''] = ENTRIES
const BOTH = [FIRST, SECOND]

export const SUSPECTED = {
  records: ['0a', 'b0'].map(byte => byte.repeat(16) as DocumentId),
  evidence: [{ test: 'value', detail: 'numbers differ' }],
  score: 0.7,
  importance: 0.6,
  of: BOTH,
}

const STATED: readonly Told[] = [
  { by: 0, deps: [], ops: [['put', 'content', 'open']] },
  { by: 1, deps: [], ops: [['put', 'content', 'shut']] },
]

function settled(mark: { readonly [key: string]: Json }, ...ops: readonly Op[]): readonly Op[] {
  return [['settle', 'content', { supersedes: BOTH, judge: 'person', ...mark }], ...ops]
}

const PICKED = settled({ kind: 'pick', pick: 1, reason: 'seen' }, ['put', 'content', 'open'])
const BY_MODEL = settled(
  { kind: 'value', judge: 'model', model: 'm', promptHash: FIRST, confidence: 0.8 },
  ['put', 'content', 'ajar'],
  ['put', 'importance', 0.9],
)
const BY_RULE = settled({ kind: 'pick', pick: 2, judge: 'rule', rule: 'latest' }, ['put', 'content', 'shut'])
const CLAIMED: Op = ['claim', 'content', { until: START + 5000, seen: BOTH }]
const UNDONE = settled({ kind: 'undo', undoes: [THIRD], restores: BOTH, supersedes: [...BOTH, THIRD] })
const PUT_OFF = settled({ kind: 'defer', undoes: [THIRD, FOURTH], restores: BOTH })

export const DISPUTES: readonly (readonly Told[])[] = [
  [...STATED, { by: 2, deps: [0, 1], ops: [CLAIMED] }, { by: 0, deps: [0, 1], ops: [CLAIMED] }],
  [...STATED, { by: 2, deps: [0, 1], ops: PICKED }, { by: 1, deps: [0, 1], ops: BY_MODEL }],
  [...STATED, { by: 2, deps: [0, 1], ops: PICKED }, { by: 0, deps: [0, 2], ops: UNDONE }],
  [
    ...STATED,
    { by: 2, deps: [0, 1], ops: PICKED },
    { by: 0, deps: [0, 1], ops: BY_RULE },
    { by: 1, deps: [1, 2, 3], ops: PUT_OFF },
    { by: 0, deps: [3], ops: [['end', 'content']] },
  ],
  [
    ...STATED,
    { by: 2, deps: [0, 1], ops: settled({ kind: 'context' }, ['put', 'content', { anyOf: [] }]) },
    { by: 0, deps: [0], ops: settled({ kind: 'overwrite', supersedes: [FIRST] }, ['put', 'content', 'new']) },
  ],
]

const settledNote = (mark: { readonly [key: string]: Json }): Op => [
  'settle',
  SUSPICION,
  { supersedes: [FIRST], ...mark },
]

export const SUSPICIONS: readonly (readonly Told[])[] = [
  [
    { by: 0, deps: [], ops: [['put', SUSPICION, SUSPECTED]] },
    { by: 1, deps: [0], ops: [['claim', SUSPICION, { until: START + 9000, seen: [FIRST] }]] },
    { by: 1, deps: [1], ops: [settledNote({ kind: 'pick', pick: 2 })] },
    { by: 2, deps: [1], ops: [settledNote({ kind: 'defer' })] },
    { by: 0, deps: [0, 2], ops: [settledNote({ kind: 'undo' })] },
  ],
  [
    { by: 0, deps: [], ops: [['put', SUSPICION, SUSPECTED]] },
    { by: 1, deps: [], ops: [['put', SUSPICION, { ...SUSPECTED, importance: 0.9 }]] },
    { by: 2, deps: [0, 1], ops: [['end', SUSPICION]] },
  ],
]

/** What bodies of changes say of disagreements, of notes and of what they are based on. */
export const NOTE_OPS: readonly (readonly Op[])[] = [
  [CLAIMED],
  UNDONE,
  [['put', SUSPICION, SUSPECTED], settledNote({ kind: 'pick', pick: 1 })],
  [['put', POLICY, PRESET_POLICY as unknown as Json]],
]
