"""What an erasure leaves of vouchers: that a code is used, in which journey and since when, but not by whom."""

from collections.abc import Sequence
from dataclasses import replace

from leadwell.store import keys
from leadwell.store.table import Delete, Item, Put, Table
from leadwell.vouchers.codes import CONTACT_VOUCHER, ContactVoucher, UsedCode


def forget_vouchers(table: Table, items: Sequence[Item]) -> None:
    """To be called before items of a contact are deleted; only vouchers matter. Doing it again changes nothing."""
    vouchers = [ContactVoucher.from_item(item) for item in items if item["kind"] == CONTACT_VOUCHER]
    used = table.get_many(keys.used_code(one.pool, one.code) for one in vouchers if one.code) if vouchers else {}
    for one in vouchers:
        if not one.code:
            table.write(Delete(one.mark))
        elif item := used.get(keys.used_code(one.pool, one.code)):
            table.write(Put(replace(UsedCode.from_item(one.pool, item), contact="").to_item()))
