/* eslint-disable */
import * as types from './graphql';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query Companies {\n    companies(first: 250) { nodes { id name } }\n  }\n": typeof types.CompaniesDocument,
    "\n  subscription JobsChangedForActions($companyId: ID!) {\n    queuedJobsChanged(companyId: $companyId) { cursor }\n  }\n": typeof types.JobsChangedForActionsDocument,
    "\n  query History($id: ID!) {\n    node(id: $id) {\n      __typename\n      ... on Order { id history(first: 50) { nodes { ...Happened } } }\n      ... on Product { id history(first: 50) { nodes { ...Happened } } }\n    }\n  }\n  fragment Happened on HistoryEntry {\n    occurredAt\n    actor\n    author\n    type\n    message\n    subjectType\n    subjectId\n    before\n    after\n  }\n": typeof types.HistoryDocument,
    "\n  subscription JobFollowed($id: ID!) {\n    queuedJob(id: $id) {\n      id\n      type\n      status\n      error\n      progress { done total failed }\n    }\n  }\n": typeof types.JobFollowedDocument,
    "\n  query CompanyActions($companyId: ID!, $filter: ChannelActionFilter, $after: String) {\n    company(id: $companyId) {\n      id\n      channelActions(first: 25, after: $after, filter: $filter) {\n        nodes {\n          id\n          kind\n          status\n          subject\n          message\n          createdAt\n          sentAt\n          nextAttemptAt\n          order { id channelOrderId }\n          product { id sku }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n      }\n    }\n  }\n": typeof types.CompanyActionsDocument,
    "\n  subscription ActionsChanged($companyId: ID!) {\n    queuedJobsChanged(companyId: $companyId) { cursor }\n  }\n": typeof types.ActionsChangedDocument,
    "\n  mutation ResolveAction($actionId: ID!, $hasHappened: Boolean!) {\n    resolveChannelAction(input: { actionId: $actionId, hasHappened: $hasHappened }) {\n      action { id status }\n      userErrors { message }\n    }\n  }\n": typeof types.ResolveActionDocument,
    "\n  mutation CancelAction($actionId: ID!) {\n    cancelChannelAction(input: { actionId: $actionId }) { action { id status } userErrors { message } }\n  }\n": typeof types.CancelActionDocument,
    "\n  query CompanyAttention($companyId: ID!) {\n    company(id: $companyId) {\n      id\n      attention {\n        code\n        severity\n        message\n        advice\n        count\n        since\n        orderFilter { attention }\n        productFilter { attention }\n        returnFilter { isDue }\n        channelActionFilter { attention }\n        jobFilter { type }\n      }\n      schedules { type isOn isPaused nextRunAt lastSucceededAt lagSeconds }\n    }\n  }\n": typeof types.CompanyAttentionDocument,
    "\n  subscription AttentionChanged($companyId: ID!) {\n    attentionChanged(companyId: $companyId) { companies { id } }\n  }\n": typeof types.AttentionChangedDocument,
    "\n  query JobPage($id: ID!, $filter: JobOutcomeFilter, $after: String) {\n    queuedJob(id: $id) {\n      id\n      type\n      status\n      trigger\n      attempts\n      createdAt\n      startedAt\n      finishedAt\n      outcomes(first: 50, after: $after, filter: $filter) {\n        nodes { subject status code message retryable }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n      }\n    }\n  }\n": typeof types.JobPageDocument,
    "\n  mutation CancelJob($id: ID!) {\n    cancelQueuedJob(input: { jobId: $id }) { job { id status } userErrors { message } }\n  }\n": typeof types.CancelJobDocument,
    "\n  mutation RetryJob($id: ID!) {\n    retryQueuedJob(input: { jobId: $id }) { job { id status } userErrors { message } }\n  }\n": typeof types.RetryJobDocument,
    "\n  query Jobs($filter: QueuedJobFilter!, $orderBy: QueuedJobOrder, $after: String) {\n    queuedJobs(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {\n      nodes {\n        id\n        type\n        status\n        trigger\n        createdAt\n        finishedAt\n        error\n        progress { done total failed }\n      }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n      statusCounts { status count }\n    }\n  }\n": typeof types.JobsDocument,
    "\n  subscription JobsChanged($companyId: ID!) {\n    queuedJobsChanged(companyId: $companyId) { cursor }\n  }\n": typeof types.JobsChangedDocument,
    "\n  mutation ImportOrders($companyId: ID!) {\n    job: importOrders(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n": typeof types.ImportOrdersDocument,
    "\n  mutation UploadTracking($companyId: ID!) {\n    job: uploadTracking(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n": typeof types.UploadTrackingDocument,
    "\n  mutation PushStock($companyId: ID!) {\n    job: updateInventoryOnChannel(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n": typeof types.PushStockDocument,
    "\n  query CompanyListings($companyId: ID!, $filter: ListingFilter, $after: String) {\n    company(id: $companyId) {\n      id\n      listings(first: 25, after: $after, filter: $filter) {\n        nodes {\n          id\n          title\n          spec\n          sku\n          status\n          stock\n          price { amount currencyCode }\n          product { id sku }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n        statusCounts { status count }\n      }\n      channelActions(first: 5, filter: { kind: [SET_SALE_STATUS] }) { nodes { id kind status message createdAt } }\n    }\n  }\n": typeof types.CompanyListingsDocument,
    "\n  mutation ImportListings($companyId: ID!) {\n    importListings(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n": typeof types.ImportListingsDocument,
    "\n  mutation SetListingsForSale($input: SetListingsForSaleInput!) {\n    setListingsForSale(input: $input) { actions { id } userErrors { message } }\n  }\n": typeof types.SetListingsForSaleDocument,
    "\n  mutation CreateProductsFromListings($companyId: ID!) {\n    createProductsFromListings(input: { companyId: $companyId }) {\n      products { id }\n      remainingCount\n      results { userErrors { message } }\n      userErrors { message }\n    }\n  }\n": typeof types.CreateProductsFromListingsDocument,
    "\n  mutation CreateCompany($input: CreateCompanyInput!) {\n    createCompany(input: $input) {\n      company { id }\n      userErrors { message field }\n    }\n  }\n": typeof types.CreateCompanyDocument,
    "\n  query OrderPage($id: ID!) {\n    order(id: $id) {\n      id\n      channelOrderId\n      status\n      shippingStatus\n      sourceUpdatedForShipping\n      fulfilledBy\n      orderedAt\n      latestShipAt\n      holdReasons\n      heldAt\n      heldBecause\n      labels\n      shippingRestrictions\n      total { amount currencyCode }\n      company { id }\n      cancellationRequest { respondBy }\n      availableActions { action until }\n      shippingLabels {\n        id\n        status\n        carrier\n        trackingNumber\n        failure\n        packageNumber\n        retriedAt\n        autoConfirmAt\n        estimatedCost { amount currencyCode }\n      }\n      returns(first: 10) {\n        nodes {\n          id\n          channelReturnId\n          type\n          status\n          respondBy\n          availableOperations\n          refund { amount currencyCode }\n          lines { id quantity receivedQuantity damagedQuantity reason orderItem { id title } }\n        }\n      }\n      shippingAddress { name phone line1 line2 city region postalCode countryCode erasedAt }\n      items {\n        id\n        title\n        quantity\n        cancelledQuantity\n        shippedQuantity\n        isUnknownProduct\n        unitPrice { amount currencyCode }\n        product { id sku }\n      }\n      packages {\n        id\n        carrier\n        trackingNumber\n        shippedAt\n        uploadedAt\n        warnings\n        warehouse { id name }\n        correction { trackingNumber refusal }\n        lines { quantity orderItem { id title } }\n      }\n      invoices { kind recipient state number refusal }\n      channelActions(first: 5) { nodes { id kind status message createdAt } }\n      notes { id body author createdAt }\n    }\n    warehouses { id name }\n  }\n": typeof types.OrderPageDocument,
    "\n  subscription OrderChanged($companyId: ID!) {\n    ordersChanged(companyId: $companyId) { cursor }\n  }\n": typeof types.OrderChangedDocument,
    "\n  query Orders($filter: OrderFilter!, $orderBy: OrderOrder, $after: String) {\n    orders(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {\n      nodes {\n        id\n        channelOrderId\n        status\n        shippingStatus\n        sourceUpdatedForShipping\n        orderedAt\n        latestShipAt\n        total { amount currencyCode }\n        shippingAddress { name city countryCode }\n        items { id quantity isUnknownProduct }\n      }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n      statusCounts { status count }\n    }\n  }\n": typeof types.OrdersDocument,
    "\n  subscription OrdersChanged($companyId: ID!) {\n    ordersChanged(companyId: $companyId) { cursor }\n  }\n": typeof types.OrdersChangedDocument,
    "\n  query ProductPage($id: ID!) {\n    product(id: $id) {\n      id\n      sku\n      name\n      websiteProperties { websiteProductId websiteProductVariantId useDefaultSafetyQuantity safetyQuantity }\n      price {\n        state\n        refusal\n        wanted { amount currencyCode }\n        minimum { amount currencyCode }\n        channelPrice { amount currencyCode }\n      }\n      channelActions(first: 5) { nodes { id kind status message createdAt } }\n      shadowOf { id sku company { id name } }\n      inventory { onHand reserved warehouse { id name } }\n      stockExplanation {\n        warehouses { onHand counts reason warehouse { id name } }\n        reservations { quantity order { id channelOrderId } }\n        reservedQuantity\n        aggregateSellableQuantity\n        safetyQuantity\n        maxQuantity\n        availableQuantity\n        isWaiting\n        heldBackSince\n        channel { acceptedQuantity acceptedAt channelQuantity channelReadAt refusal }\n      }\n    }\n    warehouses { id name }\n  }\n": typeof types.ProductPageDocument,
    "\n  subscription StockChanged($companyId: ID!) {\n    inventoryChanged(companyId: $companyId) { cursor }\n  }\n": typeof types.StockChangedDocument,
    "\n  query CompanyProducts($companyId: ID!, $filter: ProductFilter, $orderBy: ProductOrder, $after: String) {\n    company(id: $companyId) {\n      id\n      products(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {\n        nodes {\n          id\n          sku\n          name\n          availableQuantity\n          aggregateSellableQuantity\n          websiteProperties { websiteProductId lastPushedQuantity lastPushedAt }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n        statusCounts { status count }\n      }\n    }\n  }\n": typeof types.CompanyProductsDocument,
    "\n  subscription InventoryChanged($companyId: ID!) {\n    inventoryChanged(companyId: $companyId) { cursor }\n  }\n": typeof types.InventoryChangedDocument,
    "\n  query CompanyReturns($companyId: ID!, $filter: ReturnFilter, $after: String) {\n    company(id: $companyId) {\n      id\n      returns(first: 25, after: $after, filter: $filter) {\n        nodes {\n          id\n          channelReturnId\n          type\n          status\n          respondBy\n          requestedAt\n          refund { amount currencyCode }\n          order { id }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n        statusCounts { status count }\n      }\n    }\n  }\n": typeof types.CompanyReturnsDocument,
    "\n  subscription ReturnsChanged($companyId: ID!) {\n    returnsChanged(companyId: $companyId) { cursor }\n  }\n": typeof types.ReturnsChangedDocument,
    "\n  query Settings($companyId: ID!) {\n    company(id: $companyId) {\n      id\n      settings {\n        storeType\n        storePlugin\n        region\n        mallType\n        allowInventoryUpload\n        allowOrderDownload\n        allowTrackingUpload\n        allowReturnDownload\n        allowPriceUpload\n        safetyQuantity\n        maxQuantity\n        accessToken { status lastFour mallId expiresAt missingScopes }\n      }\n    }\n  }\n": typeof types.SettingsDocument,
    "\n  query Statistics($companyId: ID!, $from: DateTime!, $to: DateTime!, $timeZone: String!) {\n    company(id: $companyId) {\n      id\n      statistics(from: $from, to: $to, timeZone: $timeZone) {\n        totals { orders pieces cancelledOrders sales { amount currencyCode } }\n        intervals { startsAt orders sales { amount currencyCode } }\n        byStatus { status orders }\n        byCountry { countryCode orders sales { amount currencyCode } }\n        byProduct(first: 10) { pieces sales { amount currencyCode } product { id sku name } }\n        shipping { shippedInTime shippedLate open pastDue }\n      }\n    }\n  }\n": typeof types.StatisticsDocument,
    "\n  mutation AcceptCancellation($orderId: ID!) {\n    acceptCancellation(input: { orderId: $orderId }) { action { id status } userErrors { message } }\n  }\n": typeof types.AcceptCancellationDocument,
    "\n  mutation DeclineCancellation($orderId: ID!) {\n    declineCancellation(input: { orderId: $orderId }) { order { id status } userErrors { message } }\n  }\n": typeof types.DeclineCancellationDocument,
    "\n  mutation ReportOutOfStock($orderId: ID!) {\n    reportOutOfStock(input: { orderId: $orderId }) { action { id status } userErrors { message } }\n  }\n": typeof types.ReportOutOfStockDocument,
    "\n  mutation HoldOrder($orderId: ID!, $reason: String!) {\n    holdOrder(input: { orderId: $orderId, reason: $reason }) { order { id status } userErrors { message } }\n  }\n": typeof types.HoldOrderDocument,
    "\n  mutation ReleaseOrder($orderId: ID!) {\n    releaseOrder(input: { orderId: $orderId }) { order { id status } userErrors { message } }\n  }\n": typeof types.ReleaseOrderDocument,
    "\n  mutation UploadInvoice($input: UploadInvoiceInput!) {\n    uploadInvoice(input: $input) { action { id status } userErrors { message } }\n  }\n": typeof types.UploadInvoiceDocument,
    "\n  mutation ShippingRates($input: ShippingRatesInput!) {\n    shippingRates(input: $input) {\n      rates { serviceId carrier service delivery needs price { amount currencyCode } }\n      unavailable { serviceId carrier service reason }\n      userErrors { message field }\n    }\n  }\n": typeof types.ShippingRatesDocument,
    "\n  mutation BuyShippingLabels($input: BuyShippingLabelsInput!) {\n    buyShippingLabels(input: $input) {\n      labels { id }\n      results { userErrors { message } }\n      userErrors { message }\n    }\n  }\n": typeof types.BuyShippingLabelsDocument,
    "\n  mutation RetryShippingLabel($input: RetryShippingLabelInput!) {\n    retryShippingLabel(input: $input) { label { id } userErrors { message } }\n  }\n": typeof types.RetryShippingLabelDocument,
    "\n  mutation PrintShippingLabels($labelIds: [ID!]!) {\n    printShippingLabels(input: { labelIds: $labelIds }) { url userErrors { message } }\n  }\n": typeof types.PrintShippingLabelsDocument,
    "\n  mutation ConfirmLabelsShipped($labelIds: [ID!]!) {\n    confirmLabelsShipped(input: { labelIds: $labelIds }) { actions { id } userErrors { message } }\n  }\n": typeof types.ConfirmLabelsShippedDocument,
    "\n  mutation AddNote($input: AddOrderNoteInput!) {\n    addOrderNote(input: $input) {\n      order { id }\n      userErrors { message field }\n    }\n  }\n": typeof types.AddNoteDocument,
    "\n  mutation IssueRefund($returnId: ID!, $maxAmount: Decimal!) {\n    issueRefund(input: { returnId: $returnId, maxAmount: $maxAmount }) { action { id status } userErrors { message } }\n  }\n": typeof types.IssueRefundDocument,
    "\n  mutation ReceiveReturn($input: ReceiveReturnInput!) {\n    receiveReturn(input: $input) { return { id } userErrors { message } }\n  }\n": typeof types.ReceiveReturnDocument,
    "\n  subscription OrderReturnsChanged($companyId: ID!) {\n    returnsChanged(companyId: $companyId) { cursor }\n  }\n": typeof types.OrderReturnsChangedDocument,
    "\n  mutation Ship($input: ShipOrderInput!) {\n    shipOrder(input: $input) {\n      order { id shippingStatus }\n      userErrors { message field }\n    }\n  }\n": typeof types.ShipDocument,
    "\n  mutation TellTemu($input: UploadTrackingInput!) {\n    uploadTracking(input: $input) {\n      job { id }\n      userErrors { message }\n    }\n  }\n": typeof types.TellTemuDocument,
    "\n  mutation ChangeMapping($input: UpdateWebsitePropertiesInput!) {\n    updateWebsiteProperties(input: $input) {\n      product { id }\n      matchedOrders\n      userErrors { message field }\n    }\n  }\n": typeof types.ChangeMappingDocument,
    "\n  mutation SetMinimumPrices($input: SetMinimumPricesInput!) {\n    setMinimumPrices(input: $input) { products { id } userErrors { message } }\n  }\n": typeof types.SetMinimumPricesDocument,
    "\n  mutation UpdatePrices($input: UpdatePricesInput!) {\n    updatePrices(input: $input) { products { id } userErrors { message } }\n  }\n": typeof types.UpdatePricesDocument,
    "\n  mutation UploadPrices($companyId: ID!, $productIds: [ID!]!) {\n    uploadPrices(input: { companyId: $companyId, productIds: $productIds }) { job { id } userErrors { message } }\n  }\n": typeof types.UploadPricesDocument,
    "\n  subscription PricesChanged($companyId: ID!) {\n    productsChanged(companyId: $companyId) { cursor }\n  }\n": typeof types.PricesChangedDocument,
    "\n  mutation SetStock($input: SetInventoryInput!) {\n    setInventory(input: $input) {\n      products { id }\n      userErrors { message field }\n    }\n  }\n": typeof types.SetStockDocument,
    "\n  mutation ChangeSettings($input: UpdateCompanySettingsInput!) {\n    updateCompanySettings(input: $input) {\n      company { id }\n      userErrors { message field }\n    }\n  }\n": typeof types.ChangeSettingsDocument,
    "\n  mutation SetToken($input: SetAccessTokenInput!) {\n    setAccessToken(input: $input) {\n      company { id }\n      userErrors { message field }\n    }\n  }\n": typeof types.SetTokenDocument,
    "\n  mutation BeginAuthorization($companyId: ID!) {\n    beginAuthorization(input: { companyId: $companyId }) { url expiresAt userErrors { message } }\n  }\n": typeof types.BeginAuthorizationDocument,
    "\n  mutation TestSettings($companyId: ID!) {\n    testSettings(input: { companyId: $companyId }) { ok advice userErrors { message } }\n  }\n": typeof types.TestSettingsDocument,
};
const documents: Documents = {
    "\n  query Companies {\n    companies(first: 250) { nodes { id name } }\n  }\n": types.CompaniesDocument,
    "\n  subscription JobsChangedForActions($companyId: ID!) {\n    queuedJobsChanged(companyId: $companyId) { cursor }\n  }\n": types.JobsChangedForActionsDocument,
    "\n  query History($id: ID!) {\n    node(id: $id) {\n      __typename\n      ... on Order { id history(first: 50) { nodes { ...Happened } } }\n      ... on Product { id history(first: 50) { nodes { ...Happened } } }\n    }\n  }\n  fragment Happened on HistoryEntry {\n    occurredAt\n    actor\n    author\n    type\n    message\n    subjectType\n    subjectId\n    before\n    after\n  }\n": types.HistoryDocument,
    "\n  subscription JobFollowed($id: ID!) {\n    queuedJob(id: $id) {\n      id\n      type\n      status\n      error\n      progress { done total failed }\n    }\n  }\n": types.JobFollowedDocument,
    "\n  query CompanyActions($companyId: ID!, $filter: ChannelActionFilter, $after: String) {\n    company(id: $companyId) {\n      id\n      channelActions(first: 25, after: $after, filter: $filter) {\n        nodes {\n          id\n          kind\n          status\n          subject\n          message\n          createdAt\n          sentAt\n          nextAttemptAt\n          order { id channelOrderId }\n          product { id sku }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n      }\n    }\n  }\n": types.CompanyActionsDocument,
    "\n  subscription ActionsChanged($companyId: ID!) {\n    queuedJobsChanged(companyId: $companyId) { cursor }\n  }\n": types.ActionsChangedDocument,
    "\n  mutation ResolveAction($actionId: ID!, $hasHappened: Boolean!) {\n    resolveChannelAction(input: { actionId: $actionId, hasHappened: $hasHappened }) {\n      action { id status }\n      userErrors { message }\n    }\n  }\n": types.ResolveActionDocument,
    "\n  mutation CancelAction($actionId: ID!) {\n    cancelChannelAction(input: { actionId: $actionId }) { action { id status } userErrors { message } }\n  }\n": types.CancelActionDocument,
    "\n  query CompanyAttention($companyId: ID!) {\n    company(id: $companyId) {\n      id\n      attention {\n        code\n        severity\n        message\n        advice\n        count\n        since\n        orderFilter { attention }\n        productFilter { attention }\n        returnFilter { isDue }\n        channelActionFilter { attention }\n        jobFilter { type }\n      }\n      schedules { type isOn isPaused nextRunAt lastSucceededAt lagSeconds }\n    }\n  }\n": types.CompanyAttentionDocument,
    "\n  subscription AttentionChanged($companyId: ID!) {\n    attentionChanged(companyId: $companyId) { companies { id } }\n  }\n": types.AttentionChangedDocument,
    "\n  query JobPage($id: ID!, $filter: JobOutcomeFilter, $after: String) {\n    queuedJob(id: $id) {\n      id\n      type\n      status\n      trigger\n      attempts\n      createdAt\n      startedAt\n      finishedAt\n      outcomes(first: 50, after: $after, filter: $filter) {\n        nodes { subject status code message retryable }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n      }\n    }\n  }\n": types.JobPageDocument,
    "\n  mutation CancelJob($id: ID!) {\n    cancelQueuedJob(input: { jobId: $id }) { job { id status } userErrors { message } }\n  }\n": types.CancelJobDocument,
    "\n  mutation RetryJob($id: ID!) {\n    retryQueuedJob(input: { jobId: $id }) { job { id status } userErrors { message } }\n  }\n": types.RetryJobDocument,
    "\n  query Jobs($filter: QueuedJobFilter!, $orderBy: QueuedJobOrder, $after: String) {\n    queuedJobs(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {\n      nodes {\n        id\n        type\n        status\n        trigger\n        createdAt\n        finishedAt\n        error\n        progress { done total failed }\n      }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n      statusCounts { status count }\n    }\n  }\n": types.JobsDocument,
    "\n  subscription JobsChanged($companyId: ID!) {\n    queuedJobsChanged(companyId: $companyId) { cursor }\n  }\n": types.JobsChangedDocument,
    "\n  mutation ImportOrders($companyId: ID!) {\n    job: importOrders(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n": types.ImportOrdersDocument,
    "\n  mutation UploadTracking($companyId: ID!) {\n    job: uploadTracking(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n": types.UploadTrackingDocument,
    "\n  mutation PushStock($companyId: ID!) {\n    job: updateInventoryOnChannel(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n": types.PushStockDocument,
    "\n  query CompanyListings($companyId: ID!, $filter: ListingFilter, $after: String) {\n    company(id: $companyId) {\n      id\n      listings(first: 25, after: $after, filter: $filter) {\n        nodes {\n          id\n          title\n          spec\n          sku\n          status\n          stock\n          price { amount currencyCode }\n          product { id sku }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n        statusCounts { status count }\n      }\n      channelActions(first: 5, filter: { kind: [SET_SALE_STATUS] }) { nodes { id kind status message createdAt } }\n    }\n  }\n": types.CompanyListingsDocument,
    "\n  mutation ImportListings($companyId: ID!) {\n    importListings(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n": types.ImportListingsDocument,
    "\n  mutation SetListingsForSale($input: SetListingsForSaleInput!) {\n    setListingsForSale(input: $input) { actions { id } userErrors { message } }\n  }\n": types.SetListingsForSaleDocument,
    "\n  mutation CreateProductsFromListings($companyId: ID!) {\n    createProductsFromListings(input: { companyId: $companyId }) {\n      products { id }\n      remainingCount\n      results { userErrors { message } }\n      userErrors { message }\n    }\n  }\n": types.CreateProductsFromListingsDocument,
    "\n  mutation CreateCompany($input: CreateCompanyInput!) {\n    createCompany(input: $input) {\n      company { id }\n      userErrors { message field }\n    }\n  }\n": types.CreateCompanyDocument,
    "\n  query OrderPage($id: ID!) {\n    order(id: $id) {\n      id\n      channelOrderId\n      status\n      shippingStatus\n      sourceUpdatedForShipping\n      fulfilledBy\n      orderedAt\n      latestShipAt\n      holdReasons\n      heldAt\n      heldBecause\n      labels\n      shippingRestrictions\n      total { amount currencyCode }\n      company { id }\n      cancellationRequest { respondBy }\n      availableActions { action until }\n      shippingLabels {\n        id\n        status\n        carrier\n        trackingNumber\n        failure\n        packageNumber\n        retriedAt\n        autoConfirmAt\n        estimatedCost { amount currencyCode }\n      }\n      returns(first: 10) {\n        nodes {\n          id\n          channelReturnId\n          type\n          status\n          respondBy\n          availableOperations\n          refund { amount currencyCode }\n          lines { id quantity receivedQuantity damagedQuantity reason orderItem { id title } }\n        }\n      }\n      shippingAddress { name phone line1 line2 city region postalCode countryCode erasedAt }\n      items {\n        id\n        title\n        quantity\n        cancelledQuantity\n        shippedQuantity\n        isUnknownProduct\n        unitPrice { amount currencyCode }\n        product { id sku }\n      }\n      packages {\n        id\n        carrier\n        trackingNumber\n        shippedAt\n        uploadedAt\n        warnings\n        warehouse { id name }\n        correction { trackingNumber refusal }\n        lines { quantity orderItem { id title } }\n      }\n      invoices { kind recipient state number refusal }\n      channelActions(first: 5) { nodes { id kind status message createdAt } }\n      notes { id body author createdAt }\n    }\n    warehouses { id name }\n  }\n": types.OrderPageDocument,
    "\n  subscription OrderChanged($companyId: ID!) {\n    ordersChanged(companyId: $companyId) { cursor }\n  }\n": types.OrderChangedDocument,
    "\n  query Orders($filter: OrderFilter!, $orderBy: OrderOrder, $after: String) {\n    orders(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {\n      nodes {\n        id\n        channelOrderId\n        status\n        shippingStatus\n        sourceUpdatedForShipping\n        orderedAt\n        latestShipAt\n        total { amount currencyCode }\n        shippingAddress { name city countryCode }\n        items { id quantity isUnknownProduct }\n      }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n      statusCounts { status count }\n    }\n  }\n": types.OrdersDocument,
    "\n  subscription OrdersChanged($companyId: ID!) {\n    ordersChanged(companyId: $companyId) { cursor }\n  }\n": types.OrdersChangedDocument,
    "\n  query ProductPage($id: ID!) {\n    product(id: $id) {\n      id\n      sku\n      name\n      websiteProperties { websiteProductId websiteProductVariantId useDefaultSafetyQuantity safetyQuantity }\n      price {\n        state\n        refusal\n        wanted { amount currencyCode }\n        minimum { amount currencyCode }\n        channelPrice { amount currencyCode }\n      }\n      channelActions(first: 5) { nodes { id kind status message createdAt } }\n      shadowOf { id sku company { id name } }\n      inventory { onHand reserved warehouse { id name } }\n      stockExplanation {\n        warehouses { onHand counts reason warehouse { id name } }\n        reservations { quantity order { id channelOrderId } }\n        reservedQuantity\n        aggregateSellableQuantity\n        safetyQuantity\n        maxQuantity\n        availableQuantity\n        isWaiting\n        heldBackSince\n        channel { acceptedQuantity acceptedAt channelQuantity channelReadAt refusal }\n      }\n    }\n    warehouses { id name }\n  }\n": types.ProductPageDocument,
    "\n  subscription StockChanged($companyId: ID!) {\n    inventoryChanged(companyId: $companyId) { cursor }\n  }\n": types.StockChangedDocument,
    "\n  query CompanyProducts($companyId: ID!, $filter: ProductFilter, $orderBy: ProductOrder, $after: String) {\n    company(id: $companyId) {\n      id\n      products(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {\n        nodes {\n          id\n          sku\n          name\n          availableQuantity\n          aggregateSellableQuantity\n          websiteProperties { websiteProductId lastPushedQuantity lastPushedAt }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n        statusCounts { status count }\n      }\n    }\n  }\n": types.CompanyProductsDocument,
    "\n  subscription InventoryChanged($companyId: ID!) {\n    inventoryChanged(companyId: $companyId) { cursor }\n  }\n": types.InventoryChangedDocument,
    "\n  query CompanyReturns($companyId: ID!, $filter: ReturnFilter, $after: String) {\n    company(id: $companyId) {\n      id\n      returns(first: 25, after: $after, filter: $filter) {\n        nodes {\n          id\n          channelReturnId\n          type\n          status\n          respondBy\n          requestedAt\n          refund { amount currencyCode }\n          order { id }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n        statusCounts { status count }\n      }\n    }\n  }\n": types.CompanyReturnsDocument,
    "\n  subscription ReturnsChanged($companyId: ID!) {\n    returnsChanged(companyId: $companyId) { cursor }\n  }\n": types.ReturnsChangedDocument,
    "\n  query Settings($companyId: ID!) {\n    company(id: $companyId) {\n      id\n      settings {\n        storeType\n        storePlugin\n        region\n        mallType\n        allowInventoryUpload\n        allowOrderDownload\n        allowTrackingUpload\n        allowReturnDownload\n        allowPriceUpload\n        safetyQuantity\n        maxQuantity\n        accessToken { status lastFour mallId expiresAt missingScopes }\n      }\n    }\n  }\n": types.SettingsDocument,
    "\n  query Statistics($companyId: ID!, $from: DateTime!, $to: DateTime!, $timeZone: String!) {\n    company(id: $companyId) {\n      id\n      statistics(from: $from, to: $to, timeZone: $timeZone) {\n        totals { orders pieces cancelledOrders sales { amount currencyCode } }\n        intervals { startsAt orders sales { amount currencyCode } }\n        byStatus { status orders }\n        byCountry { countryCode orders sales { amount currencyCode } }\n        byProduct(first: 10) { pieces sales { amount currencyCode } product { id sku name } }\n        shipping { shippedInTime shippedLate open pastDue }\n      }\n    }\n  }\n": types.StatisticsDocument,
    "\n  mutation AcceptCancellation($orderId: ID!) {\n    acceptCancellation(input: { orderId: $orderId }) { action { id status } userErrors { message } }\n  }\n": types.AcceptCancellationDocument,
    "\n  mutation DeclineCancellation($orderId: ID!) {\n    declineCancellation(input: { orderId: $orderId }) { order { id status } userErrors { message } }\n  }\n": types.DeclineCancellationDocument,
    "\n  mutation ReportOutOfStock($orderId: ID!) {\n    reportOutOfStock(input: { orderId: $orderId }) { action { id status } userErrors { message } }\n  }\n": types.ReportOutOfStockDocument,
    "\n  mutation HoldOrder($orderId: ID!, $reason: String!) {\n    holdOrder(input: { orderId: $orderId, reason: $reason }) { order { id status } userErrors { message } }\n  }\n": types.HoldOrderDocument,
    "\n  mutation ReleaseOrder($orderId: ID!) {\n    releaseOrder(input: { orderId: $orderId }) { order { id status } userErrors { message } }\n  }\n": types.ReleaseOrderDocument,
    "\n  mutation UploadInvoice($input: UploadInvoiceInput!) {\n    uploadInvoice(input: $input) { action { id status } userErrors { message } }\n  }\n": types.UploadInvoiceDocument,
    "\n  mutation ShippingRates($input: ShippingRatesInput!) {\n    shippingRates(input: $input) {\n      rates { serviceId carrier service delivery needs price { amount currencyCode } }\n      unavailable { serviceId carrier service reason }\n      userErrors { message field }\n    }\n  }\n": types.ShippingRatesDocument,
    "\n  mutation BuyShippingLabels($input: BuyShippingLabelsInput!) {\n    buyShippingLabels(input: $input) {\n      labels { id }\n      results { userErrors { message } }\n      userErrors { message }\n    }\n  }\n": types.BuyShippingLabelsDocument,
    "\n  mutation RetryShippingLabel($input: RetryShippingLabelInput!) {\n    retryShippingLabel(input: $input) { label { id } userErrors { message } }\n  }\n": types.RetryShippingLabelDocument,
    "\n  mutation PrintShippingLabels($labelIds: [ID!]!) {\n    printShippingLabels(input: { labelIds: $labelIds }) { url userErrors { message } }\n  }\n": types.PrintShippingLabelsDocument,
    "\n  mutation ConfirmLabelsShipped($labelIds: [ID!]!) {\n    confirmLabelsShipped(input: { labelIds: $labelIds }) { actions { id } userErrors { message } }\n  }\n": types.ConfirmLabelsShippedDocument,
    "\n  mutation AddNote($input: AddOrderNoteInput!) {\n    addOrderNote(input: $input) {\n      order { id }\n      userErrors { message field }\n    }\n  }\n": types.AddNoteDocument,
    "\n  mutation IssueRefund($returnId: ID!, $maxAmount: Decimal!) {\n    issueRefund(input: { returnId: $returnId, maxAmount: $maxAmount }) { action { id status } userErrors { message } }\n  }\n": types.IssueRefundDocument,
    "\n  mutation ReceiveReturn($input: ReceiveReturnInput!) {\n    receiveReturn(input: $input) { return { id } userErrors { message } }\n  }\n": types.ReceiveReturnDocument,
    "\n  subscription OrderReturnsChanged($companyId: ID!) {\n    returnsChanged(companyId: $companyId) { cursor }\n  }\n": types.OrderReturnsChangedDocument,
    "\n  mutation Ship($input: ShipOrderInput!) {\n    shipOrder(input: $input) {\n      order { id shippingStatus }\n      userErrors { message field }\n    }\n  }\n": types.ShipDocument,
    "\n  mutation TellTemu($input: UploadTrackingInput!) {\n    uploadTracking(input: $input) {\n      job { id }\n      userErrors { message }\n    }\n  }\n": types.TellTemuDocument,
    "\n  mutation ChangeMapping($input: UpdateWebsitePropertiesInput!) {\n    updateWebsiteProperties(input: $input) {\n      product { id }\n      matchedOrders\n      userErrors { message field }\n    }\n  }\n": types.ChangeMappingDocument,
    "\n  mutation SetMinimumPrices($input: SetMinimumPricesInput!) {\n    setMinimumPrices(input: $input) { products { id } userErrors { message } }\n  }\n": types.SetMinimumPricesDocument,
    "\n  mutation UpdatePrices($input: UpdatePricesInput!) {\n    updatePrices(input: $input) { products { id } userErrors { message } }\n  }\n": types.UpdatePricesDocument,
    "\n  mutation UploadPrices($companyId: ID!, $productIds: [ID!]!) {\n    uploadPrices(input: { companyId: $companyId, productIds: $productIds }) { job { id } userErrors { message } }\n  }\n": types.UploadPricesDocument,
    "\n  subscription PricesChanged($companyId: ID!) {\n    productsChanged(companyId: $companyId) { cursor }\n  }\n": types.PricesChangedDocument,
    "\n  mutation SetStock($input: SetInventoryInput!) {\n    setInventory(input: $input) {\n      products { id }\n      userErrors { message field }\n    }\n  }\n": types.SetStockDocument,
    "\n  mutation ChangeSettings($input: UpdateCompanySettingsInput!) {\n    updateCompanySettings(input: $input) {\n      company { id }\n      userErrors { message field }\n    }\n  }\n": types.ChangeSettingsDocument,
    "\n  mutation SetToken($input: SetAccessTokenInput!) {\n    setAccessToken(input: $input) {\n      company { id }\n      userErrors { message field }\n    }\n  }\n": types.SetTokenDocument,
    "\n  mutation BeginAuthorization($companyId: ID!) {\n    beginAuthorization(input: { companyId: $companyId }) { url expiresAt userErrors { message } }\n  }\n": types.BeginAuthorizationDocument,
    "\n  mutation TestSettings($companyId: ID!) {\n    testSettings(input: { companyId: $companyId }) { ok advice userErrors { message } }\n  }\n": types.TestSettingsDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Companies {\n    companies(first: 250) { nodes { id name } }\n  }\n"): (typeof documents)["\n  query Companies {\n    companies(first: 250) { nodes { id name } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription JobsChangedForActions($companyId: ID!) {\n    queuedJobsChanged(companyId: $companyId) { cursor }\n  }\n"): (typeof documents)["\n  subscription JobsChangedForActions($companyId: ID!) {\n    queuedJobsChanged(companyId: $companyId) { cursor }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query History($id: ID!) {\n    node(id: $id) {\n      __typename\n      ... on Order { id history(first: 50) { nodes { ...Happened } } }\n      ... on Product { id history(first: 50) { nodes { ...Happened } } }\n    }\n  }\n  fragment Happened on HistoryEntry {\n    occurredAt\n    actor\n    author\n    type\n    message\n    subjectType\n    subjectId\n    before\n    after\n  }\n"): (typeof documents)["\n  query History($id: ID!) {\n    node(id: $id) {\n      __typename\n      ... on Order { id history(first: 50) { nodes { ...Happened } } }\n      ... on Product { id history(first: 50) { nodes { ...Happened } } }\n    }\n  }\n  fragment Happened on HistoryEntry {\n    occurredAt\n    actor\n    author\n    type\n    message\n    subjectType\n    subjectId\n    before\n    after\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription JobFollowed($id: ID!) {\n    queuedJob(id: $id) {\n      id\n      type\n      status\n      error\n      progress { done total failed }\n    }\n  }\n"): (typeof documents)["\n  subscription JobFollowed($id: ID!) {\n    queuedJob(id: $id) {\n      id\n      type\n      status\n      error\n      progress { done total failed }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CompanyActions($companyId: ID!, $filter: ChannelActionFilter, $after: String) {\n    company(id: $companyId) {\n      id\n      channelActions(first: 25, after: $after, filter: $filter) {\n        nodes {\n          id\n          kind\n          status\n          subject\n          message\n          createdAt\n          sentAt\n          nextAttemptAt\n          order { id channelOrderId }\n          product { id sku }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n      }\n    }\n  }\n"): (typeof documents)["\n  query CompanyActions($companyId: ID!, $filter: ChannelActionFilter, $after: String) {\n    company(id: $companyId) {\n      id\n      channelActions(first: 25, after: $after, filter: $filter) {\n        nodes {\n          id\n          kind\n          status\n          subject\n          message\n          createdAt\n          sentAt\n          nextAttemptAt\n          order { id channelOrderId }\n          product { id sku }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ActionsChanged($companyId: ID!) {\n    queuedJobsChanged(companyId: $companyId) { cursor }\n  }\n"): (typeof documents)["\n  subscription ActionsChanged($companyId: ID!) {\n    queuedJobsChanged(companyId: $companyId) { cursor }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ResolveAction($actionId: ID!, $hasHappened: Boolean!) {\n    resolveChannelAction(input: { actionId: $actionId, hasHappened: $hasHappened }) {\n      action { id status }\n      userErrors { message }\n    }\n  }\n"): (typeof documents)["\n  mutation ResolveAction($actionId: ID!, $hasHappened: Boolean!) {\n    resolveChannelAction(input: { actionId: $actionId, hasHappened: $hasHappened }) {\n      action { id status }\n      userErrors { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelAction($actionId: ID!) {\n    cancelChannelAction(input: { actionId: $actionId }) { action { id status } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation CancelAction($actionId: ID!) {\n    cancelChannelAction(input: { actionId: $actionId }) { action { id status } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CompanyAttention($companyId: ID!) {\n    company(id: $companyId) {\n      id\n      attention {\n        code\n        severity\n        message\n        advice\n        count\n        since\n        orderFilter { attention }\n        productFilter { attention }\n        returnFilter { isDue }\n        channelActionFilter { attention }\n        jobFilter { type }\n      }\n      schedules { type isOn isPaused nextRunAt lastSucceededAt lagSeconds }\n    }\n  }\n"): (typeof documents)["\n  query CompanyAttention($companyId: ID!) {\n    company(id: $companyId) {\n      id\n      attention {\n        code\n        severity\n        message\n        advice\n        count\n        since\n        orderFilter { attention }\n        productFilter { attention }\n        returnFilter { isDue }\n        channelActionFilter { attention }\n        jobFilter { type }\n      }\n      schedules { type isOn isPaused nextRunAt lastSucceededAt lagSeconds }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription AttentionChanged($companyId: ID!) {\n    attentionChanged(companyId: $companyId) { companies { id } }\n  }\n"): (typeof documents)["\n  subscription AttentionChanged($companyId: ID!) {\n    attentionChanged(companyId: $companyId) { companies { id } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query JobPage($id: ID!, $filter: JobOutcomeFilter, $after: String) {\n    queuedJob(id: $id) {\n      id\n      type\n      status\n      trigger\n      attempts\n      createdAt\n      startedAt\n      finishedAt\n      outcomes(first: 50, after: $after, filter: $filter) {\n        nodes { subject status code message retryable }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n      }\n    }\n  }\n"): (typeof documents)["\n  query JobPage($id: ID!, $filter: JobOutcomeFilter, $after: String) {\n    queuedJob(id: $id) {\n      id\n      type\n      status\n      trigger\n      attempts\n      createdAt\n      startedAt\n      finishedAt\n      outcomes(first: 50, after: $after, filter: $filter) {\n        nodes { subject status code message retryable }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelJob($id: ID!) {\n    cancelQueuedJob(input: { jobId: $id }) { job { id status } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation CancelJob($id: ID!) {\n    cancelQueuedJob(input: { jobId: $id }) { job { id status } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetryJob($id: ID!) {\n    retryQueuedJob(input: { jobId: $id }) { job { id status } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation RetryJob($id: ID!) {\n    retryQueuedJob(input: { jobId: $id }) { job { id status } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Jobs($filter: QueuedJobFilter!, $orderBy: QueuedJobOrder, $after: String) {\n    queuedJobs(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {\n      nodes {\n        id\n        type\n        status\n        trigger\n        createdAt\n        finishedAt\n        error\n        progress { done total failed }\n      }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n      statusCounts { status count }\n    }\n  }\n"): (typeof documents)["\n  query Jobs($filter: QueuedJobFilter!, $orderBy: QueuedJobOrder, $after: String) {\n    queuedJobs(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {\n      nodes {\n        id\n        type\n        status\n        trigger\n        createdAt\n        finishedAt\n        error\n        progress { done total failed }\n      }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n      statusCounts { status count }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription JobsChanged($companyId: ID!) {\n    queuedJobsChanged(companyId: $companyId) { cursor }\n  }\n"): (typeof documents)["\n  subscription JobsChanged($companyId: ID!) {\n    queuedJobsChanged(companyId: $companyId) { cursor }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ImportOrders($companyId: ID!) {\n    job: importOrders(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation ImportOrders($companyId: ID!) {\n    job: importOrders(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UploadTracking($companyId: ID!) {\n    job: uploadTracking(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation UploadTracking($companyId: ID!) {\n    job: uploadTracking(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PushStock($companyId: ID!) {\n    job: updateInventoryOnChannel(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation PushStock($companyId: ID!) {\n    job: updateInventoryOnChannel(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CompanyListings($companyId: ID!, $filter: ListingFilter, $after: String) {\n    company(id: $companyId) {\n      id\n      listings(first: 25, after: $after, filter: $filter) {\n        nodes {\n          id\n          title\n          spec\n          sku\n          status\n          stock\n          price { amount currencyCode }\n          product { id sku }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n        statusCounts { status count }\n      }\n      channelActions(first: 5, filter: { kind: [SET_SALE_STATUS] }) { nodes { id kind status message createdAt } }\n    }\n  }\n"): (typeof documents)["\n  query CompanyListings($companyId: ID!, $filter: ListingFilter, $after: String) {\n    company(id: $companyId) {\n      id\n      listings(first: 25, after: $after, filter: $filter) {\n        nodes {\n          id\n          title\n          spec\n          sku\n          status\n          stock\n          price { amount currencyCode }\n          product { id sku }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n        statusCounts { status count }\n      }\n      channelActions(first: 5, filter: { kind: [SET_SALE_STATUS] }) { nodes { id kind status message createdAt } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ImportListings($companyId: ID!) {\n    importListings(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation ImportListings($companyId: ID!) {\n    importListings(input: { companyId: $companyId }) { job { id } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetListingsForSale($input: SetListingsForSaleInput!) {\n    setListingsForSale(input: $input) { actions { id } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation SetListingsForSale($input: SetListingsForSaleInput!) {\n    setListingsForSale(input: $input) { actions { id } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateProductsFromListings($companyId: ID!) {\n    createProductsFromListings(input: { companyId: $companyId }) {\n      products { id }\n      remainingCount\n      results { userErrors { message } }\n      userErrors { message }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateProductsFromListings($companyId: ID!) {\n    createProductsFromListings(input: { companyId: $companyId }) {\n      products { id }\n      remainingCount\n      results { userErrors { message } }\n      userErrors { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateCompany($input: CreateCompanyInput!) {\n    createCompany(input: $input) {\n      company { id }\n      userErrors { message field }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateCompany($input: CreateCompanyInput!) {\n    createCompany(input: $input) {\n      company { id }\n      userErrors { message field }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OrderPage($id: ID!) {\n    order(id: $id) {\n      id\n      channelOrderId\n      status\n      shippingStatus\n      sourceUpdatedForShipping\n      fulfilledBy\n      orderedAt\n      latestShipAt\n      holdReasons\n      heldAt\n      heldBecause\n      labels\n      shippingRestrictions\n      total { amount currencyCode }\n      company { id }\n      cancellationRequest { respondBy }\n      availableActions { action until }\n      shippingLabels {\n        id\n        status\n        carrier\n        trackingNumber\n        failure\n        packageNumber\n        retriedAt\n        autoConfirmAt\n        estimatedCost { amount currencyCode }\n      }\n      returns(first: 10) {\n        nodes {\n          id\n          channelReturnId\n          type\n          status\n          respondBy\n          availableOperations\n          refund { amount currencyCode }\n          lines { id quantity receivedQuantity damagedQuantity reason orderItem { id title } }\n        }\n      }\n      shippingAddress { name phone line1 line2 city region postalCode countryCode erasedAt }\n      items {\n        id\n        title\n        quantity\n        cancelledQuantity\n        shippedQuantity\n        isUnknownProduct\n        unitPrice { amount currencyCode }\n        product { id sku }\n      }\n      packages {\n        id\n        carrier\n        trackingNumber\n        shippedAt\n        uploadedAt\n        warnings\n        warehouse { id name }\n        correction { trackingNumber refusal }\n        lines { quantity orderItem { id title } }\n      }\n      invoices { kind recipient state number refusal }\n      channelActions(first: 5) { nodes { id kind status message createdAt } }\n      notes { id body author createdAt }\n    }\n    warehouses { id name }\n  }\n"): (typeof documents)["\n  query OrderPage($id: ID!) {\n    order(id: $id) {\n      id\n      channelOrderId\n      status\n      shippingStatus\n      sourceUpdatedForShipping\n      fulfilledBy\n      orderedAt\n      latestShipAt\n      holdReasons\n      heldAt\n      heldBecause\n      labels\n      shippingRestrictions\n      total { amount currencyCode }\n      company { id }\n      cancellationRequest { respondBy }\n      availableActions { action until }\n      shippingLabels {\n        id\n        status\n        carrier\n        trackingNumber\n        failure\n        packageNumber\n        retriedAt\n        autoConfirmAt\n        estimatedCost { amount currencyCode }\n      }\n      returns(first: 10) {\n        nodes {\n          id\n          channelReturnId\n          type\n          status\n          respondBy\n          availableOperations\n          refund { amount currencyCode }\n          lines { id quantity receivedQuantity damagedQuantity reason orderItem { id title } }\n        }\n      }\n      shippingAddress { name phone line1 line2 city region postalCode countryCode erasedAt }\n      items {\n        id\n        title\n        quantity\n        cancelledQuantity\n        shippedQuantity\n        isUnknownProduct\n        unitPrice { amount currencyCode }\n        product { id sku }\n      }\n      packages {\n        id\n        carrier\n        trackingNumber\n        shippedAt\n        uploadedAt\n        warnings\n        warehouse { id name }\n        correction { trackingNumber refusal }\n        lines { quantity orderItem { id title } }\n      }\n      invoices { kind recipient state number refusal }\n      channelActions(first: 5) { nodes { id kind status message createdAt } }\n      notes { id body author createdAt }\n    }\n    warehouses { id name }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription OrderChanged($companyId: ID!) {\n    ordersChanged(companyId: $companyId) { cursor }\n  }\n"): (typeof documents)["\n  subscription OrderChanged($companyId: ID!) {\n    ordersChanged(companyId: $companyId) { cursor }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Orders($filter: OrderFilter!, $orderBy: OrderOrder, $after: String) {\n    orders(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {\n      nodes {\n        id\n        channelOrderId\n        status\n        shippingStatus\n        sourceUpdatedForShipping\n        orderedAt\n        latestShipAt\n        total { amount currencyCode }\n        shippingAddress { name city countryCode }\n        items { id quantity isUnknownProduct }\n      }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n      statusCounts { status count }\n    }\n  }\n"): (typeof documents)["\n  query Orders($filter: OrderFilter!, $orderBy: OrderOrder, $after: String) {\n    orders(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {\n      nodes {\n        id\n        channelOrderId\n        status\n        shippingStatus\n        sourceUpdatedForShipping\n        orderedAt\n        latestShipAt\n        total { amount currencyCode }\n        shippingAddress { name city countryCode }\n        items { id quantity isUnknownProduct }\n      }\n      pageInfo { hasNextPage endCursor }\n      totalCount\n      statusCounts { status count }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription OrdersChanged($companyId: ID!) {\n    ordersChanged(companyId: $companyId) { cursor }\n  }\n"): (typeof documents)["\n  subscription OrdersChanged($companyId: ID!) {\n    ordersChanged(companyId: $companyId) { cursor }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ProductPage($id: ID!) {\n    product(id: $id) {\n      id\n      sku\n      name\n      websiteProperties { websiteProductId websiteProductVariantId useDefaultSafetyQuantity safetyQuantity }\n      price {\n        state\n        refusal\n        wanted { amount currencyCode }\n        minimum { amount currencyCode }\n        channelPrice { amount currencyCode }\n      }\n      channelActions(first: 5) { nodes { id kind status message createdAt } }\n      shadowOf { id sku company { id name } }\n      inventory { onHand reserved warehouse { id name } }\n      stockExplanation {\n        warehouses { onHand counts reason warehouse { id name } }\n        reservations { quantity order { id channelOrderId } }\n        reservedQuantity\n        aggregateSellableQuantity\n        safetyQuantity\n        maxQuantity\n        availableQuantity\n        isWaiting\n        heldBackSince\n        channel { acceptedQuantity acceptedAt channelQuantity channelReadAt refusal }\n      }\n    }\n    warehouses { id name }\n  }\n"): (typeof documents)["\n  query ProductPage($id: ID!) {\n    product(id: $id) {\n      id\n      sku\n      name\n      websiteProperties { websiteProductId websiteProductVariantId useDefaultSafetyQuantity safetyQuantity }\n      price {\n        state\n        refusal\n        wanted { amount currencyCode }\n        minimum { amount currencyCode }\n        channelPrice { amount currencyCode }\n      }\n      channelActions(first: 5) { nodes { id kind status message createdAt } }\n      shadowOf { id sku company { id name } }\n      inventory { onHand reserved warehouse { id name } }\n      stockExplanation {\n        warehouses { onHand counts reason warehouse { id name } }\n        reservations { quantity order { id channelOrderId } }\n        reservedQuantity\n        aggregateSellableQuantity\n        safetyQuantity\n        maxQuantity\n        availableQuantity\n        isWaiting\n        heldBackSince\n        channel { acceptedQuantity acceptedAt channelQuantity channelReadAt refusal }\n      }\n    }\n    warehouses { id name }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription StockChanged($companyId: ID!) {\n    inventoryChanged(companyId: $companyId) { cursor }\n  }\n"): (typeof documents)["\n  subscription StockChanged($companyId: ID!) {\n    inventoryChanged(companyId: $companyId) { cursor }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CompanyProducts($companyId: ID!, $filter: ProductFilter, $orderBy: ProductOrder, $after: String) {\n    company(id: $companyId) {\n      id\n      products(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {\n        nodes {\n          id\n          sku\n          name\n          availableQuantity\n          aggregateSellableQuantity\n          websiteProperties { websiteProductId lastPushedQuantity lastPushedAt }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n        statusCounts { status count }\n      }\n    }\n  }\n"): (typeof documents)["\n  query CompanyProducts($companyId: ID!, $filter: ProductFilter, $orderBy: ProductOrder, $after: String) {\n    company(id: $companyId) {\n      id\n      products(first: 25, after: $after, filter: $filter, orderBy: $orderBy) {\n        nodes {\n          id\n          sku\n          name\n          availableQuantity\n          aggregateSellableQuantity\n          websiteProperties { websiteProductId lastPushedQuantity lastPushedAt }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n        statusCounts { status count }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription InventoryChanged($companyId: ID!) {\n    inventoryChanged(companyId: $companyId) { cursor }\n  }\n"): (typeof documents)["\n  subscription InventoryChanged($companyId: ID!) {\n    inventoryChanged(companyId: $companyId) { cursor }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query CompanyReturns($companyId: ID!, $filter: ReturnFilter, $after: String) {\n    company(id: $companyId) {\n      id\n      returns(first: 25, after: $after, filter: $filter) {\n        nodes {\n          id\n          channelReturnId\n          type\n          status\n          respondBy\n          requestedAt\n          refund { amount currencyCode }\n          order { id }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n        statusCounts { status count }\n      }\n    }\n  }\n"): (typeof documents)["\n  query CompanyReturns($companyId: ID!, $filter: ReturnFilter, $after: String) {\n    company(id: $companyId) {\n      id\n      returns(first: 25, after: $after, filter: $filter) {\n        nodes {\n          id\n          channelReturnId\n          type\n          status\n          respondBy\n          requestedAt\n          refund { amount currencyCode }\n          order { id }\n        }\n        pageInfo { hasNextPage endCursor }\n        totalCount\n        statusCounts { status count }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ReturnsChanged($companyId: ID!) {\n    returnsChanged(companyId: $companyId) { cursor }\n  }\n"): (typeof documents)["\n  subscription ReturnsChanged($companyId: ID!) {\n    returnsChanged(companyId: $companyId) { cursor }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Settings($companyId: ID!) {\n    company(id: $companyId) {\n      id\n      settings {\n        storeType\n        storePlugin\n        region\n        mallType\n        allowInventoryUpload\n        allowOrderDownload\n        allowTrackingUpload\n        allowReturnDownload\n        allowPriceUpload\n        safetyQuantity\n        maxQuantity\n        accessToken { status lastFour mallId expiresAt missingScopes }\n      }\n    }\n  }\n"): (typeof documents)["\n  query Settings($companyId: ID!) {\n    company(id: $companyId) {\n      id\n      settings {\n        storeType\n        storePlugin\n        region\n        mallType\n        allowInventoryUpload\n        allowOrderDownload\n        allowTrackingUpload\n        allowReturnDownload\n        allowPriceUpload\n        safetyQuantity\n        maxQuantity\n        accessToken { status lastFour mallId expiresAt missingScopes }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Statistics($companyId: ID!, $from: DateTime!, $to: DateTime!, $timeZone: String!) {\n    company(id: $companyId) {\n      id\n      statistics(from: $from, to: $to, timeZone: $timeZone) {\n        totals { orders pieces cancelledOrders sales { amount currencyCode } }\n        intervals { startsAt orders sales { amount currencyCode } }\n        byStatus { status orders }\n        byCountry { countryCode orders sales { amount currencyCode } }\n        byProduct(first: 10) { pieces sales { amount currencyCode } product { id sku name } }\n        shipping { shippedInTime shippedLate open pastDue }\n      }\n    }\n  }\n"): (typeof documents)["\n  query Statistics($companyId: ID!, $from: DateTime!, $to: DateTime!, $timeZone: String!) {\n    company(id: $companyId) {\n      id\n      statistics(from: $from, to: $to, timeZone: $timeZone) {\n        totals { orders pieces cancelledOrders sales { amount currencyCode } }\n        intervals { startsAt orders sales { amount currencyCode } }\n        byStatus { status orders }\n        byCountry { countryCode orders sales { amount currencyCode } }\n        byProduct(first: 10) { pieces sales { amount currencyCode } product { id sku name } }\n        shipping { shippedInTime shippedLate open pastDue }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AcceptCancellation($orderId: ID!) {\n    acceptCancellation(input: { orderId: $orderId }) { action { id status } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation AcceptCancellation($orderId: ID!) {\n    acceptCancellation(input: { orderId: $orderId }) { action { id status } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeclineCancellation($orderId: ID!) {\n    declineCancellation(input: { orderId: $orderId }) { order { id status } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation DeclineCancellation($orderId: ID!) {\n    declineCancellation(input: { orderId: $orderId }) { order { id status } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReportOutOfStock($orderId: ID!) {\n    reportOutOfStock(input: { orderId: $orderId }) { action { id status } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation ReportOutOfStock($orderId: ID!) {\n    reportOutOfStock(input: { orderId: $orderId }) { action { id status } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation HoldOrder($orderId: ID!, $reason: String!) {\n    holdOrder(input: { orderId: $orderId, reason: $reason }) { order { id status } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation HoldOrder($orderId: ID!, $reason: String!) {\n    holdOrder(input: { orderId: $orderId, reason: $reason }) { order { id status } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReleaseOrder($orderId: ID!) {\n    releaseOrder(input: { orderId: $orderId }) { order { id status } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation ReleaseOrder($orderId: ID!) {\n    releaseOrder(input: { orderId: $orderId }) { order { id status } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UploadInvoice($input: UploadInvoiceInput!) {\n    uploadInvoice(input: $input) { action { id status } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation UploadInvoice($input: UploadInvoiceInput!) {\n    uploadInvoice(input: $input) { action { id status } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ShippingRates($input: ShippingRatesInput!) {\n    shippingRates(input: $input) {\n      rates { serviceId carrier service delivery needs price { amount currencyCode } }\n      unavailable { serviceId carrier service reason }\n      userErrors { message field }\n    }\n  }\n"): (typeof documents)["\n  mutation ShippingRates($input: ShippingRatesInput!) {\n    shippingRates(input: $input) {\n      rates { serviceId carrier service delivery needs price { amount currencyCode } }\n      unavailable { serviceId carrier service reason }\n      userErrors { message field }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation BuyShippingLabels($input: BuyShippingLabelsInput!) {\n    buyShippingLabels(input: $input) {\n      labels { id }\n      results { userErrors { message } }\n      userErrors { message }\n    }\n  }\n"): (typeof documents)["\n  mutation BuyShippingLabels($input: BuyShippingLabelsInput!) {\n    buyShippingLabels(input: $input) {\n      labels { id }\n      results { userErrors { message } }\n      userErrors { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetryShippingLabel($input: RetryShippingLabelInput!) {\n    retryShippingLabel(input: $input) { label { id } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation RetryShippingLabel($input: RetryShippingLabelInput!) {\n    retryShippingLabel(input: $input) { label { id } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PrintShippingLabels($labelIds: [ID!]!) {\n    printShippingLabels(input: { labelIds: $labelIds }) { url userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation PrintShippingLabels($labelIds: [ID!]!) {\n    printShippingLabels(input: { labelIds: $labelIds }) { url userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ConfirmLabelsShipped($labelIds: [ID!]!) {\n    confirmLabelsShipped(input: { labelIds: $labelIds }) { actions { id } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation ConfirmLabelsShipped($labelIds: [ID!]!) {\n    confirmLabelsShipped(input: { labelIds: $labelIds }) { actions { id } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AddNote($input: AddOrderNoteInput!) {\n    addOrderNote(input: $input) {\n      order { id }\n      userErrors { message field }\n    }\n  }\n"): (typeof documents)["\n  mutation AddNote($input: AddOrderNoteInput!) {\n    addOrderNote(input: $input) {\n      order { id }\n      userErrors { message field }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation IssueRefund($returnId: ID!, $maxAmount: Decimal!) {\n    issueRefund(input: { returnId: $returnId, maxAmount: $maxAmount }) { action { id status } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation IssueRefund($returnId: ID!, $maxAmount: Decimal!) {\n    issueRefund(input: { returnId: $returnId, maxAmount: $maxAmount }) { action { id status } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReceiveReturn($input: ReceiveReturnInput!) {\n    receiveReturn(input: $input) { return { id } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation ReceiveReturn($input: ReceiveReturnInput!) {\n    receiveReturn(input: $input) { return { id } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription OrderReturnsChanged($companyId: ID!) {\n    returnsChanged(companyId: $companyId) { cursor }\n  }\n"): (typeof documents)["\n  subscription OrderReturnsChanged($companyId: ID!) {\n    returnsChanged(companyId: $companyId) { cursor }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Ship($input: ShipOrderInput!) {\n    shipOrder(input: $input) {\n      order { id shippingStatus }\n      userErrors { message field }\n    }\n  }\n"): (typeof documents)["\n  mutation Ship($input: ShipOrderInput!) {\n    shipOrder(input: $input) {\n      order { id shippingStatus }\n      userErrors { message field }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation TellTemu($input: UploadTrackingInput!) {\n    uploadTracking(input: $input) {\n      job { id }\n      userErrors { message }\n    }\n  }\n"): (typeof documents)["\n  mutation TellTemu($input: UploadTrackingInput!) {\n    uploadTracking(input: $input) {\n      job { id }\n      userErrors { message }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ChangeMapping($input: UpdateWebsitePropertiesInput!) {\n    updateWebsiteProperties(input: $input) {\n      product { id }\n      matchedOrders\n      userErrors { message field }\n    }\n  }\n"): (typeof documents)["\n  mutation ChangeMapping($input: UpdateWebsitePropertiesInput!) {\n    updateWebsiteProperties(input: $input) {\n      product { id }\n      matchedOrders\n      userErrors { message field }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetMinimumPrices($input: SetMinimumPricesInput!) {\n    setMinimumPrices(input: $input) { products { id } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation SetMinimumPrices($input: SetMinimumPricesInput!) {\n    setMinimumPrices(input: $input) { products { id } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdatePrices($input: UpdatePricesInput!) {\n    updatePrices(input: $input) { products { id } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation UpdatePrices($input: UpdatePricesInput!) {\n    updatePrices(input: $input) { products { id } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UploadPrices($companyId: ID!, $productIds: [ID!]!) {\n    uploadPrices(input: { companyId: $companyId, productIds: $productIds }) { job { id } userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation UploadPrices($companyId: ID!, $productIds: [ID!]!) {\n    uploadPrices(input: { companyId: $companyId, productIds: $productIds }) { job { id } userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription PricesChanged($companyId: ID!) {\n    productsChanged(companyId: $companyId) { cursor }\n  }\n"): (typeof documents)["\n  subscription PricesChanged($companyId: ID!) {\n    productsChanged(companyId: $companyId) { cursor }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetStock($input: SetInventoryInput!) {\n    setInventory(input: $input) {\n      products { id }\n      userErrors { message field }\n    }\n  }\n"): (typeof documents)["\n  mutation SetStock($input: SetInventoryInput!) {\n    setInventory(input: $input) {\n      products { id }\n      userErrors { message field }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ChangeSettings($input: UpdateCompanySettingsInput!) {\n    updateCompanySettings(input: $input) {\n      company { id }\n      userErrors { message field }\n    }\n  }\n"): (typeof documents)["\n  mutation ChangeSettings($input: UpdateCompanySettingsInput!) {\n    updateCompanySettings(input: $input) {\n      company { id }\n      userErrors { message field }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetToken($input: SetAccessTokenInput!) {\n    setAccessToken(input: $input) {\n      company { id }\n      userErrors { message field }\n    }\n  }\n"): (typeof documents)["\n  mutation SetToken($input: SetAccessTokenInput!) {\n    setAccessToken(input: $input) {\n      company { id }\n      userErrors { message field }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation BeginAuthorization($companyId: ID!) {\n    beginAuthorization(input: { companyId: $companyId }) { url expiresAt userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation BeginAuthorization($companyId: ID!) {\n    beginAuthorization(input: { companyId: $companyId }) { url expiresAt userErrors { message } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation TestSettings($companyId: ID!) {\n    testSettings(input: { companyId: $companyId }) { ok advice userErrors { message } }\n  }\n"): (typeof documents)["\n  mutation TestSettings($companyId: ID!) {\n    testSettings(input: { companyId: $companyId }) { ok advice userErrors { message } }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;