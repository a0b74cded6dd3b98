import { UsageError } from '../fault.ts'

const RIGHTS: readonly string[] = ['read', 'write', 'arbitrate', 'relay', 'admin']

/** `app=shop,user=*:read,write`. @throws UsageError */
export function checkGrant(text: string): void {
  const colon = text.lastIndexOf(':')
  const rights = text.slice(colon + 1).split(',')
  const isWhole = colon > 0 && rights.every(right => RIGHTS.includes(right))
  if (!isWhole)
    throw new UsageError(`--grant ${text}: write PATTERN:rights, with rights of ${RIGHTS.join(', ')}`)
}
