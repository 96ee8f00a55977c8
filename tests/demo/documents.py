"""What the demo sends, as any front end might."""

CREATE_COMPANY = """
mutation($name: String!) {
  createCompany(input: {name: $name}) { company { id } userErrors { message } }
}"""

CHOOSE_PLUGIN = """
mutation($companyId: ID!) {
  updateCompanySettings(input: {companyId: $companyId, storeType: CUSTOM, storePlugin: TEMU, region: US}) {
    userErrors { message }
  }
}"""

SET_TOKEN = """
mutation($companyId: ID!, $token: String!) {
  setAccessToken(input: {companyId: $companyId, accessToken: $token}) { userErrors { message } }
}"""

TEST_SETTINGS = """
mutation($companyId: ID!) {
  testSettings(input: {companyId: $companyId}) { ok advice userErrors { message } }
}"""

UPSERT_PRODUCTS = """
mutation($companyId: ID!, $products: [ProductInput!]!) {
  upsertProducts(input: {companyId: $companyId, products: $products}) { products { id } userErrors { message } }
}"""

CREATE_WAREHOUSE = """
mutation($name: String!) {
  createWarehouse(input: {name: $name}) { warehouse { id } userErrors { message } }
}"""

SET_INVENTORY = """
mutation($levels: [InventoryLevelInput!]!) {
  setInventory(input: {levels: $levels}) { userErrors { message } }
}"""

IMPORT_ORDERS = """
mutation($companyId: ID!) {
  importOrders(input: {companyId: $companyId}) { job { id } userErrors { message } }
}"""

FOLLOW_JOB = """
subscription($id: ID!) {
  queuedJob(id: $id) { status error progress { done total } }
}"""

OUTCOMES = """
query($id: ID!, $after: String) {
  queuedJob(id: $id) {
    outcomes(first: 250, after: $after) {
      nodes { subject status code message }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""

COUNT_UNKNOWN = """
query($companyId: ID!) {
  orders(first: 1, filter: {companyId: $companyId, hasUnknownProduct: true}) { totalCount }
}"""

LATEST_TO_SHIP = """
query($companyId: ID!) {
  orders(first: 8, filter: {companyId: $companyId, status: [IN_PROCESS]}) {
    nodes {
      channelOrderId orderedAt status shippingStatus
      items { quantity }
      total { amount currencyCode }
      shippingAddress { name city }
    }
  }
}"""

TO_SHIP = """
query($companyId: ID!) {
  orders(first: 10, filter: {companyId: $companyId, status: [IN_PROCESS], shippingStatus: [UNSHIPPED], hasUnknownProduct: false}) {
    nodes { id channelOrderId }
  }
}"""

SHIP_ORDER = """
mutation($orderId: ID!, $warehouseId: ID!, $number: String!) {
  shipOrder(input: {orderId: $orderId, packages: [{warehouseId: $warehouseId, carrier: "ups", trackingNumber: $number}]}) {
    userErrors { message }
  }
}"""

UPLOAD_TRACKING = """
mutation($companyId: ID!) {
  uploadTracking(input: {companyId: $companyId}) { job { id } userErrors { message } }
}"""

UPDATE_INVENTORY = """
mutation($companyId: ID!) {
  updateInventoryOnChannel(input: {companyId: $companyId}) { job { id } userErrors { message } }
}"""

ORDER = """
query($id: ID!) {
  order(id: $id) { channelOrderId status packages { trackingNumber } items { channelOrderItemId } }
}"""
