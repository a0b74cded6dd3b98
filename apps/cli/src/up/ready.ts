/** The line that scripts wait for. */
export interface Ready {
  readonly ready: true
  readonly node: string
  readonly mesh: string
  readonly multiaddrs: readonly string[]
  readonly http: string | null
  readonly blocks?: string
  readonly pid: number
}

export function readyOf(
  node: string,
  mesh: string,
  multiaddrs: readonly string[],
  { http, blocks }: { readonly http: string | null; readonly blocks: string | null },
): Ready {
  const more = blocks === null ? {} : { blocks }
  return { ready: true, node, mesh, multiaddrs, http, ...more, pid: process.pid }
}
