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

BEGIN_AUTHORIZATION = """
mutation($companyId: ID!) {
  beginAuthorization(input: {companyId: $companyId}) { url userErrors { message } }
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

SHIPPED = """
query($companyId: ID!) {
  orders(first: 1, filter: {companyId: $companyId, shippingStatus: [FULLY_SHIPPED], hasUnknownProduct: false}) {
    nodes { id channelOrderId }
  }
}"""

IMPORT_RETURNS = """
mutation($companyId: ID!) {
  importReturns(input: {companyId: $companyId}) { job { id } userErrors { message } }
}"""

IMPORT_LISTINGS = """
mutation($companyId: ID!) {
  importListings(input: {companyId: $companyId}) { job { id } userErrors { message } }
}"""

ACCEPT_CANCELLATION = """
mutation($orderId: ID!) {
  acceptCancellation(input: {orderId: $orderId}) { action { id } userErrors { message } }
}"""

SHIPPING_RATES = """
mutation($input: ShippingRatesInput!) {
  shippingRates(input: $input) { rates { serviceId price { amount currencyCode } } userErrors { message } }
}"""

BUY_LABEL = """
mutation($purchase: ShippingLabelPurchaseInput!) {
  buyShippingLabels(input: {purchases: [$purchase]}) {
    results { userErrors { message } } labels { id action { id } } userErrors { message }
  }
}"""

CONFIRM_LABEL = """
mutation($labelId: ID!) {
  confirmLabelsShipped(input: {labelIds: [$labelId]}) { actions { id } userErrors { message } }
}"""

LABEL = """
query($id: ID!) {
  node(id: $id) { ... on ShippingLabel { status carrier trackingNumber estimatedCost { amount } } }
}"""

RETURNS = """
query($companyId: ID!) {
  company(id: $companyId) { returns(first: 1) {
    nodes { id channelReturnId channelOrderId refund { amount currencyCode } lines { id quantity } }
  } }
}"""

ISSUE_REFUND = """
mutation($returnId: ID!, $maxAmount: Decimal!) {
  issueRefund(input: {returnId: $returnId, maxAmount: $maxAmount}) { action { id } userErrors { message } }
}"""

RECEIVE_RETURN = """
mutation($input: ReceiveReturnInput!) {
  receiveReturn(input: $input) { return { lines { receivedQuantity } } userErrors { message } }
}"""

SET_MINIMUM_PRICE = """
mutation($companyId: ID!, $minimum: MinimumPriceInput!) {
  setMinimumPrices(input: {companyId: $companyId, minimums: [$minimum]}) { userErrors { message } }
}"""

UPDATE_PRICE = """
mutation($companyId: ID!, $price: PriceInput!) {
  updatePrices(input: {companyId: $companyId, prices: [$price]}) { userErrors { message } }
}"""

UPLOAD_PRICES = """
mutation($companyId: ID!) {
  uploadPrices(input: {companyId: $companyId}) { job { id } userErrors { message } }
}"""

PRODUCT = """
query($id: ID!) {
  product(id: $id) {
    sku price { state channelPrice { amount currencyCode } } channelActions(first: 1) { nodes { id } } listing { id title status }
  }
}"""

SET_FOR_SALE = """
mutation($companyId: ID!, $listingId: ID!, $isForSale: Boolean!) {
  setListingsForSale(input: {companyId: $companyId, listingIds: [$listingId], isForSale: $isForSale}) {
    actions { id } userErrors { message }
  }
}"""

CREATE_PRODUCTS = """
mutation($companyId: ID!) {
  createProductsFromListings(input: {companyId: $companyId}) { products { id } userErrors { message } }
}"""

ACTION = """
query($id: ID!) {
  node(id: $id) { ... on ChannelAction { status message } }
}"""
