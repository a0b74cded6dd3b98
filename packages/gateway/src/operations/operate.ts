import { UsageError } from '@folkmoot/core'
import type { MemoryNode } from '@folkmoot/node'
import type { Call, OperationContext, Stream } from './operation.ts'
import { parseParams } from './parse-params.ts'
import { operations } from './table.ts'

/** An operation under way: the answer to come, or the items. */
export type Operating =
  | { readonly kind: 'call'; readonly result: Promise<unknown> }
  | { readonly kind: 'stream'; readonly items: AsyncIterable<unknown> }

// biome-ignore lint/suspicious/noExplicitAny: each operation has parameters of its own; parseParams gives them
type AnyOperation = Call<any, unknown> | Stream<any, unknown>

/** The one way from a door to a node. @throws UsageError for a name or parameters that mean nothing */
export function operate(
  node: MemoryNode,
  name: string,
  params: unknown,
  context: OperationContext,
): Operating {
  if (!Object.hasOwn(operations, name)) throw new UsageError(`unknown operation ${JSON.stringify(name)}`)
  const operation: AnyOperation = operations[name as keyof typeof operations]
  const given = parseParams(operation.params, params ?? {})
  if (operation.kind === 'stream') return { kind: 'stream', items: operation.run(node, given, context) }
  return { kind: 'call', result: operation.run(node, given, context) }
}
