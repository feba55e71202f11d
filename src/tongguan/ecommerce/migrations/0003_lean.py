from itertools import groupby

import django.db.models.deletion
import msgspec
import zstandard
from django.db import migrations, models

from tongguan.parties import vault

NODES = 1000
STANDS = {"null": True, "default": True, "help_text": "empty once it stands no longer"}


def gather(apps, schema_editor):
    """Put the documents of each message together: they were sealed one by one."""
    filings = apps.get_model("ecommerce", "Filing").objects.order_by("id").values_list("id", "sealed", "message__received_at")
    messages = apps.get_model("ecommerce", "Message").objects
    for number, theirs in groupby(filings.iterator(), lambda row: row[0] // NODES):
        opened, at = {}, None
        for filing, sealed, at in theirs:
            try:
                opened[filing % NODES] = msgspec.Raw(vault.unseal(bytes(sealed)))
            except vault.Forgotten:
                continue
        if opened:
            packed = zstandard.ZstdCompressor(level=1).compress(msgspec.msgpack.encode(opened))
            messages.filter(pk=number).update(documents=vault.sealer(on=at.date())(packed))


def nothing(apps, schema_editor):
    """Going back would lose the documents; a database is restored from its backup instead."""
    raise migrations.exceptions.IrreversibleError("documents that were gathered are not taken apart again")


class Migration(migrations.Migration):
    """Fewer rows and fewer indexes a parcel: one row of receipts a transaction, documents sealed a message at a time."""

    dependencies = [("ecommerce", "0002_returns_and_taxes"), ("parties", "0001_initial")]

    operations = [
        migrations.AddField(
            "message",
            "documents",
            models.BinaryField(default=b"", help_text="the documents of its nodes by position, compressed and sealed"),
        ),
        migrations.RunPython(gather, nothing),
        migrations.RemoveField("filing", "sealed"),
        migrations.AddField(
            "receipt",
            "course",
            models.JSONField(null=True, help_text="[guid, status, info] of each answer, in their order"),
        ),
        migrations.RunSQL(
            "UPDATE ecommerce_receipt SET course = jsonb_build_array(jsonb_build_array(guid, status, info))",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            "receipt",
            "course",
            models.JSONField(help_text="[guid, status, info] of each answer, in their order"),
        ),
        migrations.RemoveField("receipt", "guid"),
        migrations.RemoveField("receipt", "status"),
        migrations.RemoveField("receipt", "info"),
        *(
            migrations.AddField(model, "stands", models.BooleanField(**STANDS))
            for model in ("order", "payment", "inventory")
        ),
        migrations.RunSQL(
            [
                "UPDATE ecommerce_order SET stands = NULL WHERE state = 'deleted'",
                "UPDATE ecommerce_payment SET stands = NULL WHERE state = 'deleted'",
                "UPDATE ecommerce_inventory SET stands = NULL WHERE state IN ('deleted', 'withdrawn')",
                *(
                    f"UPDATE ecommerce_{noun} SET state = 'filed' WHERE state = 'bound'"
                    for noun in ("order", "payment", "waybill")
                ),
                "SET CONSTRAINTS ALL IMMEDIATE",
            ],
            migrations.RunSQL.noop,
        ),
        migrations.RemoveConstraint("inventory", "one_inventory_an_order"),
        migrations.RemoveConstraint("order", "one_order_a_number"),
        migrations.RemoveConstraint("payment", "one_payment_a_number"),
        migrations.RemoveIndex("inventory", "ecommerce_i_order_n_d6bea1_idx"),
        migrations.RemoveIndex("inventory", "ecommerce_i_state_8495aa_idx"),
        migrations.RemoveIndex("order", "ecommerce_o_order_n_37248d_idx"),
        migrations.RemoveIndex("payment", "ecommerce_p_pay_tra_40fb0f_idx"),
        migrations.AddIndex(
            "inventory",
            models.Index(
                condition=models.Q(("state", "released"), _negated=True),
                fields=["state", "-id"],
                name="inventories_not_released",
            ),
        ),
        migrations.AddConstraint(
            "inventory",
            models.UniqueConstraint(fields=("order_no", "ebc_code", "stands"), name="one_inventory_an_order"),
        ),
        migrations.AddConstraint(
            "order", models.UniqueConstraint(fields=("order_no", "ebp_code", "stands"), name="one_order_a_number")
        ),
        migrations.AddConstraint(
            "payment",
            models.UniqueConstraint(
                fields=("pay_transaction_id", "pay_code", "stands"), name="one_payment_a_number"
            ),
        ),
        migrations.AlterField(
            "receipt",
            "message",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receipts",
                to="ecommerce.message",
            ),
        ),
        migrations.AddIndex("receipt", models.Index(fields=["message"], name="ecommerce_r_message_4874ac_idx")),
    ]
