/** What each command prints with --json: the command-line contract as schemas. Strict: a field more is a fault. */
import * as v from 'valibot'

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/))
const node = v.pipe(v.string(), v.regex(/^12D3Koo/))
const time = v.pipe(v.string(), v.isoTimestamp())
const scope = v.pipe(v.string(), v.regex(/^[a-z]+=/))
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const value = v.union([v.string(), v.null()])
const heads = v.pipe(v.array(hash), v.minLength(1))

/** What to say with a text that another agent wants followed. */
const caution = v.nullable(v.string())
/** Where a judge put the value there: who had said the same before. */
const decided = v.strictObject({
  judge: v.picklist(['person', 'model', 'rule']),
  statedBy: v.array(v.looseObject({ node, agent: v.string(), at: time, entry: hash })),
})
const candidate = v.strictObject({
  ...{ value, node, agent: v.string(), at: time, entry: hash, caution },
  verdict: v.optional(decided),
})
const claim = v.nullable(v.picklist(['observation', 'inference', 'verified', 'directive']))
const event = {
  op: v.picklist([
    ...(['remember', 'update', 'retract', 'tag', 'resolve', 'erase', 'edit'] as const),
    ...(['verify', 'confirm', 'claim', 'set'] as const),
    ...(['erased', 'cut', 'sealed'] as const),
  ]),
  value: v.union([v.string(), v.null(), v.array(v.string())]),
  caution,
  node,
  agent: v.string(),
  at: time,
  reason: v.nullable(v.string()),
  entry: hash,
}

export const membership = v.strictObject({ mesh: hash, node, agent: v.string(), name: v.string() })
export const invitation = v.strictObject({ ticket: v.pipe(v.string(), v.startsWith('folkmoot-ticket-')) })
export const ready = v.strictObject({
  ready: v.literal(true),
  node,
  mesh: hash,
  multiaddrs: v.pipe(v.array(v.pipe(v.string(), v.startsWith('/'))), v.minLength(1)),
  http: v.nullable(v.string()),
  pid: count,
})
export const stopped = v.strictObject({ stopped: v.literal(true) })
export const remembered = v.strictObject({ id, scope, entry: hash, heads })
const verification = v.strictObject({
  ...{ by: node, name: v.string(), agent: v.string(), at: time, how: v.string(), entry: hash, of: hash },
  outcome: v.picklist(['confirmed', 'refuted']),
  independent: v.boolean(),
})
export const memory = v.strictObject({
  id,
  key: v.nullable(v.string()),
  scope,
  kind: v.string(),
  value,
  status: v.picklist(['settled', 'conflict', 'resolved', 'superseded', 'retracted', 'expired', 'erased']),
  siblings: v.array(candidate),
  tags: v.array(v.string()),
  confidence: v.nullable(v.number()),
  support: count,
  claim,
  verified: v.boolean(),
  verification: v.nullable(verification),
  checks: v.array(verification),
  caution,
  stale: v.nullable(
    v.array(v.looseObject({ entry: hash, status: v.string(), unknown: v.boolean(), caution })),
  ),
  links: v.array(v.strictObject({ relation: v.string(), id })),
  supersededBy: v.nullable(id),
  provenance: v.looseObject({ node, agent: v.string(), at: time, entry: hash }),
  heads,
})
export const memories = v.array(memory)
export const changed = v.strictObject({ id, entry: hash, heads })
export const erased = v.strictObject({
  id,
  receipts: v.array(v.strictObject({ node, at: time })),
  pending: v.array(node),
})
export const hits = v.array(
  v.strictObject({
    ...{ id, value: v.string(), score: v.number(), scope, at: time, agent: v.string() },
    ...{ claim, verified: v.boolean(), caution },
  }),
)
const settlement = v.exactOptional(v.strictObject({ kind: v.string(), register: v.string() }))
export const history = v.array(v.strictObject({ ...event, settlement }))
export const reasons = v.array(v.looseObject(event))
const side = v.strictObject({
  ...candidate.entries,
  record: id,
  confidence: v.nullable(v.number()),
  support: count,
})
const settled = v.looseObject({
  kind: v.picklist(['pick', 'value', 'context', 'defer', 'overwrite', 'undo']),
  judge: v.picklist(['person', 'model', 'rule']),
  ...{ node, agent: v.string(), at: time, entry: hash, caution },
})
export const conflicts = v.array(
  v.strictObject({
    id: v.string(),
    record: id,
    key: v.nullable(v.string()),
    scope,
    register: v.string(),
    cause: v.picklist(['concurrent-values', 'update-versus-retract', 'suspected-contradiction']),
    status: v.picklist(['open', 'claimed', 'deferred', 'resolved']),
    importance: v.number(),
    since: time,
    claimedBy: v.nullable(v.looseObject({ node, agent: v.string(), until: time })),
    candidates: v.pipe(v.array(side), v.minLength(2)),
    resolution: v.nullable(settled),
    overruled: v.array(settled),
    reopened: v.nullable(settled),
    evidence: v.array(v.strictObject({ test: v.string(), detail: v.string() })),
    leftToPeople: v.boolean(),
    policy: v.strictObject({
      rule: v.string(),
      clause: v.nullable(count),
      scope: v.nullable(scope),
      resolver: v.string(),
    }),
  }),
)
export const resolved = v.strictObject({ id: v.string(), record: id, value, caution, entry: hash })
export const peers = v.array(
  v.strictObject({
    node,
    name: v.string(),
    agent: v.string(),
    connected: v.boolean(),
    addrs: v.array(v.string()),
    lagEntries: count,
  }),
)
export const status = v.strictObject({
  node,
  mesh: hash,
  name: v.string(),
  records: count,
  entries: count,
  conflicts: count,
  peers: count,
  root: hash,
})
export const state = v.strictObject({
  root: hash,
  scopes: v.array(v.strictObject({ scope, root: hash, records: count })),
})

