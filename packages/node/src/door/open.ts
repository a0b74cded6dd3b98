import { RESOLVER_NAMES } from '@folkmoot/core'
import type { OpenNodeOptions } from '../open-options.ts'
import { isObject, kind, listOf, optionsOf } from './check.ts'
import { flag, oneOf, signal, text, texts } from './kinds.ts'

const parts = kind('an object', isObject)
const callback = kind('a function', input => typeof input === 'function')

/** What `openNode` takes. What an arbiter takes it checks itself. */
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
    ...{ judge: parts, arbiter: parts, suspect: flag, onProgress: callback, onNotice: callback, signal },
  },
  ['dir'],
)
