// @segment/analytics-node: node segment_node.mjs URL KEY USER
import { Analytics } from '@segment/analytics-node'

const [host, writeKey, userId] = process.argv.slice(2)
const analytics = new Analytics({ writeKey, host, flushAt: 6, flushInterval: 200 })
analytics.on('error', (error) => {
  console.error(error)
  process.exitCode = 1
})
analytics.identify({ userId, traits: { email: `${userId}@example.com`, name: 'Ann' } })
analytics.track({ userId, event: 'Order Completed', properties: { revenue: 9.5, product: 'Söfa' } })
analytics.page({ userId, category: 'Docs', name: 'Start', properties: { url: 'https://shop.example.com/docs' } })
analytics.screen({ userId, category: 'Shop', name: 'Cart' })
analytics.alias({ userId, previousId: 'visitor-1' })
analytics.group({ userId, groupId: 'g1', traits: { plan: 'pro' } })
await analytics.closeAndFlush({ timeout: 20000 })
