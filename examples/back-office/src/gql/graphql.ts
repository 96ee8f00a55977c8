/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** What a token may be used for: cross-border malls hold two. */
export type AccessTokenPurpose =
  /** everything */
  | 'ALL'
  /** orders and shipping */
  | 'ORDERS'
  /** products and stock */
  | 'PRODUCTS';

/** What is known of a token. */
export type AccessTokenStatus =
  /** its time is over */
  | 'EXPIRED'
  /** Temu accepts it, for 30 days at most */
  | 'EXPIRING'
  /** none is set */
  | 'MISSING'
  /** Temu refuses it */
  | 'REJECTED'
  /** set, but Temu has not been asked yet or could not be reached */
  | 'UNTESTED'
  /** Temu accepts it */
  | 'VALID';

/** A note to add to an order. */
export type AddOrderNoteInput = {
  /** What to tell; 10,000 characters at most. */
  body: string;
  /** The order. */
  orderId: string;
};

/** How soon a person should look. */
export type AttentionSeverity =
  /** now: something stands still, or buyers wait */
  | 'CRITICAL'
  /** before it becomes trouble */
  | 'WARNING';

/** Labels to buy. */
export type BuyShippingLabelsInput = {
  /** 50 at most. Those of one order are bought together or not at all, each other by itself. */
  purchases: Array<ShippingLabelPurchaseInput>;
};

/** Where orders come from and stock goes to. */
export type Channel =
  /** the company's website plugin, which is Temu */
  | 'WEBSITE';

/** What a person should look at channel actions for: an item of attention with the same code counts them. */
export type ChannelActionAttention =
  /** refused within a week, and not asked for again */
  | 'CHANNEL_ACTIONS_REFUSED'
  /** on which Temu works for more than a week */
  | 'CHANNEL_ACTIONS_STALLED'
  /** of which nobody can tell what became */
  | 'CHANNEL_ACTIONS_UNCONFIRMED';

/** Which of what Temu is asked to do; every condition given must hold. */
export type ChannelActionFilter = {
  /** Of which all of these hold too. */
  and?: Array<ChannelActionFilter> | null | undefined;
  /** That need a person for this: all that the company's item of attention with this code counts. */
  attention?: ChannelActionAttention | null | undefined;
  /** Asked for in this range. */
  createdAt?: DateTimeRange | null | undefined;
  /** Done, refused or taken back in this range. */
  endedAt?: DateTimeRange | null | undefined;
  /** One of these. */
  kind?: Array<ChannelActionKind> | null | undefined;
  /** All but those of which this holds. */
  not?: ChannelActionFilter | null | undefined;
  /** Of which one of these holds too. */
  or?: Array<ChannelActionFilter> | null | undefined;
  /** Last sent in this range. */
  sentAt?: DateTimeRange | null | undefined;
  /** In one of these states. */
  status?: Array<ChannelActionStatus> | null | undefined;
  /** Done to what has this number at Temu. */
  subject?: string | null | undefined;
};

/** What the channel is asked to do. */
export type ChannelActionKind =
  /** agree to a buyer's request to cancel */
  | 'ACCEPT_CANCELLATION'
  /** sell the labels of an order, or of several that go together */
  | 'BUY_SHIPPING_LABEL'
  /** take other prices of SKUs of one goods, which Temu reviews */
  | 'CHANGE_PRICE'
  /** say that the parcel with a bought label has left */
  | 'CONFIRM_SHIPPING_LABEL'
  /** give a buyer all of the money back for a return */
  | 'ISSUE_REFUND'
  /** cancel items that can't be sent for want of stock */
  | 'REPORT_OUT_OF_STOCK'
  /** make a label that failed after all */
  | 'RETRY_SHIPPING_LABEL'
  /** put a listing on sale or take it off */
  | 'SET_SALE_STATUS'
  /** give an order its invoice or a credit note */
  | 'UPLOAD_INVOICE'
  /** give a buyer a label for a return */
  | 'UPLOAD_RETURN_LABEL';

/** Where an action stands; the last three are ends. */
export type ChannelActionStatus =
  /** taken back before it was sent */
  | 'CANCELLED'
  /** sent without answer so far: the channel is asked before it is sent again */
  | 'IN_DOUBT'
  /** waits to be sent */
  | 'QUEUED'
  /** the channel did not do it, and `message` says why */
  | 'REFUSED'
  /** the channel did it */
  | 'SUCCEEDED'
  /** nobody can tell what became of it: see resolveChannelAction */
  | 'UNCONFIRMED'
  /** the channel has it, and its result is still to come */
  | 'WORKING';

/** A company to create. */
export type CreateCompanyInput = {
  /** What people call it; 200 characters at most. */
  name: string;
};

/** Moments. What has no such moment is in no range. */
export type DateTimeRange = {
  /** At this moment or later: 2026-05-01T00:00:00Z. */
  from?: string | null | undefined;
  /** Before this moment: 2026-06-01T00:00:00Z for all of May. */
  to?: string | null | undefined;
};

/** The sides of a parcel. Temu is told hundredths of an inch in the United States and of a centimetre elsewhere, rounded up. */
export type DimensionsInput = {
  /** The last. */
  height: string;
  /** The longest side, such as "12.5". */
  length: string;
  /** The unit. */
  unit: LengthUnit;
  /** The next. */
  width: string;
};

/** Who packs and ships an order. */
export type FulfilledBy =
  /** Temu or a warehouse service of its: nothing is reserved or uploaded here */
  | 'CHANNEL'
  /** the seller, from own warehouses */
  | 'SELLER';

/** Who did something. */
export type HistoryActor =
  /** whoever holds an API key, by a mutation */
  | 'API_KEY'
  /** Temu, as an import, an update of stock or an upload of tracking has learnt */
  | 'CHANNEL'
  /** whoever may run the command `tradewind` on a machine of the installation */
  | 'COMMAND'
  /** Tradewind by itself */
  | 'SYSTEM';

/** Why an order is ON_HOLD. */
export type HoldReason =
  /** the buyer has asked for another address */
  | 'ADDRESS_CHANGE_REQUESTED'
  /** the buyer has asked to cancel */
  | 'CANCELLATION_REQUESTED'
  /** a person holds it back, see heldBecause */
  | 'MANUAL'
  /** Temu was told that there is no stock of some */
  | 'OUT_OF_STOCK_REPORTED'
  /** Temu is looking into it */
  | 'RISK_CONTROL';

/** Whole numbers. What has no such number is in no range. */
export type IntRange = {
  /** This or more. */
  from?: number | null | undefined;
  /** This or less. */
  to?: number | null | undefined;
};

/** What lies of a product in a warehouse. */
export type InventoryLevelInput = {
  /** Change only if this many lie there now; otherwise CONFLICT. */
  compareOnHand?: number | null | undefined;
  /** Pieces that lie there, those that orders hold included. */
  onHand: number;
  /** The product; a shadow product has no stock of its own. */
  productId: string;
  /** The warehouse. */
  warehouseId: string;
};

/** What a document is. */
export type InvoiceKind =
  /** of what was paid back */
  | 'CREDIT_NOTE'
  /** of what was sold */
  | 'INVOICE';

/** Whom a document is written to. */
export type InvoiceRecipient =
  /** the buyer */
  | 'CONSUMER'
  /** Temu, as of a discount that it pays */
  | 'PLATFORM';

/** How far a document is. */
export type InvoiceState =
  /** Temu has one that was not uploaded from here */
  | 'ON_CHANNEL'
  /** Temu did not take it, see `refusal`; it is wanted as before */
  | 'REFUSED'
  /** uploadInvoice was asked for, and what became of it is open */
  | 'SENDING'
  /** Temu took it */
  | 'UPLOADED'
  /** Temu has the figures for it, and no document */
  | 'WANTED';

/** Which outcomes. */
export type JobOutcomeFilter = {
  /** That ended this way. */
  status?: JobOutcomeStatus | null | undefined;
};

/** What became of one order, product or row. */
export type JobOutcomeStatus =
  /** not done; the message says why */
  | 'FAILED'
  /** left alone on purpose; the message says why */
  | 'SKIPPED'
  /** done */
  | 'SUCCEEDED';

/** Where a job stands; the last four are ends. */
export type JobStatus =
  /** stopped because a person asked; what was done is kept */
  | 'CANCELLED'
  /** given up; `error` says what to do */
  | 'FAILED'
  /** done, with failures that the outcomes name */
  | 'PARTIALLY_SUCCEEDED'
  /** waiting for a worker, or for the moment of its next try */
  | 'QUEUED'
  /** a worker holds its lease */
  | 'RUNNING'
  /** done, nothing failed */
  | 'SUCCEEDED';

/** Who asked for a job. */
export type JobTrigger =
  /** something that happened, such as a mapping */
  | 'EVENT'
  /** a person or a program, through the API */
  | 'MANUAL'
  /** the clock */
  | 'SCHEDULE'
  /** something that happened, of which a receiver is to be told */
  | 'WEBHOOK';

/** What a job does. */
export type JobType =
  /** tell a receiver what has changed */
  | 'DELIVER_WEBHOOKS'
  /** write products and their stock into a file */
  | 'EXPORT_INVENTORY'
  /** write orders into a file */
  | 'EXPORT_ORDERS'
  /** write what became of a job's subjects into a file */
  | 'EXPORT_OUTCOMES'
  /** fetch the files of shipping labels */
  | 'FETCH_LABEL_FILES'
  /** set what lies in warehouses by the rows of a file */
  | 'IMPORT_INVENTORY'
  /** read what a company's mall lists */
  | 'IMPORT_LISTINGS'
  /** bring in a company's orders */
  | 'IMPORT_ORDERS'
  /** set what is wanted for products by the rows of a file */
  | 'IMPORT_PRICES'
  /** add and change products by the rows of a file */
  | 'IMPORT_PRODUCTS'
  /** bring in what buyers send back or want refunded */
  | 'IMPORT_RETURNS'
  /** record packages of orders by the rows of a file */
  | 'IMPORT_SHIPMENTS'
  /** map products by the rows of a file */
  | 'IMPORT_WEBSITE_PROPERTIES'
  /** map products by SKU codes of Temu's listings */
  | 'MATCH_WEBSITE_PROPERTIES'
  /** match waiting items with products mapped since */
  | 'REMATCH_ORDER_ITEMS'
  /** have the channel do what was asked for about orders */
  | 'SEND_ORDER_ACTIONS'
  /** the same about products and listings */
  | 'SEND_PRODUCT_ACTIONS'
  /** tell the channel what is available of products */
  | 'UPDATE_INVENTORY'
  /** read the channel's prices, and have it told of those that are wanted */
  | 'UPLOAD_PRICES'
  /** tell the channel how a company's orders were shipped */
  | 'UPLOAD_TRACKING';

