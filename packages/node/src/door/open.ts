import { RESOLVER_NAMES } from '@folkmoot/core'
import type { OpenNodeOptions } from '../open-options.ts'
import { type Check, isObject, kind, listOf, optional, optionsOf } from './check.ts'
import { flag, oneOf, signal, text, texts } from './kinds.ts'

const parts = kind('an object', isObject)
const callback = kind('a function', isFunction)
const judge = kind(
  'an object with the functions judge and reconcile',
  input => isObject(input) && isFunction(input.judge) && isFunction(input.reconcile),
)

/** The rest of what an arbiter takes it checks itself. */
const arbiter: Check = (name, input) => {
  parts(name, input)
  if (isObject(input)) optional(judge)(`${name}.judge`, input.judge)
}

/** What `openNode` takes. */
export const openOptions = optionsOf<OpenNodeOptions>(
  {
    ...{ dir: text, name: text, agent: text, sealed: flag, recoveryKey: text, join: text, offline: flag },
    ...{ listen: texts, announce: texts, joinListen: text, peers: texts, authority: texts },
    replicate: listOf(
      '{ scope, mode }',
      optionsOf<{ scope: string; mode: string }>({ scope: text, mode: oneOf('push', 'pull', 'local') }, [
        'scope',
        'mode',
      ]),
    ),
    resolver: oneOf(...RESOLVER_NAMES),
    ...{ judge, arbiter, suspect: flag, onProgress: callback, onNotice: callback, signal },
  },
  ['dir'],
)

function isFunction(input: unknown): boolean {
  return typeof input === 'function'
}
