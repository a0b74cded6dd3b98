/**
 * Time that goes on, for claims and waits: that of the latest clock heard of, and from there at the pace of one's own.
 * A replica's own notion of now stands still while its clock lags behind what it has heard.
 */
export function meshTime(latestHeard: () => number, ownClock: () => number): () => number {
  let heard = Number.NEGATIVE_INFINITY
  let ahead = 0
  return () => {
    const own = ownClock()
    const latest = latestHeard()
    if (latest <= own) ahead = 0
    else if (latest !== heard) ahead = Math.max(ahead, latest - own)
    heard = latest
    return Math.max(latest, own + ahead)
  }
}