/** What a length is counted in. */
export type LengthUnit =
  /** cm */
  | 'CENTIMETERS'
  /** in, 2.54 cm */
  | 'INCHES';

/** Which listings; every condition given must hold. */
export type ListingFilter = {
  /** Of which all of these hold too. */
  and?: Array<ListingFilter> | null | undefined;
  /** Whether the last whole reading didn't meet it any more. */
  isGone?: boolean | null | undefined;
  /** Whether a product is mapped to it. */
  isMapped?: boolean | null | undefined;
  /** All but those of which this holds. */
  not?: ListingFilter | null | undefined;
  /** Of which one of these holds too. */
  or?: Array<ListingFilter> | null | undefined;
  /** Part of the title, the SKU code, the goods id or the SKU id; 500 characters at most. */
  search?: string | null | undefined;
  /** With one of these SKU codes. */
  skus?: Array<string> | null | undefined;
  /** With one of these statuses. */
  status?: Array<ListingStatus> | null | undefined;
  /** With one of these sub-statuses. */
  subStatus?: Array<ListingSubStatus> | null | undefined;
  /** Of which something last changed in this time. */
  updatedAt?: DateTimeRange | null | undefined;
  /** Of one of these Temu Goods IDs. */
  websiteProductIds?: Array<string> | null | undefined;
};

/** Whether buyers can have what is listed. */
export type ListingStatus =
  /** it is for sale */
  | 'FOR_SALE'
  /** the last whole reading didn't meet it any more */
  | 'GONE'
  /** it is listed, and not for sale; its sub-status says why */
  | 'NOT_FOR_SALE'
  /** it is listed, and Temu doesn't tell whether it is for sale */
  | 'UNKNOWN';

/** What Temu says of a listing beside its status. */
export type ListingSubStatus =
  /** for sale, and its category is to be corrected */
  | 'CATEGORY_WRONG'
  /** for sale, and seldom shown because of its price */
  | 'LOW_TRAFFIC'
  /** for sale, and Temu wants further material within a time */
  | 'MATERIALS_MISSING'
  /** for sale, with nothing to do */
  | 'ON_SALE'
  /** off sale because Temu takes its price to be too high */
  | 'PRICE_TOO_HIGH'
  /** taken off sale by Temu for its rules; only the seller centre helps */
  | 'PUNISHED'
  /** off sale because nothing is left */
  | 'SOLD_OUT'
  /** taken off sale by the seller, or after one of Temu's audits */
  | 'TAKEN_OFF'
  /** for sale, and what its pack or variant holds is to be corrected */
  | 'VARIANTS_WRONG';

/** What kind of shop a mall is. */
export type MallType =
  /** of a seller in the mall's own part of Temu */
  | 'LOCAL'
  /** of a seller abroad, with one part of the same shop in each region */
  | 'SEMI_MANAGED';

/** Below what a product may never cost. */
export type MinimumPriceInput = {
  /** The floor, in units of the currency: "15.00". Null: none any more. */
  amount?: string | null | undefined;
  /** ISO 4217, such as USD. Needed with an amount. */
  currencyCode?: string | null | undefined;
  /** The product. */
  productId: string;
};

/** Amounts of money. What has no amount is in no range; without a currency, only figures are compared. */
export type MoneyRange = {
  /** In this currency: "EUR". */
  currencyCode?: string | null | undefined;
  /** This or more: "19.90". */
  from?: string | null | undefined;
  /** This or less: "100". */
  to?: string | null | undefined;
};

/** The most that a label may cost; the price is asked for once more directly before it is bought. */
export type MostToPayInput = {
  /** In units of the currency, such as "9.00". */
  amount: string;
  /** ISO 4217, such as USD: that of the price. */
  currencyCode: string;
};

/** Something that a person may do with an order, by the mutation of that name. */
export type OrderAction =
  /** acceptCancellation */
  | 'ACCEPT_CANCELLATION'
  /** declineCancellation, and then shipOrder */
  | 'DECLINE_CANCELLATION'
  /** releaseOrder */
  | 'RELEASE'
  /** reportOutOfStock */
  | 'REPORT_OUT_OF_STOCK'
  /** shipOrder */
  | 'SHIP';

/** What a person should look at orders for: an item of attention with the same code counts them. */
export type OrderAttention =
  /** whose buyers ask to cancel, and wait for an answer */
  | 'CANCELLATION_REQUESTS'
  /** with packages that Temu doesn't let be corrected */
  | 'CORRECTIONS_REFUSED'
  /** of which Temu wants an invoice or a credit note */
  | 'INVOICES_WANTED'
  /** that wait for a new address to be answered, or for a look of Temu's */
  | 'ORDERS_HELD'
  /** past the moment by which Temu expects them to be sent */
  | 'PAST_SHIP_BY'
  /** with items that Temu lists under another number than before */
  | 'RENUMBERED_ITEMS'
  /** shipped, and Temu has not been told */
  | 'SHIPPED_NOT_UPLOADED'
  /** whose tracking Temu refuses */
  | 'TRACKING_REFUSED'
  /** with items that wait for a product */
  | 'UNKNOWN_PRODUCTS';

/** Which end of an order comes first. */
export type OrderDirection =
  /** the smallest or the earliest */
  | 'ASC'
  /** the largest or the latest */
  | 'DESC';

/** Which orders; every condition given must hold. */
export type OrderFilter = {
  /** Of which all of these hold too. */
  and?: Array<OrderFilter> | null | undefined;
  /** That need a person for this: all that the company's item of attention with this code counts. */
  attention?: OrderAttention | null | undefined;
  /** From this channel. */
  channel?: Channel | null | undefined;
  /** With one of these numbers at the channel. */
  channelOrderIds?: Array<string> | null | undefined;
  /** Orders of one company. */
  companyId?: string | null | undefined;
  /** That go to one of these countries, as `shippingAddress.countryCode` has them: "US". */
  countryCodes?: Array<string> | null | undefined;
  /** For which Temu forbids labels of this carrier, as `shippingRestrictionDetails.carriers` names it, or of all: "FedEx". */
  forbidsCarrier?: string | null | undefined;
  /** Whether its buyer asks to cancel, and waits for an answer. */
  hasCancellationRequest?: boolean | null | undefined;
  /** Whether an item is an Unknown product. */
  hasUnknownProduct?: boolean | null | undefined;
  /** Whether Temu forbids some label of one's own, or all of them. */
  isRestricted?: boolean | null | undefined;
  /** With one of these labels of Temu's. */
  labels?: Array<OrderLabel> | null | undefined;
  /** To be sent until a moment in this range. */
  latestShipAt?: DateTimeRange | null | undefined;
  /** All but those of which this holds. */
  not?: OrderFilter | null | undefined;
  /** Of which one of these holds too. */
  or?: Array<OrderFilter> | null | undefined;
  /** That reached the back office this way. */
  orderSource?: OrderSource | null | undefined;
  /** Placed at this moment or later. */
  orderedFrom?: string | null | undefined;
  /** Placed before this moment. */
  orderedTo?: string | null | undefined;
  /** That have a package which meets all of this. */
  package?: OrderPackageFilter | null | undefined;
  /** Part of the channel order number, the recipient or a SKU; 500 characters at most. */
  search?: string | null | undefined;
  /** Shipped as far as one of these says. */
  shippingStatus?: Array<ShippingStatus> | null | undefined;
  /** With an item that is a product with one of these SKUs. */
  skus?: Array<string> | null | undefined;
  /** Whether Temu knows how they were shipped. */
  sourceUpdatedForShipping?: boolean | null | undefined;
  /** In one of these states. */
  status?: Array<OrderStatus> | null | undefined;
  /** Whose total is in this range. */
  total?: MoneyRange | null | undefined;
  /** That last changed here in this range. */
  updatedAt?: DateTimeRange | null | undefined;
  /** Whether an invoice or a credit note of it is wanted, of a company in the region EU. */
  wantsInvoice?: boolean | null | undefined;
};

/**
 * What Temu says of an order beside its status. Names: rows of parentOrderLabel and orderLabel, in capitals; the last
 * four come of shippingMethod, orderPaymentType and fulfillmentWarning.
 */
export type OrderLabel =
  /** the buyer's new address holds */
  | 'ADDRESS_CHANGE_CONFIRMED'
  /** the buyer pays when it is delivered */
  | 'CASH_ON_DELIVERY'
  /** the buyer fetches it */
  | 'CUSTOMER_PICKUP'
  /** made after the buyer's wishes */
  | 'CUSTOMIZED_PRODUCTS'
  /** made only now */
  | 'MADE_TO_ORDER'
  /** its ship-by time is over */
  | 'PAST_DUE'
  /** the buyer asks for another address */
  | 'PENDING_BUYER_ADDRESS_CHANGE'
  /** the buyer asks to cancel */
  | 'PENDING_BUYER_CANCELLATION'
  /** Temu is looking into it */
  | 'PENDING_RISK_CONTROL_ALERT'
  /** sold before it is in stock */
  | 'PRE_SALE_ORDER'
  /** the parcel has to be signed for */
  | 'SIGNATURE_REQUIRED_ON_DELIVERY'
  /** its ship-by time is near */
  | 'SOON_TO_BE_OVERDUE'
  /** a store delivers it */
  | 'STORE_DELIVERY'
  /** goes from the United States to Canada */
  | 'US_TO_CA';

/** How orders are sorted. */
export type OrderOrder = {
  /** Which end comes first. */
  direction?: OrderDirection;
  /** By what. */
  field: OrderOrderField;
};

/** By what orders can be sorted. */
export type OrderOrderField =
  /** their number at the channel, as text */
  | 'CHANNEL_ORDER_ID'
  /** until when Temu expects them to be sent; without such a moment, as if it were the last */
  | 'LATEST_SHIP_AT'
  /** when they were placed */
  | 'ORDERED_AT'
  /** the figure of their total, whatever its currency; without one, as if it were the least */
  | 'TOTAL'
  /** when they last changed here */
  | 'UPDATED_AT';

/** Which packages, without those that were voided; every condition given must hold of the same one. */
export type OrderPackageFilter = {
  /** Carried by one of these, as the package names it. */
  carriers?: Array<string> | null | undefined;
  /** Shipped in this range. */
  shippedAt?: DateTimeRange | null | undefined;
  /** Of which Temu was told in this range. */
  uploadedAt?: DateTimeRange | null | undefined;
  /** Sent from one of these warehouses. */
  warehouseIds?: Array<string> | null | undefined;
};