const pattern = v.pipe(v.string(), v.regex(/^(?:\*|[a-z]+=)/))
const rights = v.array(v.picklist(['admin', 'arbitrate', 'read', 'relay', 'write']))
const end = v.nullable(time)
/** Over scopes, or a resource: the other is null. */
const permission = { scope: v.nullable(pattern), resource: v.nullable(v.string()), rights }
/** An agent, or one node. */
function grantee<Entries extends v.ObjectEntries>(entries: Entries) {
  return v.union([
    v.strictObject({ agent: v.string(), ...entries }),
    v.strictObject({ node, name: v.string(), ...entries }),
  ])
}
const accessRow = grantee({
  ...permission,
  from: time,
  until: end,
  by: v.strictObject({ node, name: v.string(), agent: v.string() }),
  entry: hash,
  inForce: v.boolean(),
})

export const granted = v.pipe(
  v.array(grantee({ ...permission, until: end, entry: hash, isNew: v.boolean() })),
  v.minLength(1),
)
export const revoked = v.pipe(
  v.array(
    grantee({
      permission: v.nullable(v.strictObject(permission)),
      entry: hash,
      cut: v.array(
        v.strictObject({
          log: id,
          node,
          scope: v.nullable(v.union([v.literal('membership'), scope])),
          seq: count,
        }),
      ),
      unseen: v.boolean(),
      remaining: v.array(v.strictObject(permission)),
    }),
  ),
  v.minLength(1),
)
export const access = v.strictObject({
  asOf: end,
  grants: v.array(accessRow),
  reach: v.nullable(
    v.array(
      v.strictObject({
        node,
        name: v.string(),
        agent: v.string(),
        rights: v.nullable(rights),
        serves: v.nullable(v.boolean()),
        uses: v.nullable(v.boolean()),
      }),
    ),
  ),
})
export const certified = v.strictObject({
  node,
  name: v.string(),
  agent: v.string(),
  notAfter: end,
  entry: hash,
})
export const identity = v.strictObject({
  node,
  mesh: hash,
  name: v.string(),
  agent: v.string(),
  dir: v.string(),
  notAfter: end,
  isAdmin: v.boolean(),
  sealed: v.boolean(),
  incarnation: count,
  rights: v.array(accessRow),
  agentsNodes: v.array(v.strictObject({ node, name: v.string() })),
})
export const rotated = v.strictObject({ from: node, to: node })

/** Not spelled out in the contract but for their names: what they must have. */
export const change = v.looseObject({ event: v.string(), id: v.string(), scope: v.string() })
export const exported = v.looseObject({ id, value, scope })
export const imported = v.looseObject({ imported: count })
export const verified = v.looseObject({
  valid: v.literal(true),
  entries: count,
  uncounted: v.array(
    v.strictObject({
      entry: hash,
      status: v.string(),
      reason: v.string(),
      node,
      name: v.string(),
      agent: v.string(),
      scope: v.nullable(v.union([v.literal('membership'), scope])),
      seq: count,
      at: time,
    }),
  ),
})
export const rebuilt = v.looseObject({ entries: count, records: count, root: hash })
export const examined = v.looseObject({ ok: v.boolean(), findings: v.array(v.looseObject({})) })
