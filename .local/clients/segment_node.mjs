// @segment/analytics-node: node segment_node.mjs URL KEY
import { Analytics } from '@segment/analytics-node'

const [host, writeKey] = process.argv.slice(2)
const analytics = new Analytics({ writeKey, host, flushAt: 6, flushInterval: 200 })
analytics.on('error', (error) => {
  console.error(error)
  process.exitCode = 1
})
analytics.identify({ userId: 'u1', traits: { email: 'ann@example.com', name: 'Ann' } })
analytics.track({ userId: 'u1', event: 'Order Completed', properties: { revenue: 9.5, product: 'Söfa' } })
analytics.page({ userId: 'u1', category: 'Docs', name: 'Start', properties: { url: 'https://shop.example.com/docs' } })
analytics.screen({ userId: 'u1', category: 'Shop', name: 'Cart' })
analytics.alias({ userId: 'u1', previousId: 'visitor-1' })
analytics.group({ userId: 'u1', groupId: 'g1', traits: { plan: 'pro' } })
await analytics.closeAndFlush({ timeout: 20000 })