/** How an order reached the back office. */
export type OrderSource =
  /** imported by the company's website plugin */
  | 'WEBSITE';

/** What the back office may do with an order. */
export type OrderStatus =
  /** not to be shipped any more */
  | 'CANCELLED'
  /** nothing is left to do */
  | 'COMPLETED'
  /** to be shipped */
  | 'IN_PROCESS'
  /** not to be shipped for the moment */
  | 'ON_HOLD'
  /** Temu has not released it: no address yet, not to be shipped */
  | 'PENDING';

/** Without lines: everything of the order that is still unshipped. */
export type PackageInput = {
  /** Who carries it: Temu's id, code or name of the carrier. */
  carrier: string;
  /** What it holds. */
  lines?: Array<PackageLineInput> | null | undefined;
  /** Further boxes of its one piece; 10 at most. */
  subPackages?: Array<SubPackageInput> | null | undefined;
  /** The carrier's number of it; each can be used once only. */
  trackingNumber: string;
  /** Where it was packed. */
  warehouseId: string;
};

/** Pieces of one item in a package. */
export type PackageLineInput = {
  /** The item. */
  orderItemId: string;
  /** Pieces of it. */
  quantity: number;
};

/** What a product is to cost. */
export type PriceInput = {
  /** What Temu is to pay for each piece, in units of the currency: "18.50". Null: nothing is wanted any more; what Temu has or reviews already stays. */
  amount?: string | null | undefined;
  /** ISO 4217, such as USD: the one in which Temu asks for it. Needed with an amount. */
  currencyCode?: string | null | undefined;
  /** The product. */
  productId: string;
  /** Why, which Temu is told; 200 characters at most. */
  reason?: string | null | undefined;
};

/** Where the price that is wanted for a product stands at the channel. */
export type PriceState =
  /** the channel has it */
  | 'ACCEPTED'
  /** the channel proposes another one, and waits for the seller */
  | 'COUNTERED'
  /** none is wanted */
  | 'NONE'
  /** the channel was not told yet */
  | 'PENDING'
  /** the channel does not take it, or it was not sent; `refusal` says why */
  | 'REFUSED'
  /** the channel reviews it */
  | 'UNDER_REVIEW';

/** What a person should look at products for: an item of attention with the same code counts them. */
export type ProductAttention =
  /** whose stock at Temu changes again and again without a sale */
  | 'DRIFTING_STOCK'
  /** for which Temu proposes another price, and waits for an answer */
  | 'PRICES_COUNTERED'
  /** whose price Temu refuses, or that was not sent */
  | 'PRICES_REFUSED'
  /** whose stock Temu refuses */
  | 'STOCK_REFUSED'
  /** not mapped to the channel, so that their stock is not told */
  | 'UNMAPPED_PRODUCTS'
  /** whose stock would go to zero, so that it is not told */
  | 'ZEROING_STOPPED';

/** Which products; every condition given must hold. */
export type ProductFilter = {
  /** Of which all of these hold too. */
  and?: Array<ProductFilter> | null | undefined;
  /** That need a person for this: all that the company's item of attention with this code counts. */
  attention?: ProductAttention | null | undefined;
  /** With so many pieces for the channel: {to: 0} for what is sold out. It is worked out for each product, so ask it of one company: of `Company.products`, or with `companyId` beside it. */
  availableQuantity?: IntRange | null | undefined;
  /** Of this company. */
  companyId?: string | null | undefined;
  /** Whether pieces lie in any warehouse, of a shadow those that it sells. */
  hasStock?: boolean | null | undefined;
  /** Whether it was put away by archiveProducts. */
  isArchived?: boolean | null | undefined;
  /** Whether Temu was last read to hold another figure than it had accepted, with no sale to explain it. */
  isDrifting?: boolean | null | undefined;
  /** Whether it is mapped to a listing on Temu. */
  isMapped?: boolean | null | undefined;
  /** Whether Temu refused the last figure of its stock. */
  isRefused?: boolean | null | undefined;
  /** Whether it sells the stock of another company's product. */
  isShadow?: boolean | null | undefined;
  /** Whether a change of its stock is still to be told to Temu. */
  isWaiting?: boolean | null | undefined;
  /** Of which Temu last accepted a figure in this time. */
  lastPushedAt?: DateTimeRange | null | undefined;
  /** All but those of which this holds. */
  not?: ProductFilter | null | undefined;
  /** Of which one of these holds too. */
  or?: Array<ProductFilter> | null | undefined;
  /** Whose price stands so; NONE are those for which none is wanted. */
  priceState?: Array<PriceState> | null | undefined;
  /** Part of the SKU or the name; 500 characters at most. */
  search?: string | null | undefined;
  /** One of these SKUs. */
  skus?: Array<string> | null | undefined;
  /** Last changed in this time. */
  updatedAt?: DateTimeRange | null | undefined;
};

/** How products are sorted. */
export type ProductOrder = {
  /** Which end comes first. */
  direction?: OrderDirection;
  /** By what. */
  field: ProductOrderField;
};

/** By what products can be sorted. What is worked out for each product is sorted within one company only. */
export type ProductOrderField =
  /** what the channel is told; of one company */
  | 'AVAILABLE_QUANTITY'
  /** when they were created */
  | 'CREATED_AT'
  /** when Temu last accepted a figure; of one company */
  | 'LAST_PUSHED_AT'
  /** what people call them */
  | 'NAME'
  /** the seller's own code */
  | 'SKU'
  /** when they last changed */
  | 'UPDATED_AT';

/** Whether a product is joined to a listing of the channel's. */
export type ProductStatus =
  /** it is, so its stock is told */
  | 'MAPPED'
  /** it isn't yet */
  | 'UNMAPPED';

/** Which jobs; every condition given must hold. */
export type QueuedJobFilter = {
  /** Of which all of these hold too. */
  and?: Array<QueuedJobFilter> | null | undefined;
  /** Of this company. */
  companyId?: string | null | undefined;
  /** Asked for in this time. */
  createdAt?: DateTimeRange | null | undefined;
  /** With an error, and whether the same job may succeed later without anybody changing anything. */
  errorIsPassing?: boolean | null | undefined;
  /** Ended in this time. */
  finishedAt?: DateTimeRange | null | undefined;
  /** All but those of which this holds. */
  not?: QueuedJobFilter | null | undefined;
  /** Of which one of these holds too. */
  or?: Array<QueuedJobFilter> | null | undefined;
  /** In one of these states. */
  status?: Array<JobStatus> | null | undefined;
  /** That told what became of this order number, SKU or row, such as "PO-211-00000000000000001". */
  subject?: string | null | undefined;
  /** Asked for by one of these. */
  trigger?: Array<JobTrigger> | null | undefined;
  /** Of one of these types. */
  type?: Array<JobType> | null | undefined;
};

/** How jobs are sorted. */
export type QueuedJobOrder = {
  /** Which end comes first. */
  direction?: OrderDirection;
  /** By what. */
  field: QueuedJobOrderField;
};

/** By what jobs can be sorted. */
export type QueuedJobOrderField =
  /** when they were asked for */
  | 'CREATED_AT'
  /** when they ended, those that have not behind all others */
  | 'FINISHED_AT';

/** What came in of a return; all of it is recorded, or nothing. */
export type ReceiveReturnInput = {
  /** A name of your own for this parcel, 255 characters at most: given twice with the same input, the pieces are counted once, however long after; with other input it is CONFLICT. */
  idempotencyKey: string;
  /** What came in. */
  lines: Array<ReceivedReturnLineInput>;
  /** The return. */
  returnId: string;
  /** Where it came in. */
  warehouseId: string;
};

/** Pieces of one line that came in. */
export type ReceivedReturnLineInput = {
  /** What they are like. */
  condition: ReturnCondition;
  /** The line of the return. */
  lineId: string;
  /** Pieces of it, of those that are still to come back. */
  quantity: number;
};

/** A label that FAILED, and what is to be different; what its parcel holds can't be. */
export type RetryShippingLabelInput = {
  /** Its size. */
  dimensions: DimensionsInput;
  /** The label. */
  labelId: string;
  /** The most that it may cost. */
  mostToPay: MostToPayInput;
  /** The service, as shippingRates tells it. */
  serviceId: string;
  /** Whether it has to be signed for. Orders of which Temu wants that are asked for so anyway. */
  signature?: boolean | null | undefined;
  /** Where it leaves from. */
  warehouseId: string;
  /** What it weighs. */
  weight: WeightInput;
};

/** What pieces are like that came back. */
export type ReturnCondition =
  /** they are counted, and not put back */
  | 'DAMAGED'
  /** they lie in the warehouse again, and may be sold */
  | 'SELLABLE';

/** Which returns; every condition given must hold. */
export type ReturnFilter = {
  /** Of which all of these hold too. */
  and?: Array<ReturnFilter> | null | undefined;
  /** With which Temu lets the seller do one of these. */
  availableOperations?: Array<ReturnOperation> | null | undefined;
  /** Of one of the orders with these numbers at the channel. */
  channelOrderIds?: Array<string> | null | undefined;
  /** With one of these numbers at the channel. */
  channelReturnIds?: Array<string> | null | undefined;
  /** Whether the time to answer ends within 24 hours: all that the company's attention item RETURNS_DUE counts. */
  isDue?: boolean | null | undefined;
  /** All but those of which this holds. */
  not?: ReturnFilter | null | undefined;
  /** Of which one of these holds too. */
  or?: Array<ReturnFilter> | null | undefined;
  /** Asked for in this range. */
  requestedAt?: DateTimeRange | null | undefined;
  /** To be answered until a moment in this range. */
  respondBy?: DateTimeRange | null | undefined;
  /** In one of these states. */
  status?: Array<ReturnStatus> | null | undefined;
  /** That come back with one of these tracking numbers. */
  trackingNumbers?: Array<string> | null | undefined;
  /** Of this type. */
  type?: ReturnType | null | undefined;
  /** That last changed here in this range. */
  updatedAt?: DateTimeRange | null | undefined;
};

/** What Temu lets a seller do with a return. */
export type ReturnOperation =
  /** give all of the money back, by issueRefund */
  | 'ISSUE_REFUND'
  /** give the buyer a label, by uploadReturnLabel */
  | 'UPLOAD_LABEL';

