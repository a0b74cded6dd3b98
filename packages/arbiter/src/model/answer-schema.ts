/** What an answer looks like, for the model and for us. Every member is required: strict endpoints ask for that. */
import * as v from 'valibot'
import type { AnswerSchema } from './chat.ts'

const nullable = (type: object) => ({ anyOf: [type, { type: 'null' }] })

const members = (properties: { readonly [name: string]: object }) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

/** The rationale comes first: what is written before the verdict can still change it. */
export const VERDICT_SCHEMA: AnswerSchema = {
  name: 'verdict',
  schema: members({
    rationale: { type: 'string', description: 'Why, in one or two sentences' },
    verdict: { type: 'string', enum: ['pick', 'merge', 'context', 'defer'] },
    pick: nullable({ type: 'integer', description: 'Number of the candidate, for pick only' }),
    value: nullable({ type: 'string', description: 'The merged text, for merge only' }),
    contexts: nullable({
      type: 'array',
      description: 'For context only: at least two different candidates',
      items: members({
        pick: { type: 'integer' },
        when: { type: 'string', description: 'When this candidate holds, in a few words' },
      }),
    }),
    confidence: { type: 'number', description: 'From 0 to 1' },
  }),
}

export const DECISION_SCHEMA: AnswerSchema = {
  name: 'decision',
  schema: members({
    reason: { type: 'string', description: 'Why, in one sentence' },
    op: { type: 'string', enum: ['ADD', 'UPDATE', 'DELETE', 'NOOP'] },
    target: nullable({ type: 'integer', description: 'Number of the known memory; null for ADD' }),
    confidence: { type: 'number', description: 'From 0 to 1' },
  }),
}

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))

/** Models that are not held to the schema leave out what is null. What is not in it they may not say. */
export const verdictAnswer = v.strictObject({
  rationale: v.string(),
  verdict: v.picklist(['pick', 'merge', 'context', 'defer']),
  pick: v.nullish(v.number(), null),
  value: v.nullish(v.string(), null),
  contexts: v.nullish(v.array(v.strictObject({ pick: v.number(), when: v.string() })), null),
  confidence: share,
})

export const decisionAnswer = v.strictObject({
  reason: v.string(),
  op: v.picklist(['ADD', 'UPDATE', 'DELETE', 'NOOP']),
  target: v.nullish(v.number(), null),
  confidence: share,
})
