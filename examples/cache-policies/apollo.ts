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
    Node: ["ApiKey", "AuditEvent", "Company", "Order", "OrderItem", "OrderNote", "Package", "Product", "QueuedJob", "Warehouse"],
  },
  typePolicies: {
    AccessToken: embedded,
    Address: embedded,
    ApiKeyPayload: embedded,
    ApiKeySecretPayload: embedded,
    AttentionItem: embedded,
    BuyerData: embedded,
    BuyerNote: embedded,
    CancellationRequest: embedded,
    CarrierDirectory: embedded,
    ChannelStock: embedded,
    ChannelWarehouseMapping: embedded,
    CompanyPayload: embedded,
    CompanySettings: embedded,
    CompanyStatistics: embedded,
    CountryTotals: embedded,
    EraseBuyerPayload: embedded,
    ExportBuyerPayload: embedded,
    ImportLag: embedded,
    IntervalTotals: embedded,
    InventoryLevel: embedded,
    JobOutcome: embedded,
    JobPayload: embedded,
    JobProgress: embedded,
    Money: embedded,
    OrderPayload: embedded,
    OrderStatusCount: embedded,
    OrderTotals: embedded,
    OrdersPayload: embedded,
    PackageCorrection: embedded,
    PackageLine: embedded,
    ProductPayload: embedded,
    ProductTotals: embedded,
    ProductsPayload: embedded,
    Schedule: embedded,
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
    WebsiteProperties: embedded,
    Company: {
      fields: {
        products: relayStylePagination(["filter"]),
        orders: relayStylePagination(["filter", "orderBy"]),
        queuedJobs: relayStylePagination(["filter"]),
      },
    },
    Query: {
      fields: {
        companies: relayStylePagination([]),
        orders: relayStylePagination(["filter", "orderBy"]),
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
  },
};
