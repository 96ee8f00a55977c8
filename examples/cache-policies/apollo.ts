// Written by: python -m api.schema.build
//
// Objects with an `id` are kept once, whatever shows them: Apollo Client does so by itself, as ids are global.
// Those without are part of the object that they were read with. Two requests that select other fields of such a part are
// merged; without this, the second would throw away what the first has read, and Apollo would say that data may be lost.

import type { InMemoryCacheConfig, TypePolicy } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";

const embedded: TypePolicy = { keyFields: false, merge: true };

export const cacheConfig: InMemoryCacheConfig = {
  possibleTypes: {
    Node: ["ApiKey", "AuditEvent", "ChannelAction", "Company", "Order", "OrderItem", "OrderNote", "Package", "Product", "QueuedJob", "Return", "ReturnLine", "Warehouse", "Webhook", "WebhookDelivery"],
  },
  typePolicies: {
    AccessToken: embedded,
    Address: embedded,
    ApiKeyPayload: embedded,
    ApiKeySecretPayload: embedded,
    AttentionChanges: embedded,
    AttentionItem: embedded,
    AttentionJobFilter: embedded,
    AttentionOrderFilter: embedded,
    AttentionProductFilter: embedded,
    AttentionReturnFilter: embedded,
    BuyerData: embedded,
    BuyerNote: embedded,
    CancellationRequest: embedded,
    CarrierDirectory: embedded,
    ChannelActionPayload: embedded,
    ChannelStock: embedded,
    ChannelWarehouseMapping: embedded,
    CompanyPayload: embedded,
    CompanySettings: embedded,
    CompanyStatistics: embedded,
    CountryTotals: embedded,
    DeleteWebhookPayload: embedded,
    EraseBuyerPayload: embedded,
    Export: embedded,
    ExportBuyerPayload: embedded,
    HistoryEntry: embedded,
    ImportLag: embedded,
    IntervalTotals: embedded,
    InventoryLevel: embedded,
    JobOutcome: embedded,
    JobPayload: embedded,
    JobProgress: embedded,
    Money: embedded,
    OrderChange: embedded,
    OrderChanges: embedded,
    OrderPayload: embedded,
    OrderStatusCount: embedded,
    OrderTotals: embedded,
    OrdersPayload: embedded,
    PackageCorrection: embedded,
    PackageLine: embedded,
    ProductChange: embedded,
    ProductChanges: embedded,
    ProductPayload: embedded,
    ProductStatusCount: embedded,
    ProductTotals: embedded,
    ProductsPayload: embedded,
    QueuedJobChange: embedded,
    QueuedJobChanges: embedded,
    QueuedJobStatusCount: embedded,
    ReturnChange: embedded,
    ReturnChanges: embedded,
    ReturnPayload: embedded,
    ReturnStatusCount: embedded,
    ReturnTotals: embedded,
    Schedule: embedded,
    ShipOrderResult: embedded,
    ShipOrdersPayload: embedded,
    ShippingAddressDirectory: embedded,
    ShippingPunctuality: embedded,
    ShippingRestriction: embedded,
    StatusTotals: embedded,
    StockExplanation: embedded,
    StockPushes: embedded,
    StockReservation: embedded,
    SubPackage: embedded,
    TestSettingsPayload: embedded,
    UserError: embedded,
    Viewer: embedded,
    ViewerPoints: embedded,
    WarehousePayload: embedded,
    WarehouseStock: embedded,
    WebhookAttempt: embedded,
    WebhookDeliveryPayload: embedded,
    WebhookPayload: embedded,
    WebhookSecretPayload: embedded,
    WebsiteProperties: embedded,
    Company: {
      fields: {
        products: relayStylePagination(["filter", "orderBy"]),
        orders: relayStylePagination(["filter", "orderBy"]),
        queuedJobs: relayStylePagination(["filter", "orderBy"]),
        returns: relayStylePagination(["filter", "orderBy"]),
        channelActions: relayStylePagination(["filter"]),
      },
    },
    Order: {
      fields: {
        returns: relayStylePagination(["filter", "orderBy"]),
        channelActions: relayStylePagination(["filter"]),
        history: relayStylePagination([]),
      },
    },
    Product: {
      fields: {
        channelActions: relayStylePagination(["filter"]),
        history: relayStylePagination([]),
      },
    },
    Query: {
      fields: {
        companies: relayStylePagination(["filter", "orderBy"]),
        products: relayStylePagination(["filter", "orderBy"]),
        inventory: relayStylePagination(["filter", "orderBy"]),
        orders: relayStylePagination(["filter", "orderBy"]),
        queuedJobs: relayStylePagination(["filter", "orderBy"]),
        webhooks: relayStylePagination([]),
        webhookDeliveries: relayStylePagination(["filter"]),
        auditEvents: relayStylePagination(["filter"]),
        apiKeys: relayStylePagination([]),
      },
    },
    QueuedJob: {
      fields: {
        outcomes: relayStylePagination(["filter"]),
      },
    },
    Viewer: {
      fields: {
        companies: relayStylePagination([]),
      },
    },
    Webhook: {
      fields: {
        deliveries: relayStylePagination(["filter"]),
      },
    },
  },
};
