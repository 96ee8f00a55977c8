// Written by: python -m api.schema.build
//
// Objects with an `id` are kept once, whatever shows them: Graphcache does so by itself, as ids are global.
// Those without are part of the object that they were read with, which Graphcache has to be told.

import type { CacheExchangeOpts } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";

const embedded = () => null;

export const cacheConfig: CacheExchangeOpts = {
  keys: {
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
  },
  resolvers: {
    Company: {
      products: relayPagination(),
      orders: relayPagination(),
      queuedJobs: relayPagination(),
    },
    Query: {
      companies: relayPagination(),
      orders: relayPagination(),
      auditEvents: relayPagination(),
      apiKeys: relayPagination(),
    },
    QueuedJob: {
      outcomes: relayPagination(),
    },
    Viewer: {
      companies: relayPagination(),
    },
  },
};
