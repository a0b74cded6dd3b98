/** Who may do what, for people. */
import type { Result } from '@folkmoot/gateway/client'
import { oneLine } from './clean.ts'
import type { Screen } from './screen.ts'
import { type Column, table } from './table.ts'
import { ago, count, shortId, shortNode } from './words.ts'

type Access = Result<'access'>
type Grant = Access['grants'][number]
type Granted = Result<'grant'>[number]
type Revoked = Result<'revoke'>[number]
type Grantee = { readonly agent: string } | { readonly node: string; readonly name: string }
type Permission = Pick<Grant, 'scope' | 'resource' | 'rights'>

function granteeText(to: Grantee): string {
  return oneLine('agent' in to ? to.agent : to.name === '' ? shortNode(to.node) : to.name)
}

/** `read, write user=alice`, `use crm`. */
function permissionText({ scope, resource, rights }: Permission): string {
  return oneLine(scope === null ? `use ${resource ?? ''}` : `${rights.join(', ')} ${scope}`)
}

export function grantedText(granted: readonly Granted[], screen: Screen): string {
  return granted
    .map(grant => {
      const until = grant.until === null ? '' : ` until ${grant.until} (${ago(grant.until, screen.now)})`
      const what = `${permissionText(grant)}${until}`
      const source = screen.paint.dim(`entry ${shortId(grant.entry)}`)
      return grant.isNew
        ? `${granteeText(grant)} may ${what}  ${source}\n`
        : `${granteeText(grant)} may ${what} already: nothing was written  ${source}\n`
    })
    .join('')
}

const UNSEEN =
  '  what it wrote where this node may not read counts no more (revoked by a node that relays it would)\n'

export function revokedText(revoked: readonly Revoked[], { paint }: Screen): string {
  return revoked
    .map(({ permission, entry, cut, unseen, remaining, ...to }) => {
      const who = granteeText(to)
      const what =
        permission === null
          ? `${who} is out of the mesh`
          : `${who} may not ${permissionText(permission)} any more`
      const ends = cut.map(({ log, node, scope, seq }) => {
        const where = oneLine(scope ?? 'a scope without a name here')
        return `  its log in ${where} ends at ${seq}  ${paint.dim(`${shortNode(node)} ${shortId(log)}`)}\n`
      })
      const left = remaining.map(other => paint.yellow(`  but it still may ${permissionText(other)}\n`))
      const blind = unseen ? paint.yellow(UNSEEN) : ''
      return `${what}  ${paint.dim(`entry ${shortId(entry)}`)}\n${ends.join('')}${blind}${left.join('')}`
    })
    .join('')
}

export function accessText({ grants, reach }: Access, screen: Screen): string {
  const granted = grants.length === 0 ? 'nothing was granted\n' : grantTable(grants, screen)
  return reach === null ? granted : `${granted}\n${reachText(reach, screen)}`
}

export function grantTable(grants: readonly Grant[], screen: Screen): string {
  const { dim } = screen.paint
  const faded = (text: string, { inForce }: Grant) => (inForce ? text : dim(text))
  const columns: Column<Grant>[] = [
    { title: 'WHO', cell: granteeText, paint: faded },
    { title: 'IS', cell: grant => ('agent' in grant ? 'agent' : 'node'), paint: dim },
    { title: 'MAY', cell: ({ rights, scope }) => (scope === null ? 'use' : rights.join(', ')), paint: faded },
    { title: 'WHERE', cell: ({ scope, resource }) => scope ?? resource ?? '', flexible: true, paint: faded },
    { title: 'FROM', cell: ({ from }) => ago(from, screen.now) },
    { title: 'UNTIL', cell: ({ until }) => (until === null ? '' : ago(until, screen.now)) },
    { title: 'BY', cell: ({ by }) => by.name || shortNode(by.node) },
    {
      title: 'IN FORCE',
      cell: ({ inForce }) => (inForce ? 'yes' : 'no'),
      paint: (text, { inForce }) => (inForce ? screen.paint.green(text) : dim(text)),
    },
  ]
  return table(columns, grants, screen)
}

type Reach = NonNullable<Access['reach']>[number]

function reachText(reach: readonly Reach[], screen: Screen): string {
  if (reach.length === 0) return 'nobody was a member then\n'
  const may = (yes: boolean | null) => (yes === null ? '' : yes ? 'yes' : 'no')
  const coloured = (text: string) => (text === 'yes' ? screen.paint.green(text) : screen.paint.dim(text))
  const right = (name: NonNullable<Reach['rights']>[number]) => (one: Reach) =>
    may(one.rights === null ? null : one.rights.includes(name))
  const columns: Column<Reach>[] = [
    { title: 'AGENT', cell: ({ agent }) => agent },
    { title: 'NODE', cell: ({ name, node }) => name || shortNode(node) },
    { title: 'READS', cell: right('read'), paint: coloured },
    { title: 'WRITES', cell: right('write'), paint: coloured },
    { title: 'ARBITRATES', cell: right('arbitrate'), paint: coloured },
    { title: 'SERVES', cell: ({ serves }) => may(serves), paint: coloured },
    { title: 'USES', cell: ({ uses }) => may(uses), paint: coloured },
  ]
  return `${count(reach.length, 'member')} at that time:\n${table(columns, reach, screen)}`
}
