/** What a judge has said, as it may be kept in the record in dispute: without the words of the memories around it. */
import type { Case, Judge, Judgement, Verdict } from '@folkmoot/arbiter'
import type { Json } from '@folkmoot/core'
import { quotes, UNQUOTED } from '../reconcile/quoting.ts'

/** Said in place of a rationale whose verdict repeats what a neighbour says; it is left to people then. */
const UNQUOTED_VERDICT = 'its verdict quotes other memories, and is not kept'

/** Holds each verdict against the very neighbours that the judge was shown: they may be gone by now. */
export function unquoting(judge: Judge): Judge {
  return {
    name: judge.name,
    judge: async (question, signal) => unquoted(question, await judge.judge(question, signal)),
    reconcile: (statement, known, signal) => judge.reconcile(statement, known, signal),
  }
}

function unquoted({ key, candidates, neighbours }: Case, judgement: Judgement): Judgement {
  const own: readonly Json[] = [
    key,
    ...candidates.flatMap(({ value, reason, source, agent, node }) => [value, reason, source, agent, node]),
  ]
  const others = neighbours.flatMap(neighbour => [neighbour.key, neighbour.value])
  if (textsOf(judgement.verdict).some(text => quotes(text, own, others)))
    return { ...judgement, verdict: { kind: 'defer' }, rationale: UNQUOTED_VERDICT }
  return quotes(judgement.rationale, own, others) ? { ...judgement, rationale: UNQUOTED } : judgement
}

function textsOf(verdict: Verdict): readonly string[] {
  if (verdict.kind === 'merge') return [verdict.value]
  return verdict.kind === 'context' ? verdict.contexts.map(({ when }) => when) : []
}