/** Where a return stands at Temu; the last three are ends. */
export type ReturnStatus =
  /** Temu decides */
  | 'IN_REVIEW'
  /** on its way back */
  | 'IN_TRANSIT'
  /** the buyer waits for a label of the seller's */
  | 'LABEL_REQUESTED'
  /** back where it was sent to, says Temu, and the buyer waits for the money */
  | 'RECEIVED'
  /** the buyer has the money back */
  | 'REFUNDED'
  /** Temu gives the money back */
  | 'REFUNDING'
  /** the buyer waits for the money */
  | 'REFUND_REQUESTED'
  /** there is no refund */
  | 'REJECTED'
  /** the buyer is to send it, and nothing has left yet */
  | 'RETURN_REQUESTED'
  /** the buyer took it back */
  | 'WITHDRAWN';

/** What a buyer wants. */
export type ReturnType =
  /** the money, and nothing comes back */
  | 'REFUND_ONLY'
  /** to send it back for the money */
  | 'RETURN_AND_REFUND';

/** A token to keep. */
export type SetAccessTokenInput = {
  /** As Temu's seller centre shows it; it is stored encrypted. */
  accessToken: string;
  /** The company. */
  companyId: string;
  /** What it is for; cross-border malls have two. */
  purpose?: AccessTokenPurpose;
};

/** At most 500 a call; compareOnHand, where given, must equal the present figure or the whole call changes nothing (CONFLICT). */
export type SetInventoryInput = {
  /** All of them are set, or none. */
  levels: Array<InventoryLevelInput>;
};

/** Listings to be put on sale, or taken off it; all of them, or none. */
export type SetListingsForSaleInput = {
  /** The company whose mall lists them. */
  companyId: string;
  /** Whether they are to be for sale. */
  isForSale: boolean;
  /** The listings; 250 at most. */
  listingIds: Array<string>;
};

/** At most 500 a call. */
export type SetMinimumPricesInput = {
  /** The company that sells them. */
  companyId: string;
  /** All of them are kept, or none. */
  minimums: Array<MinimumPriceInput>;
};

/** Packages of one order; all of them are recorded, or none. */
export type ShipOrderInput = {
  /** The order. */
  orderId: string;
  /** Its packages; 50 at most. */
  packages: Array<PackageInput>;
};

/** A label to buy. Without lines: for all that is left of its orders. */
export type ShippingLabelPurchaseInput = {
  /** Its size. */
  dimensions: DimensionsInput;
  /** What it holds, of one order that goes in several parcels: the others have to be in the same call, and all of them together hold all that is left of the order. */
  lines?: Array<PackageLineInput> | null | undefined;
  /** The most that it may cost. */
  mostToPay: MostToPayInput;
  /** Its orders: one, or up to 20 to one address that go together. */
  orderIds: Array<string>;
  /** The service, as shippingRates tells it. */
  serviceId: string;
  /** Whether it has to be signed for. Orders of which Temu wants that are asked for so anyway. */
  signature?: boolean | null | undefined;
  /** Where it leaves from. */
  warehouseId: string;
  /** What it weighs. */
  weight: WeightInput;
};

/** Where a label stands. */
export type ShippingLabelStatus =
  /** it is made and has its tracking number */
  | 'BOUGHT'
  /** taken back before the channel was asked, or cancelled there */
  | 'CANCELLED'
  /** the channel was told that its parcel left, or has said so by itself */
  | 'CONFIRMED'
  /** the channel did not make it, and nothing was paid; `failure` says why */
  | 'FAILED'
  /** the channel is to be asked for it, or was and has not answered */
  | 'REQUESTED'
  /** the channel has the order for it and makes it */
  | 'WORKING';

/** A parcel. Without lines: all that is left of its orders. */
export type ShippingRatesInput = {
  /** Its size. */
  dimensions: DimensionsInput;
  /** What it holds, of one order that goes in several parcels. */
  lines?: Array<PackageLineInput> | null | undefined;
  /** Its orders: one, or up to 20 to one address that go together. */
  orderIds: Array<string>;
  /** Whether it has to be signed for. Orders of which Temu wants that are asked for so anyway. */
  signature?: boolean | null | undefined;
  /** Where it leaves from. */
  warehouseId: string;
  /** What it weighs. */
  weight: WeightInput;
};

/** How much of an order has been shipped. */
export type ShippingStatus =
  /** all pieces that were not cancelled */
  | 'FULLY_SHIPPED'
  /** some pieces */
  | 'PARTIALLY_SHIPPED'
  /** nothing */
  | 'UNSHIPPED';

/** The plugin that serves a custom website. */
export type StorePlugin =
  /** Temu's Open Platform */
  | 'TEMU';

/** What kind of website a company sells on. */
export type StoreType =
  /** one that a plugin serves */
  | 'CUSTOM'
  /** none chosen yet */
  | 'NONE';

/** A further box of a piece that needs several; the package then holds that one piece alone. */
export type SubPackageInput = {
  /** Who carries it: Temu's id, code or name of the carrier. */
  carrier: string;
  /** The carrier's number of it. */
  trackingNumber: string;
};

/** The part of Temu a mall belongs to: a token works only there. */
export type TemuRegion =
  /** European Union and United Kingdom */
  | 'EU'
  /** everywhere else */
  | 'GLOBAL'
  /** United States */
  | 'US';

/** Settings to change; those left out stay as they are. */
export type UpdateCompanySettingsInput = {
  /** Whether stock goes out by schedule. */
  allowInventoryUpload?: boolean | null | undefined;
  /** Whether orders come in by schedule. */
  allowOrderDownload?: boolean | null | undefined;
  /** Whether prices that are wanted go out by schedule. */
  allowPriceUpload?: boolean | null | undefined;
  /** Whether returns come in by schedule. */
  allowReturnDownload?: boolean | null | undefined;
  /** Whether tracking goes out by schedule. */
  allowTrackingUpload?: boolean | null | undefined;
  /** The company. */
  companyId: string;
  /** Tell Temu by the clock, six hours before it says so by itself, that parcels with bought labels have left. */
  confirmLabelsAutomatically?: boolean | null | undefined;
  /** Never tell the channel more than this of one product; null: no limit. */
  maxQuantity?: number | null | undefined;
  /** Never import orders placed before this; null: no limit. */
  ordersNotBefore?: string | null | undefined;
  /** The part of Temu that the mall belongs to. */
  region?: TemuRegion | null | undefined;
  /** Refuse a price for a product that has no minimum price; on unless switched off. */
  requireMinimumPrice?: boolean | null | undefined;
  /** Pieces of each product that the channel is not told of. */
  safetyQuantity?: number | null | undefined;
  /** Offer only stock in warehouses that have a channel warehouse code. */
  sellOnlyMappedWarehouses?: boolean | null | undefined;
  /** Null takes the plugin away; orders and products stay. */
  storePlugin?: StorePlugin | null | undefined;
  /** CUSTOM for a company that sells on Temu. */
  storeType?: StoreType | null | undefined;
  /** Tell Temu of each line as soon as all of it is packed, not of orders once they are fully shipped. */
  uploadTrackingPerItem?: boolean | null | undefined;
};

/** At most 500 a call. */
export type UpdatePricesInput = {
  /** The company that sells them. */
  companyId: string;
  /** All of them are kept, or none. */
  prices: Array<PriceInput>;
  /** Say what would be refused, change nothing. */
  validateOnly?: boolean;
};

/** Website properties to change; those left out stay as they are. */
export type UpdateWebsitePropertiesInput = {
  /** The product. */
  productId: string;
  /** The product's own safety quantity, in pieces. */
  safetyQuantity?: number | null | undefined;
  /** Whether the company's safety quantity holds. */
  useDefaultSafetyQuantity?: boolean | null | undefined;
  /** Temu Goods ID; null for both ids takes the mapping away. */
  websiteProductId?: string | null | undefined;
  /** Temu SKU ID; null for both ids takes the mapping away. */
  websiteProductVariantId?: string | null | undefined;
};

/** An order's invoice, or a credit note. */
export type UploadInvoiceInput = {
  /** The PDF, handed in with POST /files as application/pdf; 5 MiB at most. It is the order's alone from now on. */
  fileId: string;
  /** What it is. */
  kind?: InvoiceKind;
  /** The document's own number, such as RE-2026-00042; 64 characters at most. */
  number: string;
  /** The order; it has left. */
  orderId: string;
  /** Whom it is written to. */
  recipient?: InvoiceRecipient;
};

/** Without orderIds: every fully shipped order not yet updated at the source; and each line that is packed whole, where the company's uploadTrackingPerItem is on. */
export type UploadTrackingInput = {
  /** The company. */
  companyId: string;
  /** Given twice with the same input within 24 hours, the first answer is given again. */
  idempotencyKey?: string | null | undefined;
  /** These orders only, and those that share a parcel with one of them; 500 at most. */
  orderIds?: Array<string> | null | undefined;
};

/** What a parcel weighs, packed. Temu is told whole ounces in the United States and hundredths of a kilogram elsewhere, rounded up. */
export type WeightInput = {
  /** The unit. */
  unit: WeightUnit;
  /** How many of the unit, such as "2.5". */
  value: string;
};

/** What a weight is counted in. */
export type WeightUnit =
  /** g */
  | 'GRAMS'
  /** kg */
  | 'KILOGRAMS'
  /** oz, of which 16 are a pound */
  | 'OUNCES'
  /** lb, 453.59237 g */
  | 'POUNDS';

export type CompaniesQueryVariables = Exact<{ [key: string]: never; }>;


export type CompaniesQuery = { companies: { nodes: Array<{ id: string, name: string }> } };

export type JobsChangedForActionsSubscriptionVariables = Exact<{
  companyId: string;
}>;


export type JobsChangedForActionsSubscription = { queuedJobsChanged: { cursor: string } };

export type HistoryQueryVariables = Exact<{
  id: string;
}>;


export type HistoryQuery = { node:
    | { __typename: 'ApiKey' }
    | { __typename: 'AuditEvent' }
    | { __typename: 'ChannelAction' }
    | { __typename: 'Company' }
    | { __typename: 'Listing' }
    | { __typename: 'Order', id: string, history: { nodes: Array<{ occurredAt: string, actor: HistoryActor, author: string | null, type: string, message: string | null, subjectType: string, subjectId: string, before: unknown, after: unknown }> } }
    | { __typename: 'OrderItem' }
    | { __typename: 'OrderNote' }
    | { __typename: 'Package' }
    | { __typename: 'Product', id: string, history: { nodes: Array<{ occurredAt: string, actor: HistoryActor, author: string | null, type: string, message: string | null, subjectType: string, subjectId: string, before: unknown, after: unknown }> } }
    | { __typename: 'QueuedJob' }
    | { __typename: 'Return' }
    | { __typename: 'ReturnLine' }
    | { __typename: 'ShippingLabel' }
    | { __typename: 'Warehouse' }
    | { __typename: 'Webhook' }
    | { __typename: 'WebhookDelivery' }
   | null };

