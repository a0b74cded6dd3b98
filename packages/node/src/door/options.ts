/** What each function of a memory node takes as options. */
import { RESOLVER_NAMES } from '@folkmoot/core'
import type { BasedOptions, ConflictOptions, ListOptions, ReadOptions, WriteOptions } from '../api.ts'
import type { DiffOptions } from '../beliefs/diff-side.ts'
import type { Demand, VerifyClaimOptions } from '../beliefs/reports.ts'
import type { ScanOptions } from '../suspicions/scan-report.ts'
import type { ExpireOptions } from '../visitor-options.ts'
import type { Exported, RememberOptions } from '../write-options.ts'
import { type Check, isObject, kind, listOf, optionsOf } from './check.ts'
import {
  ack,
  amount,
  anything,
  asOf,
  flag,
  limit,
  metadata,
  moment,
  natural,
  oneOf,
  share,
  signal,
  text,
  texts,
  value,
  wholeId,
} from './kinds.ts'

const writing = {
  scope: text,
  reason: text,
  onBehalfOf: text,
  source: text,
  derivedFrom: texts,
  resources: texts,
  ack,
  signal,
}
const based = { ...writing, basedOn: texts, strict: flag }
const demand = { verified: flag, minConfidence: share, claim: text }
const hidden = { expired: flag, superseded: flag }

const remembering = {
  ...based,
  key: text,
  kind: text,
  tags: texts,
  confidence: share,
  claim: text,
  caution: text,
  importance: share,
  pinned: flag,
  expiresAt: moment,
  validFrom: moment,
  validUntil: moment,
  thread: text,
  position: natural,
  entities: texts,
  metadata,
  reconcile: oneOf(true, false, 'ladder', 'model'),
}

export const writeOptions = optionsOf<WriteOptions>(writing)
export const basedOptions = optionsOf<BasedOptions>(based)
export const rememberOptions = optionsOf<RememberOptions>(remembering)
export const eraseOptions = optionsOf<WriteOptions & { wait?: boolean }>({ ...writing, wait: flag })

/** A memory to remember, also as `export` gives it: what only informs is not looked at. */
export const rememberedItem = optionsOf<Exported>(
  { ...remembering, value, id: text, by: anything, others: anything },
  ['value'],
)

export const tagChange = optionsOf<{ add?: unknown; remove?: unknown }>({ add: texts, remove: texts })
export const inScope = optionsOf<{ scope?: string }>({ scope: text })

export const readOptions = optionsOf<ReadOptions>({
  ...{ ...demand, scope: text, at: asOf, after: texts, fresh: flag, signal },
  resolver: oneOf(...RESOLVER_NAMES),
})
export const listOptions = optionsOf<ListOptions>({
  ...{ ...demand, ...hidden, scope: text, kind: text, tag: text, limit },
  type: oneOf('record', 'block'),
})
export const searchOptions = optionsOf<Omit<ListOptions, 'type' | 'kind' | 'tag'> & Demand>({
  ...{ ...demand, ...hidden, scope: text, limit },
})
export const exportOptions = optionsOf<{ scope?: string; expired?: boolean }>({ scope: text, expired: flag })
export const watchOptions = optionsOf<{ scope?: string; signal?: AbortSignal }>({ scope: text, signal })
export const scanOptions = optionsOf<ScanOptions>({ scope: text, id: text, record: flag, limit, signal })
export const conflictOptions = optionsOf<ConflictOptions>({
  ...{ scope: text, all: flag, expired: flag },
  status: oneOf('open', 'claimed', 'deferred', 'resolved'),
  cause: oneOf('concurrent-values', 'update-versus-retract', 'suspected-contradiction'),
})
export const expireOptions = optionsOf<ExpireOptions>({
  ...{ olderThanMs: amount, inactiveMs: amount, keep: natural, keepBytes: amount },
  ...{ scope: text, kind: text, dryRun: flag },
})

export const whyOptions = optionsOf<{ scope?: string; at?: unknown }>({ scope: text, at: asOf })
export const diffOptions = optionsOf<DiffOptions>({ scope: text, after: wholeId, limit })
export const mergeOptions = optionsOf<{ keep?: boolean }>({ keep: flag })
export const rollBackOptions = optionsOf<{ scope?: string; only?: unknown; reason?: string }>({
  ...{ scope: text, only: texts, reason: text },
})
export const verifyClaimOptions = optionsOf<VerifyClaimOptions>(
  {
    ...{ scope: text, how: text, refuted: flag, confidence: share, of: text },
    ...{ onBehalfOf: text, source: text, signal },
  },
  ['how'],
)

export const diffSide = kind('"here", { at }, { node } or { branch }', input => {
  if (input === 'here') return true
  if (!isObject(input)) return false
  return 'at' in input ? Number.isFinite(input.at) : typeof (input.node ?? input.branch) === 'string'
})

const WAYS = ['pick', 'value', 'contexts', 'defer', 'undo'] as const
const settlementParts = optionsOf<{ readonly [part in (typeof WAYS)[number] | 'reason' | 'seen']?: unknown }>(
  {
    pick: kind(
      'the place of a candidate, or its entry',
      input => typeof input === 'string' || Number.isInteger(input),
    ),
    value,
    contexts: listOf(
      '{ pick, when }',
      optionsOf<{ pick: unknown; when: unknown }>({ pick: anything, when: text }),
    ),
    defer: oneOf(true),
    undo: oneOf(true),
    reason: text,
    seen: texts,
  },
)

/** Just one way to end a conflict. */
export const settlement: Check = (name, input) => {
  settlementParts(name, input)
  kind(`just one of ${WAYS.join(', ')}`, given => isObject(given) && waysIn(given) === 1)(name, input)
}

function waysIn(given: { readonly [part: string]: unknown }): number {
  return WAYS.filter(way => given[way] !== undefined).length
}
