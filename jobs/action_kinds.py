"""How each kind of what the channel is asked to do is done."""

from domain.channel_actions.kinds import Kinds
from domain.models import ChannelActionKind
from domain.orders.cancellation_answers import AcceptCancellation
from domain.orders.invoice_upload import UploadInvoice
from domain.orders.out_of_stock import ReportOutOfStock
from domain.prices.changing import ChangePrices
from domain.products.sale_status import SetSaleStatus
from domain.resources import Resources
from domain.returns.labels import UploadReturnLabel
from domain.returns.refunds import IssueRefund
from domain.shipping.bought_labels.confirmation import ConfirmShippingLabel
from domain.shipping.bought_labels.purchase import BuyShippingLabels
from domain.shipping.bought_labels.retry import RetryShippingLabel


def kinds(resources: Resources) -> Kinds:
    """How each kind of action is done."""
    return {
        ChannelActionKind.ACCEPT_CANCELLATION: AcceptCancellation(),
        ChannelActionKind.REPORT_OUT_OF_STOCK: ReportOutOfStock(),
        ChannelActionKind.UPLOAD_INVOICE: UploadInvoice(resources.database, resources.secrets),
        ChannelActionKind.CHANGE_PRICE: ChangePrices(),
        ChannelActionKind.SET_SALE_STATUS: SetSaleStatus(),
        ChannelActionKind.BUY_SHIPPING_LABEL: BuyShippingLabels(),
        ChannelActionKind.RETRY_SHIPPING_LABEL: RetryShippingLabel(),
        ChannelActionKind.CONFIRM_SHIPPING_LABEL: ConfirmShippingLabel(),
        ChannelActionKind.ISSUE_REFUND: IssueRefund(),
        ChannelActionKind.UPLOAD_RETURN_LABEL: UploadReturnLabel(resources),
    }
