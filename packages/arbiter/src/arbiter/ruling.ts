import type { Case, Judgement } from '../judge.ts'
import type { ModelRuling } from './docket.ts'

/** A judgement as it is written down. */
export function rulingOf(judgement: Judgement, cause: Case['cause']): ModelRuling {
  const { verdict, confidence, rationale, model, promptHash } = judgement
  const grounds = { judge: 'model' as const, rule: null, model, promptHash, confidence }
  const ruling = (settlement: ModelRuling['settlement']): ModelRuling => ({
    ...grounds,
    settlement,
    rationale,
  })
  switch (verdict.kind) {
    case 'pick':
      return ruling({ pick: verdict.pick })
    case 'context':
      return ruling({ contexts: verdict.contexts })
    case 'defer':
      return ruling({ defer: true })
    case 'merge':
      // Two memories of their own cannot become one text.
      return ruling(cause === 'suspected-contradiction' ? { defer: true } : { value: verdict.value })
  }
}
