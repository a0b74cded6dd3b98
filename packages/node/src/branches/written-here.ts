import type { News, NodeId } from '@folkmoot/core'

/** What comes out of a branch is signed by this node and known to nobody else: it is told as what is written here. */
export function asWrittenHere(news: News, node: NodeId): News {
  if (!news.appended.some(({ from }) => from === node)) return news
  return {
    ...news,
    appended: news.appended.map(item => (item.from === node ? { ...item, from: null } : item)),
  }
}