export type HappenedFragment = { occurredAt: string, actor: HistoryActor, author: string | null, type: string, message: string | null, subjectType: string, subjectId: string, before: unknown, after: unknown };

export type JobFollowedSubscriptionVariables = Exact<{
  id: string;
}>;


export type JobFollowedSubscription = { queuedJob: { id: string, type: JobType, status: JobStatus, error: string | null, progress: { done: number, total: number | null, failed: number } } };

export type CompanyActionsQueryVariables = Exact<{
  companyId: string;
  filter?: ChannelActionFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type CompanyActionsQuery = { company: { id: string, channelActions: { totalCount: number, nodes: Array<{ id: string, kind: ChannelActionKind, status: ChannelActionStatus, subject: string, message: string | null, createdAt: string, sentAt: string | null, nextAttemptAt: string | null, order: { id: string, channelOrderId: string } | null, product: { id: string, sku: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type ActionsChangedSubscriptionVariables = Exact<{
  companyId: string;
}>;


export type ActionsChangedSubscription = { queuedJobsChanged: { cursor: string } };

export type ResolveActionMutationVariables = Exact<{
  actionId: string;
  hasHappened: boolean;
}>;


export type ResolveActionMutation = { resolveChannelAction: { action: { id: string, status: ChannelActionStatus } | null, userErrors: Array<{ message: string }> } };

export type CancelActionMutationVariables = Exact<{
  actionId: string;
}>;


export type CancelActionMutation = { cancelChannelAction: { action: { id: string, status: ChannelActionStatus } | null, userErrors: Array<{ message: string }> } };

export type CompanyAttentionQueryVariables = Exact<{
  companyId: string;
}>;


export type CompanyAttentionQuery = { company: { id: string, attention: Array<{ code: string, severity: AttentionSeverity, message: string, advice: string, count: number, since: string, orderFilter: { attention: OrderAttention } | null, productFilter: { attention: ProductAttention } | null, returnFilter: { isDue: boolean } | null, channelActionFilter: { attention: ChannelActionAttention } | null, jobFilter: { type: Array<JobType> } | null }>, schedules: Array<{ type: JobType, isOn: boolean, isPaused: boolean, nextRunAt: string | null, lastSucceededAt: string | null, lagSeconds: number }> } | null };

export type AttentionChangedSubscriptionVariables = Exact<{
  companyId: string;
}>;


export type AttentionChangedSubscription = { attentionChanged: { companies: Array<{ id: string }> } };

export type JobPageQueryVariables = Exact<{
  id: string;
  filter?: JobOutcomeFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type JobPageQuery = { queuedJob: { id: string, type: JobType, status: JobStatus, trigger: JobTrigger, attempts: number, createdAt: string, startedAt: string | null, finishedAt: string | null, outcomes: { totalCount: number, nodes: Array<{ subject: string, status: JobOutcomeStatus, code: string | null, message: string | null, retryable: boolean }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type CancelJobMutationVariables = Exact<{
  id: string;
}>;


export type CancelJobMutation = { cancelQueuedJob: { job: { id: string, status: JobStatus } | null, userErrors: Array<{ message: string }> } };

export type RetryJobMutationVariables = Exact<{
  id: string;
}>;


export type RetryJobMutation = { retryQueuedJob: { job: { id: string, status: JobStatus } | null, userErrors: Array<{ message: string }> } };

export type JobsQueryVariables = Exact<{
  filter: QueuedJobFilter;
  orderBy?: QueuedJobOrder | null | undefined;
  after?: string | null | undefined;
}>;


export type JobsQuery = { queuedJobs: { totalCount: number, nodes: Array<{ id: string, type: JobType, status: JobStatus, trigger: JobTrigger, createdAt: string, finishedAt: string | null, error: string | null, progress: { done: number, total: number | null, failed: number } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, statusCounts: Array<{ status: JobStatus, count: number }> } };

export type JobsChangedSubscriptionVariables = Exact<{
  companyId: string;
}>;


export type JobsChangedSubscription = { queuedJobsChanged: { cursor: string } };

export type ImportOrdersMutationVariables = Exact<{
  companyId: string;
}>;


export type ImportOrdersMutation = { job: { job: { id: string } | null, userErrors: Array<{ message: string }> } };

export type UploadTrackingMutationVariables = Exact<{
  companyId: string;
}>;


export type UploadTrackingMutation = { job: { job: { id: string } | null, userErrors: Array<{ message: string }> } };

export type PushStockMutationVariables = Exact<{
  companyId: string;
}>;


export type PushStockMutation = { job: { job: { id: string } | null, userErrors: Array<{ message: string }> } };

export type CompanyListingsQueryVariables = Exact<{
  companyId: string;
  filter?: ListingFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type CompanyListingsQuery = { company: { id: string, listings: { totalCount: number, nodes: Array<{ id: string, title: string, spec: string | null, sku: string | null, status: ListingStatus, stock: number | null, price: { amount: string, currencyCode: string } | null, product: { id: string, sku: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, statusCounts: Array<{ status: ListingStatus, count: number }> }, channelActions: { nodes: Array<{ id: string, kind: ChannelActionKind, status: ChannelActionStatus, message: string | null, createdAt: string }> } } | null };

export type ImportListingsMutationVariables = Exact<{
  companyId: string;
}>;


export type ImportListingsMutation = { importListings: { job: { id: string } | null, userErrors: Array<{ message: string }> } };

export type SetListingsForSaleMutationVariables = Exact<{
  input: SetListingsForSaleInput;
}>;


export type SetListingsForSaleMutation = { setListingsForSale: { actions: Array<{ id: string }> | null, userErrors: Array<{ message: string }> } };

export type CreateProductsFromListingsMutationVariables = Exact<{
  companyId: string;
}>;


export type CreateProductsFromListingsMutation = { createProductsFromListings: { remainingCount: number | null, products: Array<{ id: string }> | null, results: Array<{ userErrors: Array<{ message: string }> }>, userErrors: Array<{ message: string }> } };

export type CreateCompanyMutationVariables = Exact<{
  input: CreateCompanyInput;
}>;


export type CreateCompanyMutation = { createCompany: { company: { id: string } | null, userErrors: Array<{ message: string, field: Array<string> | null }> } };

export type OrderPageQueryVariables = Exact<{
  id: string;
}>;


export type OrderPageQuery = { order: { id: string, channelOrderId: string, status: OrderStatus, shippingStatus: ShippingStatus, sourceUpdatedForShipping: boolean, fulfilledBy: FulfilledBy, orderedAt: string, latestShipAt: string | null, holdReasons: Array<HoldReason>, heldAt: string | null, heldBecause: string | null, labels: Array<OrderLabel>, shippingRestrictions: Array<string>, total: { amount: string, currencyCode: string } | null, company: { id: string }, cancellationRequest: { respondBy: string | null } | null, availableActions: Array<{ action: OrderAction, until: string | null }>, shippingLabels: Array<{ id: string, status: ShippingLabelStatus, carrier: string | null, trackingNumber: string | null, failure: string | null, packageNumber: string | null, retriedAt: string | null, autoConfirmAt: string | null, estimatedCost: { amount: string, currencyCode: string } | null }>, returns: { nodes: Array<{ id: string, channelReturnId: string, type: ReturnType, status: ReturnStatus, respondBy: string | null, availableOperations: Array<ReturnOperation>, refund: { amount: string, currencyCode: string } | null, lines: Array<{ id: string, quantity: number, receivedQuantity: number, damagedQuantity: number, reason: string | null, orderItem: { id: string, title: string } | null }> }> }, shippingAddress: { name: string | null, phone: string | null, line1: string | null, line2: string | null, city: string | null, region: string | null, postalCode: string | null, countryCode: string | null, erasedAt: string | null } | null, items: Array<{ id: string, title: string, quantity: number, cancelledQuantity: number, shippedQuantity: number, isUnknownProduct: boolean, unitPrice: { amount: string, currencyCode: string } | null, product: { id: string, sku: string } | null }>, packages: Array<{ id: string, carrier: string, trackingNumber: string, shippedAt: string, uploadedAt: string | null, warnings: Array<string>, warehouse: { id: string, name: string }, correction: { trackingNumber: string, refusal: string | null } | null, lines: Array<{ quantity: number, orderItem: { id: string, title: string } }> }>, invoices: Array<{ kind: InvoiceKind, recipient: InvoiceRecipient, state: InvoiceState, number: string | null, refusal: string | null }>, channelActions: { nodes: Array<{ id: string, kind: ChannelActionKind, status: ChannelActionStatus, message: string | null, createdAt: string }> }, notes: Array<{ id: string, body: string, author: string, createdAt: string }> } | null, warehouses: Array<{ id: string, name: string }> };

export type OrderChangedSubscriptionVariables = Exact<{
  companyId: string;
}>;


export type OrderChangedSubscription = { ordersChanged: { cursor: string } };

export type OrdersQueryVariables = Exact<{
  filter: OrderFilter;
  orderBy?: OrderOrder | null | undefined;
  after?: string | null | undefined;
}>;


export type OrdersQuery = { orders: { totalCount: number, nodes: Array<{ id: string, channelOrderId: string, status: OrderStatus, shippingStatus: ShippingStatus, sourceUpdatedForShipping: boolean, orderedAt: string, latestShipAt: string | null, total: { amount: string, currencyCode: string } | null, shippingAddress: { name: string | null, city: string | null, countryCode: string | null } | null, items: Array<{ id: string, quantity: number, isUnknownProduct: boolean }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, statusCounts: Array<{ status: OrderStatus, count: number }> } };

export type OrdersChangedSubscriptionVariables = Exact<{
  companyId: string;
}>;


export type OrdersChangedSubscription = { ordersChanged: { cursor: string } };

export type ProductPageQueryVariables = Exact<{
  id: string;
}>;


export type ProductPageQuery = { product: { id: string, sku: string, name: string, websiteProperties: { websiteProductId: string | null, websiteProductVariantId: string | null, useDefaultSafetyQuantity: boolean, safetyQuantity: number }, price: { state: PriceState, refusal: string | null, wanted: { amount: string, currencyCode: string } | null, minimum: { amount: string, currencyCode: string } | null, channelPrice: { amount: string, currencyCode: string } | null } | null, channelActions: { nodes: Array<{ id: string, kind: ChannelActionKind, status: ChannelActionStatus, message: string | null, createdAt: string }> }, shadowOf: { id: string, sku: string, company: { id: string, name: string } } | null, inventory: Array<{ onHand: number, reserved: number, warehouse: { id: string, name: string } }>, stockExplanation: { reservedQuantity: number, aggregateSellableQuantity: number, safetyQuantity: number, maxQuantity: number | null, availableQuantity: number, isWaiting: boolean, heldBackSince: string | null, warehouses: Array<{ onHand: number, counts: boolean, reason: string | null, warehouse: { id: string, name: string } }>, reservations: Array<{ quantity: number, order: { id: string, channelOrderId: string } | null }>, channel: { acceptedQuantity: number | null, acceptedAt: string | null, channelQuantity: number | null, channelReadAt: string | null, refusal: string | null } | null } } | null, warehouses: Array<{ id: string, name: string }> };

export type StockChangedSubscriptionVariables = Exact<{
  companyId: string;
}>;


export type StockChangedSubscription = { inventoryChanged: { cursor: string } };

export type CompanyProductsQueryVariables = Exact<{
  companyId: string;
  filter?: ProductFilter | null | undefined;
  orderBy?: ProductOrder | null | undefined;
  after?: string | null | undefined;
}>;


export type CompanyProductsQuery = { company: { id: string, products: { totalCount: number, nodes: Array<{ id: string, sku: string, name: string, availableQuantity: number, aggregateSellableQuantity: number, websiteProperties: { websiteProductId: string | null, lastPushedQuantity: number | null, lastPushedAt: string | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, statusCounts: Array<{ status: ProductStatus, count: number }> } } | null };

export type InventoryChangedSubscriptionVariables = Exact<{
  companyId: string;
}>;


export type InventoryChangedSubscription = { inventoryChanged: { cursor: string } };

export type CompanyReturnsQueryVariables = Exact<{
  companyId: string;
  filter?: ReturnFilter | null | undefined;
  after?: string | null | undefined;
}>;


export type CompanyReturnsQuery = { company: { id: string, returns: { totalCount: number, nodes: Array<{ id: string, channelReturnId: string, type: ReturnType, status: ReturnStatus, respondBy: string | null, requestedAt: string, refund: { amount: string, currencyCode: string } | null, order: { id: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, statusCounts: Array<{ status: ReturnStatus, count: number }> } } | null };

export type ReturnsChangedSubscriptionVariables = Exact<{
  companyId: string;
}>;


export type ReturnsChangedSubscription = { returnsChanged: { cursor: string } };

export type SettingsQueryVariables = Exact<{
  companyId: string;
}>;


export type SettingsQuery = { company: { id: string, settings: { storeType: StoreType, storePlugin: StorePlugin | null, region: TemuRegion, mallType: MallType | null, allowInventoryUpload: boolean, allowOrderDownload: boolean, allowTrackingUpload: boolean, allowReturnDownload: boolean, allowPriceUpload: boolean, safetyQuantity: number, maxQuantity: number | null, accessToken: { status: AccessTokenStatus, lastFour: string | null, mallId: string | null, expiresAt: string | null, missingScopes: Array<string> } } } | null };

export type StatisticsQueryVariables = Exact<{
  companyId: string;
  from: string;
  to: string;
  timeZone: string;
}>;


export type StatisticsQuery = { company: { id: string, statistics: { totals: { orders: number, pieces: number, cancelledOrders: number, sales: Array<{ amount: string, currencyCode: string }> }, intervals: Array<{ startsAt: string, orders: number, sales: Array<{ amount: string, currencyCode: string }> }>, byStatus: Array<{ status: OrderStatus, orders: number }>, byCountry: Array<{ countryCode: string | null, orders: number, sales: Array<{ amount: string, currencyCode: string }> }>, byProduct: Array<{ pieces: number, sales: Array<{ amount: string, currencyCode: string }>, product: { id: string, sku: string, name: string } | null }>, shipping: { shippedInTime: number, shippedLate: number, open: number, pastDue: number } } } | null };

export type AcceptCancellationMutationVariables = Exact<{
  orderId: string;
}>;


export type AcceptCancellationMutation = { acceptCancellation: { action: { id: string, status: ChannelActionStatus } | null, userErrors: Array<{ message: string }> } };

export type DeclineCancellationMutationVariables = Exact<{
  orderId: string;
}>;


export type DeclineCancellationMutation = { declineCancellation: { order: { id: string, status: OrderStatus } | null, userErrors: Array<{ message: string }> } };

export type ReportOutOfStockMutationVariables = Exact<{
  orderId: string;
}>;


export type ReportOutOfStockMutation = { reportOutOfStock: { action: { id: string, status: ChannelActionStatus } | null, userErrors: Array<{ message: string }> } };

export type HoldOrderMutationVariables = Exact<{
  orderId: string;
  reason: string;
}>;


export type HoldOrderMutation = { holdOrder: { order: { id: string, status: OrderStatus } | null, userErrors: Array<{ message: string }> } };

export type ReleaseOrderMutationVariables = Exact<{
  orderId: string;
}>;


export type ReleaseOrderMutation = { releaseOrder: { order: { id: string, status: OrderStatus } | null, userErrors: Array<{ message: string }> } };

export type UploadInvoiceMutationVariables = Exact<{
  input: UploadInvoiceInput;
}>;


export type UploadInvoiceMutation = { uploadInvoice: { action: { id: string, status: ChannelActionStatus } | null, userErrors: Array<{ message: string }> } };

export type ShippingRatesMutationVariables = Exact<{
  input: ShippingRatesInput;
}>;


export type ShippingRatesMutation = { shippingRates: { rates: Array<{ serviceId: string, carrier: string, service: string, delivery: string, needs: Array<string>, price: { amount: string, currencyCode: string } }>, unavailable: Array<{ serviceId: string, carrier: string, service: string, reason: string }>, userErrors: Array<{ message: string, field: Array<string> | null }> } };

export type BuyShippingLabelsMutationVariables = Exact<{
  input: BuyShippingLabelsInput;
}>;


export type BuyShippingLabelsMutation = { buyShippingLabels: { labels: Array<{ id: string }> | null, results: Array<{ userErrors: Array<{ message: string }> }>, userErrors: Array<{ message: string }> } };

export type RetryShippingLabelMutationVariables = Exact<{
  input: RetryShippingLabelInput;
}>;


export type RetryShippingLabelMutation = { retryShippingLabel: { label: { id: string } | null, userErrors: Array<{ message: string }> } };

export type PrintShippingLabelsMutationVariables = Exact<{
  labelIds: Array<string> | string;
}>;


export type PrintShippingLabelsMutation = { printShippingLabels: { url: string | null, userErrors: Array<{ message: string }> } };

export type ConfirmLabelsShippedMutationVariables = Exact<{
  labelIds: Array<string> | string;
}>;


export type ConfirmLabelsShippedMutation = { confirmLabelsShipped: { actions: Array<{ id: string }> | null, userErrors: Array<{ message: string }> } };

export type AddNoteMutationVariables = Exact<{
  input: AddOrderNoteInput;
}>;


export type AddNoteMutation = { addOrderNote: { order: { id: string } | null, userErrors: Array<{ message: string, field: Array<string> | null }> } };

export type IssueRefundMutationVariables = Exact<{
  returnId: string;
  maxAmount: string;
}>;


export type IssueRefundMutation = { issueRefund: { action: { id: string, status: ChannelActionStatus } | null, userErrors: Array<{ message: string }> } };

export type ReceiveReturnMutationVariables = Exact<{
  input: ReceiveReturnInput;
}>;


export type ReceiveReturnMutation = { receiveReturn: { return: { id: string } | null, userErrors: Array<{ message: string }> } };

export type OrderReturnsChangedSubscriptionVariables = Exact<{
  companyId: string;
}>;


export type OrderReturnsChangedSubscription = { returnsChanged: { cursor: string } };

export type ShipMutationVariables = Exact<{
  input: ShipOrderInput;
}>;


export type ShipMutation = { shipOrder: { order: { id: string, shippingStatus: ShippingStatus } | null, userErrors: Array<{ message: string, field: Array<string> | null }> } };

export type TellTemuMutationVariables = Exact<{
  input: UploadTrackingInput;
}>;


export type TellTemuMutation = { uploadTracking: { job: { id: string } | null, userErrors: Array<{ message: string }> } };

export type ChangeMappingMutationVariables = Exact<{
  input: UpdateWebsitePropertiesInput;
}>;


export type ChangeMappingMutation = { updateWebsiteProperties: { matchedOrders: number, product: { id: string } | null, userErrors: Array<{ message: string, field: Array<string> | null }> } };

export type SetMinimumPricesMutationVariables = Exact<{
  input: SetMinimumPricesInput;
}>;


export type SetMinimumPricesMutation = { setMinimumPrices: { products: Array<{ id: string }> | null, userErrors: Array<{ message: string }> } };

export type UpdatePricesMutationVariables = Exact<{
  input: UpdatePricesInput;
}>;


export type UpdatePricesMutation = { updatePrices: { products: Array<{ id: string }> | null, userErrors: Array<{ message: string }> } };

export type UploadPricesMutationVariables = Exact<{
  companyId: string;
  productIds: Array<string> | string;
}>;


export type UploadPricesMutation = { uploadPrices: { job: { id: string } | null, userErrors: Array<{ message: string }> } };

export type PricesChangedSubscriptionVariables = Exact<{
  companyId: string;
}>;


export type PricesChangedSubscription = { productsChanged: { cursor: string } };

export type SetStockMutationVariables = Exact<{
  input: SetInventoryInput;
}>;


export type SetStockMutation = { setInventory: { products: Array<{ id: string }> | null, userErrors: Array<{ message: string, field: Array<string> | null }> } };

export type ChangeSettingsMutationVariables = Exact<{
  input: UpdateCompanySettingsInput;
}>;


export type ChangeSettingsMutation = { updateCompanySettings: { company: { id: string } | null, userErrors: Array<{ message: string, field: Array<string> | null }> } };

export type SetTokenMutationVariables = Exact<{
  input: SetAccessTokenInput;
}>;


export type SetTokenMutation = { setAccessToken: { company: { id: string } | null, userErrors: Array<{ message: string, field: Array<string> | null }> } };

export type BeginAuthorizationMutationVariables = Exact<{
  companyId: string;
}>;


export type BeginAuthorizationMutation = { beginAuthorization: { url: string | null, expiresAt: string | null, userErrors: Array<{ message: string }> } };

export type TestSettingsMutationVariables = Exact<{
  companyId: string;
}>;


export type TestSettingsMutation = { testSettings: { ok: boolean, advice: Array<string>, userErrors: Array<{ message: string }> } };

export const HappenedFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Happened"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"HistoryEntry"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"actor"}},{"kind":"Field","name":{"kind":"Name","value":"author"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"subjectType"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"before"}},{"kind":"Field","name":{"kind":"Name","value":"after"}}]}}]} as unknown as DocumentNode<HappenedFragment, unknown>;
export const CompaniesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Companies"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"companies"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"250"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]} as unknown as DocumentNode<CompaniesQuery, CompaniesQueryVariables>;
export const JobsChangedForActionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"JobsChangedForActions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"queuedJobsChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<JobsChangedForActionsSubscription, JobsChangedForActionsSubscriptionVariables>;
export const HistoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"History"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Order"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"history"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Happened"}}]}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Product"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"history"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Happened"}}]}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Happened"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"HistoryEntry"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"actor"}},{"kind":"Field","name":{"kind":"Name","value":"author"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"subjectType"}},{"kind":"Field","name":{"kind":"Name","value":"subjectId"}},{"kind":"Field","name":{"kind":"Name","value":"before"}},{"kind":"Field","name":{"kind":"Name","value":"after"}}]}}]} as unknown as DocumentNode<HistoryQuery, HistoryQueryVariables>;
export const JobFollowedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"JobFollowed"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"queuedJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"done"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}}]}}]}}]}}]} as unknown as DocumentNode<JobFollowedSubscription, JobFollowedSubscriptionVariables>;
export const CompanyActionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CompanyActions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ChannelActionFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"company"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"channelActions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"25"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"subject"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"sentAt"}},{"kind":"Field","name":{"kind":"Name","value":"nextAttemptAt"}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"channelOrderId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"product"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sku"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}}]}}]} as unknown as DocumentNode<CompanyActionsQuery, CompanyActionsQueryVariables>;
export const ActionsChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"ActionsChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"queuedJobsChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<ActionsChangedSubscription, ActionsChangedSubscriptionVariables>;
export const ResolveActionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResolveAction"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"actionId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"hasHappened"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Boolean"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resolveChannelAction"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"actionId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"actionId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"hasHappened"},"value":{"kind":"Variable","name":{"kind":"Name","value":"hasHappened"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<ResolveActionMutation, ResolveActionMutationVariables>;
export const CancelActionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelAction"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"actionId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelChannelAction"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"actionId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"actionId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<CancelActionMutation, CancelActionMutationVariables>;
export const CompanyAttentionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CompanyAttention"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"company"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"attention"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"advice"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","name":{"kind":"Name","value":"since"}},{"kind":"Field","name":{"kind":"Name","value":"orderFilter"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"attention"}}]}},{"kind":"Field","name":{"kind":"Name","value":"productFilter"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"attention"}}]}},{"kind":"Field","name":{"kind":"Name","value":"returnFilter"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isDue"}}]}},{"kind":"Field","name":{"kind":"Name","value":"channelActionFilter"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"attention"}}]}},{"kind":"Field","name":{"kind":"Name","value":"jobFilter"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"schedules"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"isOn"}},{"kind":"Field","name":{"kind":"Name","value":"isPaused"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastSucceededAt"}},{"kind":"Field","name":{"kind":"Name","value":"lagSeconds"}}]}}]}}]}}]} as unknown as DocumentNode<CompanyAttentionQuery, CompanyAttentionQueryVariables>;
export const AttentionChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"AttentionChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"attentionChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"companies"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<AttentionChangedSubscription, AttentionChangedSubscriptionVariables>;
export const JobPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"JobPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"JobOutcomeFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"queuedJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"outcomes"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subject"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"retryable"}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}}]}}]} as unknown as DocumentNode<JobPageQuery, JobPageQueryVariables>;
export const CancelJobDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelQueuedJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"jobId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<CancelJobMutation, CancelJobMutationVariables>;
export const RetryJobDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RetryJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"retryQueuedJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"jobId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<RetryJobMutation, RetryJobMutationVariables>;
export const JobsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Jobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"QueuedJobFilter"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"QueuedJobOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"queuedJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"25"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"progress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"done"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"statusCounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}}]}}]} as unknown as DocumentNode<JobsQuery, JobsQueryVariables>;
export const JobsChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"JobsChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"queuedJobsChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<JobsChangedSubscription, JobsChangedSubscriptionVariables>;
export const ImportOrdersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ImportOrders"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"job"},"name":{"kind":"Name","value":"importOrders"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<ImportOrdersMutation, ImportOrdersMutationVariables>;
export const UploadTrackingDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UploadTracking"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"job"},"name":{"kind":"Name","value":"uploadTracking"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<UploadTrackingMutation, UploadTrackingMutationVariables>;
export const PushStockDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PushStock"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"job"},"name":{"kind":"Name","value":"updateInventoryOnChannel"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<PushStockMutation, PushStockMutationVariables>;
export const CompanyListingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CompanyListings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ListingFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"company"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"listings"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"25"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"spec"}},{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"stock"}},{"kind":"Field","name":{"kind":"Name","value":"price"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"product"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sku"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"statusCounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"channelActions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"kind"},"value":{"kind":"ListValue","values":[{"kind":"EnumValue","value":"SET_SALE_STATUS"}]}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]}}]}}]} as unknown as DocumentNode<CompanyListingsQuery, CompanyListingsQueryVariables>;
export const ImportListingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ImportListings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"importListings"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<ImportListingsMutation, ImportListingsMutationVariables>;
export const SetListingsForSaleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetListingsForSale"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetListingsForSaleInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setListingsForSale"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"actions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<SetListingsForSaleMutation, SetListingsForSaleMutationVariables>;
export const CreateProductsFromListingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateProductsFromListings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createProductsFromListings"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"products"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"remainingCount"}},{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<CreateProductsFromListingsMutation, CreateProductsFromListingsMutationVariables>;
export const CreateCompanyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateCompany"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateCompanyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createCompany"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"company"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<CreateCompanyMutation, CreateCompanyMutationVariables>;
export const OrderPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OrderPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"order"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"channelOrderId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"shippingStatus"}},{"kind":"Field","name":{"kind":"Name","value":"sourceUpdatedForShipping"}},{"kind":"Field","name":{"kind":"Name","value":"fulfilledBy"}},{"kind":"Field","name":{"kind":"Name","value":"orderedAt"}},{"kind":"Field","name":{"kind":"Name","value":"latestShipAt"}},{"kind":"Field","name":{"kind":"Name","value":"holdReasons"}},{"kind":"Field","name":{"kind":"Name","value":"heldAt"}},{"kind":"Field","name":{"kind":"Name","value":"heldBecause"}},{"kind":"Field","name":{"kind":"Name","value":"labels"}},{"kind":"Field","name":{"kind":"Name","value":"shippingRestrictions"}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"company"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"cancellationRequest"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"respondBy"}}]}},{"kind":"Field","name":{"kind":"Name","value":"availableActions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"until"}}]}},{"kind":"Field","name":{"kind":"Name","value":"shippingLabels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"carrier"}},{"kind":"Field","name":{"kind":"Name","value":"trackingNumber"}},{"kind":"Field","name":{"kind":"Name","value":"failure"}},{"kind":"Field","name":{"kind":"Name","value":"packageNumber"}},{"kind":"Field","name":{"kind":"Name","value":"retriedAt"}},{"kind":"Field","name":{"kind":"Name","value":"autoConfirmAt"}},{"kind":"Field","name":{"kind":"Name","value":"estimatedCost"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"returns"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"channelReturnId"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"respondBy"}},{"kind":"Field","name":{"kind":"Name","value":"availableOperations"}},{"kind":"Field","name":{"kind":"Name","value":"refund"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"receivedQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"damagedQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"orderItem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"shippingAddress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"line1"}},{"kind":"Field","name":{"kind":"Name","value":"line2"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"region"}},{"kind":"Field","name":{"kind":"Name","value":"postalCode"}},{"kind":"Field","name":{"kind":"Name","value":"countryCode"}},{"kind":"Field","name":{"kind":"Name","value":"erasedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"items"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"cancelledQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"shippedQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"isUnknownProduct"}},{"kind":"Field","name":{"kind":"Name","value":"unitPrice"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"product"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sku"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"packages"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"carrier"}},{"kind":"Field","name":{"kind":"Name","value":"trackingNumber"}},{"kind":"Field","name":{"kind":"Name","value":"shippedAt"}},{"kind":"Field","name":{"kind":"Name","value":"uploadedAt"}},{"kind":"Field","name":{"kind":"Name","value":"warnings"}},{"kind":"Field","name":{"kind":"Name","value":"warehouse"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"correction"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"trackingNumber"}},{"kind":"Field","name":{"kind":"Name","value":"refusal"}}]}},{"kind":"Field","name":{"kind":"Name","value":"lines"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"orderItem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"title"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"invoices"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"recipient"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"refusal"}}]}},{"kind":"Field","name":{"kind":"Name","value":"channelActions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"notes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"body"}},{"kind":"Field","name":{"kind":"Name","value":"author"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"warehouses"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<OrderPageQuery, OrderPageQueryVariables>;
export const OrderChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"OrderChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ordersChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<OrderChangedSubscription, OrderChangedSubscriptionVariables>;
export const OrdersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Orders"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"OrderFilter"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"OrderOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orders"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"25"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"channelOrderId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"shippingStatus"}},{"kind":"Field","name":{"kind":"Name","value":"sourceUpdatedForShipping"}},{"kind":"Field","name":{"kind":"Name","value":"orderedAt"}},{"kind":"Field","name":{"kind":"Name","value":"latestShipAt"}},{"kind":"Field","name":{"kind":"Name","value":"total"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"shippingAddress"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"countryCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"items"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"isUnknownProduct"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"statusCounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}}]}}]} as unknown as DocumentNode<OrdersQuery, OrdersQueryVariables>;
export const OrdersChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"OrdersChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ordersChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<OrdersChangedSubscription, OrdersChangedSubscriptionVariables>;
export const ProductPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ProductPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"product"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"websiteProperties"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"websiteProductId"}},{"kind":"Field","name":{"kind":"Name","value":"websiteProductVariantId"}},{"kind":"Field","name":{"kind":"Name","value":"useDefaultSafetyQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"safetyQuantity"}}]}},{"kind":"Field","name":{"kind":"Name","value":"price"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"refusal"}},{"kind":"Field","name":{"kind":"Name","value":"wanted"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minimum"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"channelPrice"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"channelActions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"shadowOf"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"company"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"inventory"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"onHand"}},{"kind":"Field","name":{"kind":"Name","value":"reserved"}},{"kind":"Field","name":{"kind":"Name","value":"warehouse"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"stockExplanation"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"warehouses"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"onHand"}},{"kind":"Field","name":{"kind":"Name","value":"counts"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"warehouse"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"reservations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"channelOrderId"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"reservedQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"aggregateSellableQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"safetyQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"maxQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"availableQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"isWaiting"}},{"kind":"Field","name":{"kind":"Name","value":"heldBackSince"}},{"kind":"Field","name":{"kind":"Name","value":"channel"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"acceptedQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"acceptedAt"}},{"kind":"Field","name":{"kind":"Name","value":"channelQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"channelReadAt"}},{"kind":"Field","name":{"kind":"Name","value":"refusal"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"warehouses"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<ProductPageQuery, ProductPageQueryVariables>;
export const StockChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"StockChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"inventoryChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<StockChangedSubscription, StockChangedSubscriptionVariables>;
export const CompanyProductsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CompanyProducts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ProductFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ProductOrder"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"company"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"products"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"25"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"availableQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"aggregateSellableQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"websiteProperties"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"websiteProductId"}},{"kind":"Field","name":{"kind":"Name","value":"lastPushedQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"lastPushedAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"statusCounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}}]}}]}}]} as unknown as DocumentNode<CompanyProductsQuery, CompanyProductsQueryVariables>;
export const InventoryChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"InventoryChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"inventoryChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<InventoryChangedSubscription, InventoryChangedSubscriptionVariables>;
export const CompanyReturnsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CompanyReturns"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ReturnFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"company"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"returns"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"25"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"channelReturnId"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"respondBy"}},{"kind":"Field","name":{"kind":"Name","value":"requestedAt"}},{"kind":"Field","name":{"kind":"Name","value":"refund"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"statusCounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}}]}}]}}]} as unknown as DocumentNode<CompanyReturnsQuery, CompanyReturnsQueryVariables>;
export const ReturnsChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"ReturnsChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"returnsChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<ReturnsChangedSubscription, ReturnsChangedSubscriptionVariables>;
export const SettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Settings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"company"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"settings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"storeType"}},{"kind":"Field","name":{"kind":"Name","value":"storePlugin"}},{"kind":"Field","name":{"kind":"Name","value":"region"}},{"kind":"Field","name":{"kind":"Name","value":"mallType"}},{"kind":"Field","name":{"kind":"Name","value":"allowInventoryUpload"}},{"kind":"Field","name":{"kind":"Name","value":"allowOrderDownload"}},{"kind":"Field","name":{"kind":"Name","value":"allowTrackingUpload"}},{"kind":"Field","name":{"kind":"Name","value":"allowReturnDownload"}},{"kind":"Field","name":{"kind":"Name","value":"allowPriceUpload"}},{"kind":"Field","name":{"kind":"Name","value":"safetyQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"maxQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"accessToken"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"lastFour"}},{"kind":"Field","name":{"kind":"Name","value":"mallId"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"missingScopes"}}]}}]}}]}}]}}]} as unknown as DocumentNode<SettingsQuery, SettingsQueryVariables>;
export const StatisticsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Statistics"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"to"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"company"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"statistics"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"to"},"value":{"kind":"Variable","name":{"kind":"Name","value":"to"}}},{"kind":"Argument","name":{"kind":"Name","value":"timeZone"},"value":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orders"}},{"kind":"Field","name":{"kind":"Name","value":"pieces"}},{"kind":"Field","name":{"kind":"Name","value":"cancelledOrders"}},{"kind":"Field","name":{"kind":"Name","value":"sales"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"intervals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startsAt"}},{"kind":"Field","name":{"kind":"Name","value":"orders"}},{"kind":"Field","name":{"kind":"Name","value":"sales"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"byStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"orders"}}]}},{"kind":"Field","name":{"kind":"Name","value":"byCountry"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"countryCode"}},{"kind":"Field","name":{"kind":"Name","value":"orders"}},{"kind":"Field","name":{"kind":"Name","value":"sales"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"byProduct"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pieces"}},{"kind":"Field","name":{"kind":"Name","value":"sales"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"product"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"sku"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"shipping"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"shippedInTime"}},{"kind":"Field","name":{"kind":"Name","value":"shippedLate"}},{"kind":"Field","name":{"kind":"Name","value":"open"}},{"kind":"Field","name":{"kind":"Name","value":"pastDue"}}]}}]}}]}}]}}]} as unknown as DocumentNode<StatisticsQuery, StatisticsQueryVariables>;
export const AcceptCancellationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AcceptCancellation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"acceptCancellation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"orderId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<AcceptCancellationMutation, AcceptCancellationMutationVariables>;
export const DeclineCancellationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeclineCancellation"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"declineCancellation"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"orderId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<DeclineCancellationMutation, DeclineCancellationMutationVariables>;
export const ReportOutOfStockDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReportOutOfStock"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reportOutOfStock"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"orderId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<ReportOutOfStockMutation, ReportOutOfStockMutationVariables>;
export const HoldOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"HoldOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"reason"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"holdOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"orderId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"reason"},"value":{"kind":"Variable","name":{"kind":"Name","value":"reason"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<HoldOrderMutation, HoldOrderMutationVariables>;
export const ReleaseOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReleaseOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"releaseOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"orderId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<ReleaseOrderMutation, ReleaseOrderMutationVariables>;
export const UploadInvoiceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UploadInvoice"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UploadInvoiceInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"uploadInvoice"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<UploadInvoiceMutation, UploadInvoiceMutationVariables>;
export const ShippingRatesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ShippingRates"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ShippingRatesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"shippingRates"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rates"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"serviceId"}},{"kind":"Field","name":{"kind":"Name","value":"carrier"}},{"kind":"Field","name":{"kind":"Name","value":"service"}},{"kind":"Field","name":{"kind":"Name","value":"delivery"}},{"kind":"Field","name":{"kind":"Name","value":"needs"}},{"kind":"Field","name":{"kind":"Name","value":"price"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currencyCode"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"unavailable"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"serviceId"}},{"kind":"Field","name":{"kind":"Name","value":"carrier"}},{"kind":"Field","name":{"kind":"Name","value":"service"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<ShippingRatesMutation, ShippingRatesMutationVariables>;
export const BuyShippingLabelsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"BuyShippingLabels"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BuyShippingLabelsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"buyShippingLabels"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"labels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<BuyShippingLabelsMutation, BuyShippingLabelsMutationVariables>;
export const RetryShippingLabelDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RetryShippingLabel"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RetryShippingLabelInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"retryShippingLabel"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"label"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<RetryShippingLabelMutation, RetryShippingLabelMutationVariables>;
export const PrintShippingLabelsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PrintShippingLabels"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"labelIds"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"printShippingLabels"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"labelIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"labelIds"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<PrintShippingLabelsMutation, PrintShippingLabelsMutationVariables>;
export const ConfirmLabelsShippedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ConfirmLabelsShipped"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"labelIds"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"confirmLabelsShipped"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"labelIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"labelIds"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"actions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<ConfirmLabelsShippedMutation, ConfirmLabelsShippedMutationVariables>;
export const AddNoteDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AddNote"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AddOrderNoteInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"addOrderNote"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<AddNoteMutation, AddNoteMutationVariables>;
export const IssueRefundDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"IssueRefund"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"returnId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"maxAmount"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Decimal"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"issueRefund"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"returnId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"returnId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"maxAmount"},"value":{"kind":"Variable","name":{"kind":"Name","value":"maxAmount"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<IssueRefundMutation, IssueRefundMutationVariables>;
export const ReceiveReturnDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReceiveReturn"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ReceiveReturnInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"receiveReturn"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"return"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<ReceiveReturnMutation, ReceiveReturnMutationVariables>;
export const OrderReturnsChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"OrderReturnsChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"returnsChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<OrderReturnsChangedSubscription, OrderReturnsChangedSubscriptionVariables>;
export const ShipDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Ship"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ShipOrderInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"shipOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"shippingStatus"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<ShipMutation, ShipMutationVariables>;
export const TellTemuDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TellTemu"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UploadTrackingInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"uploadTracking"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<TellTemuMutation, TellTemuMutationVariables>;
export const ChangeMappingDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ChangeMapping"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateWebsitePropertiesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateWebsiteProperties"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"product"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"matchedOrders"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<ChangeMappingMutation, ChangeMappingMutationVariables>;
export const SetMinimumPricesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetMinimumPrices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetMinimumPricesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setMinimumPrices"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"products"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<SetMinimumPricesMutation, SetMinimumPricesMutationVariables>;
export const UpdatePricesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdatePrices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdatePricesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updatePrices"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"products"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<UpdatePricesMutation, UpdatePricesMutationVariables>;
export const UploadPricesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UploadPrices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"productIds"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"uploadPrices"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"productIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"productIds"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<UploadPricesMutation, UploadPricesMutationVariables>;
export const PricesChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"PricesChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"productsChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<PricesChangedSubscription, PricesChangedSubscriptionVariables>;
export const SetStockDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetStock"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetInventoryInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setInventory"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"products"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<SetStockMutation, SetStockMutationVariables>;
export const ChangeSettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ChangeSettings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateCompanySettingsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateCompanySettings"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"company"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<ChangeSettingsMutation, ChangeSettingsMutationVariables>;
export const SetTokenDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetToken"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetAccessTokenInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setAccessToken"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"company"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}}]}}]}}]}}]} as unknown as DocumentNode<SetTokenMutation, SetTokenMutationVariables>;
export const BeginAuthorizationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"BeginAuthorization"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"beginAuthorization"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<BeginAuthorizationMutation, BeginAuthorizationMutationVariables>;
export const TestSettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TestSettings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"testSettings"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"companyId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"companyId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ok"}},{"kind":"Field","name":{"kind":"Name","value":"advice"}},{"kind":"Field","name":{"kind":"Name","value":"userErrors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<TestSettingsMutation, TestSettingsMutationVariables>;