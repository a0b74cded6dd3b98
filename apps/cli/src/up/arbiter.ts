/** What moot up is told of an arbiter. */
import type { ArbiterOptions } from '@folkmoot/node'
import type { Flags, FlagValues } from '../command.ts'
import { UsageError } from '../fault.ts'
import { given } from '../input/given.ts'
import { parseCount } from '../input/numbers.ts'
import { parseDuration } from '../input/times.ts'

/** Where the model's key is looked for if nobody says. */
export const KEY_VARIABLE = 'FOLKMOOT_MODEL_KEY'

export const ARBITER_FLAGS = {
  arbiter: { type: 'boolean', about: 'settle what policies leave to a rule, or to an arbiter' },
  'arbitrate-in': {
    type: 'string',
    multiple: true,
    hint: 'PATTERN',
    about: 'for an arbiter: only in scopes that this covers, like app=shop,user=*',
  },
  'no-suspect': { type: 'boolean', about: 'for an arbiter: do not look for suspected contradictions' },
  model: {
    type: 'string',
    hint: 'URL#NAME',
    about:
      'for an arbiter: a model to ask, at an OpenAI-compatible endpoint; memories in dispute go there, and what --reconcile compares',
  },
  'model-key-env': {
    type: 'string',
    hint: 'NAME',
    about: `the environment variable that holds the model's key (${KEY_VARIABLE})`,
  },
  'calls-per-hour': { type: 'string', hint: 'N', about: 'for the model: at most so many calls' },
  'tokens-per-hour': { type: 'string', hint: 'N', about: 'for the model: at most so many tokens' },
  'scope-calls-per-hour': {
    type: 'string',
    hint: 'N',
    about: 'for the model: at most so many calls for each scope',
  },
  'claim-for': {
    type: 'string',
    hint: 'TIME',
    about:
      'for the model: from 1s to 10m, how long a claim on a conflict holds before another arbiter takes over (5m)',
  },
  'no-stream': { type: 'boolean', about: 'take the answers of the model whole' },
} as const satisfies Flags

export type ArbiterWishes = Pick<ArbiterOptions, 'model' | 'budget' | 'claimMs' | 'scopes'>

const FOR_ARBITER = ['model', 'arbitrate-in', 'no-suspect'] as const

/** Flags that make no sense unless there is an arbiter, and a model. */
const FOR_MODEL = [
  'model-key-env',
  'calls-per-hour',
  'tokens-per-hour',
  'scope-calls-per-hour',
  'claim-for',
  'no-stream',
] as const

/** The key comes from the environment: command lines end up in process lists and histories. @throws UsageError */
export async function parseArbiter(
  flags: FlagValues<typeof ARBITER_FLAGS>,
  env: { readonly [name: string]: string | undefined },
): Promise<ArbiterWishes | undefined> {
  // A wrong value is wrong with a model, too.
  const budget = given({
    calls: parseCount('calls-per-hour', flags['calls-per-hour']),
    tokens: parseCount('tokens-per-hour', flags['tokens-per-hour']),
    scopeCalls: parseCount('scope-calls-per-hour', flags['scope-calls-per-hour']),
  })
  const claimMs = parseClaimFor(flags['claim-for'])
  const alone = FOR_MODEL.find(name => flags[name] !== undefined && flags.model === undefined)
  if (alone !== undefined)
    throw new UsageError(`--${alone} is for a model: give --arbiter and --model URL#NAME`)
  if (flags.arbiter !== true) {
    const idle = FOR_ARBITER.find(name => flags[name] !== undefined)
    if (idle !== undefined) throw new UsageError(`--${idle} is for an arbiter: give --arbiter too`)
    return undefined
  }
  const scopes = given({ scopes: flags['arbitrate-in'] })
  if (flags.model === undefined) return scopes
  const { parseModelAddress } = await import('@folkmoot/node')
  const { url, name } = parseModelAddress(flags.model)
  const apiKey = keyIn(env, flags['model-key-env'])
  return {
    ...scopes,
    model: { url, name, stream: flags['no-stream'] !== true, ...given({ apiKey }) },
    budget,
    ...given({ claimMs }),
  }
}

/** The bounds that the arbiter holds claims to: shorter ones nobody sees in time, longer ones nobody believes. */
const CLAIM_MS_MIN = 1000
const CLAIM_MS_MAX = 10 * 60_000

/** @throws UsageError */
function parseClaimFor(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = parseDuration('claim-for', text)
  if (ms >= CLAIM_MS_MIN && ms <= CLAIM_MS_MAX) return ms
  throw new UsageError(`--claim-for ${text}: from 1s to 10m`)
}

function keyIn(
  env: { readonly [name: string]: string | undefined },
  named: string | undefined,
): string | undefined {
  const key = env[named ?? KEY_VARIABLE]
  if (named !== undefined && (key === undefined || key === ''))
    throw new UsageError(`--model-key-env ${named}: there is no such variable in the environment`)
  return key === '' ? undefined : key
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** What is to be said of an endpoint on another machine. */
export function endpointWarning(url: string | undefined): string | undefined {
  const host = url === undefined ? undefined : URL.parse(url)?.hostname
  if (host === undefined || LOOPBACK.test(host)) return undefined
  return `WARNING: the model is not on this machine: the texts of memories in dispute, in every scope that this node may arbitrate, and of those near them, and what is reconciled on write, are sent to ${host}`
}
