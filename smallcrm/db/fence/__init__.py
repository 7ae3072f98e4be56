"""The tenant fence: no query of any shape reads or writes another tenant's row.

Use: bind a scope (`tenant_scope`, `account_scope`, `system_scope`), then use Peewee as ever.
"""

from __future__ import annotations

from smallcrm.db.fence.bulk import bulk_door as bulk_door
from smallcrm.db.fence.context import ById as ById
from smallcrm.db.fence.context import Ids as Ids
from smallcrm.db.fence.context import by_id as by_id
from smallcrm.db.fence.database import TenantDatabaseProxy as TenantDatabaseProxy
from smallcrm.db.fence.database import proxy as proxy
from smallcrm.db.fence.models import AccountModel as AccountModel
from smallcrm.db.fence.models import BillingModel as BillingModel
from smallcrm.db.fence.models import FencedModel as FencedModel
from smallcrm.db.fence.models import OutwardModel as OutwardModel
from smallcrm.db.fence.models import ReferenceModel as ReferenceModel
from smallcrm.db.fence.models import TenantModel as TenantModel
from smallcrm.db.fence.models import UsageModel as UsageModel
from smallcrm.db.fence.prepared import Prepared as Prepared
from smallcrm.db.fence.scope import account_scope as account_scope
from smallcrm.db.fence.scope import current as current
from smallcrm.db.fence.scope import system_scope as system_scope
from smallcrm.db.fence.scope import tenant_scope as tenant_scope
