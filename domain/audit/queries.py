"""Audit events, as their readers may see them."""

from domain.filtering import Comparison, Filter, equals
from domain.models import AuditEvent
from domain.pagination import Key

# Newest first.
AUDIT_EVENTS = [Key(AuditEvent.occurred_at, descending=True), Key(AuditEvent.id, descending=True)]
# *from_* is included, *to* is not.
AUDIT_FILTER = Filter(
    company_id=equals(AuditEvent.company_id),
    api_key_id=equals(AuditEvent.api_key_id),
    action=equals(AuditEvent.action),
    subject_type=equals(AuditEvent.subject_type),
    subject_id=equals(AuditEvent.subject_id),
    from_=Comparison(AuditEvent.occurred_at.type, lambda moment: AuditEvent.occurred_at >= moment),
    to=Comparison(AuditEvent.occurred_at.type, lambda moment: AuditEvent.occurred_at < moment),
)
